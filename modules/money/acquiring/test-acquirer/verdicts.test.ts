import { HOUR, systemClock, unwrap } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimAdvices } from '../src/store/advices.ts';
import { storeKnownOutcome } from '../src/store/enquiries.ts';
import {
  type AcquiringUnderTest,
  advicesOf,
  contextOf,
  control,
  eventsOf,
  modules,
  readBook,
  startAcquiring,
  until,
} from './start-acquiring.ts';

const card = `pm_${testCards[0]?.number}`;
const STANDS = { stands: true, approvalCode: 'A1B2C3', reference: '000000004711' } as const;

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork();
});
afterAll(() => network.stop());
beforeEach(async () => {
  await control(network, 'DELETE', '/behaviours');
  database = await testDatabase({ modules });
  // A reversal whose answer is lost is not repeated before the people have spoken.
  under = await startAcquiring(database, network, {
    config: { repeatFirstMs: 3_600_000, repeatMaxMs: 3_600_000 },
  });
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

const request = { amount: 1000n, currency: 'eur', descriptor: 'TPMALL', merchant: 'acct_kiln' };

/** An authorisation that got no answer, and neither did its reversal. */
async function lose(): Promise<{ readonly command: string; readonly id: string }> {
  await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0100' });
  await control(network, 'POST', '/behaviours', { kind: 'lose_request', mti: '0400' });
  const context = contextOf();
  const outcome = unwrap(await under.port.authorise(context, { ...request, paymentMethod: card }));
  expect(outcome.state).toBe('pending');
  // The reversal was sent and lost, and waits to be repeated.
  await until(async () => {
    const { rows } = await under.db.run<{ is: boolean }>(
      sql('test.waits', `SELECT next_at > now() + interval '1 minute' AS is FROM acquiring.advice`),
    );
    return rows[0]?.is === true;
  });
  return { command: context.commandId, id: outcome.authorisationId };
}

const record = (command: string, verdict: object, by = contextOf()) =>
  under.port.recordVerdict(by, { kind: 'authorisation', commandId: command, verdict } as never);
const known = async (commandId: string) => unwrap(await under.port.outcome(contextOf(), { commandId }));

describe('a verdict of people', () => {
  test('that it stands: captured as any other, and its reversal withdrawn', async () => {
    const { command, id } = await lose();
    const by = contextOf();
    expect(await record(command, STANDS, by)).toMatchObject({ ok: true });
    expect(await known(command)).toMatchObject({ state: 'approved', approvalCode: 'A1B2C3' });
    expect(await advicesOf(under.db)).toMatchObject([{ kind: 'resolution', state: 'withdrawn' }]);
    // Repeated for ever, it is answered as it was; another one changes nothing.
    expect(await record(command, STANDS, by)).toMatchObject({ ok: true });
    expect(await record(command, { stands: false })).toMatchObject({ error: { code: 'not_pending' } });
    expect(await eventsOf(under.db)).toMatchObject([
      { type: 'authorisation.resolved', payload: { commandId: command, outcome: { state: 'approved' } } },
    ]);
    unwrap(await under.port.capture(contextOf(), { authorisationId: id, amount: 1000n, final: true }));
    await until(async () => (await advicesOf(under.db)).every(({ state }) => state !== 'queued'));
    expect((await readBook(network)).authorisations.at(-1)).toMatchObject({ state: 'approved' });
  });

  test('that it does not stand: the reversal goes on until the acquirer agrees', async () => {
    const { command, id } = await lose();
    expect(await record(command, { stands: false })).toMatchObject({ ok: true });
    expect(await known(command)).toEqual({ state: 'reversed', authorisationId: id });
    expect(await advicesOf(under.db)).toMatchObject([{ state: 'queued' }]);
    const owner = `UPDATE acquiring.advice SET next_at = now()`;
    await under.db.run(sql('test.due', owner));
    await under.sweep();
    await until(async () => (await advicesOf(under.db)).every(({ state }) => state === 'acknowledged'));
    expect((await readBook(network)).authorisations.at(-1)).toMatchObject({ state: 'reversed' });
    // It was told once, by the people.
    expect(await eventsOf(under.db)).toHaveLength(1);
  });

  test('comes too late after the acquirer has agreed to the reversal', async () => {
    const { command } = await lose();
    await under.db.run(sql('test.due', 'UPDATE acquiring.advice SET next_at = now()'));
    await under.sweep();
    await until(async () => (await known(command)).state === 'reversed');
    expect(await record(command, STANDS)).toMatchObject({ error: { code: 'not_pending' } });
    expect(await known(command)).toMatchObject({ state: 'reversed' });
  });

  test.each(['approved', 'reversed'])(
    'at the same time as another one: one of them counts',
    async (first) => {
      const { command } = await lose();
      const both = [STANDS, { stands: false }];
      if (first === 'reversed') both.reverse();
      const answers = await Promise.all(both.map((verdict) => record(command, verdict)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await eventsOf(under.db)).toHaveLength(1);
    },
  );

  test('about what is not there, of another tenant, or without its codes is refused', async () => {
    const { command } = await lose();
    const stranger = { ...contextOf(), tenant: 'acct_other' };
    expect(await record(command, STANDS, stranger)).toMatchObject({ error: { code: 'not_found' } });
    expect(await record('cmd_none', STANDS)).toMatchObject({
      error: { code: 'not_found', field: 'commandId' },
    });
    const bare = await record(command, { stands: true, approvalCode: null, reference: '1' });
    expect(bare).toMatchObject({ error: { code: 'invalid_input' } });
    expect(await known(command)).toMatchObject({ state: 'pending' });
  });
});

test.each([
  ['stands, against what people have said, is not done with: its reversal goes on', true],
  ['stands, before people have said anything, is approved', false],
])('what an enquiry finds that %s', async (_name, isGivenUp) => {
  const { command } = await lose();
  if (isGivenUp) unwrap(await record(command, { stands: false }));
  const now = systemClock.now();
  const [advice] = await claimAdvices(under.db, now + 2 * HOUR, now + 3 * HOUR, 1);
  if (!advice) throw new Error('a lost answer has a resolution');
  const codes = { approvalCode: 'A1B2C3', networkCode: '00', reference: '000000004711' };
  const answer = { state: 'approved', ...codes, messages: [] } as const;
  expect(await storeKnownOutcome(under.db, { advice, answer, at: now })).toBe(isGivenUp);
  expect(await advicesOf(under.db)).toMatchObject([{ state: isGivenUp ? 'queued' : 'acknowledged' }]);
  expect(await known(command)).toMatchObject({ state: isGivenUp ? 'reversed' : 'approved' });
});

test('what is to be sent again is taken up by one process, and keeps no other waiting', async () => {
  await lose();
  await lose();
  const now = systemClock.now();
  const take = (db: Queryable) => claimAdvices(db, now + 2 * HOUR, now + 3 * HOUR, 1);
  const [first, second] = await under.db.transaction(async (tx) => [await take(tx), await take(under.db)]);
  expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(2);
});

test('the trail shows every step and its masked messages, to nobody else', async () => {
  const { command, id } = await lose();
  const trail = unwrap(await under.port.trail(contextOf(), { commandIds: [command] }));
  expect(trail.steps).toMatchObject([
    { id, kind: 'authorisation', state: 'pending', connector: 'host', amount: 1000n, currency: 'eur' },
    { kind: 'resolution', commandId: id, state: 'queued', nextAt: expect.any(Number) },
  ]);
  expect(trail.messages.map(({ subject, type }) => [subject === id, type])).toEqual([
    [true, '0100'],
    [false, '0400'],
  ]);
  expect(JSON.stringify(trail.messages)).not.toContain(testCards[0]?.number);
  const stranger = { ...contextOf(), tenant: 'acct_other' };
  expect(unwrap(await under.port.trail(stranger, { commandIds: [command] }))).toEqual({
    steps: [],
    messages: [],
  });
});
