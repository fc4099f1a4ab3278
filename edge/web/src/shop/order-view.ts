import { currencyOf } from '@tpmall/kernel';
import type {
  Order,
  OrderState,
  OrderSummary,
  Parcel,
  ParcelState,
  Return,
  ReturnState,
} from '@tpmall/mall/contract';
import {
  type Html,
  html,
  type Language,
  minute,
  money,
  moneyWithCode,
  type Shape,
  status,
} from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { type Frame, formFields, plate, shopPage } from './shop-page.ts';

const ORDER_SHAPES: Readonly<Record<OrderState, Shape>> = {
  placed: 'wait',
  paid: 'done',
  part_shipped: 'done',
  shipped: 'done',
  delivered: 'done',
  cancelled: 'no',
  refunding: 'back',
  refunded: 'back',
};
const PARCEL_SHAPES: Readonly<Record<ParcelState, Shape>> = {
  ...{
    waiting: 'open',
    preparing: 'wait',
    packed: 'wait',
    shipped: 'wait',
    delivered: 'done',
    cancelled: 'no',
  },
};
const RETURN_SHAPES: Readonly<Record<ReturnState, Shape>> = {
  ...{ asked: 'wait', withdrawn: 'open', refused: 'no', awaited: 'wait', accepted: 'back' },
  ...{ refunded: 'back', failed: 'due' },
};

/** One order: what happened to the money, then what was ordered and where it is. */
export function orderPage(frame: Frame, order: Order, now: number, problem?: string): Answer {
  const { language, w } = frame;
  const title = `${w.order} ${order.number}`;
  const body = html`<div class="stack xl"><div class="row sp wraps">
<div class="stack s"><p>${status(ORDER_SHAPES[order.state], w.orderState[order.state])}</p><h1>${title}</h1>
<p class="cap">${w.orderedAt} ${minute(language, order.createdAt, frame.visit.timeZone)}</p></div>
<p class="fig-l">${moneyWithCode(language, order.total, currencyOf(order.currency))}</p></div>
${problem !== undefined && html`<p class="note red" role="alert">${problem}</p>`}
${nextStep(frame, order, now)}
${linesView(frame, order)}
<section class="stack s"><h2>${w.happens}</h2><dl
 class="spec">${order.parcels.map((parcel) => parcelView(frame, parcel))}
<div><dt>${w.goesTo}</dt><dd>${addressText(order)}</dd></div></dl></section>
${order.returns.length > 0 && returnsView(frame, order)}
${links(frame, order)}</div>`;
  const isDeciding =
    order.state === 'placed' && (order.stock === 'released' || frame.visit.query['paid'] === '1');
  return shopPage(frame, {
    title,
    main: 'slip',
    body,
    ...(isDeciding && { head: html`<meta http-equiv="refresh" content="3">\n` }),
  });
}

function nextStep(frame: Frame, order: Order, now: number): Html | false {
  const { language, w } = frame;
  switch (order.state) {
    case 'placed': {
      const isOpen = order.stock === 'held' && order.heldUntil > now;
      if (!isOpen) return html`<p class="note ochre">${w.deciding}</p>`;
      const amount = html`${moneyWithCode(language, order.total, currencyOf(order.currency))}`.text;
      return html`<div class="stack"><p
 class="note ochre">${w.payUntil} ${minute(language, order.heldUntil, frame.visit.timeZone)}.</p>
<div class="row wraps"><form method="post" action="/orders/${order.id}/pay">${formFields(frame)}
<button class="btn">${w.payNow(
        amount
          .replaceAll(/<[^>]*>/g, ' ')
          .replaceAll(/\s+\./g, '.')
          .trim(),
      )}</button></form>
<form method="post" action="/orders/${order.id}/cancel">${formFields(frame)}
<button class="btn two">${w.cancel}</button></form></div></div>`;
    }
    case 'refunding':
      return html`<p class="note blue">${w.ranOut}</p>`;
    case 'cancelled':
      return html`<p class="note">${w.wasCancelled}</p>`;
    default:
      return false;
  }
}

function linesView({ language, w }: Frame, order: Order): Html {
  const currency = currencyOf(order.currency);
  const code = order.currency.toUpperCase();
  const shopOf = new Map(order.parcels.map(({ merchant, shop }) => [merchant, shop[language]]));
  const lines = order.lines.map(({ name, choice, merchant, quantity, amount }) => {
    const second = [shopOf.get(merchant), choice[language]].filter((text) => text !== '').join(' · ');
    return html`<tr><th scope="row">${name[language]}<br><span class="cap">${second}</span></th>
<td class="n">${quantity}</td><td class="n">${money(amount, currency)}</td></tr>`;
  });
  const deliveries = order.parcels
    .filter(({ delivery }) => delivery > 0n)
    .map(
      ({
        shop,
        delivery,
      }) => html`<tr><th scope="row">${w.delivery}, ${shop[language]}</th><td class="n"></td>
<td class="n">${money(delivery, currency)}</td></tr>`,
    );
  const back =
    order.refunded > 0n &&
    html`<dl class="sum"><div><dt>${w.refundedSoFar}</dt>
<dd>${moneyWithCode(language, order.refunded, currency)}</dd></div></dl>`;
  return html`<div class="stack"><div class="scroll"><table class="tbl"><thead><tr><th
 scope="col">${w.item}</th>
<th scope="col" class="n">${w.quantity}</th><th scope="col" class="n">${code}</th></tr></thead>
<tbody>${lines}${deliveries}</tbody><tfoot><tr><th scope="row"
 colspan="2">${totalWithTax(language, order)}</th>
<td class="n">${money(order.total, currency)}</td></tr></tfoot></table></div>${back}</div>`;
}

/** What the last line of a bill is called, with the tax that is in it. */
function totalWithTax(language: Language, { tax, currency }: Pick<Order, 'tax' | 'currency'>): Html {
  const inIt = moneyWithCode(language, tax, currencyOf(currency));
  return language === 'zh' ? html`合计（含税 ${inIt}）` : html`Total, tax ${inIt} included`;
}

function parcelView({ language, w, visit }: Frame, parcel: Parcel): Html {
  const { shop, state, carrier, tracking, packedAt, shippedAt, deliveredAt } = parcel;
  const at = deliveredAt ?? shippedAt ?? packedAt;
  return html`<div><dt>${shop[language]}</dt><dd>${status(PARCEL_SHAPES[state], w.parcelState[state])}${
    at !== null && html`<br><span class="cap">${minute(language, at, visit.timeZone)}</span>`
  }${carrier !== null && html`<br><span class="cap">${w.carrier} ${carrier}</span>`}${
    tracking !== null &&
    html`<br><span class="cap">${w.tracking} <span
 class="mono">${tracking}</span></span>`
  }</dd></div>`;
}

function addressText({ address, language }: Order): string {
  const { name, line1, line2, city, state, postalCode, country } = address;
  const region = new Intl.DisplayNames([language === 'zh' ? 'zh-CN' : 'en'], { type: 'region' }).of(country);
  return [name, line1, line2, `${postalCode} ${city}`, state, region]
    .filter((part) => part !== null)
    .join(', ');
}

function returnsView(frame: Frame, order: Order): Html {
  return html`<section class="stack s"><h2>${frame.w.returns}</h2><ul class="orders">${order.returns.map(
    (one) => returnView(frame, order, one),
  )}</ul></section>`;
}

function returnView(frame: Frame, order: Order, one: Return): Html {
  const { language, w } = frame;
  const names = one.lines.map(
    ({ position, quantity }) => `${quantity} × ${order.lines[position]?.name[language] ?? ''}`,
  );
  const answer =
    one.decidedBy === 'policy'
      ? w.byRule
      : one.decisionReason !== null && `${w.answered}: ${one.decisionReason}`;
  return html`<li><div class="stack s">${status(RETURN_SHAPES[one.state], w.returnState[one.state])}
<span>${names.join(', ')}</span><span class="cap">${w.reasonOf}: ${one.reason}</span>
${answer && html`<span class="cap">${answer}</span>`}${
  (one.state === 'asked' || one.state === 'awaited') &&
  html`<form method="post" action="/orders/${order.id}/returns/${one.id}/withdraw">${formFields(frame)}
<button class="btn two s">${w.withdraw}</button></form>`
}</div><span class="end">${moneyWithCode(language, one.amount, currencyOf(one.currency))}</span></li>`;
}

/** Whether anything of an order may still be given back. */
function canReturn({ state, lines, parcels }: Order): boolean {
  const gone = new Set(
    parcels.filter((parcel) => parcel.state === 'cancelled').map(({ merchant }) => merchant),
  );
  const isPaid = ['paid', 'part_shipped', 'shipped', 'delivered'].includes(state);
  return isPaid && lines.some((line) => line.returning < line.quantity && !gone.has(line.merchant));
}

function links({ w }: Frame, order: Order): Html | false {
  const receipt = order.paidAt !== null && order.session !== null;
  if (!receipt) return false;
  return html`<div class="row wraps noprint"><a class="btn two"
 href="/c/pay/${order.session ?? ''}">${w.receipt}</a>
${canReturn(order) && html`<a class="btn two" href="/orders/${order.id}/return">${w.askRefund}</a>`}</div>`;
}

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
${w.things(order.pieces)}</span></div>
<div class="end">${moneyWithCode(language, order.total, currencyOf(order.currency))}<br>${status(
      ORDER_SHAPES[order.state],
      w.orderState[order.state],
    )}</div>
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

/** What a shopper wants to give back. */
export function returnPage(
  frame: Frame,
  order: Order,
  filled: { readonly reason: string; readonly problem?: string },
): Answer {
  const { language, w } = frame;
  const gone = new Set(
    order.parcels.filter(({ state }) => state === 'cancelled').map(({ merchant }) => merchant),
  );
  const left = order.lines
    .map((line) => ({ ...line, left: gone.has(line.merchant) ? 0 : line.quantity - line.returning }))
    .filter((line) => line.left > 0);
  const rows = left.map(
    (line) => html`<li><label for="q${line.position}"><strong>${line.name[language]}</strong><br>
<span class="cap">${moneyWithCode(language, line.unitAmount, currencyOf(order.currency))}
${w.each}</span></label>
<div class="field"><select id="q${line.position}" name="q${line.position}"
 aria-label="${w.pieces(line.name[language])}">${Array.from(
   { length: line.left + 1 },
   (_, count) => html`<option value="${count}">${count === 0 ? '0' : `${count} ${w.of(line.left)}`}</option>`,
 )}</select></div></li>`,
  );
  const { problem } = filled;
  const body = html`<div class="stack xl"><div class="stack s"><p class="cap"><a class="tap"
 href="/orders/${order.id}">${w.order} ${order.number}</a></p>
<h1>${w.returnTitle}</h1><p class="dim">${left.length === 0 ? w.returnNothing : w.returnLede}</p></div>
${problem !== undefined && html`<p class="note red" role="alert">${problem}</p>`}
${
  left.length > 0 &&
  html`<form method="post" action="/orders/${order.id}/return" class="stack l">${formFields(frame)}
<ul class="asks">${rows}</ul>
<div class="field"><label for="reason">${w.reason}</label><span class="hint"
 id="reason-hint">${w.reasonHint}</span>
<textarea id="reason" name="reason" rows="3" maxlength="1000" required
 aria-describedby="reason-hint">${filled.reason}</textarea></div>
<button class="btn">${w.send}</button></form>`
}</div>`;
  return shopPage(frame, {
    title: w.returnTitle,
    main: 'slip',
    body,
    ...(problem !== undefined && { status: 400 }),
  });
}
