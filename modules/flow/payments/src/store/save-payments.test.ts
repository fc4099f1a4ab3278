import { type Micros, systemClock } from '@tpmall/kernel';
import { type Database, sql } from '@tpmall/platform/db';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { payments } from '../module.ts';
import { NO_REQUESTS } from '../service/agree-terms.ts';
import { claimFor } from '../service/commands.ts';
import type { IntentRecord } from '../service/records.ts';
import { createPaymentFinder } from './find-payments.ts';
import { type Change, createPaymentStore, type PaymentStore } from './save-payments.ts';

const TENANT = 'acct_platform';

let database: TestDatabase;
let store: PaymentStore;
beforeAll(async () => {
  database = await testDatabase({ modules: [payments] });
  store = createPaymentStore(database.db('payments'));
});
afterAll(() => database.close());

let made = 0;
function opened(key: string, at: Micros, over: Partial<IntentRecord> = {}): Change {
  made += 1;
  const context = { tenant: TENANT, commandId: key, actor: '', deadlineAt: 0, traceparent: '', caller: '' };
  const intent: IntentRecord = {
    id: `pi_${made}`,
    tenant: TENANT,
    status: 'requires_payment_method',
    amount: 100n,
    currency: 'eur',
    amountCapturable: 0n,
    amountReceived: 0n,
    captureMethod: 'manual',
    confirmationMethod: 'automatic',
    automaticPaymentMethods: null,
    setupFutureUsage: null,
    clientSecret: 'secret',
    customer: null,
    paymentMethod: null,
    description: null,
    receiptEmail: null,
    shipping: null,
    captureRequests: NO_REQUESTS,
    statementDescriptor: null,
    metadata: {},
    transferGroup: null,
    onBehalfOf: null,
    mandateAcceptance: null,
    split: [],
    returnUrl: null,
    nextAction: null,
    lastError: null,
    latestCharge: null,
    riskDecision: null,
    cancellationReason: null,
    canceledAt: null,
    createdAt: at,
    version: 1,
    phase: null,
    operationId: null,
    operationAt: null,
    captureAmount: null,
    finalCapture: true,
    captureShares: null,
    captures: 0,
    maximumCapturable: null,
    multicapture: false,
    increments: [],
    attempt: 0,
    offSession: false,
    declineOnAction: false,
    requestThreeDSecure: 'automatic',
    ip: null,
    nextAttemptAt: null,
    attempts: 0,
    unknownSince: null,
    ...over,
  };
  return {
    at,
    intent,
    charges: [],
    events: [],
    request: undefined,
    claim: claimFor(context, 'create', {}, at),
  };
}

it('two intents of one key at once: one is stored, the other has lost its claim', async () => {
  const now = systemClock.now();
  // Stores of two processes: their statements meet in the database alone.
  const stores = [store, createPaymentStore(database.db('payments'))];
  for (let round = 0; round < 20; round += 1) {
    const key = `both-${round}`;
    const answers = await Promise.all(
      stores.map((each, index) => each.insert(opened(key, now + round * 10 + index))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  }
});

it('a null where no null may be is a bug, not a lost claim', async () => {
  const now = systemClock.now();
  const broken = { clientSecret: null as unknown as string };
  await expect(store.insert(opened('broken', now, broken))).rejects.toThrow(/client_secret/);
  // The key is still free, because nothing was stored.
  const first = opened('broken', now + 1);
  expect(await store.insert(first)).toBe(true);
  const next = { ...first.intent, version: 2, metadata: null as unknown as IntentRecord['metadata'] };
  const change: Change = {
    at: now,
    intent: next,
    charges: [],
    events: [],
    request: undefined,
    claim: null,
  };
  await expect(store.save(change)).rejects.toThrow(/metadata/);
});

// Counts of the present transaction alone, so that nothing else of this file is in them.
const scans = sql(
  'tests.scans',
  `SELECT relname AS name, seq_scan AS scans FROM pg_stat_xact_user_tables
   WHERE schemaname = 'payments' AND relname IN ('intent', 'charge', 'command')`,
);

it('goes to each row by its key, although the tables were small when it was planned', async () => {
  const now = systemClock.now();
  const first = opened('places', now, { status: 'requires_capture', amountCapturable: 100n });
  expect(await store.insert(first)).toBe(true);
  const { id, tenant } = first.intent;
  const found = await database.db('payments').transaction(async (tx) => {
    const inside: Database = { ...database.db('payments'), run: tx.run };
    const within = createPaymentStore(inside);
    const renamed = { ...first.intent, version: 2, description: 'renamed' };
    const change: Change = {
      at: now,
      intent: renamed,
      charges: [],
      events: [],
      request: undefined,
      claim: null,
    };
    expect(await within.save(change)).toBe(true);
    const context = { tenant, commandId: 'take', actor: '', deadlineAt: 0, traceparent: '', caller: '' };
    const claim = claimFor(context, 'capture', {}, now);
    expect(await within.reserve({ intent: id, amount: null, final: true, due: now, claim })).toMatchObject({
      intent: { captureAmount: 100n, description: 'renamed' },
    });
    expect(await createPaymentFinder(inside)(tenant, id)).toMatchObject({ intent: { phase: 'capturing' } });
    return tx.run<{ name: string; scans: bigint }>(scans);
  });
  expect(found.rows).toContainEqual({ name: 'intent', scans: 0n });
  expect(found.rows.filter((table) => table.scans > 0n)).toEqual([]);
});

it('finds each of the payments that are looked for at once, for their own tenant only', async () => {
  const now = systemClock.now();
  const all = [opened('one', now), opened('two', now + 1), opened('three', now + 2)];
  for (const one of all) expect(await store.insert(one)).toBe(true);
  const find = createPaymentFinder(database.db('payments'));
  const ids = all.map(({ intent }) => intent.id);
  const answers = await Promise.all([
    ...ids.map((id) => find(TENANT, id)),
    find(TENANT, 'pi_unknown'),
    find('acct_other', ids[0] ?? ''),
    find(TENANT, ids[0] ?? ''),
  ]);
  expect(answers.map((payment) => payment?.intent.id)).toEqual([...ids, undefined, undefined, ids[0]]);
});
