import { unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { type CardNetworkProcess, spawnCardNetwork, testCards } from '@tpmall/simulator-card-network';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type AcquiringUnderTest,
  advicesOf,
  atHost,
  contextOf,
  control,
  modules,
  startAcquiring,
  until,
} from './start-acquiring.ts';

/** Longer than a claim of the process that queued an advice. */
const PAST_CLAIMS = 60_000_000;

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

async function authorised(): Promise<string> {
  const outcome = unwrap(
    await under.port.authorise(contextOf(), {
      ...{ paymentMethod: `pm_${testCards[0]?.number}`, amount: 1000n, currency: 'eur' },
      ...{ descriptor: 'TPMALL 2611-4807', merchant: 'acct_kiln' },
    }),
  );
  expect(outcome.state).toBe('approved');
  return outcome.authorisationId;
}

const capture = async (by: AcquiringUnderTest, authorisationId: string, amount: bigint, final = false) =>
  unwrap(await by.port.capture(contextOf(), { authorisationId, amount, final }));
const release = async (by: AcquiringUnderTest, authorisationId: string) =>
  unwrap(await by.port.release(contextOf(), { authorisationId }));
const booked = (id: string) => atHost(network, database, id);
const advices = async () => (await advicesOf(under.db)).map(({ kind, state }) => `${kind} ${state}`);
const settled = async () => (await advices()).every((each) => !/queued|waiting/.test(each));

/** Captures reach the host, which says nothing; what this gives ends it. */
async function silence(): Promise<() => Promise<unknown>> {
  for (const mti of ['0220', '0221'])
    await control(network, 'POST', '/behaviours', { kind: 'lose_answer', mti, times: null });
  return () => control(network, 'DELETE', '/behaviours');
}

const log = sql(
  'test.sent-and-answered',
  "SELECT type FROM acquiring.message_log WHERE type !~ '^01' ORDER BY id",
);

/** Messages from the first answer to a capture on. */
async function exchanged(): Promise<string[]> {
  const { rows } = await under.db.run<{ type: string }>(log);
  const first = rows.findIndex(({ type }) => type === '0230');
  return rows.slice(first).map(({ type }) => type);
}

/** A process that stands still before it commits a capture. */
async function startSlow(): Promise<{ slow: AcquiringUnderTest; inStatement: Promise<void>; goOn(): void }> {
  let goOn = (): void => undefined;
  let arrived = (): void => undefined;
  const standstill = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const inStatement = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const slow = await startAcquiring(database, network, {
    db: (db) => ({
      ...db,
      run: (statement, values) => {
        if (statement.name !== 'acquiring.queue-capture') return db.run(statement, values);
        return db.transaction(async (tx) => {
          const done = await tx.run<never>(statement, values);
          arrived();
          await standstill;
          return done;
        });
      },
    }),
  });
  return { slow, inStatement, goOn };
}

test('a release is sent once the capture before it has been answered', async () => {
  const id = await authorised();
  const end = await silence();
  await capture(under, id, 300n);
  await release(under, id);
  await until(async () => ((await advicesOf(under.db))[0]?.attempts ?? 0) > 2);
  expect(await advices()).toEqual(['capture queued', 'release waiting']);
  await end();
  await until(settled);
  expect(await exchanged()).toEqual(['0230', '0400', '0410']);
  expect(await booked(id)).toMatchObject({ captured: '300', remaining: '300', reversals: 1 });
});

test('captures are sent one after the other, and the final one last', async () => {
  const id = await authorised();
  const end = await silence();
  await Promise.all([100n, 200n, 300n].map((amount) => capture(under, id, amount)));
  await capture(under, id, 400n, true);
  await until(async () => (await advicesOf(under.db)).some(({ attempts }) => attempts > 2));
  expect((await advices()).sort()).toEqual(['capture queued', ...Array(3).fill('capture waiting')]);
  await end();
  await until(settled);
  expect(await exchanged()).toEqual(
    Array.from({ length: 4 }, () => ['0230', '0220'])
      .flat()
      .slice(0, -1),
  );
  const held = await booked(id);
  expect(held).toMatchObject({ captured: '1000' });
  expect(held?.captures.map(({ final }) => final)).toEqual([false, false, false, true]);
});

test('what waits goes on where the capture before it was refused', async () => {
  const id = await authorised();
  await control(network, 'POST', '/behaviours', { kind: 'lose_request', mti: '0220' });
  await control(network, 'POST', '/behaviours', { kind: 'decline', code: '57', mti: '0221' });
  await capture(under, id, 300n);
  await capture(under, id, 700n, true);
  await until(settled);
  expect(await advices()).toEqual(['capture refused', 'capture acknowledged']);
  expect(await exchanged()).toEqual(['0230', '0220', '0230']);
});

test('a release that meets a capture in its commit waits for it', async () => {
  const id = await authorised();
  const { slow, inStatement, goOn } = await startSlow();
  const end = await silence();
  const captured = capture(slow, id, 300n);
  await inStatement;
  const released = release(under, id);
  const locks = sql('test.locks', 'SELECT FROM pg_locks WHERE NOT granted');
  await until(async () => (await under.db.run(locks)).count > 0);
  goOn();
  await Promise.all([captured, released]);
  expect((await advices()).sort()).toEqual(['capture queued', 'release waiting']);
  await end();
  await until(async () => {
    await under.sweep();
    return settled();
  });
  expect(await booked(id)).toMatchObject({ captured: '300', remaining: '300', reversals: 1 });
  await slow.stop();
});

test('what waits outlives the process that queued it, and two others send it once', async () => {
  const id = await authorised();
  const end = await silence();
  await capture(under, id, 300n);
  await capture(under, id, 200n);
  await release(under, id);
  await under.stop();
  await end();
  under = await startAcquiring(database, network);
  const other = await startAcquiring(database, network);
  for (const each of [under, other]) each.advance(PAST_CLAIMS);
  await until(async () => {
    await Promise.all([under.sweep(), other.sweep()]);
    return settled();
  });
  const held = await booked(id);
  expect(held).toMatchObject({ captured: '500', remaining: '500', reversals: 1 });
  expect(held?.captures).toHaveLength(2);
  expect((await advicesOf(under.db)).map(({ state }) => state)).toEqual(Array(3).fill('acknowledged'));
  await other.stop();
});
