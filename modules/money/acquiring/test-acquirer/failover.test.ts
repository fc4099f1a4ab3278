import { SECOND, unwrap } from '@tpmall/kernel';
import { openDatabase, sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AcquiringUnderTest,
  advicesOf,
  contextOf,
  control,
  eventsOf,
  makeOverdue,
  modules,
  readBook,
  startAcquiring,
  terminalOf,
  until,
} from './start-acquiring.ts';

const approvedCard = `pm_${testCards[0]?.number}`;

let network: CardNetworkProcess;
let database: TestDatabase;
let under: AcquiringUnderTest;

beforeAll(async () => {
  network = await spawnCardNetwork({ moreIsoPorts: [0] });
});
afterAll(async () => {
  await network.stop();
});
beforeEach(async () => {
  await control(network, 'DELETE', '/behaviours');
  database = await testDatabase({ modules });
  under = await start();
});
afterEach(async () => {
  await under.stop();
  await database.close();
});

async function start(config: object = {}): Promise<AcquiringUnderTest> {
  return startAcquiring(database, network, { config });
}

/** Starts the module anew with other settings. */
async function configured(config: object): Promise<void> {
  await under.stop();
  under = await start(config);
}

const health = async () => unwrap(await under.operator.connectorHealth(contextOf(), {}));
const request = (more: object = {}) => ({
  paymentMethod: approvedCard,
  amount: 1000n,
  currency: 'eur',
  descriptor: 'TPMALL 2611-4807',
  merchant: 'acct_kiln',
  ...more,
});
const authorise = async (more: object = {}, context = contextOf()) =>
  unwrap(await under.port.authorise(context, request(more)));
const fault = (behaviour: object): Promise<unknown> => control(network, 'POST', '/behaviours', behaviour);

/** What the two hosts have booked of this database's messages. */
async function booked() {
  const { authorisations } = await readBook(network);
  const own = authorisations.filter(({ terminal }) => terminal === terminalOf(database));
  return {
    a: own.filter(({ acquirer }) => acquirer === 'acquirer-a'),
    b: own.filter(({ acquirer }) => acquirer === 'acquirer-b'),
  };
}

const rows = sql(
  'test.attempts',
  `SELECT o.connector, o.attempts, o.state, array_agg(e.connector || ' ' || e.result || ' ' ||
     coalesce(e.network_code, '-') ORDER BY e.number) FILTER (WHERE e.number IS NOT NULL) AS ended
   FROM acquiring.authorisation AS o LEFT JOIN acquiring.ended_attempt AS e ON e.authorisation_id = o.id
   GROUP BY o.id ORDER BY o.id`,
);
const attempts = async () => (await under.db.run(rows)).rows;
const settled = async (): Promise<boolean> =>
  (await advicesOf(under.db)).every(({ state }) => state !== 'queued');

describe('a decline that nobody has decided', () => {
  test.each(['91', '92', '96'])('%s goes on to the next connector, and stays there', async (code) => {
    await fault({ kind: 'decline', code, mti: '0100', acquirer: 'acquirer-a' });
    const context = contextOf();
    const outcome = await authorise({}, context);
    expect(outcome).toMatchObject({ state: 'approved', networkCode: '00' });
    expect(await attempts()).toEqual([
      { connector: 'host-2', attempts: 2, state: 'approved', ended: [`host declined ${code}`] },
    ]);
    expect(await authorise({}, context)).toEqual(outcome);

    const of = { authorisationId: outcome.authorisationId };
    unwrap(await under.port.capture(contextOf(), { ...of, amount: 600n, final: false }));
    await until(settled);
    unwrap(await under.port.release(contextOf(), of));
    unwrap(await under.port.refund(contextOf(), { ...of, amount: 100n }));
    await until(settled);
    const { a, b } = await booked();
    expect(a).toMatchObject([{ state: 'declined', captured: '0' }]);
    expect(b).toMatchObject([{ state: 'approved', captured: '600', remaining: '600', refunded: '100' }]);
  });

  test('the authorisation has the terms of the acquirer that approved it', async () => {
    await configured({
      captureTerms: [{ connectors: ['host-2'], multicapture: true, overcapturePercent: 15 }],
    });
    const card = { brand: 'visa', bin: '424242', country: 'DE', funding: 'credit' };
    const plain = await authorise({ card });
    expect(plain).toMatchObject({ terms: { multicapture: false, maximumCapturable: 1000n } });
    await fault({ kind: 'decline', code: '91', mti: '0100', acquirer: 'acquirer-a' });
    const context = contextOf();
    const moved = await authorise({ card }, context);
    expect(moved).toMatchObject({ terms: { multicapture: true, maximumCapturable: 1150n } });
    expect(unwrap(await under.port.outcome(contextOf(), { commandId: context.commandId }))).toEqual(moved);
  });

  test('ends where no connector is left, with the last answer', async () => {
    await fault({ kind: 'decline', code: '91', mti: '0100', times: 2 });
    expect(await authorise()).toMatchObject({ state: 'declined', networkCode: '91' });
    expect((await booked()).b).toHaveLength(1);
  });

  test('goes no further than the settings allow', async () => {
    await configured({ routing: { maxAttempts: 1 } });
    await fault({ kind: 'decline', code: '91', mti: '0100' });
    expect(await authorise()).toMatchObject({ state: 'declined', networkCode: '91' });
    expect((await booked()).b).toEqual([]);
  });

  test('the security code goes once; what is sent again goes without it', async () => {
    await fault({ kind: 'decline', code: '96', mti: '0100', acquirer: 'acquirer-a' });
    await authorise();
    const sent = await under.db.run<{ additional: string | null }>(
      sql(
        'test.codes',
        `SELECT fields->>'48' AS additional FROM acquiring.message_log
         WHERE type = '0100' AND direction = 'out' ORDER BY id`,
      ),
    );
    expect(sent.rows.map(({ additional }) => additional)).toEqual(['92=•••', null]);
  });
});

describe('what is never asked elsewhere', () => {
  const decided = ['05', '51', '54', '14', '41', '68', '1A'];
  test.each(decided)("an issuer's word (%s)", async (code) => {
    await fault({ kind: 'decline', code, mti: '0100' });
    expect(await authorise()).toMatchObject({ state: 'declined', networkCode: code });
    expect((await booked()).b).toEqual([]);
    expect(await attempts()).toMatchObject([{ attempts: 1, ended: null }]);
  });

  test.each(['lose_answer', 'lose_request', 'cut', 'other_stan'])('an unknown outcome (%s)', async (kind) => {
    await fault({ kind, mti: '0100', acquirer: 'acquirer-a' });
    const context = contextOf();
    expect((await authorise({}, context)).state).toBe('pending');
    await until(async () => (await eventsOf(under.db)).length > 0);
    expect(await authorise({}, context)).toMatchObject({ state: 'reversed' });
    expect((await booked()).b).toEqual([]);
    expect(await attempts()).toMatchObject([{ connector: 'host', attempts: 1, state: 'reversed' }]);
  });

  test('an unknown outcome at the second connector is reversed there', async () => {
    await fault({ kind: 'decline', code: '91', mti: '0100', acquirer: 'acquirer-a' });
    await fault({ kind: 'lose_answer', mti: '0100', acquirer: 'acquirer-b' });
    expect((await authorise()).state).toBe('pending');
    await until(settled);
    const { a, b } = await booked();
    expect(a).toMatchObject([{ state: 'declined', reversals: 0 }]);
    expect(b).toMatchObject([{ state: 'reversed', reversals: 1 }]);
  });
});

test('a crash after an attempt was stored is resolved at its connector', async () => {
  const crashed = await startAcquiring(database, network, {
    db: (db) => ({
      ...db,
      // The process dies once the second attempt is durable, before its message leaves.
      run: async (statement, values) => {
        const done = await db.run<never>(statement, values);
        return statement.name === 'acquiring.move-authorisation' ? new Promise(() => undefined) : done;
      },
    }),
  });
  await fault({ kind: 'decline', code: '91', mti: '0100', acquirer: 'acquirer-a' });
  const context = contextOf();
  void crashed.port.authorise(context, request());
  await until(async () => (await attempts())[0]?.['attempts'] === 2);
  await makeOverdue(database);
  await under.sweep();
  await until(async () => (await eventsOf(under.db)).length > 0);
  expect(await attempts()).toEqual([
    { connector: 'host-2', attempts: 2, state: 'reversed', ended: ['host declined 91'] },
  ]);
  // What never came is not there, and a message that is only late finds that it must not stand.
  expect((await booked()).b).toEqual([]);
  expect(await authorise({}, context)).toMatchObject({ state: 'reversed' });
  await crashed.stop();
});

test('trace numbers wrap, and the hosts tell the messages apart', async () => {
  const admin = openDatabase({ url: database.adminUrl, name: 'test' });
  await admin.run(sql('test.near-the-end', "SELECT setval('acquiring.stan', 999998)"));
  await admin.close();
  const outcomes = [await authorise(), await authorise(), await authorise()];
  for (const { authorisationId } of outcomes)
    unwrap(await under.port.capture(contextOf(), { authorisationId, amount: 1000n, final: true }));
  await until(settled);
  const { a } = await booked();
  expect(a.map(({ stan, captured }) => [stan, captured])).toEqual([
    ['999999', '1000'],
    ['000001', '1000'],
    ['000002', '1000'],
  ]);
});

describe('failover', () => {
  test('a host that is away gets nothing, and everything again once it is back', async () => {
    // Signed off for as long as its sign-on is not answered.
    await fault({ kind: 'lose_answer', mti: '0800', acquirer: 'acquirer-a', times: null });
    await control(network, 'POST', '/drop-connections?acquirer=acquirer-a');
    await until(async () => (await health())[0]?.state === 'connecting');
    for (let count = 0; count < 3; count += 1) expect((await authorise()).state).toBe('approved');
    expect((await booked()).a).toEqual([]);
    expect((await booked()).b).toHaveLength(3);
    // Nobody waited for the first host: it was known to be away.
    expect(await attempts()).toMatchObject([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);
    expect((await health())[0]?.lastProblem).not.toBeNull();

    await control(network, 'DELETE', '/behaviours');
    await until(async () => (await health())[0]?.state === 'signed_on');
    await authorise();
    expect((await booked()).a).toHaveLength(1);
  });

  test('a host that answers nobody gets no new payments until probes are answered', async () => {
    await configured({ circuit: { consecutiveFailures: 2, openMs: 20_000, probes: 1 } });
    await fault({ kind: 'lose_request', mti: '0100', acquirer: 'acquirer-a', times: 2 });
    expect((await authorise()).state).toBe('pending');
    expect((await authorise()).state).toBe('pending');
    expect((await health()).map(({ circuit }) => circuit.state)).toEqual(['open', 'closed']);
    expect((await authorise()).state).toBe('approved');
    expect((await booked()).b).toHaveLength(1);

    under.advance(20 * SECOND);
    expect((await health())[0]?.circuit.state).toBe('half_open');
    // One probe goes to the first host; it is answered, and the circuit closes.
    expect((await authorise()).state).toBe('approved');
    const [first] = await health();
    expect(first?.circuit.state).toBe('closed');
    expect(first?.recent).toMatchObject({ asked: 3, answered: 1, p50Ms: expect.any(Number) });
    expect((await booked()).a).toHaveLength(1);
  });

  test('where every circuit is open, nothing is sent and that is the answer', async () => {
    await configured({ circuit: { consecutiveFailures: 1, openMs: 60_000 } });
    await fault({ kind: 'lose_request', mti: '0100', times: 2 });
    await authorise();
    await authorise();
    const before = (await readBook(network)).messages['0100'];
    expect(await authorise()).toMatchObject({
      state: 'declined',
      declineCode: 'issuer_not_available',
      networkCode: '91',
    });
    expect((await readBook(network)).messages['0100']).toBe(before);
  });
});

describe('rules', () => {
  test('send a payment by what the vault tells of its card', async () => {
    const to = { strategy: 'order', connectors: ['host-2', 'host'] };
    await configured({ routing: { rules: [{ name: 'mastercard', when: { brands: ['mastercard'] }, to }] } });
    const mastercard = testCards.find(({ brand }) => brand === 'mastercard');
    await authorise({ paymentMethod: `pm_${mastercard?.number}` });
    await authorise();
    const { a, b } = await booked();
    expect([a.length, b.length]).toEqual([1, 1]);
    expect(b[0]?.card).toContain(mastercard?.number.slice(-4));
  });

  test('by volume, a repeated command is not split', async () => {
    const shares = ['host', 'host-2'].map((connector) => ({ connector, percent: 50 }));
    const rules = [{ name: 'halves', to: { strategy: 'volume', shares } }];
    await configured({ routing: { rules } });
    const contexts = Array.from({ length: 20 }, () => contextOf());
    await Promise.all([...contexts, ...contexts].map((context) => authorise({}, context)));
    const { a, b } = await booked();
    expect(a.length + b.length).toBe(20);
    expect(Math.min(a.length, b.length)).toBeGreaterThan(0);
    for (const each of [...a, ...b]) expect(each.times).toBe(1);
  });
});

test('an authorisation goes to the acquirer that its authentication named, in a split too', async () => {
  const shares = [
    { connector: 'host', percent: 50 },
    { connector: 'host-2', percent: 50 },
  ];
  const rules = [{ name: 'half', to: { strategy: 'volume', shares } }];
  await configured({ routing: { rules } });
  const { paymentMethod, amount, currency, merchant } = request();
  const authenticated = async (): Promise<string> => {
    const input = { paymentMethod, amount, currency, merchant, returnUrl: 'http://localhost:9/' };
    const { id, state } = unwrap(await under.port.authenticate(contextOf(), input));
    expect(state).toBe('frictionless');
    const outcome = await authorise({ authenticationId: id });
    expect(outcome.state).toBe('approved');
    return id;
  };
  // Sixteen draws for each of the two: that they agree by chance happens once in 65,536 runs.
  for (let payments = 0; payments < 16; payments += 1) await authenticated();
  const named = sql(
    'test.named',
    `SELECT a.connector AS named, o.connector AS asked FROM acquiring.authorisation AS o
     JOIN acquiring.authentication AS a ON a.id = o.authentication_id`,
  );
  const { rows: pairs } = await under.db.run<{ named: string; asked: string }>(named);
  expect(pairs).toHaveLength(16);
  for (const pair of pairs) expect(pair.asked).toBe(pair.named);
  expect(new Set(pairs.map(({ asked }) => asked)).size).toBe(2);

  // Where that acquirer is away the payment goes on, as others do.
  await fault({ kind: 'decline', code: '91', mti: '0100', acquirer: 'acquirer-a', times: null });
  for (let payments = 0; payments < 4; payments += 1) await authenticated();
});
