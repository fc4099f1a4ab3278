import { CATEGORIES, type Category, type Directory } from '@tpmall/mall/contract';
import { type Html, html } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import type { AtCounter } from './counter.ts';
import type { Frame } from './shop-page.ts';

/** How a shelf is narrowed and ordered, as its address says. */
export interface Narrowing {
  /** Of a search; an aisle has it in its path. */
  readonly aisle: Category | null;
  /** The account of a maker; a shop has it in its path. */
  readonly maker: string | null;
  readonly inStock: boolean;
  /** `first`: the best, or the newest; else by price. */
  readonly order: (typeof ORDERS)[number];
}

const ORDERS = ['first', 'up', 'down'] as const;
/** What an address may say of it. The page is left out: it was one of the other shelf. */
const NAMES = ['q', 'aisle', 'maker', 'stock', 'order'] as const;
type Choice = Exclude<(typeof NAMES)[number], 'q'>;

/** Reads an address; what names nothing that is here is left out. */
export function narrowingOf({ query }: Visit, { shops }: Directory): Narrowing {
  return {
    aisle: CATEGORIES.find((one) => one === query['aisle']) ?? null,
    maker: shops.find(({ merchant }) => merchant === query['maker'])?.merchant ?? null,
    inStock: query['stock'] === '1',
    order: ORDERS.find((one) => one === query['order']) ?? 'first',
  };
}

/** Whether it leaves anything out. */
export function isNarrow({ aisle, maker, inStock }: Narrowing): boolean {
  return aisle !== null || maker !== null || inStock;
}

/** What the mall is asked for. */
export function askedBy({ aisle, maker, inStock, order }: Narrowing, currency: string) {
  return {
    ...(aisle !== null && { category: aisle }),
    ...(maker !== null && { merchant: maker }),
    ...(inStock && { inStock }),
    ...(order !== 'first' && { order: { price: order, currency } }),
  };
}

/** The same shelf by other choices; null takes one away. */
function hrefOf({ url }: Visit, changes: Readonly<Partial<Record<Choice, string | null>>>): string {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = name in changes ? changes[name as Choice] : url.searchParams.get(name);
    if (value !== null && value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? url.pathname : `${url.pathname}?${text}`;
}

/** The same shelf with everything on it. */
export function wholeHref(visit: Visit): string {
  return hrefOf(visit, { aisle: null, maker: null, stock: null });
}

/**
 * The choices that a shelf gives, folded away behind what is chosen. They are links, so that each takes one
 * touch and has an address.
 *
 * @param choices which of them this shelf gives beside order and stock
 */
export function narrowingView(
  frame: Frame,
  directory: AtCounter['directory'],
  narrowing: Narrowing,
  choices: { readonly aisles?: boolean; readonly makers?: boolean },
): Html {
  const { language, visit, w } = frame;
  const { aisle, maker, inStock, order } = narrowing;
  const nameOf = (merchant: string): string =>
    directory.shops.find((shop) => shop.merchant === merchant)?.name[language] ?? '';
  // What has words comes with the best first, all else with the newest.
  const first = visit.query['q'] === undefined ? 'first' : 'best';
  const nameOfOrder = (one: Narrowing['order']): string => w.orderBy[one === 'first' ? first : one];
  const chosen = [
    nameOfOrder(order),
    ...(aisle !== null && choices.aisles ? [w.category[aisle]] : []),
    ...(maker !== null && choices.makers ? [nameOf(maker)] : []),
    ...(inStock ? [w.inStockOnly] : []),
  ];
  const link = (text: string, isChosen: boolean, changes: Readonly<Partial<Record<Choice, string | null>>>) =>
    html`<li><a class="tap" href="${hrefOf(visit, changes)}"${
      isChosen && html` aria-current="true"`
    }>${text}</a></li>`;
  const group = (title: string, links: readonly Html[]): Html =>
    html`<section><h2 class="h3">${title}</h2><ul>${links}</ul></section>`;
  return html`<details class="narrow"><summary>${w.narrow} <span
 class="cap">${chosen.join(' · ')}</span></summary><div>${group(
   w.orderTitle,
   ORDERS.map((one) => link(nameOfOrder(one), one === order, { order: one === 'first' ? null : one })),
 )}${
   choices.aisles &&
   group(w.categories, [
     link(w.all, aisle === null, { aisle: null }),
     ...directory.categories.map(({ category }) =>
       link(w.category[category], category === aisle, { aisle: category }),
     ),
   ])
 }${
   choices.makers &&
   group(w.makers, [
     link(w.all, maker === null, { maker: null }),
     ...directory.shops.map(({ merchant, name }) =>
       link(name[language], merchant === maker, { maker: merchant }),
     ),
   ])
 }${group(w.stock, [
   link(w.all, !inStock, { stock: null }),
   link(w.inStockOnly, inStock, { stock: '1' }),
 ])}</div></details>`;
}
