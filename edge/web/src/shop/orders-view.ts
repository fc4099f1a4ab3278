import { currencyOf } from '@tpmall/kernel';
import type { OrderSummary } from '@tpmall/mall/contract';
import { html, minute, moneyWithCode } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { orderStatus } from './order-view.ts';
import { type Frame, plate, shopPage } from './shop-page.ts';

/** All orders of a shopper, the newest first. */
export function ordersPage(
  frame: Frame,
  { items, hasMore }: { readonly items: readonly OrderSummary[]; readonly hasMore: boolean },
): Answer {
  const { language, w } = frame;
  if (items.length === 0) {
    const body = html`<div class="empty stack l"><h1>${w.ordersEmpty}</h1><p
 class="lede">${w.ordersEmptyText}</p>
<p><a class="tap" href="/">${w.toMall}</a></p></div>`;
    return shopPage(frame, { title: w.ordersTitle, body });
  }
  const rows = items.map(
    (order) => html`<li><div class="stack s"><a class="tap"
 href="/orders/${order.id}">${w.order} ${order.number}</a>
<span class="cap">${minute(language, order.createdAt, frame.visit.timeZone)} ·
<span class="nowrap">${w.things(order.pieces)}</span></span></div>
<div class="end">${moneyWithCode(language, order.total, currencyOf(order.currency))}<br>
${orderStatus(frame, order)}</div>
<div class="strip" aria-hidden="true">${order.lines.slice(0, 6).map((line) => plate(line.plate))}</div></li>
`,
  );
  const next =
    hasMore &&
    html`<nav class="pages" aria-label="${w.pages}"><span></span>
<a class="tap" rel="next" href="/orders?after=${items.at(-1)?.id ?? ''}">${w.older}</a></nav>`;
  const body = html`<div class="shelf-head"><h1>${w.ordersTitle}</h1></div><ul
 class="orders">${rows}</ul>${next}`;
  return shopPage(frame, { title: w.ordersTitle, body });
}
