import { systemClock } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveBackDeliveries } from '../../edge/webhooks/src/store/claim-deliveries.ts';
import { createWatch } from '../harness/plans.ts';
import { createWebhooksWorld, TENANT, type WebhooksInstance, type WebhooksWorld } from './world.ts';

/** Rows of each table: enough that reading them all is the planner's last choice. */
const EVENTS = 20_000;
const ENDPOINTS = 20;

const fill = [
  `INSERT INTO webhooks.endpoint (id, tenant, created_at, version, url, metadata, enabled_events, status,
    secret)
  SELECT 'we_' || n, CASE WHEN n % 4 = 0 THEN 'acct_other' ELSE $1 END, now(), 1, 'https://shop.example',
    '{}', ARRAY['*'], 'enabled', 'x' FROM generate_series(1, ${ENDPOINTS}) AS n`,
  `INSERT INTO webhooks.event (id, tenant, type, created_at, api_version, livemode, data, endpoints)
  SELECT 'evt_' || lpad(n::text, 26, '0'), $1, 'type.n' || n % 50, now(), 'v', false, '{"object":{}}', 4
  FROM generate_series(1, ${EVENTS}) AS n`,
  // One in two hundred is still to be sent, and one in five hundred was given up.
  `INSERT INTO webhooks.delivery (endpoint, event, tenant, state, created_at, round_at, next_at, attempts)
  SELECT 'we_' || 1 + (n + e) % ${ENDPOINTS}, 'evt_' || lpad(n::text, 26, '0'), $1,
    CASE WHEN n % 200 = 0 THEN 'pending' WHEN n % 500 = 0 THEN 'given_up' ELSE 'delivered' END, now(), now(),
    now() + (n % 7 - 3) * interval '1 hour', 1
  FROM generate_series(1, ${EVENTS}) AS n CROSS JOIN generate_series(0, 3) AS e`,
  `INSERT INTO webhooks.attempt (endpoint, event, n, at, url, duration_ms)
  SELECT endpoint, event, 1, now(), 'https://shop.example', 5 FROM webhooks.delivery WHERE $1 <> ''`,
];

/** What is looked after is deleted: tables that a vacuum has seen empty since are planned as empty ones. */
const KEEP_STATISTICS = [
  'ALTER TABLE webhooks.event SET (autovacuum_enabled = off)',
  'ALTER TABLE webhooks.delivery SET (autovacuum_enabled = off)',
  'ALTER TABLE webhooks.attempt SET (autovacuum_enabled = off)',
];

describe('no sequential scan over what is large', () => {
  let world: WebhooksWorld;
  let instance: WebhooksInstance;
  const watch = createWatch();
  beforeAll(async () => {
    world = await createWebhooksWorld();
    // A dispatcher that is at rest: what it sends is asked for below.
    instance = await world.start({ pollMs: 60_000 }, watch.watched);
    for (const text of KEEP_STATISTICS) await world.look(text);
    for (const text of fill) await world.look(text, [TENANT]);
    await world.look('ANALYZE webhooks.endpoint, webhooks.event, webhooks.delivery, webhooks.attempt');
  });
  afterAll(() => world.close());

  /** See {@link createWatch}. */
  const plansOf = (work: () => Promise<unknown>) => watch.plansOf(world.database.url, work);

  /** Endpoints are few, and each claim looks at all of them. */
  function expectIndexed(plans: readonly string[]): void {
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (?:delivery|event|attempt)\b/);
  }

  const page = { limit: 10 };
  it.each([
    ['all', {}],
    ['after a cursor', { startingAfter: `evt_${'0'.repeat(22)}9000` }],
    ['before a cursor', { endingBefore: `evt_${'0'.repeat(22)}9000` }],
    ['of one type', { types: ['type.n7'] }],
    ['of several types', { types: ['type.n7', 'type.n8', 'type.n9'] }],
    ['that got through', { deliverySuccess: true }],
    ['that did not', { deliverySuccess: false }],
    ['of a type that did not', { deliverySuccess: false, types: ['type.n0'] }],
    ['of a time', { createdFrom: 1, createdTo: 9e15 }],
  ])('in lists of events: %s', async (_what, filter) => {
    expectIndexed(await plansOf(() => instance.port.listEvents(world.context(), { ...page, ...filter })));
  });

  it.each([
    ['all', {}],
    ['of an endpoint', { endpoint: 'we_3' }],
    ['of an event', { event: `evt_${'0'.repeat(22)}9000` }],
    ['that are pending', { state: 'pending' as const }],
    ['that were given up', { state: 'given_up' as const, endpoint: 'we_3' }],
    ['after a cursor', { after: { event: `evt_${'0'.repeat(22)}9000`, endpoint: 'we_3' } }],
  ])('in lists of deliveries: %s', async (_what, filter) => {
    expectIndexed(await plansOf(() => instance.port.listDeliveries(world.context(), { ...page, ...filter })));
  });

  it('in what is read one by one, sent again, and looked after', async () => {
    const { port } = instance;
    const event = `evt_${'0'.repeat(22)}9000`;
    expectIndexed(
      await plansOf(async () => {
        await port.findEvent(world.context(), { id: event });
        await port.findDelivery(world.context(), { event, endpoint: 'we_1' });
        const db = watch.watched(world.database.db('webhooks'));
        await giveBackDeliveries(db, [{ event, endpoint: 'we_1', until: systemClock.now() }]);
      }),
    );
    // Afterwards, because a table that was emptied is read whole.
    const plans = await plansOf(async () => {
      await instance.job('review-endpoints');
      await instance.job('forget-old-events');
    });
    expectIndexed(plans.filter((plan) => !plan.includes('forget-endpoints')));
  });
});
