import { SECOND, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AcquiringUnderTest,
  advicesOf,
  atHost,
  contextOf,
  control,
  eventsOf,
  makeOverdue,
  modules,
  startAcquiring,
  until,
} from './start-acquiring.ts';

const approvedCard = `pm_${testCards[0]?.number}`;

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork();
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  await control(network, 'DELETE', '/behaviours');
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network);
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

const request = (paymentMethod = approvedCard, amount = 1000n) => ({
  paymentMethod,
  amount,
  currency: 'eur',
  descriptor: 'TPMALL 2611-4807',
  merchant: 'acct_kiln',
});

async function authorised(amount = 1000n): Promise<string> {
  const outcome = unwrap(await under.port.authorise(contextOf(), request(approvedCard, amount)));
  expect(outcome.state).toBe('approved');
  return outcome.authorisationId;
}

const booked = (id: string) => atHost(network, database, id);
const settled = async (): Promise<boolean> =>
  (await advicesOf(under.db)).every(({ state }) => state !== 'queued');

async function captured(): Promise<string> {
  const id = await authorised();
  unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 800n, final: true }));
  await until(settled);
  return id;
}

test('refunds at once never pass what was captured', async () => {
  const id = await captured();
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => under.port.refund(contextOf(), { authorisationId: id, amount: 300n })),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'amount_too_large' } });
  expect(await booked(id)).toMatchObject({ refunded: '600' });
  expect(await under.port.refund(contextOf(), { authorisationId: id, amount: 201n })).toMatchObject({
    error: { code: 'amount_too_large', detail: { max: '200' } },
  });
});

test('a refund waits for its capture, and counts none that was refused', async () => {
  const id = await authorised();
  for (const mti of ['0220', '0221'])
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti, times: null });
  unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 800n, final: true }));
  const context = contextOf();
  const input = { authorisationId: id, amount: 300n };
  const early = await under.port.refund(context, input);
  expect(early).toMatchObject({
    error: { code: 'unavailable', message: expect.stringContaining('capture') },
  });
  await control(network, 'DELETE', '/behaviours');
  await until(settled);
  expect(unwrap(await under.port.refund(context, input)).state).toBe('approved');
  // What the acquirer will not book never came in.
  await under.db.run(sql('test.refuse', "UPDATE acquiring.advice SET state = 'refused'"));
  expect(await under.port.refund(contextOf(), input)).toMatchObject({
    error: { code: 'amount_too_large', detail: { max: '0' } },
  });
  expect(unwrap(await under.port.refund(context, input)).state).toBe('approved');
});

test('a refund goes on waiting for its capture where the process stood still', async () => {
  const id = await authorised();
  await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0220' });
  unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 800n, final: true }));
  let looks = 0;
  const late = await startAcquiring(database, network, {
    db: (db) => ({
      ...db,
      run: (statement, values) => {
        // Longer than all looks take, and far from the deadline.
        if (statement.name === 'acquiring.has-capture-under-way' && looks++ === 0) late.advance(5 * SECOND);
        return db.run(statement, values);
      },
    }),
  });
  const refund = unwrap(await late.port.refund(contextOf(), { authorisationId: id, amount: 300n }));
  expect(refund.state).toBe('approved');
  await late.stop();
});

test('a repeated command refunds once', async () => {
  const id = await captured();
  const context = contextOf();
  const answers = await Promise.all(
    [1, 2, 3].map(() => under.port.refund(context, { authorisationId: id, amount: 100n })),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(unwrap(await under.port.refundOutcome(contextOf(), { commandId: context.commandId }))).toEqual(
    answers[0]?.ok && answers[0].value,
  );
  expect(await booked(id)).toMatchObject({ refunded: '100' });
});

test('an unknown refund is reversed, told, and may be made again', async () => {
  const id = await captured();
  await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0200' });
  await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0400' });
  const context = contextOf();
  const outcome = unwrap(await under.port.refund(context, { authorisationId: id, amount: 800n }));
  expect(outcome.state).toBe('pending');
  await until(
    async () =>
      unwrap(await under.port.refundOutcome(contextOf(), { commandId: context.commandId })).state ===
      'reversed',
  );
  expect(await eventsOf(under.db)).toEqual([
    {
      type: 'refund.resolved',
      payload: { commandId: context.commandId, outcome: { state: 'reversed', refundId: outcome.refundId } },
    },
  ]);
  expect(await booked(id)).toMatchObject({ refunded: '0', refunds: [{ reversed: true }] });
  expect(unwrap(await under.port.refund(contextOf(), { authorisationId: id, amount: 800n })).state).toBe(
    'approved',
  );
  expect(await booked(id)).toMatchObject({ refunded: '800' });
});

test('an approval that comes after its row was given up is reversed all the same', async () => {
  const id = await captured();
  // A process that has the approval and is slow to write it down, as if it had stood still.
  let goOn = (): void => undefined;
  const standstill = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const slow = await startAcquiring(database, network, {
    db: (db) => ({
      ...db,
      run: async (statement, values) => {
        if (statement.name === 'acquiring.settle-refund') await standstill;
        return db.run(statement, values);
      },
    }),
  });
  const answer = slow.port.refund(contextOf(), { authorisationId: id, amount: 800n });
  await until(async () => (await booked(id))?.refunded === '800');
  await makeOverdue(database);
  await under.sweep();
  goOn();
  expect(unwrap(await answer).state).toMatch(/pending|reversed/);
  await until(settled);
  expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['refund.resolved']);
  expect(await booked(id)).toMatchObject({ refunded: '0', refunds: [{ reversed: true }] });
  await slow.stop();
});

test('a declined refund leaves the amount refundable', async () => {
  const id = await captured();
  await control(network, 'POST', '/behaviours', { kind: 'decline', code: '57', mti: '0200' });
  const input = { authorisationId: id, amount: 800n };
  expect(unwrap(await under.port.refund(contextOf(), input))).toMatchObject({
    state: 'declined',
    networkCode: '57',
  });
  expect(unwrap(await under.port.refund(contextOf(), input)).state).toBe('approved');
});

test('what was not captured is not refunded', async () => {
  const id = await authorised();
  expect(await under.port.refund(contextOf(), { authorisationId: id, amount: 1n })).toMatchObject({
    error: { code: 'not_authorised' },
  });
  expect(await under.port.refund(contextOf(), { authorisationId: 'au_none', amount: 1n })).toMatchObject({
    error: { code: 'not_found', field: 'authorisationId' },
  });
});

describe('a refund that cannot leave', () => {
  /** The host takes no sign-on until what this gives is called. */
  async function goAway(): Promise<() => Promise<unknown>> {
    const order = { kind: 'lose_answer', mti: '0800', times: null };
    const { id } = (await control(network, 'POST', '/behaviours', order)) as { id: number };
    await control(network, 'POST', '/drop-connections');
    const state = async () => unwrap(await under.operator.connectorHealth(contextOf(), {}))[0]?.state;
    await until(async () => (await state()) === 'connecting');
    return () => control(network, 'DELETE', `/behaviours/${id}`);
  }

  test('is not executed, and made once by its command when the acquirer is back', async () => {
    const id = await captured();
    const comeBack = await goAway();
    const context = contextOf();
    const input = { authorisationId: id, amount: 800n };
    for (let times = 0; times < 2; times += 1) {
      expect(await under.port.refund(context, input)).toMatchObject({ error: { code: 'unavailable' } });
    }
    expect(await under.port.refundOutcome(contextOf(), { commandId: context.commandId })).toMatchObject({
      error: { code: 'not_found' },
    });
    await comeBack();
    await until(async () => (await under.port.refund(context, input)).ok);
    expect(unwrap(await under.port.refund(context, input)).state).toBe('approved');
    expect(await booked(id)).toMatchObject({ refunded: '800', refunds: [{ code: '00' }] });
  });

  test('and comes to two processes at once is made once', async () => {
    const id = await captured();
    const comeBack = await goAway();
    const other = await startAcquiring(database, network, { areAway: true });
    const context = contextOf();
    const input = { authorisationId: id, amount: 800n };
    const ask = () => Promise.all([under, other].map(({ port }) => port.refund(context, input)));
    for (const answer of await ask()) {
      // Who finds the row of the other does not know yet what becomes of it.
      expect(answer.ok ? answer.value.state : answer.error.code).toMatch(/^(unavailable|pending)$/);
    }
    await comeBack();
    await until(async () => (await ask()).every((answer) => answer.ok && answer.value.state === 'approved'));
    expect(await booked(id)).toMatchObject({ refunded: '800', refunds: [{ code: '00' }] });
    await other.stop();
  });

  test('and whose process dies is reversed by the next one', async () => {
    const id = await captured();
    const comeBack = await goAway();
    let reached = (): void => undefined;
    const dead = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const dying = await startAcquiring(database, network, {
      areAway: true,
      db: (db) => ({
        ...db,
        run: (statement, values) => {
          if (statement.name !== 'acquiring.withdraw-refund') return db.run(statement, values);
          reached();
          return new Promise(() => undefined);
        },
      }),
    });
    const context = contextOf();
    const input = { authorisationId: id, amount: 800n };
    void dying.port.refund(context, input);
    await dead;
    expect(unwrap(await under.port.refund(context, input)).state).toBe('pending');
    await makeOverdue(database);
    await under.sweep();
    await comeBack();
    await until(async () => unwrap(await under.port.refund(context, input)).state === 'reversed');
    expect((await eventsOf(under.db)).map(({ type }) => type)).toEqual(['refund.resolved']);
    expect(unwrap(await under.port.refund(contextOf(), input)).state).toBe('approved');
    expect(await booked(id)).toMatchObject({ refunded: '800' });
    await dying.stop();
  });
});
