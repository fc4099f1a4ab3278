import { DAY, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWatch } from '../harness/plans.ts';
import { type MallWorld, openMall } from './mall.ts';

const lockStock = sql('test.lock-stock', 'SELECT variant FROM mall.stock WHERE variant = $1 FOR UPDATE');
const watch = createWatch();
let world: MallWorld;
beforeAll(async () => {
  world = await openMall(watch.watched);
  const [kiln, lantern] = world.merchants;
  const goods = [
    ['ash-glaze-vase', 'Ash-glaze vase, tall', '灰釉长颈瓶', 'ceramics', kiln, 62_000],
    ['celadon-tea-bowl', 'Celadon tea bowl', '青瓷茶碗', 'ceramics', kiln, 16_800],
    ['side-pour-teapot', 'Side-pour teapot', '侧把茶壶', 'kitchen', kiln, 45_800],
    ['reading-lamp', 'Folding-shade reading lamp', '折叠灯罩阅读灯', 'lighting', lantern, 128_000],
    ['ledger-notebook', 'Ledger notebook, ruled', '横线账簿', 'paper', lantern, 6_600],
    ['black-tea', 'Keemun black tea', '祁门红茶', 'tea', lantern, 9_800],
  ] as const;
  for (const [id, en, zh, category, merchant, fen] of goods) {
    world.clock.advance(1000);
    await world.list({
      id,
      en,
      zh,
      category,
      merchant,
      prices: [
        [fen, 5],
        [fen + 100, 0],
      ],
    });
  }
});
afterAll(() => world.close());

const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
const browse = async (input: object) =>
  unwrap(await world.mall.browse(world.context(), { limit: 20, page: 1, ...input }));
const find = async (words: string) => (await browse({ words })).items.map(({ id }) => id);

describe('a search', () => {
  it.each([
    ['vase', ['ash-glaze-vase']],
    ['Vases', ['ash-glaze-vase']],
    ['reading lamps', ['reading-lamp']],
    ['celad', ['celadon-tea-bowl']],
    ['tea bowl', ['celadon-tea-bowl']],
    ['长颈瓶', ['ash-glaze-vase']],
    ['灰釉', ['ash-glaze-vase']],
    ['釉', ['ash-glaze-vase']],
    ['账簿', ['ledger-notebook']],
    ['青瓷 bowl', ['celadon-tea-bowl']],
    ['阅读灯 lamp', ['reading-lamp']],
  ])('for %j finds %j', async (words, ids) => {
    expect(await find(words)).toEqual(ids);
  });

  it('puts names first, whole words before unfinished ones, and goods of a kind behind', async () => {
    const tea = await find('tea');
    expect(tea.slice(0, 2).toSorted()).toEqual(['black-tea', 'celadon-tea-bowl']);
    expect(tea).toContain('side-pour-teapot');
    const chinese = await find('茶');
    expect(chinese.slice(0, 3).toSorted()).toEqual(['black-tea', 'celadon-tea-bowl', 'side-pour-teapot']);
  });

  it('takes what has some of the words where none has all', async () => {
    const some = await browse({ words: '送给妈妈的茶碗' });
    expect(some.match).toBe('some');
    expect(some.items[0]?.id).toBe('celadon-tea-bowl');
    expect(await browse({ words: 'zeppelin' })).toEqual({ items: [], count: 0, match: 'some', near: null });
  });

  it.each([
    ['celadno bowl', 'celadon bowl', 'celadon-tea-bowl'],
    ['legder', 'ledger', 'ledger-notebook'],
    ['readng lamp', 'reading lamp', 'reading-lamp'],
    ['notebbok', 'notebook', 'ledger-notebook'],
    ['Kemun 红茶', 'keemun 红茶', 'black-tea'],
  ])('takes %j for %j', async (words, near, id) => {
    expect(await browse({ words })).toMatchObject({ near, match: 'all', items: [{ id }] });
  });

  it('believes what was written where something has it, and mends nothing beyond a slip', async () => {
    expect(await browse({ words: 'bowl vase' })).toMatchObject({ near: null, match: 'some' });
    // Each has a letter of its own too much, at the other end: two slips, though they have a spelling in
    // common.
    expect(await browse({ words: 'edgerl' })).toMatchObject({ near: null, count: 0 });
    expect(await browse({ words: 'the' })).toMatchObject({ near: null, count: 0 });
  });

  it('turns the pages of what has some of the words, and counts behind the last one', async () => {
    const words = 'vase lamp ledger';
    const pages = await Promise.all([1, 2, 9].map((page) => browse({ words, limit: 2, page })));
    expect(pages.map(({ count, items }) => [count, items.length])).toEqual([
      [3, 2],
      [3, 1],
      [3, 0],
    ]);
  });

  it.each(["'", '& | !', "tea' & !bowl:*", '🙂', '灰:*釉', 'a'.repeat(200), '<script>'])(
    'takes %j for words and nothing else',
    async (words) => {
      expect((await world.mall.browse(world.context(), { words, limit: 5, page: 1 })).ok).toBe(true);
    },
  );

  it('stays within its category, its merchant and its tenant', async () => {
    const [kiln] = world.merchants;
    expect((await browse({ words: 'tea', category: 'tea' })).items.map(({ id }) => id)).toEqual([
      'black-tea',
    ]);
    expect((await browse({ words: 'tea', merchant: kiln })).items.map(({ id }) => id)).not.toContain(
      'black-tea',
    );
    const elsewhere = await world.mall.browse(world.context(undefined, 'acct_other'), {
      words: 'tea',
      limit: 5,
      page: 1,
    });
    expect(unwrap(elsewhere).count).toBe(0);
  });

  it('tells what is left out from what is not there', async () => {
    // Two pieces of paper are in no aisle of clocks; a slip of the pen is looked for where it was asked for.
    expect(await browse({ words: 'ledger', category: 'clocks' })).toMatchObject({ count: 0, match: 'all' });
    expect(await browse({ words: 'legder', category: 'paper' })).toMatchObject({ near: 'ledger', count: 1 });
    expect(await browse({ words: 'zeppelin', inStock: true })).toMatchObject({ count: 0, match: 'some' });
  });

  it('is ordered by prices in the currency that is asked for, whatever has the words best', async () => {
    const order = async (price: 'up' | 'down', currency = 'cny') =>
      (await browse({ words: 'tea', order: { price, currency } })).items.map(({ id }) => id);
    const up = ['black-tea', 'celadon-tea-bowl', 'side-pour-teapot'];
    expect(await order('up')).toEqual(up);
    expect(await order('down')).toEqual(up.toReversed());
    // None of them is sold in euros: all are there, the newest first.
    expect(await order('up', 'eur')).toEqual(['black-tea', 'side-pour-teapot', 'celadon-tea-bowl']);
  });
});

describe('a shelf', () => {
  it('goes through all goods, the newest first, with lowest prices and stock', async () => {
    const first = await browse({ limit: 4 });
    const second = await browse({ limit: 4, page: 2 });
    expect(first.count).toBe(6);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([
      ...[
        'black-tea',
        'ledger-notebook',
        'reading-lamp',
        'side-pour-teapot',
        'celadon-tea-bowl',
        'ash-glaze-vase',
      ],
    ]);
    expect(second.items[1]).toMatchObject({ from: { cny: 62_000n }, varies: true, inStock: true });
    const directory = unwrap(await world.mall.readDirectory(world.context(), {}));
    expect(directory.goods).toBe(6);
    expect(directory.shops.map(({ goods }) => goods)).toEqual([3, 3]);
  });

  it('leaves out what is sold out where that is asked for, and turns its pages by price', async () => {
    const [, lantern] = world.merchants;
    const gone = { id: 'gone-lamp', en: 'Lamp', zh: '灯', category: 'clocks', merchant: lantern } as const;
    await world.list({ ...gone, prices: [[100, 0]] });
    const asked = { category: 'clocks' } as const;
    expect(await browse(asked)).toMatchObject({ count: 1, items: [{ id: 'gone-lamp', inStock: false }] });
    expect(await browse({ ...asked, inStock: true })).toMatchObject({ count: 0, items: [] });
    const pages = await Promise.all(
      [1, 2, 3].map((page) =>
        browse({ inStock: true, order: { price: 'up', currency: 'cny' }, limit: 2, page }),
      ),
    );
    expect(pages.map(({ count }) => count)).toEqual([6, 6, 6]);
    const prices = pages.flatMap(({ items }) => items.map(({ from }) => from['cny']));
    expect(prices).toEqual([6_600n, 9_800n, 16_800n, 45_800n, 62_000n, 128_000n]);
  });
});

describe('listing goods', () => {
  const said = async (over: object) => {
    const { goods } = unwrap(await world.operator.findGoods(world.context(), { id: 'celadon-tea-bowl' }));
    const { tenant: _tenant, merchant: _merchant, createdAt: _createdAt, ...rest } = goods;
    const variants = goods.variants.map(({ sku, price, values }) => ({ sku, price, values, stock: 1 }));
    return { goods: [{ ...rest, variants, ...over }] } as never;
  };
  const put = async (over: object) => world.operator.putGoods(world.context(), await said(over));

  it('refuses what could not be sold, and names it', async () => {
    expect(errorOf(await put({ product: 'prod_none' }))).toMatchObject({
      code: 'product_not_found',
      field: 'goods[0].product',
    });
    const own = unwrap(await world.catalogue.createProduct(world.context(), { name: 'Gift card' }));
    expect(errorOf(await put({ product: own.id }))).toMatchObject({ code: 'shop_not_found' });
    const variant = (over: object) => ({
      variants: [{ sku: 'x', price: 'price_none', values: { size: 's0' }, stock: 1, ...over }],
    });
    expect(errorOf(await put(variant({})))).toMatchObject({
      code: 'price_not_found',
      field: 'goods[0].variants[0].price',
    });
    expect(errorOf(await put(variant({ values: { size: 'none' } })))).toMatchObject({
      code: 'options_do_not_fit',
    });
    const { goods } = unwrap(await world.operator.findGoods(world.context(), { id: 'celadon-tea-bowl' }));
    const price = async (unitAmountDecimal: string) =>
      unwrap(
        await world.catalogue.createPrice(world.context(), {
          product: goods.product,
          currency: 'cny',
          unitAmountDecimal,
        }),
      ).id;
    for (const odd of ['0', '10.5']) {
      expect(errorOf(await put(variant({ price: await price(odd) })))).toMatchObject({
        code: 'price_not_sellable',
      });
    }
    expect(errorOf(await put({ plate: { kind: 'cannon', seed: '1' } }))).toMatchObject({
      code: 'invalid_input',
      field: 'goods[0].plate.kind',
    });
  });

  it('shows the amount that is paid where a price names its own currency once more', async () => {
    const price = unwrap(
      await world.catalogue.createPrice(world.context(), {
        ...{
          currency: 'cny',
          unitAmountDecimal: '2500',
          currencyOptions: { cny: { unitAmountDecimal: '1' } },
        },
        productData: { name: 'Saucer', merchant: world.merchants[0] },
      }),
    );
    const variants = [{ sku: 'saucer', price: price.id, values: { size: 's0' }, stock: 1 }];
    const [listed] = unwrap(await put({ id: 'celadon-saucer', product: price.product, variants }));
    expect(listed?.variants[0]?.amounts).toEqual({ cny: 2500n });
  });

  it('keeps goods of one merchant from being taken by another', async () => {
    const [, lantern] = world.merchants;
    const other = unwrap(
      await world.catalogue.createPrice(world.context(), {
        currency: 'cny',
        unitAmountDecimal: '100',
        productData: { name: 'Bowl', merchant: lantern },
      }),
    );
    const refused = await put({
      product: other.product,
      variants: [{ sku: 'x', price: other.id, values: { size: 's0' }, stock: 1 }],
    });
    expect(errorOf(refused)).toMatchObject({ code: 'goods_taken' });
  });

  it('takes away what is named no more, and counts no stock twice', async () => {
    const [before] = unwrap(await put({}));
    const [first] = before?.variants ?? [];
    expect(first?.available).toBe(5);
    const kept = { sku: first?.sku, price: first?.price, values: first?.values, stock: 7 };
    const [after] = unwrap(await put({ variants: [kept] }));
    expect(after?.variants.map(({ active, available }) => [active, available])).toEqual([
      [true, 5],
      [false, 0],
    ]);
    const [card] = (await browse({ words: '青瓷' })).items;
    expect(card?.varies).toBe(false);
  });
});

describe('a cart', () => {
  const add = (owner: string, variant: string, quantity = 1) =>
    world.mall.addToCart(world.context(), { owner, variant, quantity, currency: 'cny' });

  it('has its parcels by merchant, and its bounds', async () => {
    const owner = world.guest();
    const variants = await world.look<{ id: string }>(
      'SELECT id FROM mall.variant WHERE active ORDER BY id LIMIT 3',
    );
    for (const { id } of variants) unwrap(await add(owner, id, 2));
    const [one] = variants.map(({ id }) => id);
    expect(errorOf(await add(owner, one ?? '', 98))).toMatchObject({
      code: 'quantity_too_large',
      field: 'quantity',
    });
    expect(errorOf(await add(owner, 'var_none'))).toMatchObject({ code: 'not_found', field: 'variant' });
    const set = await world.mall.changeCart(world.context(), {
      owner,
      currency: 'cny',
      lines: variants.map(({ id }, index) => ({ variant: id, quantity: index })),
    });
    expect(unwrap(set).pieces).toBe(3);
    const many = Array.from({ length: 10_000 }, (_, index) => ({ variant: `var_${index}`, quantity: 1 }));
    const refused = await world.mall.changeCart(world.context(), { owner, currency: 'cny', lines: many });
    expect(errorOf(refused)).toMatchObject({
      code: 'invalid_input',
      field: 'lines',
      message: expect.stringContaining('a cart has at most 100 lines'),
    });
  });

  it('takes a hundred lines and not one more, whatever comes at once', { timeout: 60_000 }, async () => {
    const owner = world.guest();
    const [kiln] = world.merchants;
    const lists = await Promise.all(
      [0, 1, 2].map((at) =>
        world.list({
          merchant: kiln,
          prices: Array.from({ length: at === 2 ? 10 : 30 }, (_, index) => [100 + index, 1] as const),
        }),
      ),
    );
    const more = await world.list({
      merchant: kiln,
      prices: Array.from({ length: 30 }, (_, index) => [900 + index, 1] as const),
    });
    const variants = [
      ...lists.flat(),
      ...more,
      ...(await world.list({
        merchant: kiln,
        prices: [
          [5, 1],
          [6, 1],
          [7, 1],
        ],
      })),
    ];
    expect(variants).toHaveLength(103);
    const added = await Promise.all(variants.map((variant) => add(owner, variant)));
    expect(added.filter((result) => result.ok)).toHaveLength(100);
    expect(errorOf(added.find((result) => !result.ok) ?? { ok: true })).toMatchObject({
      code: 'cart_is_full',
    });
  });

  it('of a guest becomes the person’s, with the orders, once', async () => {
    const [guest, person] = [world.guest(), 'person:ada'];
    const [kiln] = world.merchants;
    const [a = '', b = ''] = await world.list({
      merchant: kiln,
      prices: [
        [100, 200],
        [200, 200],
      ],
    });
    const order = await world.order({ [a]: 1 }, { owner: guest });
    unwrap(await add(guest, a, 60));
    unwrap(await add(guest, b, 1));
    unwrap(await add(person, a, 50));
    const adopt = () => world.mall.adopt(world.context(), { from: guest, to: person });
    expect(unwrap(await adopt())).toEqual({ lines: 2, orders: 1 });
    expect(unwrap(await adopt())).toEqual({ lines: 0, orders: 0 });
    const cart = unwrap(await world.mall.readCart(world.context(), { owner: person, currency: 'cny' }));
    expect(cart.parcels[0]?.lines.map(({ quantity }) => quantity)).toEqual([99, 1]);
    expect((await world.find(order)).owner).toBe(person);
    const backwards = await world.mall.adopt(world.context(), { from: person, to: guest });
    expect(errorOf(backwards)).toMatchObject({ code: 'invalid_input' });
  });

  it('of a guest who signs in while ordering becomes the person’s order', async () => {
    const [guest, person] = [world.guest(), 'person:wu'];
    const [kiln] = world.merchants;
    const [a = ''] = await world.list({ merchant: kiln, prices: [[100, 200]] });
    unwrap(await add(guest, a, 1));
    const waiting = async (count: number) => {
      const blocked = `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await world.look(blocked)).length < count) await new Promise((next) => setTimeout(next, 10));
    };
    // The stock is what an order waits for last, before it is there for others to see.
    const both = await world.database.db('mall').transaction(async (tx) => {
      await tx.run(lockStock, [a]);
      const placed = world.mall.placeOrder(world.context(), world.placing(guest, 1900n));
      await waiting(1);
      const adopted = world.mall.adopt(world.context(), { from: guest, to: person });
      await waiting(2);
      return [placed, adopted] as const;
    });
    const order = unwrap(await both[0]);
    expect(unwrap(await both[1])).toEqual({ lines: 0, orders: 1 });
    expect((await world.find(order)).owner).toBe(person);
  });

  it('of a guest is forgotten when no browser can know the guest, and a person’s is not', async () => {
    const [before, after, person] = [world.guest(), world.guest(), 'person:lin'];
    const [kiln] = world.merchants;
    const [a = ''] = await world.list({ merchant: kiln, prices: [[100, 200]] });
    unwrap(await add(before, a, 1));
    unwrap(await add(person, a, 2));
    world.clock.advance(60 * DAY);
    unwrap(await add(after, a, 3));
    const counts = async () => {
      const owners = [before, after, person];
      const all = owners.map((owner) => world.mall.countCart(world.context(), { owner }));
      return (await Promise.all(all)).map(unwrap);
    };
    await world.forgetCarts();
    expect(await counts()).toEqual([1, 3, 2]);
    // So many carts that reading them all, as of a handful, is not what costs least.
    await world.look(`INSERT INTO mall.cart_line
      SELECT tenant, owner || n, variant, quantity, seen, added_at
      FROM mall.cart_line, generate_series(1, 5000) AS n WHERE quantity = 3`);
    await world.look('ANALYZE mall.cart_line');
    world.clock.advance(31 * DAY);
    const plans = await watch.plansOf(world.database.url, () => world.forgetCarts());
    expect(await counts()).toEqual([0, 3, 2]);
    expect(plans.join('\n')).toMatch(/Tid Scan on cart_line/);
  });
});

describe('a search among many goods', () => {
  it('reads an index, for words, for words as they may have been meant, and for pages', async () => {
    const copied = `tenant, merchant, product, created_at, active, category, plate, summary, description,
      options, from_amounts, varies`;
    await world.look(
      `INSERT INTO mall.goods (id, name, words, ${copied})
       SELECT 'many-' || n, jsonb_build_object('en', 'Thing ' || md5(n::text), 'zh', n::text),
         to_tsvector('english', md5(n::text)), ${copied}
       FROM mall.goods, generate_series(1, 8000) AS n WHERE id = 'ash-glaze-vase'`,
    );
    await world.look('ANALYZE mall.goods');
    const plans = await watch.plansOf(world.database.url, async () => {
      for (const words of ['ledger notebook', '长颈瓶', 'legder', 'vase 账簿']) await browse({ words });
    });
    expect(plans.some((plan) => plan.includes('goods_by_spelling'))).toBe(true);
    for (const plan of plans) {
      expect(plan).toMatch(/goods_by_words|goods_by_spelling/);
      expect(plan).not.toMatch(/Seq Scan on goods/);
    }
  });
});
