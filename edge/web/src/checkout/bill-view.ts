import { amountIn, type LineItem, type Session } from '@tpmall/checkout/contract';
import { type Currency, currencyOf } from '@tpmall/kernel';
import { type Html, html, type Language, minute, moneyWithCode } from '@tpmall/platform/pages';
import type { Visit } from '../frame/visit.ts';
import { currencyView } from './currency-view.ts';
import { lineName, type Order } from './order.ts';
import { otherPrices } from './rate.ts';
import { checkoutWords } from './words.ts';

/** What is owed and for what, as the left side of a page shows it. */
export interface Bill {
  readonly language: Language;
  readonly caption: string;
  readonly lines: readonly LineItem[];
  readonly total: bigint;
  readonly currency: Currency;
  readonly names: ReadonlyMap<string, string>;
  /** What the shopper may change about it. */
  readonly choices?: Html | false;
}

/** The bill of an order. */
export function billOf(language: Language, { session, currency, names }: Order, caption: string): Bill {
  return { language, caption, lines: session.lines, total: session.amountTotal, currency, names };
}

/** The figure first, then the lines; on a phone the lines fold away behind how many they are. */
export function billView({ language, caption, lines, total, currency, names, choices = false }: Bill): Html {
  const w = checkoutWords[language];
  const items = html`<ul class="items">${lines.map((line) => item(language, line, names))}</ul>`;
  const goods = lines.filter(({ isDelivery }) => !isDelivery);
  const pieces = goods.reduce((sum, { quantity }) => sum + quantity, 0);
  const makers = new Set(goods.map(({ merchant }) => merchant)).size;
  const sum = moneyWithCode(language, total, currency);
  return html`<section class="l stack l" aria-label="${w.bill}">
<div><p class="cap">${caption}</p><p class="fig-l">${sum}</p></div>
<div class="full stack">${items}
<dl class="sum"><div class="grand"><dt>${w.total}</dt><dd>${sum}</dd></div></dl></div>
<details class="mini-sum"><summary class="cap">${w.things(pieces, makers)}</summary>${items}</details>
${total > 0n && currencyView(language, currency, otherPrices(currency, goods.map(amountsOf)))}
${choices}</section>`;
}

/** A line in every currency that it has a price in; a delivery has one in that of its order alone. */
function amountsOf({ price, quantity }: LineItem): Readonly<Record<string, bigint>> {
  const codes = [price.currency, ...Object.keys(price.currencyOptions)];
  return Object.fromEntries(
    codes.flatMap((code) => {
      const amount = amountIn(price, code, quantity);
      return amount === undefined ? [] : [[code, amount]];
    }),
  );
}

/** What names an order in the head of its page, and until when it can be paid. */
export function orderHead(
  { language, timeZone }: Pick<Visit, 'language' | 'timeZone'>,
  session: Session,
  isOpen: boolean,
): Html {
  const w = checkoutWords[language];
  const name = session.clientReferenceId !== null && html`${w.order} ${session.clientReferenceId}`;
  const word = session.mode === 'setup' ? w.openUntil : w.until;
  const until = isOpen && html`${word} ${minute(language, session.expiresAt, timeZone)}`;
  const back =
    session.cancelUrl !== null &&
    session.status === 'open' &&
    html`<nav><ul><li><a href="${session.cancelUrl}" rel="noreferrer">${w.back}</a></li></ul></nav>`;
  return html`<p class="cap only-l">${name}${name && until && ' · '}${until}</p>${back}`;
}

/** Where the shop wants its shopper afterwards; `{CHECKOUT_SESSION_ID}` stands for the id. */
export function onwardOf({ id, successUrl }: Session): string | null {
  return successUrl?.replaceAll('{CHECKOUT_SESSION_ID}', encodeURIComponent(id)) ?? null;
}

function item(language: Language, line: LineItem, names: ReadonlyMap<string, string>): Html {
  // The name of a delivery says whose it is.
  const maker = line.merchant === null || line.isDelivery ? undefined : names.get(line.merchant);
  const pieces = line.quantity > 1 && html` <span class="cap">× ${line.quantity}</span>`;
  return html`<li><span>${lineName(language, line)}${pieces}${
    maker !== undefined && html`<br><span class="cap">${maker}</span>`
  }</span>${moneyWithCode(language, line.amount, currencyOf(line.currency))}</li>
`;
}
