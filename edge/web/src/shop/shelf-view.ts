import { currencyOf } from '@tpmall/kernel';
import type { Category, Directory, GoodsCard, Shelf } from '@tpmall/mall/contract';
import { type Html, html, money } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { isNarrow, type Narrowing, narrowingView, wholeHref } from './narrowing.ts';
import { type Frame, price, shelf, shopPage } from './shop-page.ts';

/** A page of a shelf, and which. */
export interface Browsed {
  readonly shelf: Shelf;
  readonly narrowing: Narrowing;
  readonly page: number;
  /** Goods on one page. */
  readonly size: number;
}

/** The front page: what this is, and goods. */
export function homePage(frame: Frame, directory: Directory, browsed: Browsed): Answer {
  const { w } = frame;
  const [first, second] = w.heroTitle;
  const body = html`${
    browsed.page === 1 &&
    !isChosen(browsed) &&
    html`<section class="front"><div class="stack l"><h1>${first}<br>${second}</h1>
<p class="lede">${w.hero(directory.shops.length)}</p></div>
${example(frame, directory, browsed.shelf)}</section>`
  }
${aisles(frame, directory, 'all')}${narrowingView(frame, directory, browsed.narrowing, { makers: true })}
<h2 class="sr">${w.goodsHeading}</h2>
${directory.goods === 0 ? html`<p class="empty">${w.nothingYet}</p>` : goodsOf(frame, browsed)}`;
  const about = { description: w.hero(directory.shops.length), page: browsed.page };
  return shopPage(frame, { title: w.heroTitle.join(' '), body, about, isShelf: true });
}

/** Whether the shelf is another than who comes first sees. */
function isChosen({ narrowing }: Browsed): boolean {
  return isNarrow(narrowing) || narrowing.order !== 'first';
}

/** The goods of a shelf and the way to its other pages; the way back where its choices leave none. */
function goodsOf(frame: Frame, browsed: Browsed): Html {
  const { visit, w } = frame;
  const { shelf: found, narrowing } = browsed;
  if (found.count === 0 && isNarrow(narrowing)) {
    return html`<div class="empty stack s"><p>${w.leftOut}</p>
<p><a class="tap" href="${wholeHref(visit)}">${w.showWhole}</a></p></div>`;
  }
  return html`${shelf(frame, found.items)}${turning(frame, browsed)}`;
}

/** What a bill of the first goods of two shops looks like. */
function example(frame: Frame, { shops }: Directory, { items }: Shelf): Html | false {
  const { language, shopper, w } = frame;
  const currency = currencyOf(shopper.currency);
  const parts = shops.flatMap((shop) => {
    const own = items.filter((card) => card.merchant === shop.merchant && card.inStock).slice(0, 3);
    const sum = own.reduce((total, card) => total + (card.from[shopper.currency] ?? 0n), 0n);
    return sum === 0n ? [] : [{ shop, count: own.length, sum }];
  });
  if (parts.length < 2) return false;
  const two = parts.slice(0, 2);
  const total = two.reduce((sum, part) => sum + part.sum, 0n);
  return html`<section class="bill"><h2>${w.exampleTitle}</h2><dl class="sum">${two.map(
    ({ shop, count, sum }) =>
      html`<div><dt>${shop.name[language]} · ${w.things(count)}</dt><dd>${money(sum, currency)}</dd></div>`,
  )}<div><dt>${w.service}</dt><dd>${money(0n, currency)}</dd></div>
<div class="grand"><dt>${w.payOnce}</dt><dd>${price(frame, total)}</dd></div></dl></section>`;
}

/** The ways into the mall; null: the page is none of them. */
function aisles({ w }: Frame, directory: Directory, current: Category | 'all' | null): Html {
  const links = directory.categories.toSorted((a, b) => b.goods - a.goods);
  const mark = (is: boolean) => is && html` aria-current="page"`;
  return html`<nav class="cats" aria-label="${w.categories}" tabindex="0"><ul>
<li><a href="/"${mark(current === 'all')}>${w.all}<span>${directory.goods}</span></a></li>${links.map(
    ({ category, goods }) =>
      html`<li><a href="/aisles/${category}"${mark(category === current)}>${w.category[category]}
<span>${goods}</span></a></li>`,
  )}</ul></nav>`;
}

/** Goods of one aisle. */
export function aislePage(frame: Frame, directory: Directory, category: Category, browsed: Browsed): Answer {
  const name = frame.w.category[category];
  const body = html`<div class="shelf-head"><h1>${name}</h1></div>${aisles(frame, directory, category)}
${narrowingView(frame, directory, browsed.narrowing, { makers: true })}${goodsOf(frame, browsed)}`;
  const count = directory.categories.find((one) => one.category === category)?.goods ?? 0;
  const about = { description: frame.w.aboutAisle(name, count), page: browsed.page };
  return shopPage(frame, { title: name, body, about, isShelf: true });
}

/** Goods of one shop. */
export function merchantPage(
  frame: Frame,
  directory: Directory,
  shop: Directory['shops'][number],
  browsed: Browsed,
): Answer {
  const { language } = frame;
  const body = html`<div class="shelf-head stack s"><p class="cap">${shop.place[language]}</p>
<h1>${shop.name[language]}</h1><p class="lede">${shop.about[language]}</p></div>
${narrowingView(frame, directory, browsed.narrowing, { aisles: true })}${goodsOf(frame, browsed)}`;
  const about = { description: shop.about[language], page: browsed.page };
  return shopPage(frame, { title: shop.name[language], body, about, isShelf: true });
}

/**
 * What a search has found; where it is nothing, a few others, so that nobody stands before an empty shelf.
 */
export function resultsPage(
  frame: Frame,
  words: string,
  directory: Directory,
  browsed: Browsed,
  others: readonly GoodsCard[],
): Answer {
  const { w } = frame;
  const { count } = browsed.shelf;
  const isNothing = count === 0 && !isNarrow(browsed.narrowing);
  const body = html`<div class="shelf-head stack s"><h1>${w.resultsFor(words)}</h1><p
 class="dim" role="status">${saidOf(frame, browsed.shelf)}</p></div>
${
  isNothing
    ? aisles(frame, directory, null)
    : html`${narrowingView(frame, directory, browsed.narrowing, { aisles: true, makers: true })}${goodsOf(
        frame,
        browsed,
      )}`
}${
  others.length > 0 &&
  html`<section class="more"><div class="head"><h2>${w.perhaps}</h2></div>${shelf(frame, others)}</section>`
}`;
  return shopPage(frame, { title: w.resultsFor(words), body, isShelf: true });
}

function saidOf({ w }: Frame, { count, match, near }: Shelf): string {
  if (near !== null) return w.foundNear(near);
  if (count === 0 && match === 'all') return w.foundElsewhere;
  if (count === 0) return w.foundNothing;
  return match === 'some' ? w.foundSome : w.found(count);
}

function turning({ visit, w }: Frame, { shelf: { items, count }, page, size }: Browsed): Html | false {
  const hasMore = page * size < count && items.length > 0;
  if (page === 1 && !hasMore) return false;
  const link = (to: number, rel: string, text: string): Html => {
    const query = new URLSearchParams(visit.url.search);
    query.set('page', String(to));
    return html`<a class="tap" rel="${rel}" href="${visit.url.pathname}?${query.toString()}">${text}</a>`;
  };
  return html`<nav class="pages"
 aria-label="${w.pages}">${page > 1 ? link(page - 1, 'prev', w.newer) : html`<span></span>`}
${count > 0 && html`<span class="cap">${w.pageOf(page, Math.ceil(count / size))}</span>`}
${hasMore ? link(page + 1, 'next', w.older) : html`<span></span>`}</nav>`;
}
