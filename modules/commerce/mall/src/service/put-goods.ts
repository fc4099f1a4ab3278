import type { Price, Product } from '@tpmall/catalogue/contract';
import { assert, base32, err, hash128, ok, parsePrice, type Result, wholePrice } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Amounts, Goods, NewGoods, Shop } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { findOffered, type ListedGoods, type ListedVariant, putGoodsRows } from '../store/goods.ts';
import { findShops } from '../store/shops.ts';
import { commands, type MallDeps } from './deps.ts';
import { indexWords } from './words.ts';

type Code =
  | 'product_not_found'
  | 'shop_not_found'
  | 'price_not_found'
  | 'price_not_sellable'
  | 'options_do_not_fit'
  | 'goods_taken'
  | 'unavailable';

/** Prices that the catalogue finds at once. */
const PRICES_MAX = 100;

/** What goods are listed with, from the catalogue and from here. */
interface Known {
  readonly products: ReadonlyMap<string, Product>;
  readonly prices: ReadonlyMap<string, Price>;
  readonly shops: ReadonlyMap<string, Shop>;
}

/** Lists goods, or changes what is said of them. Amounts are copied: those of a price never change. */
export function putGoods(
  deps: MallDeps,
  context: CallContext,
  input: { readonly goods: readonly NewGoods[] },
): Promise<Result<readonly Goods[], Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'put_goods', input, clock.now());
  const ids = input.goods.map(({ id }) => id);
  let listed: readonly ListedGoods[] = [];
  return commands.once<readonly Goods[], Code>(db, claim, {
    check: async () => {
      const known = await lookUp(deps, context, input.goods);
      if (!known.ok) return known;
      const all: ListedGoods[] = [];
      for (const [index, asked] of input.goods.entries()) {
        // The first stands first among the newest.
        const goods = listedGoods(tenant, asked, known.value, claim.at - index, `goods[${index}]`);
        if (!goods.ok) return goods;
        if (ids.indexOf(asked.id) < index) return twice(`goods[${index}].id`, asked.id);
        all.push(goods.value);
      }
      listed = all;
      return ok(undefined);
    },
    work: async (tx) => {
      if (!(await putGoodsRows(tx, listed))) {
        return err('goods_taken', 'another merchant sells goods under one of these ids', { field: 'goods' });
      }
      const goods = await goodsOf(tx, tenant, ids);
      assert(goods.length === ids.length, 'what was just listed is there');
      await tell(tx, 'goods.listed', goods, claim.at);
      return ok(goods);
    },
    repeat: async () => ok(await goodsOf(db, tenant, ids)),
  });
}

async function goodsOf(db: Queryable, tenant: string, ids: readonly string[]): Promise<readonly Goods[]> {
  return (await findOffered(db, tenant, ids)).map(({ goods }) => goods);
}

function twice(field: string, id: string) {
  return err('goods_taken', `${id} is named twice`, { field });
}

async function lookUp(
  { db, ports }: MallDeps,
  { caller: _caller, ...context }: CallContext,
  goods: readonly NewGoods[],
): Promise<Result<Known, 'unavailable'>> {
  const products = await ports.catalogue.listProducts(context, {
    limit: 100,
    ids: [...new Set(goods.map(({ product }) => product))],
  });
  if (!products.ok) return err('unavailable', `the catalogue cannot be read now: ${products.error.message}`);
  const wanted = [...new Set(goods.flatMap(({ variants }) => variants.map(({ price }) => price)))];
  const prices = new Map<string, Price>();
  for (let from = 0; from < wanted.length; from += PRICES_MAX) {
    const found = await ports.catalogue.findPrices(context, { ids: wanted.slice(from, from + PRICES_MAX) });
    if (!found.ok) return err('unavailable', `the catalogue cannot be read now: ${found.error.message}`);
    for (const { price } of found.value) prices.set(price.id, price);
  }
  const merchants = products.value.items.flatMap(({ merchant }) => (merchant === null ? [] : [merchant]));
  return ok({
    products: new Map(products.value.items.map((product) => [product.id, product])),
    prices,
    shops: await findShops(db, context.tenant, [...new Set(merchants)]),
  });
}

function listedGoods(
  tenant: string,
  asked: NewGoods,
  { products, prices, shops }: Known,
  createdAt: number,
  field: string,
): Result<ListedGoods, Code> {
  const product = products.get(asked.product);
  if (!product) {
    return err('product_not_found', `No such product: '${asked.product}'`, { field: `${field}.product` });
  }
  const shop = product.merchant === null ? undefined : shops.get(product.merchant);
  if (!shop) {
    const message = `product ${product.id} belongs to no merchant that has a shop`;
    return err('shop_not_found', message, { field: `${field}.product` });
  }
  const misfit = misfitOf(asked, field);
  if (misfit) return misfit;
  const variants: ListedVariant[] = [];
  for (const [index, variant] of asked.variants.entries()) {
    const priceField = `${field}.variants[${index}].price`;
    const price = prices.get(variant.price);
    if (price?.product !== product.id) {
      const message = `product ${product.id} has no price ${variant.price}`;
      return err('price_not_found', message, { field: priceField });
    }
    const amounts = amountsOf(price);
    if (!amounts) {
      const message = `price ${price.id} is inactive, recurring, nothing, or has a part of a minor unit`;
      return err('price_not_sellable', message, { field: priceField });
    }
    variants.push({ ...variant, id: variantId(tenant, asked.id, variant.sku), amounts });
  }
  const active = (asked.active ?? true) && product.active;
  const words = wordsOf(asked, shop);
  return ok({ ...asked, tenant, merchant: shop.merchant, active, createdAt, variants, words });
}

function variantId(tenant: string, goods: string, sku: string): string {
  return `var_${base32(hash128('mall.variant', tenant, goods, sku))}`;
}

/** Each variant has a value of each option and no two have the same ones. */
function misfitOf({ options, variants }: NewGoods, field: string) {
  const seen = new Set<string>();
  for (const [index, { sku, values }] of variants.entries()) {
    const choice = options.map(({ key }) => values[key]);
    const fits =
      Object.keys(values).length === options.length &&
      options.every((option) => option.values.some(({ key }) => key === values[option.key]));
    const isNew = !seen.has(JSON.stringify(choice)) && !seen.has(`sku ${sku}`);
    if (!fits || !isNew) {
      const message = fits
        ? 'two variants have the same options or the same sku'
        : 'a variant has one value of each option';
      return err('options_do_not_fit', message, { field: `${field}.variants[${index}].values` });
    }
    seen.add(JSON.stringify(choice)).add(`sku ${sku}`);
  }
  return undefined;
}

/** Whole minor units above nothing in every currency; undefined where the mall cannot sell it. */
function amountsOf(price: Price): Amounts | undefined {
  // An option of the price's own currency is none: the order would be paid by the price itself.
  const units = { ...price.currencyOptions, [price.currency]: price };
  const amounts: Record<string, bigint> = {};
  for (const [code, { unitAmountDecimal }] of Object.entries(units)) {
    const amount = wholePrice(parsePrice(unitAmountDecimal) ?? 0n);
    if (amount === undefined || amount <= 0n) return undefined;
    amounts[code] = amount;
  }
  return price.active && price.recurring === null ? amounts : undefined;
}

function wordsOf(goods: NewGoods, shop: Shop) {
  const both = ({ en, zh }: { readonly en: string; readonly zh: string }): string[] => [en, zh];
  const choices = goods.options.flatMap(({ values }) => values.flatMap(({ name }) => both(name)));
  const skus = goods.variants.map(({ sku }) => sku);
  return indexWords([
    both(goods.name),
    [goods.category, ...both(CATEGORY_WORDS[goods.category]), ...both(shop.name), ...choices, ...skus],
    [...both(goods.summary), ...both(shop.place)],
    both(goods.description),
  ]);
}

/** What people call the things of an aisle when they look for them. */
const CATEGORY_WORDS: Readonly<Record<Goods['category'], { readonly en: string; readonly zh: string }>> = {
  ceramics: { en: 'ceramics pottery porcelain stoneware', zh: '陶瓷，瓷器，陶器' },
  lighting: { en: 'lighting lamp lantern light', zh: '灯具，灯笼，照明' },
  paper: { en: 'paper ink stationery writing', zh: '纸墨文具，书写' },
  textiles: { en: 'textiles cloth linen fabric', zh: '织物，布艺，布料' },
  kitchen: { en: 'kitchen cooking table', zh: '厨房，餐具' },
  tea: { en: 'tea leaves', zh: '茶叶，茗茶' },
  clocks: { en: 'clocks time', zh: '钟表，时钟' },
};
