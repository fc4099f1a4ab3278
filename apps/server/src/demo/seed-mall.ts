import { catalogueContract } from '@tpmall/catalogue/contract';
import { unwrap } from '@tpmall/kernel';
import { mallContract, type NewGoods, type NewShop } from '@tpmall/mall/contract';
import type { OutgoingContext, Port } from '@tpmall/platform/contract';
import type { System } from '../system.ts';
import { type DemoGoods, optionsOf } from './demo-goods.ts';
import { kilnAndReed } from './kiln-and-reed.ts';
import { northlightTea } from './northlight-tea.ts';
import { paperLantern } from './paper-lantern.ts';

/** A shop of the demonstration, apart from its merchant. */
interface DemoShop extends Omit<NewShop, 'merchant'> {
  readonly goods: readonly DemoGoods[];
}

const both = (en: string, zh: string) => ({ en, zh });
/** The included rate of VAT on goods in China. */
const TAX_BASIS_POINTS = 1300;
/** Returns up to this much are not worth a person's time. */
const ACCEPT_UP_TO = { cny: 10_000n, usd: 1_500n };

/** Shops by the merchant's name. */
const SHOPS: Readonly<Record<string, DemoShop>> = {
  'Kiln & Reed': {
    name: both('Kiln & Reed', '窑与苇'),
    place: both('Jingdezhen', '景德镇'),
    about: both('A pottery with one pine kiln and nine people.', '一座松柴窑，九个人的陶坊。'),
    delivery: { cny: 1800n, usd: 900n },
    freeDeliveryFrom: { cny: 100_000n, usd: 15_000n },
    dispatchDays: 2,
    taxBasisPoints: TAX_BASIS_POINTS,
    acceptReturnsUpTo: ACCEPT_UP_TO,
    goods: kilnAndReed,
  },
  'Paper Lantern Co.': {
    name: both('Paper Lantern Co.', '纸灯笼'),
    place: both('Suzhou', '苏州'),
    about: both('Lamps, paper and the time of day.', '灯、纸，与时辰。'),
    delivery: { cny: 1500n, usd: 800n },
    freeDeliveryFrom: { cny: 100_000n, usd: 15_000n },
    dispatchDays: 1,
    taxBasisPoints: TAX_BASIS_POINTS,
    acceptReturnsUpTo: ACCEPT_UP_TO,
    goods: paperLantern,
  },
  'Northlight Tea': {
    name: both('Northlight Tea', '北光茶'),
    place: both('Ningbo', '宁波'),
    about: both(
      'Tea from people we have visited, and what it is made in.',
      '访过的茶人所制之茶，以及泡它的器物。',
    ),
    delivery: { cny: 1200n, usd: 700n },
    freeDeliveryFrom: { cny: 30_000n, usd: 5_000n },
    dispatchDays: 1,
    taxBasisPoints: TAX_BASIS_POINTS,
    acceptReturnsUpTo: ACCEPT_UP_TO,
    goods: northlightTea,
  },
};

/**
 * Fills the mall with what the demonstration's merchants sell, all by commands that may come again: a start
 * that was cut short is carried on by the next, days later too. A mall that was filled is left alone: its
 * merchants may have changed what they sell.
 */
export async function seedMall(
  system: Pick<System, 'portFor'>,
  context: (commandId: string) => OutgoingContext,
  merchants: readonly { readonly id: string; readonly name: string }[],
): Promise<void> {
  const mall = system.portFor(mallContract, 'operator');
  const catalogue = system.portFor(catalogueContract, 'operator');
  if (await isFilled(mall, context)) return;
  const shops = merchants.flatMap(({ id, name }) => {
    const shop = SHOPS[name];
    return shop ? [{ merchant: id, shop }] : [];
  });
  const said = shops.map(({ merchant, shop: { goods: _goods, ...shop } }) => ({ merchant, ...shop }));
  unwrap(await mall.putShops(context('seed:shops'), { shops: said }));
  const all = await Promise.all(
    shops.map(({ merchant, shop }) =>
      inTurn(shop.goods, (goods) => listed(catalogue, context, merchant, goods)),
    ),
  );
  // From each shop in turn, so that the first page shows all of them.
  const mixed = kilnAndReed.flatMap((_, index) => all.flatMap((goods) => goods[index] ?? []));
  unwrap(await mall.putGoods(context('seed:goods'), { goods: mixed }));
}

/** Goods are listed all at once, so one stands for all. */
async function isFilled(
  mall: Port<typeof mallContract>,
  context: (commandId: string) => OutgoingContext,
): Promise<boolean> {
  const found = await mall.findGoods(context('seed:look'), { id: kilnAndReed[0]?.id ?? '' });
  if (!found.ok && found.error.code !== 'not_found') unwrap(found);
  return found.ok;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

/** Makes the product and its prices in the catalogue: one for each amount that its variants have. */
async function listed(
  catalogue: Port<typeof catalogueContract>,
  context: (commandId: string) => OutgoingContext,
  merchant: string,
  demo: DemoGoods,
): Promise<NewGoods> {
  const { id, category, kind, name, summary, description } = demo;
  const defaultPrice = terms(demo.price, name[1]);
  const priced = async (commandId: string, price: ReturnType<typeof terms> & { nickname?: string }) =>
    unwrap(await catalogue.createPrice(context(commandId), { product: id, ...price })).id;
  const made = await catalogue.createProduct(context(`seed:product:${id}`), {
    ...{ id, merchant, type: 'good', name: name[0], description: summary[0], shippable: true },
    metadata: { name_zh: name[1] },
    defaultPrice,
  });
  // One of a start that was cut short days ago, whose commands are forgotten.
  const isThere = !made.ok && made.error.code === 'product_exists';
  const usual = isThere ? await priced(`seed:price:${id}`, defaultPrice) : unwrap(made).defaultPrice;
  const variants: NewGoods['variants'] = [];
  for (const value of demo.choice?.values ?? [undefined]) {
    let price = usual ?? '';
    if (value?.price) {
      const own = { nickname: value.name[0], ...terms(value.price, `${name[1]}，${value.name[1]}`) };
      price = await priced(`seed:price:${id}:${value.key}`, own);
    }
    variants.push({
      sku: value ? `${id}-${value.key}` : id,
      ...{ price, values: value && demo.choice ? { [demo.choice.key]: value.key } : {} },
      stock: value?.stock ?? demo.stock ?? 0,
    });
  }
  return {
    ...{
      id,
      product: id,
      category,
      plate: { kind, seed: demo.seed ?? id },
      variants,
      options: optionsOf(demo),
    },
    name: both(...name),
    summary: both(...summary),
    description: both(...description),
  };
}

/** Prices in yuan and dollars, tax included, with the Chinese name for pages that show a price alone. */
function terms([cny, usd]: DemoGoods['price'], nameZh: string) {
  return {
    currency: 'cny',
    unitAmountDecimal: String(cny),
    taxBehavior: 'inclusive',
    currencyOptions: { usd: { unitAmountDecimal: String(usd), taxBehavior: 'inclusive' } },
    metadata: { name_zh: nameZh },
  } as const;
}
