import { DAY } from '@tpmall/kernel';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
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
  await insertGivenAnswers(db, [given('a', DAY), given('b', 2 * DAY), given('b', 2 * DAY + 1, '{"n":2}')]);
  await insertGivenAnswers(db, [given('b', DAY, '{"n":0}'), given('c', 3 * DAY)]);
  expect(await selectGivenAnswers(db, 0, 10)).toEqual([
    given('a', DAY),
    given('b', 2 * DAY + 1, '{"n":2}'),
    given('c', 3 * DAY),
  ]);
  expect((await selectGivenAnswers(db, DAY, 1)).map(({ key }) => key)).toEqual(['c']);
  expect(await deleteGivenAnswers(db, 2 * DAY + 1)).toBe(2);
  expect((await selectGivenAnswers(db, 0, 10)).map(({ key }) => key)).toEqual(['c']);
});
