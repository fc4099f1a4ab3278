import { createIds, manualClock, ok, SECOND, seededRandom } from '@tpmall/kernel';
import { testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { __name__ } from '../module.ts';
import { findEntryById } from '../store/entries.ts';
import { recordEntry } from './record-entry.ts';

const clock = manualClock(1_800_000_000 * SECOND);
const ids = createIds(clock, seededRandom(1));
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase({ modules: [__name__] });
});
afterAll(() => database.close());

const context = (commandId: string) => ({
  caller: 'test',
  actor: 'system',
  tenant: 'acct_1',
  commandId,
  deadlineAt: clock.now() + SECOND,
  traceparent: '',
});

it('records a command once, however often it is repeated', async () => {
  const db = database.db('__name__');
  const first = await recordEntry({ db, clock, ids }, context('c1'), { text: 'first' });
  clock.advance(SECOND);
  expect(await recordEntry({ db, clock, ids }, context('c1'), { text: 'first' })).toEqual(first);
  const other = await recordEntry({ db, clock, ids }, context('c2'), { text: 'other' });
  expect(other).not.toEqual(first);
});

it('keeps tenants apart', async () => {
  const db = database.db('__name__');
  const recorded = await recordEntry({ db, clock, ids }, context('c3'), { text: 'mine' });
  const id = recorded.ok ? recorded.value.id : '';
  expect(recorded).toEqual(ok(await findEntryById(db, 'acct_1', id)));
  expect(await findEntryById(db, 'acct_2', id)).toBeUndefined();
});
