import { DAY, type Micros, systemClock, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { freePorts, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AcquiringUnderTest,
  advicesOf,
  atHost,
  contextOf,
  control,
  eventsOf,
  modules,
  readBook,
  startAcquiring,
  terminalOf,
  until,
} from './start-acquiring.ts';

const approvedCard = `pm_${testCards[0]?.number}`;
const declinedCard = `pm_${testCards.find(({ code }) => code === '51')?.number}`;
const card = { brand: 'visa', bin: '424242', country: 'DE', funding: 'credit' };
const rule = {
  ...{ name: 'small', currency: 'eur', perPayment: '1000', perDay: '10000' },
  ...{ brands: ['visa'], merchants: ['acct_kiln'] },
};
/** Longer than a claim of the process that stood in. */
const PAST_CLAIMS = 60_000_000;

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork({ isoPort: await freePorts() });
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  await control(network, 'DELETE', '/behaviours');
  database = await testDatabase({ modules });
  under = await startAcquiring(database, network, { config: { standIn: [rule] } });
  await until(async () => (await state()) === 'signed_on');
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

const state = async () => unwrap(await under.operator.connectorHealth(contextOf(), {}))[0]?.state;
const fault = (behaviour: object): Promise<unknown> => control(network, 'POST', '/behaviours', behaviour);

/** The host takes no sign-on until it is told to, by what this gives. */
async function goAway(): Promise<() => Promise<unknown>> {
  const { id } = (await fault({ kind: 'lose_answer', mti: '0800', times: null })) as { id: number };
  await control(network, 'POST', '/drop-connections');
  await until(async () => (await state()) === 'connecting');
  return () => control(network, 'DELETE', `/behaviours/${id}`);
}

const request = (more: object = {}) => ({
  paymentMethod: approvedCard,
  amount: 1000n,
  currency: 'eur',
  descriptor: 'TPMALL 2611-4807',
  merchant: 'acct_kiln',
  card,
  ...more,
});
const authorise = async (more: object = {}, context = contextOf()) =>
  unwrap(await under.port.authorise(context, request(more)));

async function standIn(more: object = {}): Promise<string> {
  const outcome = await authorise(more);
  expect(outcome).toMatchObject({ state: 'approved', networkCode: '00', standIn: true });
  return outcome.authorisationId;
}

const capture = async (authorisationId: string, amount = 1000n) =>
  unwrap(await under.port.capture(contextOf(), { authorisationId, amount, final: true }));
const booked = (id: string) => atHost(network, database, id);
const advices = async () => (await advicesOf(under.db)).map(({ kind, state: is }) => `${kind} ${is}`);
const told = async () =>
  (await eventsOf(under.db)).map(({ type }) => type).filter((type) => type !== 'audit.entry');

describe('while no acquirer can be reached', () => {
  test('a payment is approved on our own risk, told afterwards, captured and cleared', async () => {
    const comeBack = await goAway();
    const context = contextOf();
    const outcome = await authorise({}, context);
    expect(outcome).toMatchObject({
      state: 'approved',
      standIn: true,
      terms: { multicapture: false, incrementalAuthorisation: false, maximumCapturable: 1000n },
    });
    expect(await authorise({}, context)).toEqual(outcome);
    const { authorisationId } = outcome;
    await capture(authorisationId);
    expect(await advices()).toEqual(['stand_in queued', 'capture waiting']);
    expect(await under.port.refund(contextOf(), { authorisationId, amount: 1n })).toMatchObject({
      error: { code: 'unavailable' },
    });
    expect(await booked(authorisationId)).toBeUndefined();

    await comeBack();
    await until(async () => (await advices()).every((each) => each.endsWith('acknowledged')));
    expect(await booked(authorisationId)).toMatchObject({
      state: 'approved',
      captured: '1000',
      times: 1,
      approvalCode: outcome.state === 'approved' && outcome.approvalCode,
      captures: [{ code: '00', times: 1 }],
    });
    unwrap(await under.port.refund(contextOf(), { authorisationId, amount: 100n }));
    const text = await (await fetch(`${network.url}/end-of-day`, { method: 'POST' })).text();
    const file = { connector: 'host', name: 'day.csv', text };
    unwrap(await under.operator.importClearingFile(contextOf(), file));
    expect(await told()).toEqual(['clearing.record_matched', 'clearing.record_matched']);
    const log = sql('test.log', 'SELECT type, fields FROM acquiring.message_log ORDER BY id');
    const { rows } = await under.db.run<{ type: string; fields: Record<string, string> }>(log);
    const sent = rows.find(({ type }) => type.startsWith('012'));
    // The security code that the shopper typed is not kept, and so not told.
    expect(sent?.fields['48']).toBeUndefined();
    expect(sent?.fields['2']).toMatch(/^424242•+4242$/);
  });

  test.each([
    ['larger than a payment may be', { amount: 1001n }],
    ['of another currency', { currency: 'cny' }],
    ['of another brand', { card: { ...card, brand: 'mastercard' } }],
    ['of a card of which nothing is known', { card: undefined }],
    ['of a card that has expired', { paymentMethod: `${approvedCard}_expired` }],
    ['to another merchant', { merchant: 'acct_loom' }],
  ])('one %s is declined', async (_name, more) => {
    await goAway();
    const { card: facts = card, ...rest } = { card, ...more };
    const input = 'card' in more && more.card === undefined ? rest : { ...rest, card: facts };
    const { card: _card, ...plain } = request();
    const outcome = unwrap(await under.port.authorise(contextOf(), { ...plain, ...input }));
    expect(outcome).toMatchObject({ state: 'declined', networkCode: '91' });
    expect(await advices()).toEqual([]);
  });

  test('fifty payments at once never pass the limit of the day, and the next day has its own', async () => {
    // A day begins with the first payment, so that none of them comes after its end.
    const toMidnight = DAY - (systemClock.now() % DAY);
    under.advance(toMidnight);
    const contextAhead = (by: Micros) => {
      const context = contextOf();
      return { ...context, deadlineAt: context.deadlineAt + by };
    };
    await goAway();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => authorise({}, contextAhead(toMidnight))),
    );
    expect(outcomes.filter(({ state: is }) => is === 'approved')).toHaveLength(10);
    expect(outcomes.filter(({ state: is }) => is === 'declined')).toHaveLength(40);
    under.advance(DAY);
    const next = await authorise({}, contextAhead(toMidnight + DAY));
    expect(next).toMatchObject({ state: 'approved', standIn: true });
    const approved = sql('test.day', 'SELECT approved FROM acquiring.stand_in_day ORDER BY day');
    expect((await under.db.run(approved)).rows).toEqual([{ approved: 10_000n }, { approved: 1_000n }]);
  });

  test('a decline that an acquirer has given is not overruled', async () => {
    await fault({ kind: 'decline', code: '91', mti: '0100' });
    expect(await authorise()).toMatchObject({ state: 'declined', networkCode: '91' });
  });

  test('what is let go of is told first, and then reversed', async () => {
    const comeBack = await goAway();
    const authorisationId = await standIn();
    unwrap(await under.port.release(contextOf(), { authorisationId }));
    expect(await advices()).toEqual(['stand_in queued', 'release waiting']);
    await comeBack();
    await until(async () => (await advices()).every((each) => each.endsWith('acknowledged')));
    expect(await booked(authorisationId)).toMatchObject({ state: 'reversed', captured: '0' });
  });
});

describe('the advice', () => {
  test('is repeated until it is answered, and booked once', async () => {
    const comeBack = await goAway();
    const id = await standIn();
    await capture(id);
    // What never left before is a repeat as well: nobody can be sure.
    await fault({ kind: 'decline', code: '96', mti: '0121' });
    await fault({ kind: 'lose_answer', mti: '0121' });
    await comeBack();
    await until(async () => (await advices()).every((each) => each.endsWith('acknowledged')));
    expect(await booked(id)).toMatchObject({ captured: '1000', captures: [{ code: '00' }] });
    const { authorisations } = await readBook(network);
    expect(authorisations.filter(({ terminal }) => terminal === terminalOf(database))).toHaveLength(1);
  });

  test('outlives the process that stood in, and the host', async () => {
    const port = network.isoPort;
    await goAway();
    const id = await standIn();
    await capture(id);
    await under.stop();
    await network.stop('SIGKILL');
    network = await spawnCardNetwork({ isoPort: port });
    under = await startAcquiring(database, network);
    under.advance(PAST_CLAIMS);
    await until(async () => (await state()) === 'signed_on');
    await under.sweep();
    await until(async () => (await advices()).every((each) => each.endsWith('acknowledged')));
    expect(await booked(id)).toMatchObject({ captured: '1000', captures: [{ code: '00' }] });
  });

  test('that the issuer refuses leaves a loss for each capture, told once', async () => {
    const comeBack = await goAway();
    const context = contextOf();
    const { authorisationId: lost } = await authorise({ paymentMethod: declinedCard }, context);
    await capture(lost);
    const held = await standIn({ paymentMethod: declinedCard });
    unwrap(await under.port.release(contextOf(), { authorisationId: held }));
    const late = await standIn({ paymentMethod: declinedCard });
    await comeBack();
    await until(async () => (await advices()).every((each) => !/queued|waiting/.test(each)));
    // A capture that comes after the refusal is lost as well.
    await capture(late, 400n);
    await until(async () => {
      await under.sweep();
      return (await advices()).every((each) => !/queued|waiting/.test(each));
    });
    expect((await advices()).sort()).toEqual([
      ...['capture refused', 'capture refused', 'release withdrawn'],
      ...Array.from({ length: 3 }, () => 'stand_in refused'),
    ]);
    const events = await eventsOf(under.db);
    expect(events.map(({ type }) => type).sort()).toEqual([
      ...['advice.refused', 'advice.refused'],
      ...Array.from({ length: 3 }, () => 'stand_in.refused'),
    ]);
    expect(events.find(({ type }) => type === 'advice.refused')?.payload).toMatchObject({
      kind: 'stand_in',
      authorisationId: lost,
      commandId: context.commandId,
      networkCode: '51',
      amount: '1000',
    });
    expect(await booked(lost)).toMatchObject({ state: 'declined', captured: '0' });
    // Whoever repeats the command is told as well.
    expect(await authorise({ paymentMethod: declinedCard }, context)).toMatchObject({
      ...{ state: 'approved', standIn: true, refused: true },
    });
  });
});
