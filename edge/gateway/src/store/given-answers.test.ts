import { DAY, redacted, systemRandom } from '@tpmall/kernel';
import { createSecretBox } from '@tpmall/platform/sealing';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gateway } from '../module.ts';
import type { GivenAnswer } from '../pipeline/replay.ts';
import { deleteGivenAnswers, insertGivenAnswers, selectGivenAnswers } from './given-answers.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ modules: [gateway] });
});
afterAll(async () => {
  await test.close();
});

const box = createSecretBox('gateway', redacted('s'.repeat(32)), systemRandom);
const given = (key: string, at: number, body = '{}'): GivenAnswer => ({
  tenant: 'acct_1',
  key,
  fingerprint: 'f',
  requestId: 'req_1',
  status: 200,
  contentType: 'application/json',
  body,
  at,
});

it('answers are kept, the newest of a key wins, and old ones are forgotten', async () => {
  const db = test.db('gateway');
  await insertGivenAnswers(db, box, [
    given('a', DAY),
    given('b', 2 * DAY),
    given('b', 2 * DAY + 1, '{"n":2}'),
  ]);
  await insertGivenAnswers(db, box, [given('b', DAY, '{"n":0}'), given('c', 3 * DAY)]);
  expect(await selectGivenAnswers(db, box, 0, 10)).toEqual([
    given('a', DAY),
    given('b', 2 * DAY + 1, '{"n":2}'),
    given('c', 3 * DAY),
  ]);
  expect((await selectGivenAnswers(db, box, DAY, 1)).map(({ key }) => key)).toEqual(['c']);
  await deleteGivenAnswers(db, 2 * DAY + 1);
  expect((await selectGivenAnswers(db, box, 0, 10)).map(({ key }) => key)).toEqual(['c']);
});

it('what answers say lies sealed, each as its own, and is forgotten with the secret', async () => {
  const db = test.db('gateway');
  const kept = given('private', 4 * DAY, '{"email":"ada@example.org"}');
  await insertGivenAnswers(db, box, [kept, given('other', 4 * DAY, '{"n":3}')]);
  const admin = new pg.Client({ connectionString: test.adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ sealed: Buffer }>(
    `SELECT sealed FROM gateway.given_answer WHERE key = 'private'`,
  );
  expect(rows[0]?.sealed.length).toBeGreaterThan(kept.body.length);
  expect(rows[0]?.sealed.includes('ada@')).toBe(false);
  expect(await selectGivenAnswers(db, box, 3 * DAY, 10)).toHaveLength(2);
  await admin.query(`UPDATE gateway.given_answer SET sealed = $1 WHERE key = 'other'`, [rows[0]?.sealed]);
  await admin.end();
  expect(await selectGivenAnswers(db, box, 3 * DAY, 10)).toEqual([kept]);
  const another = createSecretBox('gateway', redacted('t'.repeat(32)), systemRandom);
  expect(await selectGivenAnswers(db, another, 0, 10)).toEqual([]);
});
