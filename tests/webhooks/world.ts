import { catalogue } from '@tpmall/catalogue';
import { checkout } from '@tpmall/checkout';
import { type Clock, createIds, MINUTE, redacted, systemClock, systemRandom } from '@tpmall/kernel';
import { payments } from '@tpmall/payments';
import type { PaymentIntent } from '@tpmall/payments/contract';
import {
  absentPort,
  createCallee,
  localPort,
  type OutgoingContext,
  type Port,
} from '@tpmall/platform/contract';
import type { Database } from '@tpmall/platform/db';
import { appendEvent, createRelay, type Relay } from '@tpmall/platform/events';
import { jobQueue } from '@tpmall/platform/jobs';
import type { Running } from '@tpmall/platform/module';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { vault } from '@tpmall/vault';
import { vaultContract } from '@tpmall/vault/contract';
import { webhooks } from '@tpmall/webhooks';
import {
  type DeliveryState,
  type DeliveryWithAttempts,
  type WebhookEndpointWithSecret,
  webhooksContract,
} from '@tpmall/webhooks/contract';
import type pg from 'pg';
import { adminPool } from '../harness/admin-pool.ts';

/** The platform whose events these are. */
export const TENANT = 'acct_platform';

/** A running webhooks module with its relay: a process, so to say. */
export interface WebhooksInstance {
  readonly port: Port<typeof webhooksContract>;
  readonly running: Running<typeof webhooksContract>;
  readonly relay: Relay;
  /** Runs one of its jobs. */
  job(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Webhooks on a real database, with outboxes that a test writes to. */
export interface WebhooksWorld {
  readonly database: TestDatabase;
  /** @param between what may be put between the module and its database */
  start(config?: object, between?: (db: Database) => Database): Promise<WebhooksInstance>;
  context(tenant?: string, commandId?: string): OutgoingContext;
  /** Writes events about payment intents to the outbox of payments; answers the ids of the intents. */
  say(count: number, type?: string, tenant?: string): Promise<string[]>;
  look<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Webhooks, and those whose outboxes it reads. */
const SPEAKERS = [payments, vault, catalogue, checkout, webhooks];

/** Settings in which nothing waits as long as it would in earnest. */
export const QUICK = {
  secret: redacted('a secret of tests that is long enough'),
  apiUrl: 'http://localhost:4242',
  webUrl: 'http://localhost:4247',
  allowedNetworks: ['127.0.0.0/8', '::1/128'],
  connectTimeoutMs: 1_000,
  answerTimeoutMs: 1_000,
  claimGraceMs: 500,
  pollMs: 20,
};

/** Makes a world. */
export async function createWebhooksWorld(clock: Clock = systemClock): Promise<WebhooksWorld> {
  const database = await testDatabase({ modules: SPEAKERS });
  const admin = adminPool(database.url);
  const instances: WebhooksInstance[] = [];
  let commands = 0;
  let intents = 0;
  return {
    database,
    async start(config = {}, between = (db) => db) {
      const instance = await startWebhooks(database, clock, config, between);
      instances.push(instance);
      return instance;
    },
    context: (tenant = TENANT, commandId) => {
      commands += 1;
      return {
        actor: 'key:test',
        tenant,
        commandId: commandId ?? `command-${commands}`,
        deadlineAt: clock.now() + MINUTE,
        traceparent: '',
      };
    },
    async say(count, type = 'payment_intent.created', tenant = TENANT) {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) {
        intents += 1;
        const id = `pi_${intents}`;
        const payload = { ...intentOf(id, tenant, clock.now()) };
        const event = { type, aggregateId: id, tenant, at: clock.now(), payload };
        await appendEvent(database.db('payments'), 'payments', event);
        ids.push(id);
      }
      return ids;
    },
    look: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
    async close() {
      for (const instance of instances) await instance.stop();
      await admin.end();
      await database.close();
    },
  };
}

/** Starts the module on a database. */
async function startWebhooks(
  database: Pick<TestDatabase, 'db'>,
  clock: Clock,
  config: object,
  between: (db: Database) => Database,
): Promise<WebhooksInstance> {
  const metrics = createMetrics({ processMetrics: false });
  const db = between(database.db('webhooks'));
  const running = await webhooks.create({
    ...{
      db,
      clock,
      metrics,
      random: systemRandom,
      log: silentLog,
      jobs: jobQueue,
      ports: { vault: absentPort(vaultContract) },
    },
    ids: createIds(clock, systemRandom),
    config: webhooks.config.parse({ ...QUICK, ...config }),
  });
  const consumers = (running.subscriptions ?? []).map((subscription) => ({
    module: 'webhooks',
    db,
    subscription,
  }));
  const relay = createRelay({ reader: database.db('relay'), consumers, clock, log: silentLog, metrics });
  await running.start?.();
  const callee = createCallee(webhooksContract, running.implementation, clock);
  let stopped = false;
  return {
    running,
    relay,
    port: localPort(webhooksContract, callee, 'gateway'),
    job: async (name) => running.jobs?.find((job) => job.name === name)?.run({}),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await relay.stop();
      await running.stop?.();
    },
  };
}

/** Opens an endpoint. */
export async function openEndpoint(
  world: WebhooksWorld,
  { port }: WebhooksInstance,
  url: string,
  enabledEvents: string[] = ['*'],
): Promise<WebhookEndpointWithSecret> {
  const made = await port.createEndpoint(world.context(), { url, enabledEvents });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

/** Waits until every delivery of an endpoint is in a state, and answers them with their attempts. */
export async function untilAll(
  world: WebhooksWorld,
  { port }: WebhooksInstance,
  endpoint: string,
  state: DeliveryState,
  count: number,
): Promise<DeliveryWithAttempts[]> {
  for (;;) {
    const listed = await port.listDeliveries(world.context(), { endpoint, limit: 100 });
    const items = listed.ok ? listed.value.items : [];
    if (items.filter((delivery) => delivery.state === state).length >= count) {
      const found = await Promise.all(
        items.map(({ event }) => port.findDelivery(world.context(), { event, endpoint })),
      );
      return found.flatMap((one) => (one.ok ? [one.value] : []));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function intentOf(id: string, tenant: string, createdAt: number): object {
  const intent: Omit<PaymentIntent, 'amount' | 'amountCapturable' | 'amountReceived' | 'split'> = {
    id,
    tenant,
    status: 'requires_payment_method',
    currency: 'eur',
    captureMethod: 'automatic',
    captureRequests: { multicapture: false, overcapture: false, incrementalAuthorisation: false },
    confirmationMethod: 'automatic',
    setupFutureUsage: null,
    shipping: null,
    clientSecret: '',
    customer: null,
    paymentMethod: null,
    description: null,
    receiptEmail: null,
    statementDescriptor: null,
    metadata: { amount: '007' },
    transferGroup: null,
    onBehalfOf: null,
    automaticPaymentMethods: null,
    requestThreeDSecure: 'automatic',
    returnUrl: null,
    nextAction: null,
    lastError: null,
    latestCharge: null,
    riskDecision: null,
    cancellationReason: null,
    canceledAt: null,
    createdAt,
  };
  // As the outbox holds them: amounts are digits.
  const split = [{ destination: 'acct_m', amount: '500', applicationFee: '50' }];
  return { ...intent, amount: '500', amountCapturable: '0', amountReceived: '0', split };
}
