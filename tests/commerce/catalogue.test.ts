import { unwrap } from '@tpmall/kernel';
import { testDatabase } from '@tpmall/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, SHOP_MODULES, type Shop } from './world.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(await testDatabase({ modules: SHOP_MODULES }));
});
afterAll(() => shop.close());

const eur = (unitAmountDecimal: string) => ({ currency: 'eur', unitAmountDecimal });
const tea = async (more: object = {}) =>
  unwrap(await shop.catalogue.createProduct(shop.context(), { name: 'Tea', ...more }));
const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code;

describe('products', () => {
  it('are made once with their default price, however often the command comes', async () => {
    const input = { name: 'Tea', merchant: shop.merchants[0], defaultPrice: eur('1250.50') };
    const all = await Promise.all(
      Array.from({ length: 5 }, () => shop.catalogue.createProduct(shop.context('one'), input)),
    );
    const [product, ...others] = all.map(unwrap);
    expect(new Set(others.map(({ id }) => id))).toEqual(new Set([product?.id]));
    expect(product?.merchant).toBe(shop.merchants[0]);
    expect(await shop.told('catalogue', product?.id ?? '')).toEqual(['product.created', 'price.created']);
    const price = unwrap(await shop.catalogue.findPrice(shop.context(), { id: product?.defaultPrice ?? '' }));
    expect(price).toMatchObject({ product: product?.id, unitAmountDecimal: '1250.5' });
    const other = await shop.catalogue.createProduct(shop.context('one'), { name: 'Coffee' });
    expect(codeOf(other)).toBe('idempotency_mismatch');
  });

  it('are each tenant’s own, though two bring the same key at the same instant', async () => {
    const make = async (tenant: string) =>
      unwrap(await shop.catalogue.createProduct(shop.context('same key', tenant), { name: 'Tea' }));
    const [ours, theirs] = [await make('acct_ours'), await make('acct_theirs')];
    expect([ours.tenant, theirs.tenant]).toEqual(['acct_ours', 'acct_theirs']);
    expect(ours.id).not.toBe(theirs.id);
    expect([await make('acct_ours'), await make('acct_theirs')]).toEqual([ours, theirs]);
  });

  it('may be named by their maker, and no name is given twice, not even after deletion', async () => {
    await tea({ id: 'tea-green' });
    expect(codeOf(await shop.catalogue.createProduct(shop.context(), { name: 'T', id: 'tea-green' }))).toBe(
      'product_exists',
    );
    unwrap(await shop.catalogue.deleteProduct(shop.context('del'), { id: 'tea-green' }));
    expect(unwrap(await shop.catalogue.deleteProduct(shop.context('del'), { id: 'tea-green' }))).toEqual({
      id: 'tea-green',
    });
    expect(codeOf(await shop.catalogue.findProduct(shop.context(), { id: 'tea-green' }))).toBe('not_found');
    expect(codeOf(await shop.catalogue.createProduct(shop.context(), { name: 'T', id: 'tea-green' }))).toBe(
      'product_exists',
    );
    const elsewhere = shop.context(undefined, 'acct_other');
    expect((await shop.catalogue.createProduct(elsewhere, { name: 'T', id: 'tea-green' })).ok).toBe(true);
  });

  it('belong to merchants of the platform only', async () => {
    for (const merchant of ['acct_nobody', shop.tenant]) {
      const refused = await shop.catalogue.createProduct(shop.context(), { name: 'T', merchant });
      expect(refused.ok ? refused : refused.error).toMatchObject({
        code: 'merchant_not_found',
        field: 'merchant',
      });
    }
  });

  it('change only where something is said, and a price of another product is no default', async () => {
    const product = await tea({
      description: 'Green',
      metadata: { a: '1', b: '2' },
      images: ['https://i.example/1'],
    });
    const changed = unwrap(
      await shop.catalogue.updateProduct(shop.context(), {
        id: product.id,
        name: 'Tea, loose',
        description: null,
        images: null,
        metadata: { a: null, c: '3' },
      }),
    );
    expect(changed).toMatchObject({
      name: 'Tea, loose',
      description: null,
      images: [],
      metadata: { b: '2', c: '3' },
    });
    const foreign = unwrap(
      await shop.catalogue.createPrice(shop.context(), { ...eur('1'), productData: { name: 'Other' } }),
    );
    const refused = await shop.catalogue.updateProduct(shop.context(), {
      id: product.id,
      defaultPrice: foreign.id,
    });
    expect(refused.ok ? refused : refused.error).toMatchObject({
      code: 'price_not_found',
      field: 'defaultPrice',
    });
    expect(await shop.told('catalogue', product.id)).toEqual(['product.created', 'product.updated']);
  });

  it('are never deleted while somebody gives them a price', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), async (before) => {
        const { id } = await tea();
        const price = () => shop.catalogue.createPrice(shop.context(), { ...eur('1'), product: id });
        const jobs = [...Array.from({ length: before }, price)];
        const [deleted, ...priced] = await Promise.all([
          shop.catalogue.deleteProduct(shop.context(), { id }),
          price(),
          ...jobs,
        ]);
        const added = priced.filter((result) => result.ok).length;
        const isThere = (await shop.catalogue.findProduct(shop.context(), { id })).ok;
        expect(isThere).toBe(!deleted.ok);
        if (deleted.ok) expect(added).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('prices', () => {
  it('hold a lookup key one at a time, and hand it over where that is asked', async () => {
    const { id: product } = await tea();
    const make = (transferLookupKey: boolean) =>
      shop.catalogue.createPrice(shop.context(), {
        ...eur('1'),
        product,
        lookupKey: 'std',
        transferLookupKey,
      });
    const first = unwrap(await make(false));
    expect(codeOf(await make(false))).toBe('lookup_key_taken');
    const second = unwrap(await make(true));
    const list = unwrap(await shop.catalogue.listPrices(shop.context(), { limit: 9, lookupKeys: ['std'] }));
    expect(list.items.map(({ id }) => id)).toEqual([second.id]);
    expect(unwrap(await shop.catalogue.findPrice(shop.context(), { id: first.id })).lookupKey).toBeNull();
    expect(await shop.told('catalogue', product)).toEqual([
      'product.created',
      'price.created',
      'price.updated',
      'price.created',
    ]);
    const all = await Promise.all(Array.from({ length: 8 }, () => make(true)));
    expect(all.some((one) => one.ok)).toBe(true);
    const rows = await shop.look("SELECT id FROM catalogue.price WHERE lookup_key = 'std'");
    expect(rows).toHaveLength(1);
  });

  it('never change their money, and take further currencies', async () => {
    const { id: product } = await tea();
    const price = unwrap(
      await shop.catalogue.createPrice(shop.context(), {
        ...eur('10.0'),
        product,
        currencyOptions: { cny: { unitAmountDecimal: '80' } },
      }),
    );
    const change = (currencyOptions: Record<string, { unitAmountDecimal: string }>) =>
      shop.catalogue.updatePrice(shop.context(), { id: price.id, currencyOptions });
    expect(codeOf(await change({ cny: { unitAmountDecimal: '81' } }))).toBe('price_is_fixed');
    expect(codeOf(await change({ eur: { unitAmountDecimal: '11' } }))).toBe('price_is_fixed');
    const changed = unwrap(await change({ usd: { unitAmountDecimal: '11.50' } }));
    expect(Object.keys(changed.currencyOptions)).toEqual(['cny', 'usd']);
    expect(changed.currencyOptions['usd']?.unitAmountDecimal).toBe('11.5');
  });

  it('are of one product', async () => {
    const none = await shop.catalogue.createPrice(shop.context(), eur('1'));
    expect(none.ok ? none : none.error).toMatchObject({ code: 'invalid_input', field: 'product' });
    const gone = await shop.catalogue.createPrice(shop.context(), { ...eur('1'), product: 'prod_none' });
    expect(codeOf(gone)).toBe('product_not_found');
  });

  it.each(['1.2345678901234', '-1', '1e5', '9999999999999', ''])('refuse %j', async (unitAmountDecimal) => {
    const made = await shop.catalogue.createPrice(shop.context(), {
      currency: 'eur',
      unitAmountDecimal,
      productData: { name: 'x' },
    });
    expect(made.ok ? made : made.error).toMatchObject({ code: 'invalid_input', field: 'unitAmountDecimal' });
  });

  it('of one checkout are made all or none, and stand on no shelf', async () => {
    const port = shop.catalogueFor('checkout');
    const { id: product } = await tea();
    const good = { ...eur('5'), productData: { name: 'Wrapping' } };
    const count = async () => (await shop.look('SELECT id FROM catalogue.price')).length;
    const before = await count();
    const refused = await port.createInlinePrices(shop.context(), {
      prices: [good, { ...eur('5'), product: 'prod_none' }],
    });
    expect(refused.ok ? refused : refused.error).toMatchObject({
      code: 'product_not_found',
      field: 'prices[1].product',
    });
    expect(await count()).toBe(before);
    const input = { prices: [good, { ...eur('6'), product }] };
    const made = unwrap(await port.createInlinePrices(shop.context('inline'), input));
    expect(made.map(({ price, product: of }) => [price.active, of.active])).toEqual([
      [false, false],
      [false, true],
    ]);
    expect(unwrap(await port.createInlinePrices(shop.context('inline'), input))).toEqual(made);
    expect(
      unwrap(await port.findPrices(shop.context(), { ids: [made[1]?.price.id ?? '', 'price_x'] })),
    ).toEqual([made[1]]);
  });
});

describe('lists', () => {
  it('go through every product once, forwards and backwards, and never show another tenant’s', async () => {
    const tenant = 'acct_lists';
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      shop.clock.advance(1000);
      const made = await shop.catalogue.createProduct(shop.context(undefined, tenant), {
        name: `P${index}`,
        active: index % 2 === 0,
      });
      ids.unshift(unwrap(made).id);
    }
    const page = async (input: object) =>
      unwrap(await shop.catalogue.listProducts(shop.context(undefined, tenant), { limit: 3, ...input }));
    const first = await page({});
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await page({ startingAfter: ids[2] });
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3, 6));
    const back = await page({ endingBefore: ids[3] });
    expect(back).toEqual({ items: first.items, hasMore: false });
    expect((await page({ limit: 9, active: false })).items).toHaveLength(3);
    expect((await page({ ids: [ids[0], ids[4]] })).items.map(({ id }) => id)).toEqual([ids[0], ids[4]]);
    const foreign = await shop.catalogue.listProducts(shop.context(), { limit: 3, ids: [ids[0] ?? ''] });
    expect(unwrap(foreign).items).toEqual([]);
    expect(codeOf(await shop.catalogue.findProduct(shop.context(), { id: ids[0] ?? '' }))).toBe('not_found');
    const theirs = { ...eur('1'), product: ids[0] ?? '' };
    const price = unwrap(await shop.catalogue.createPrice(shop.context(undefined, tenant), theirs)).id;
    for (const [read, id] of [
      [shop.catalogue.findProducts, ids[0] ?? ''],
      [shop.catalogue.readPrices, price],
      [shop.catalogueFor('checkout').findPrices, price],
    ] as const) {
      expect(
        unwrap<readonly object[], string>(await read(shop.context(undefined, tenant), { ids: [id] })),
        id,
      ).toHaveLength(1);
      expect(unwrap<readonly object[], string>(await read(shop.context(), { ids: [id] })), id).toEqual([]);
    }
  });
});
