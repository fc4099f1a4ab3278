import { withConnection } from '@tpmall/platform/db';
import type { SearchInput } from '@tpmall/platform/search';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, createWatch } from '../harness/plans.ts';
import { createWorld, type Instance, TENANT, type World } from './world/world.ts';

/** Rows of each table: enough that reading them all is the planner's last choice. */
const ROWS = 50_000;

/** Eleven rows, the cursor, and the way to each. */
const BLOCKS_OF_A_PAGE = 60;

let world: World;
let shop: Instance;
const watch = createWatch();
beforeAll(async () => {
  world = await createWorld();
  await withConnection({ connectionString: world.database.url }, async (client) => {
    for (const text of fill) await client.query(text, [TENANT, ROWS]);
    await client.query('ANALYZE payments.intent, payments.charge, payments.refund, payments.customer');
    await client.query('ANALYZE payments.search_document');
  });
  shop = await world.start({ db: watch.watched });
});
afterAll(() => world.close());

/** One in ten rows belongs to another tenant; the newest are the ones that a list begins with. */
const who = "CASE WHEN n % 10 = 0 THEN 'acct_other' ELSE $1 END";
const when = "now() - n * interval '1 second'";
const fill = [
  `INSERT INTO payments.customer (id, tenant, created_at, version, email, metadata)
  SELECT 'cus_' || n, ${who}, ${when}, 1, 'c' || n || '@example.com', '{}'
  FROM generate_series(1, $2::int) AS n`,
  `INSERT INTO payments.intent (id, tenant, created_at, version, status, amount, currency, amount_capturable,
    amount_received, capture_method, confirmation_method, client_secret, customer, metadata, transfer_group,
    split, attempt, off_session, request_three_d_secure, attempts)
  SELECT 'pi_' || n, ${who}, ${when}, 1, 'succeeded', 100 + n % 5000, 'eur', 0, 100, 'automatic',
    'automatic', 's', 'cus_' || n % 1000, '{}', 'g' || n % 1000, '[]', 1, false, 'automatic', 0
  FROM generate_series(1, $2::int) AS n`,
  `INSERT INTO payments.charge (id, tenant, created_at, intent, status, amount, amount_captured,
    amount_refunded, currency, captured, customer, payment_method, card, split, outcome, metadata, command_id,
    command_at, shares, refunded_parts)
  SELECT 'ch_' || n, ${who}, ${when}, 'pi_' || n, 'succeeded', 100, 100, 0, 'eur', true,
    'cus_' || n % 1000, 'pm_1', '{}', '[]', '{}', '{}', 'cmd_' || n, now(), '[]', '[]'
  FROM generate_series(1, $2::int) AS n`,
  `INSERT INTO payments.refund (id, tenant, created_at, version, charge, intent, payment_method, amount,
    currency, status, metadata, command_id, command_at, parts, attempts)
  SELECT 're_' || n, ${who}, ${when}, 1, 'ch_' || n, 'pi_' || n, 'pm_1', 1, 'eur', 'succeeded', '{}',
    'cmd_' || n, now(), '[]', 0
  FROM generate_series(1, $2::int) AS n`,
  `INSERT INTO payments.search_document (id, kind, tenant, created_at, amount, terms, texts)
  SELECT 'pi_' || n, 'intent', ${who}, ${when}, 100 + n % 5000,
    ARRAY[1, 2, 1000 + n % 7, 100000 + n]::bigint[], '{"name": "ada"}'
  FROM generate_series(1, $2::int) AS n`,
];

/** See {@link createWatch}. */
const plansOf = (work: () => Promise<unknown>) => watch.plansOf(world.database.url, work);

function expectIndexed(plans: readonly string[]): void {
  for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/);
}

describe('no sequential scan', () => {
  const page = { limit: 10 };
  it.each([
    ['all', {}],
    ['after a cursor', { startingAfter: 'pi_25001' }],
    ['before a cursor', { endingBefore: 'pi_25001' }],
    ['of a time', { createdFrom: 1, createdTo: Date.now() * 1000 }],
    ['of a customer', { customer: 'cus_7' }],
    ['of a group', { transferGroup: 'g7' }],
    ['of a customer and a group', { customer: 'cus_7', transferGroup: 'g7' }],
  ])('in lists of intents: %s', async (_what, filter) => {
    expectIndexed(await plansOf(() => shop.port.listIntents(world.context(), { ...page, ...filter })));
  });

  it.each([
    ['after a cursor', { startingAfter: 'pi_25001' }],
    ['before a cursor', { endingBefore: 'pi_25001' }],
    ['after a cursor, of a time', { startingAfter: 'pi_25001', createdTo: Date.now() * 1000 }],
    ['before a cursor, of a time', { endingBefore: 'pi_25001', createdFrom: 1 }],
  ])('and none of half the index in a list of intents %s', async (_what, filter) => {
    const sent = await watch.sentBy(() => shop.port.listIntents(world.context(), { ...page, ...filter }));
    for (const each of sent) expect(await blocksOf(world.database.url, each)).toBeLessThan(BLOCKS_OF_A_PAGE);
  });

  it('in lists of charges, refunds and customers', async () => {
    const context = world.context();
    const { port } = shop;
    expectIndexed(
      await plansOf(async () => {
        await port.listCharges(context, page);
        await port.listCharges(context, { ...page, customer: 'cus_7' });
        await port.listCharges(context, { ...page, paymentIntent: 'pi_7' });
        await port.listRefunds(context, page);
        await port.listRefunds(context, { ...page, charge: 'ch_7' });
        await port.listRefunds(context, { ...page, paymentIntent: 'pi_7' });
        await port.listCustomers(context, page);
        await port.listCustomers(context, { ...page, email: 'c7@example.com' });
        await port.findIntent(context, { id: 'pi_7' });
      }),
    );
  });

  it.each<[string, SearchInput['join'], SearchInput['clauses']]>([
    ['a term', 'all', [{ kind: 'term', field: 'status', value: 'x', negated: false }]],
    ['none of a term', 'all', [{ kind: 'term', field: 'status', value: 'x', negated: true }]],
    ['a part of a text', 'all', [{ kind: 'text', field: 'name', value: 'love', negated: false }]],
    ['an amount', 'all', [{ kind: 'range', field: 'amount', from: 4_999n, to: 5_000n, negated: false }]],
    ['a time', 'all', [{ kind: 'range', field: 'created', from: 5n, to: null, negated: false }]],
    ['all but a status', 'all', [{ kind: 'term', field: 'status', value: 'x', negated: true }]],
    ['all but a term', 'all', [{ kind: 'term', field: 'customer', value: 'x', negated: true }]],
    [
      'one of two terms',
      'any',
      [
        { kind: 'term', field: 'status', value: 'x', negated: false },
        { kind: 'term', field: 'status', value: 'y', negated: false },
      ],
    ],
    [
      'a term or an amount',
      'any',
      [
        { kind: 'term', field: 'status', value: 'x', negated: false },
        { kind: 'range', field: 'amount', from: 3n, to: null, negated: true },
      ],
    ],
  ])('in a search for %s', async (_what, join, clauses) => {
    // A count of what nearly every row is reads until it has found 10,000, wherever it begins.
    const input = { join, clauses, limit: 10, count: false };
    expectIndexed(await plansOf(() => shop.port.searchIntents(world.context(), input)));
  });
});
