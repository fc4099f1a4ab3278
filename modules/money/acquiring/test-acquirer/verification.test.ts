import { unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import {
  type CardNetworkProcess,
  spawnCardNetwork,
  type TestCard,
  testCards,
} from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type AcquiringUnderTest,
  contextOf,
  control,
  modules,
  readBook,
  startAcquiring,
  terminalOf,
} from './start-acquiring.ts';

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork();
});
afterAll(() => network.stop());
beforeEach(async () => {
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network);
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

function cardThat(does: (card: TestCard) => boolean): string {
  const found = testCards.find(does);
  if (!found) throw new Error('no card does that');
  return `pm_${found.number}`;
}

const verify = (paymentMethod: string, more: object = {}, context = contextOf()) =>
  under.port.verify(context, {
    paymentMethod,
    currency: 'eur',
    descriptor: 'TPMALL',
    merchant: 'acct_kiln',
    ...more,
  });

const logged = sql(
  'test.verification-messages',
  `SELECT direction, type, fields FROM acquiring.message_log ORDER BY id`,
);
const messages = async () =>
  (await under.db.run<{ direction: string; type: string; fields: Record<string, string> }>(logged, [])).rows;

it('asks without an amount, holds nothing, and keeps card data out of its log', async () => {
  const paymentMethod = cardThat(({ does }) => does === 'approved');
  expect(unwrap(await verify(paymentMethod))).toEqual({ state: 'verified', networkCode: '85' });
  const [question, answer] = await messages();
  expect(question).toMatchObject({ direction: 'out', type: '0100' });
  expect(question?.fields).toMatchObject({ 3: '330000', 4: '000000000000', 25: '51' });
  expect(answer).toMatchObject({ direction: 'in', type: '0110', fields: { 39: '85' } });
  expect(JSON.stringify(await messages())).not.toContain(paymentMethod.slice(3));
  const book = await readBook(network);
  expect(book.authorisations.filter(({ terminal }) => terminal === terminalOf(database))).toEqual([]);
});

it('asks once for a command, however often it is repeated', async () => {
  const context = contextOf();
  const paymentMethod = cardThat(({ does }) => does === 'approved');
  const answers = await Promise.all([1, 2, 3].map(() => verify(paymentMethod, {}, context)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await verify(paymentMethod, {}, context)).toEqual(answers[0]);
  expect(await messages()).toHaveLength(2);
});

it('finds good what only fails when it is charged, and tells the issuer’s refusals', async () => {
  const fails = cardThat(({ does }) => does.startsWith('declined when charged'));
  expect(unwrap(await verify(fails))).toMatchObject({ state: 'verified' });
  const expired = cardThat(({ code, needsAuthentication }) => code === '54' && !needsAuthentication);
  expect(unwrap(await verify(expired))).toEqual({
    state: 'declined',
    declineCode: 'expired_card',
    networkCode: '54',
  });
  expect(await verify('pm_nobody')).toMatchObject({ error: { code: 'payment_method_not_found' } });
});

it('answers that nobody answered, and asks again for the same command', async () => {
  const context = contextOf();
  const paymentMethod = cardThat(({ does }) => does === 'approved');
  await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0100', times: 1 });
  expect(await verify(paymentMethod, {}, context)).toMatchObject({ error: { code: 'unavailable' } });
  expect(unwrap(await verify(paymentMethod, {}, context))).toMatchObject({ state: 'verified' });
});

it('takes the proof of an authentication of the same card, made without an amount', async () => {
  const paymentMethod = cardThat(
    ({ authentication, does }) => authentication === 'frictionless' && does === 'approved',
  );
  const other = cardThat(({ does }) => does === 'approved (debit)');
  const authentication = unwrap(
    await under.port.authenticate(contextOf(), {
      paymentMethod,
      amount: 0n,
      currency: 'eur',
      merchant: 'acct_kiln',
      returnUrl: 'http://localhost:9/',
    }),
  );
  expect(authentication.state).toBe('frictionless');
  const authenticationId = authentication.id;
  expect(unwrap(await verify(paymentMethod, { authenticationId }))).toMatchObject({ state: 'verified' });
  for (const [card, id] of [
    [other, authenticationId],
    [paymentMethod, 'tds_none'],
  ] as const) {
    expect(await verify(card, { authenticationId: id })).toMatchObject({
      error: { code: 'authentication_not_valid' },
    });
  }
});
