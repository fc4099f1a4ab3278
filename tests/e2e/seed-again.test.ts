import { seed } from '@tpmall/server';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminPool } from '../harness/admin-pool.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
let admin: pg.Pool;
beforeAll(async () => {
  // As with every test system, nobody writes down what its seed has made: its dev.json is lost.
  test = await startTestSystem('one process', {}, { goods: true });
  admin = adminPool(test.system.databaseUrl);
});
afterAll(async () => {
  await admin?.end();
  await test?.close();
});

/** Keys of commands count for a day. */
async function twoDaysLater(): Promise<void> {
  for (const module of ['catalogue', 'mall'])
    await admin.query(`UPDATE ${module}.command SET first_seen = first_seen - interval '2 days'`);
}

async function shelf(): Promise<{ id: string; summary: unknown; variants: number; priced: number }[]> {
  const { rows } = await admin.query<{ id: string; summary: unknown; variants: number; priced: number }>(
    `SELECT g.id, g.summary, count(*)::int AS variants,
       count(*) FILTER (WHERE p.product = g.product AND p.active)::int AS priced
     FROM mall.goods AS g JOIN mall.variant AS v ON v.tenant = g.tenant AND v.goods = g.id AND v.active
     LEFT JOIN catalogue.price AS p ON p.id = v.price
     GROUP BY g.id, g.summary ORDER BY g.id`,
  );
  return rows;
}

it('starts days later without the file of the first start, and leaves the goods as they are', async () => {
  await twoDaysLater();
  await admin.query(`UPDATE mall.goods SET summary = '{"en": "Sold by the dozen", "zh": "论打卖"}'`);
  const before = await shelf();
  expect(before.length).toBeGreaterThan(10);
  const again = await seed(test.system, { goods: true });
  expect(again.connectedAccounts.map(({ id }) => id)).toEqual(test.merchants);
  expect(again.secretKey).not.toBe(test.secretKey);
  expect(await shelf()).toEqual(before);
});

it('fills the mall days after a first start that had made products and no goods of them', async () => {
  const before = await shelf();
  const products = await admin.query('SELECT id FROM catalogue.product ORDER BY id');
  await twoDaysLater();
  await admin.query('TRUNCATE mall.goods, mall.variant, mall.stock CASCADE');
  await seed(test.system, { goods: true });
  const filled = await shelf();
  expect(filled.map(({ id, variants }) => ({ id, variants }))).toEqual(
    before.map(({ id, variants }) => ({ id, variants })),
  );
  for (const { priced, variants } of filled) expect(priced).toBe(variants);
  expect((await admin.query('SELECT id FROM catalogue.product ORDER BY id')).rows).toEqual(products.rows);
});
