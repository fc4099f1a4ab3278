import type { SearchInput } from '@tpmall/platform/search';
import { testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWatch } from '../harness/plans.ts';
import { openShop, SHOP_MODULES, type Shop } from './world.ts';

/** Enough rows that reading them all is the planner's last choice. */
const ROWS = 20_000;

/** One in ten rows belongs to another tenant; the newest are the ones that a page begins with. */
const who = "CASE WHEN n % 10 = 0 THEN 'acct_other' ELSE $1 END";
const when = "now() - n * interval '1 second'";
const each = `FROM generate_series(1, ${ROWS}) AS n`;
const fill = [
  `INSERT INTO catalogue.product (tenant, id, created_at, updated_at, active, type, name, images,
    marketing_features, metadata)
  SELECT ${who}, 'prod_' || n, ${when}, now(), true, 'good', 'Tea', '[]', '[]', '{}' ${each}`,
  `INSERT INTO catalogue.price (id, tenant, created_at, product, active, currency, unit_amount_decimal,
    tax_behavior, currency_options, metadata)
  SELECT 'price_' || n, ${who}, ${when}, 'prod_' || n, true, 'eur', '5', 'unspecified', '{}', '{}' ${each}`,
  ...['product', 'price'].map(
    (kind) => `INSERT INTO catalogue.search_document (id, kind, tenant, created_at, amount, terms, texts)
  SELECT ${who} || '/${kind}_' || n, '${kind}', ${who}, ${when}, 0,
    ARRAY[1, 2, 1000 + n % 7, 100000 + n]::bigint[], '{"name": "tea"}' ${each}`,
  ),
];

describe('no sequential scan', () => {
  const watch = createWatch();
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(await testDatabase({ modules: SHOP_MODULES }), watch.watched);
    for (const text of fill) await shop.look(text, [shop.tenant]);
    await shop.look('ANALYZE catalogue.product, catalogue.price, catalogue.search_document');
  });
  afterAll(() => shop.close());

  it.each<[string, SearchInput['join'], SearchInput['clauses']]>([
    ['a term', 'all', [{ kind: 'term', field: 'active', value: 'x', negated: false }]],
    ['a part of a text', 'all', [{ kind: 'text', field: 'name', value: 'tea', negated: false }]],
    ['a time', 'all', [{ kind: 'range', field: 'created', from: 5n, to: null, negated: false }]],
    [
      'a term or a part of a text',
      'any',
      [
        { kind: 'term', field: 'active', value: 'x', negated: false },
        { kind: 'text', field: 'name', value: 'tea', negated: false },
      ],
    ],
  ])('in a search for %s, nor in reading what it found', async (_what, join, clauses) => {
    const input = { join, clauses, limit: 10, count: false };
    const plans = await watch.plansOf(shop.database.url, async () => {
      await shop.catalogue.searchProducts(shop.context(), input);
      await shop.catalogue.searchPrices(shop.context(), input);
    });
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/);
    // What holds for all of them is found, so that the statements which read it are looked at as well.
    if (clauses.length === 1 && clauses[0]?.kind === 'range') {
      expect(plans.map((plan) => plan.split('\n')[0])).toEqual(
        expect.arrayContaining(['catalogue.load-products', 'catalogue.find-prices']),
      );
    }
  });
});
