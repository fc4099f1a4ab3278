import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HOUR, manualClock, ok, type Result, SECOND, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommands } from '../command/index.ts';
import type { CallContext } from '../contract/index.ts';
import { type Database, sql } from '../db/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { createProposals, PROPOSAL_COLUMNS, PROPOSAL_LIFE, type Proposal } from './proposals.ts';

/** Runs of the property; more by `PROPOSAL_RUNS`. */
const RUNS = Number(process.env['PROPOSAL_RUNS'] ?? 15);

interface Wish extends Proposal {
  readonly about: string;
}

const wishes = createProposals<Wish>({
  module: 'shop',
  commands: createCommands('shop'),
  ...{ name: 'wish', prefix: 'wsh', table: 'shop.wish', oneOpen: 'one_open_wish', scope: 'tenant' },
  columns: { ...PROPOSAL_COLUMNS, about: 'text' },
  audited: ({ about }) => ({ subject: about, detail: { about } }),
});

const UP = `-- tpmall:outbox
-- tpmall:command
CREATE TABLE wish (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  about text NOT NULL,
  evidence text NOT NULL,
  state text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  CONSTRAINT somebody_decides CHECK ((state IN ('proposed', 'expired')) = (decided_by IS NULL)),
  CONSTRAINT two_people CHECK ((decided_by = proposed_by) = (state = 'withdrawn'))
);
CREATE UNIQUE INDEX one_open_wish ON wish (about) WHERE state IN ('proposed', 'confirmed');
CREATE TABLE granted (about text NOT NULL);
GRANT SELECT, INSERT ON wish, granted TO shop_app;
GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON wish TO shop_app;
`;

let database: TestDatabase;
let db: Database;
const clock = manualClock(1_700_000_000_000_000);
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dual-control-'));
  const migration = join(folder, '0001-begin');
  mkdirSync(migration);
  writeFileSync(join(migration, 'up.sql'), UP);
  writeFileSync(join(migration, 'notes.md'), 'A module of a test.\n');
  writeFileSync(join(migration, 'test-after.sql'), 'SELECT 1;\n');
  database = await testDatabase({ modules: [{ name: 'shop', migrations: pathToFileURL(`${folder}/`) }] });
  db = database.db('shop');
});
afterAll(() => database.close());

let about = '';
let commands = 0;
beforeEach(() => {
  about = `thing-${(commands += 1)}`;
});

const room = () => ({ db, clock });
const as = (name: string, commandId = `command-${(commands += 1)}`): CallContext => ({
  ...{ actor: `operator:person_${name}`, commandId, tenant: 't', caller: 'gateway' },
  deadlineAt: Number.MAX_SAFE_INTEGER,
  traceparent: '00-00000000000000000000000000000000-0000000000000000-00',
});
const propose = (context = as('anna'), evidence = 'a ticket', thing = about) =>
  wishes.propose(room(), context, { thing, evidence }, async () => ok({ about: thing, evidence }));
const grant = (context: CallContext, id: string, reason?: string) =>
  wishes.confirm(room(), context, { id, reason }, async (tx, { about: thing }) => {
    await tx.run(sql('shop.grant', 'INSERT INTO shop.granted (about) VALUES ($1)'), [thing]);
    return 'applied';
  });
const granted = async (thing = about): Promise<number> =>
  (await db.run(sql('shop.granted', 'SELECT FROM shop.granted WHERE about = $1'), [thing])).count;
const told = async (thing = about): Promise<string[]> => {
  const statement = sql(
    'shop.told',
    `SELECT payload ->> 'action' AS action, payload ->> 'actor' AS actor FROM shop.outbox
     WHERE payload ->> 'subject' = $1 ORDER BY seq`,
  );
  const { rows } = await db.run<{ action: string; actor: string }>(statement, [thing]);
  return rows.map(({ action, actor }) => `${action} ${actor.replace('operator:person_', '')}`);
};
const codeOf = (result: Result<unknown, string>) => (result.ok ? 'ok' : result.error.code);

describe('a proposal', () => {
  it('takes effect once another person confirms, and the audit log is told of both', async () => {
    const { id } = unwrap(await propose());
    expect(await granted()).toBe(0);
    const done = unwrap(await grant(as('ben'), id, 'seen as well'));
    expect(done).toMatchObject({
      state: 'applied',
      decidedBy: 'operator:person_ben',
      decisionReason: 'seen as well',
    });
    expect(await wishes.find(room(), 't', id)).toEqual(done);
    expect(await granted()).toBe(1);
    expect(await told()).toEqual(['wish.proposed anna', 'wish.applied ben']);
  });

  it('is decided by nobody alone, and by nobody of another tenant', async () => {
    const { id } = unwrap(await propose());
    expect(codeOf(await grant(as('anna'), id))).toBe('same_person');
    expect(codeOf(await wishes.reject(room(), as('anna'), { id, reason: 'no' }))).toBe('same_person');
    expect(codeOf(await grant({ ...as('ben'), tenant: 'other' }, id))).toBe('not_found');
    expect(codeOf(await grant(as('ben'), 'wsh_none'))).toBe('not_found');
    expect(await granted()).toBe(0);
    const alone = `UPDATE shop.wish SET state = 'applied', decided_by = proposed_by, decided_at = now()`;
    await expect(db.run(sql('', alone))).rejects.toThrow('two_people');
  });

  it('is made and decided by people, who are the same at whatever desk', async () => {
    const { id } = unwrap(await propose());
    const merchant = { ...as('anna'), actor: 'merchant:person_anna' };
    expect(codeOf(await grant(merchant, id))).toBe('same_person');
    for (const actor of ['key:key_1', 'operator:setup', 'system', 'anonymous']) {
      const nobody = () => ({ ...as('x'), actor });
      expect(codeOf(await propose(nobody(), 'a ticket', `${about} of ${actor}`))).toBe('person_needed');
      expect(codeOf(await grant(nobody(), id))).toBe('person_needed');
      expect(codeOf(await wishes.reject(room(), nobody(), { id }))).toBe('person_needed');
      expect(codeOf(await wishes.withdraw(room(), nobody(), { id }))).toBe('person_needed');
    }
    expect(await granted()).toBe(0);
    expect(await told()).toEqual(['wish.proposed anna']);
    unwrap(await grant(as('ben'), id));
  });

  it('is withdrawn by whoever made it and by nobody else, and makes room for another', async () => {
    const { id } = unwrap(await propose());
    expect(codeOf(await propose(as('ben')))).toBe('resolution_open');
    expect(codeOf(await wishes.withdraw(room(), as('ben'), { id }))).toBe('not_the_proposer');
    expect(unwrap(await wishes.withdraw(room(), as('anna'), { id })).state).toBe('withdrawn');
    expect(codeOf(await grant(as('ben'), id))).toBe('resolution_decided');
    unwrap(await propose(as('ben')));
    expect(await granted()).toBe(0);
  });

  it('expires: nobody confirms what is stale, whether anything has swept or not', async () => {
    const { id } = unwrap(await propose());
    clock.advance(PROPOSAL_LIFE - SECOND);
    expect((await wishes.list(room(), 't', true, 100)).map((each) => each.id)).toContain(id);
    clock.advance(SECOND);
    expect(codeOf(await grant(as('ben'), id))).toBe('resolution_expired');
    expect((await wishes.find(room(), 't', id))?.state).toBe('expired');
    expect((await wishes.list(room(), 't', true, 100)).map((each) => each.id)).not.toContain(id);
    // Another proposal needs no sweep, and ends the stale one.
    const later = unwrap(await propose(as('cleo')));
    expect(await told()).toEqual(['wish.proposed anna', 'wish.expired system', 'wish.proposed cleo']);
    expect(codeOf(await grant(as('ben'), id))).toBe('resolution_expired');
    unwrap(await grant(as('ben'), later.id));
    clock.advance(PROPOSAL_LIFE);
    expect((await wishes.find(room(), 't', later.id))?.state).toBe('applied');
    expect(await granted()).toBe(1);
  });

  it('is swept once, and what was swept is told once', async () => {
    unwrap(await propose());
    clock.advance(PROPOSAL_LIFE + HOUR);
    await Promise.all([wishes.expire(room()), wishes.expire(room())]);
    expect(await wishes.expire(room())).toBe(0);
    expect(await told()).toEqual(['wish.proposed anna', 'wish.expired system']);
  });
});

describe('a repetition', () => {
  it('of a proposal and of a decision answers as the first time, for ever', async () => {
    const first = as('anna');
    const made = unwrap(await propose(first));
    expect(unwrap(await propose(first))).toEqual(made);
    expect(codeOf(await propose(first, 'something else'))).toBe('idempotency_mismatch');
    const second = as('ben');
    const done = unwrap(await grant(second, made.id));
    expect(unwrap(await grant(second, made.id))).toEqual(done);
    // Also by a command of its own: the same person says the same thing.
    expect(unwrap(await grant(as('ben'), made.id))).toEqual(done);
    expect(codeOf(await wishes.reject(room(), as('ben'), { id: made.id }))).toBe('resolution_decided');
    expect(unwrap(await propose(first))).toMatchObject({ id: made.id, state: 'applied' });
    expect(await granted()).toBe(1);
  });

  it('after an effect that failed finds the proposal as it was', async () => {
    const { id } = unwrap(await propose());
    const context = as('ben');
    const failing = wishes.confirm(room(), context, { id }, async () => {
      throw new Error('the effect failed');
    });
    await expect(failing).rejects.toThrow('the effect failed');
    expect((await wishes.find(room(), 't', id))?.state).toBe('proposed');
    unwrap(await grant(context, id));
    expect(await granted()).toBe(1);
  });
});

describe('at the same time', () => {
  it('one of many people decides, and the others are told who was first', async () => {
    const { id } = unwrap(await propose());
    // Each is in the middle of it for a while, so that all of them have begun before the first one ends.
    const slowly = (who: string) =>
      wishes.confirm(room(), as(who), { id }, async (tx, { about: thing }) => {
        await tx.run(sql('shop.grant', 'INSERT INTO shop.granted (about) VALUES ($1)'), [thing]);
        await tx.run(sql('shop.pause', 'SELECT pg_sleep(0.1)'));
        return 'applied';
      });
    const answers = await Promise.all(['ben', 'cleo', 'dora', 'emil'].map(slowly));
    expect(answers.map(codeOf).sort()).toEqual([
      'ok',
      'resolution_decided',
      'resolution_decided',
      'resolution_decided',
    ]);
    expect(await granted()).toBe(1);
  });

  it('whatever people do, it ends once, has effect only where it is applied, and one is open', async () => {
    const acts = fc.constantFrom('confirm', 'reject', 'withdraw', 'propose', 'expire', 'wait');
    let runs = 0;
    const property = fc.asyncProperty(fc.array(acts, { minLength: 2, maxLength: 8 }), async (sequence) => {
      const thing = `${about}-${(runs += 1)}`;
      const { id } = unwrap(await propose(as('anna'), 'a ticket', thing));
      const ended = sequence.map(async (act, place) => {
        if (act === 'wait') clock.advance(PROPOSAL_LIFE);
        if (act === 'expire') await wishes.expire(room());
        if (act === 'propose') await propose(as(`p${place}`), 'again', thing);
        if (act === 'confirm') await grant(as(`c${place}`), id);
        if (act === 'reject') await wishes.reject(room(), as(`r${place}`), { id });
        if (act === 'withdraw') await wishes.withdraw(room(), as('anna'), { id });
      });
      await Promise.all(ended);
      const found = await wishes.find(room(), 't', id);
      expect(await granted(thing)).toBe(found?.state === 'applied' ? 1 : 0);
      const of = sql(
        'shop.of',
        `SELECT count(*) AS open FROM shop.wish
         WHERE about = $1 AND state IN ('proposed', 'confirmed')`,
      );
      const { rows } = await db.run<{ open: bigint }>(of, [thing]);
      expect(Number(rows[0]?.open)).toBeLessThanOrEqual(1);
      const ends = (await told(thing)).filter((entry) => !entry.startsWith('wish.proposed'));
      const proposed = (await told(thing)).length - ends.length;
      expect(ends.length).toBeLessThanOrEqual(proposed);
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
