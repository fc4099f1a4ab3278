import { currencyOf, DAY, type Micros } from '@tpmall/kernel';
import type { GoodsCard, Plate, Shop } from '@tpmall/mall/contract';
import {
  FORM_TOKEN,
  type Html,
  hashSource,
  html,
  inlineScript,
  type Language,
  moneyWithSign,
  nearDayText,
  type PageParts,
  punctuation,
} from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { webPage } from '../frame/layout.ts';
import type { Visit } from '../frame/visit.ts';
import { type About, aboutHead } from './about.ts';
import { plateUrl } from './plates.ts';
import { CURRENCIES, type Shopper } from './shopper.ts';
import { type ShopWords, shopWords } from './words.ts';

/** What every page of the mall is made with. */
export interface Frame {
  readonly visit: Visit;
  readonly shopper: Shopper;
  readonly language: Language;
  readonly w: ShopWords;
  /** Pieces in the cart. */
  readonly pieces: number;
  /** Goods in the mall. */
  readonly goods: number;
  /** When the page is made. */
  readonly now: Micros;
  /** An id for a form, so that sending it twice does what it says once. */
  formId(): string;
}

/** Puts a frame together. */
export function frameOf(
  visit: Visit,
  shopper: Shopper,
  counted: Pick<Frame, 'pieces' | 'goods' | 'now'>,
  formId: () => string,
): Frame {
  const { language } = visit;
  return { visit, shopper, language, w: shopWords[language], ...counted, formId };
}

/**
 * The frame of a page that shows a form again of which nobody knows what it has done: the form keeps its id,
 * so that whoever sends it once more does not ask for it twice.
 */
export function sameForm(frame: Frame): Frame {
  return { ...frame, formId: () => frame.visit.form['form_id'] ?? frame.formId() };
}

const fresh = inlineScript(new URL('./fresh.js', import.meta.url));

const glass = html`<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
<circle cx="6.8" cy="6.8" r="4.8" stroke-width="1.4"/><path d="M10.4 10.4 15 15" stroke-width="1.4"/></svg>`;

/** A page of the mall with its head and foot. */
export function shopPage(
  frame: Frame,
  parts: Pick<PageParts, 'title' | 'body' | 'main' | 'head'> & {
    readonly status?: number;
    /** What it tells those who list pages; a page that says nothing is not to be listed. */
    readonly about?: About;
    /** It has no form but the search: whoever has not signed in gets nothing with it that is a secret. */
    readonly isShelf?: boolean;
    /** The action of the form that somebody types into, whose id is `TYPED`. */
    readonly typed?: string | undefined;
    /** It shows the cart or fills it: brought back by the browser, it is asked for anew. */
    readonly isCart?: boolean;
  },
): Answer {
  const { visit, shopper, w } = frame;
  const { status, title, about, head, isShelf, isCart, ...rest } = parts;
  // Who hears the page hears first that something is wrong.
  const said =
    status !== undefined && status >= 400 ? `${w.wrong}${punctuation[visit.language].colon}${title}` : title;
  const here = visit.url.pathname;
  const current = (path: string) => here === path && html` aria-current="page"`;
  const nav = html`<form class="find" role="search" action="/search"><label class="sr"
 for="q">${w.search}</label>
${glass}<input id="q" name="q" type="search" maxlength="200" placeholder="${w.searchIn(frame.goods)}"
 value="${visit.query['q'] ?? ''}"></form>
<nav aria-label="${w.account}"><ul><li><a href="/orders"${current('/orders')}>${w.orders}</a></li>
${
  visit.visitor?.signedIn &&
  html`<li class="only-l"><a href="/wallet"${current('/wallet')}>${w.wallet}</a></li>`
}
<li>${accountLink(frame, current)}</li>
<li><a href="/cart"${current('/cart')}>${w.cart} <b>${frame.pieces}</b></a></li></ul></nav>`;
  return {
    kind: 'page',
    html: webPage(visit, {
      ...{ main: 'wrap', title: said, ...rest, nav },
      after: html`${foot(frame)}${isCart === true && fresh.element}`,
      head: html`${aboutHead(visit, status === undefined ? about : undefined)}${head}`,
    }),
    ...(status !== undefined && { status }),
    ...(isCart === true && { policy: { scripts: [hashSource(fresh.text)] } }),
    ...(isShelf === true && !visit.visitor && { isOpen: true }),
    cookies: shopper.cookies,
  };
}

function accountLink({ visit, w }: Frame, current: (path: string) => Html | false): Html {
  const person = visit.visitor?.signedIn?.person;
  if (person) {
    const name = person.displayName || `@${person.handle}`;
    return html`<a href="/account"${current('/account')}><span class="who">${name}</span><span
 class="only-s">${w.account}</span></a>`;
  }
  const { pathname, search, searchParams } = visit.url;
  // From the pages of the sign-in itself they go on to where they were going.
  const target = pathname.startsWith('/sign-in') ? (searchParams.get('next') ?? '/') : pathname + search;
  const next = new URLSearchParams({ next: target }).toString();
  return html`<a href="/sign-in?${next}"${current('/sign-in')}>${w.signIn}</a>`;
}

function foot({ visit, shopper, w }: Frame): Html {
  const links = CURRENCIES.map((code) => {
    const query = new URLSearchParams(visit.url.search);
    query.set('prices', code);
    const name = code.toUpperCase();
    return code === shopper.currency
      ? html`<li><b>${name}</b></li>`
      : html`<li><a href="${visit.url.pathname}?${query.toString()}">${name}</a></li>`;
  });
  return html`<footer class="foot"><div class="wrap"><p>${w.footer}</p>
<ul><li>${w.prices}</li>${links}</ul></div></footer>
`;
}

/** The fields that every form has. */
export function formFields({ visit, formId }: Frame): Html {
  return html`<input type="hidden" name="form_id" value="${formId()}">${
    visit.formToken !== '' && html`<input type="hidden" name="${FORM_TOKEN}" value="${visit.formToken}">`
  }`;
}

/** A drawing; what it shows is said beside it. */
export function plate(of: Plate, extra = '', lazy = true): Html {
  return html`<div class="plate ${extra}"><img src="${plateUrl(of)}" alt="" width="280" height="280"${
    lazy && html` loading="lazy"`
  }></div>`;
}

/** An amount in the shopper's currency, with its sign. */
export function price({ language, shopper }: Omit<ShelfFrame, 'w'>, amount: bigint): Html {
  return moneyWithSign(language, amount, currencyOf(shopper.currency));
}

/** When a parcel of a shop leaves that is ordered now. */
export function leavesText({ language, visit, now, w }: Frame, { dispatchDays }: Shop): string {
  if (dispatchDays === 0) return w.leavesToday;
  return w.leavesBy(nearDayText(language, now + dispatchDays * DAY, visit.timeZone));
}

/** Shelves as they were drawn, for as long as their goods are remembered; see `recent.ts`. */
const drawnShelves = new WeakMap<readonly GoodsCard[], Map<string, Html>>();

/**
 * Goods on a shelf; the first row is there at once. What stands on a shelf differs by language and currency
 * only, so the same goods are drawn once for everybody.
 */
export function shelf(frame: ShelfFrame, cards: readonly GoodsCard[]): Html {
  const drawn = drawnShelves.get(cards) ?? new Map<string, Html>();
  drawnShelves.set(cards, drawn);
  const key = `${frame.language} ${frame.shopper.currency}`;
  const known = drawn.get(key);
  if (known) return known;
  const made = html`<ul class="grid">${cards.map((card, index) => cardView(frame, card, index >= 4))}</ul>`;
  drawn.set(key, made);
  return made;
}

type ShelfFrame = Pick<Frame, 'language' | 'w'> & { readonly shopper: Pick<Shopper, 'currency'> };

function cardView(frame: ShelfFrame, card: GoodsCard, lazy: boolean): Html {
  const { language, shopper, w } = frame;
  const amount = card.from[shopper.currency];
  const cost = amount !== undefined && price(frame, amount);
  const from = card.varies && (language === 'en' ? html`<span class="cap">${w.from}</span> ` : '');
  const after = card.varies && language === 'zh' && html`<span class="cap"> ${w.from}</span>`;
  const shown = card.inStock
    ? html`<span>${from}${cost}${after}</span>`
    : html`<span class="cap">${w.soldOut}</span>`;
  return html`<li><a class="item" href="/goods/${card.id}">${plate(card.plate, '', lazy)}
<div class="txt"><span class="name">${card.name[language]}</span>${shown}
<span class="by">${card.shop[language]}</span></div></a></li>
`;
}
