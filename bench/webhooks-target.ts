import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '@tpmall/catalogue';
import { checkout } from '@tpmall/checkout';
import { createIds, MINUTE, redacted, systemClock, systemRandom } from '@tpmall/kernel';
import { payments } from '@tpmall/payments';
import type { PaymentIntent } from '@tpmall/payments/contract';
import { absentPort, createCallee, localPort } from '@tpmall/platform/contract';
import { type Database, openDatabase } from '@tpmall/platform/db';
import { createRelay, type Relay } from '@tpmall/platform/events';
import { jobQueue } from '@tpmall/platform/jobs';
import { migrate } from '@tpmall/platform/migrations';
import { startPostgres } from '@tpmall/platform/postgres';
import { createMetrics, silentLog } from '@tpmall/platform/telemetry';
import { vault } from '@tpmall/vault';
import { vaultContract } from '@tpmall/vault/contract';
import { webhooks } from '@tpmall/webhooks';
import { webhooksContract } from '@tpmall/webhooks/contract';
import pg from 'pg';
import { cpuOf, cpuOfTree } from './processor.ts';

/** The platform of the benchmark. */
const TENANT = 'acct_bench';

/** A receiver in a process of its own. */
export interface BenchReceiver {
  readonly origin: string;
  answered(): Promise<number>;
  stop(): void;
}

/** Starts the receiver. */
export async function startBenchReceiver(): Promise<BenchReceiver> {
  const program = fileURLToPath(new URL('./webhooks-receiver.ts', import.meta.url));
  const child: ChildProcess = fork(program, { execArgv: ['--import', 'tsx'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    origin: `http://127.0.0.1:${port}`,
    async answered() {
      child.send('how many');
      const [{ answered }] = (await once(child, 'message')) as [{ answered: number }];
      return answered;
    },
    stop: () => child.disconnect(),
  };
}

/** Webhooks in this process on a Postgres that flushes every commit to disk. */
export interface WebhooksTarget {
  /** A running module with nothing in its tables, whose dispatcher has not begun. */
  fresh(urls: readonly string[]): Promise<Run>;
  cpu(): { readonly node: number; readonly postgres: number };
  close(): Promise<void>;
}

/** One case. */
export interface Run {
  readonly relay: Relay;
  /** Writes events to the outbox of payments, in one transaction. */
  write(events: number): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Milliseconds from an event's making to the answer of its first delivery, sorted. */
  lags(): Promise<number[]>;
}

/** Starts Postgres and migrates. */
export async function startWebhooksTarget(): Promise<WebhooksTarget> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tpmall-bench-'));
  const postgres = await startPostgres({ dataDir, log: silentLog, durable: true });
  const modules = [payments, vault, catalogue, checkout, webhooks];
  const secret = redacted('bench');
  const { urlOf } = await migrate({
    ...{ adminUrl: postgres.url, modules, secret, log: silentLog, clock: systemClock },
  });
  const admin = new pg.Pool({ connectionString: postgres.url, max: 2 });
  const db = openDatabase({ url: urlOf('webhooks'), name: 'webhooks' });
  const reader = openDatabase({ url: urlOf('relay'), name: 'relay', max: 2 });
  return {
    async fresh(urls) {
      await admin.query(
        `TRUNCATE webhooks.event, webhooks.delivery, webhooks.attempt, webhooks.endpoint, webhooks.cursor,
          payments.outbox`,
      );
      return startRun(db, reader, admin, urls);
    },
    cpu: () => ({ node: cpuOf(process.pid), postgres: cpuOfTree(postgres.pid) }),
    async close() {
      await Promise.all([db.close(), reader.close(), admin.end()]);
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startRun(
  db: Database,
  reader: Database,
  admin: pg.Pool,
  urls: readonly string[],
): Promise<Run> {
  const metrics = createMetrics({ processMetrics: false });
  const running = await webhooks.create({
    config: webhooks.config.parse({
      secret: 'a secret of a benchmark that is long enough',
      apiUrl: 'http://localhost:4242',
      webUrl: 'http://localhost:4247',
      allowedNetworks: ['127.0.0.0/8'],
    }),
    ...{
      db,
      metrics,
      ports: { vault: absentPort(vaultContract) },
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      jobs: jobQueue,
    },
    ids: createIds(systemClock, systemRandom),
  });
  const port = localPort(
    webhooksContract,
    createCallee(webhooksContract, running.implementation, systemClock),
    'operator',
  );
  for (const [index, url] of urls.entries()) {
    const context = {
      ...{ actor: 'operator:bench', tenant: TENANT, traceparent: '' },
      commandId: `bench ${process.pid} ${systemClock.now()} ${index}`,
      deadlineAt: systemClock.now() + MINUTE,
    };
    const made = await port.createEndpoint(context, { url, enabledEvents: ['*'] });
    if (!made.ok) throw new Error(made.error.message);
  }
  const consumers = (running.subscriptions ?? []).map((subscription) => ({
    ...{ module: 'webhooks', db, subscription },
  }));
  const relay = createRelay({ ...{ reader, consumers, metrics }, clock: systemClock, log: silentLog });
  return {
    relay,
    async write(events) {
      await admin.query(
        `INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
         SELECT 'payment_intent.succeeded', 'pi_' || n, $2, clock_timestamp(), $3::jsonb
         FROM generate_series(1, $1::int) AS n`,
        [events, TENANT, JSON.stringify(payload)],
      );
    },
    start: async () => running.start?.(),
    stop: async () => {
      await relay.stop();
      await running.stop?.();
    },
    async lags() {
      const { rows } = await admin.query<{ ms: string }>(
        `SELECT extract(epoch FROM d.first_at - e.created_at) * 1000 + d.first_duration_ms AS ms
         FROM webhooks.delivery AS d JOIN webhooks.event AS e ON e.id = d.event
         WHERE d.first_at IS NOT NULL ORDER BY 1`,
      );
      return rows.map(({ ms }) => Number(ms));
    },
  };
}

type Amounts = 'amount' | 'amountCapturable' | 'amountReceived' | 'split';

const intent: Omit<PaymentIntent, Amounts> = {
  id: 'pi_01k9benchmarkbenchmarkbe',
  tenant: TENANT,
  status: 'succeeded',
  currency: 'eur',
  captureMethod: 'automatic',
  captureRequests: { multicapture: false, overcapture: false, incrementalAuthorisation: false },
  confirmationMethod: 'automatic',
  setupFutureUsage: null,
  shipping: null,
  clientSecret: '',
  customer: 'cus_01k9benchmarkbenchmarkbe',
  paymentMethod: 'pm_01k9benchmarkbenchmarkben',
  description: 'An order of a benchmark',
  receiptEmail: 'buyer@example.com',
  statementDescriptor: null,
  metadata: { order: '1234567' },
  transferGroup: null,
  onBehalfOf: null,
  automaticPaymentMethods: null,
  requestThreeDSecure: 'automatic',
  returnUrl: null,
  nextAction: null,
  lastError: null,
  latestCharge: 'ch_01k9benchmarkbenchmarkbe',
  riskDecision: null,
  cancellationReason: null,
  canceledAt: null,
  createdAt: 1_795_435_200_000_000,
};

/** As an outbox holds it: amounts are digits. */
const payload = {
  ...intent,
  ...{ amount: '4800', amountCapturable: '0', amountReceived: '4800' },
  split: [{ destination: 'acct_01k9merchant', amount: '4800', applicationFee: '384' }],
};
