import { currencyOf } from '@tpmall/kernel';
import type { Order, OrderState, Parcel, ParcelState, Return, ReturnState } from '@tpmall/mall/contract';
import {
  type Html,
  html,
  type Language,
  minute,
  money,
  moneyWithCode,
  punctuation,
  type Shape,
  status,
} from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { postalLine } from '../frame/postal-line.ts';
import { returnable } from './return-view.ts';
import { type Frame, formFields, shopPage } from './shop-page.ts';

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

/** How an order stands. Money that could not be sent back is not on its way. */
export function orderStatus({ w }: Frame, { state, refundFailure }: Standing): Html {
  if (state === 'refunding' && refundFailure !== null) return status('due', w.notSentBack);
  return status(ORDER_SHAPES[state], w.orderState[state]);
}

type Standing = Pick<Order, 'state' | 'refundFailure'>;

/** What an order's page shows besides the order. */
export interface ShownOrder {
  readonly now: number;
  /** A payment of it is under way, and nobody knows yet how it ends. */
  readonly isAsked: boolean;
  /** What of it could not be done just now. */
  readonly problem?: string | undefined;
}

/** One order: what happened to the money, then what was ordered and where it is. */
export function orderPage(frame: Frame, order: Order, shown: ShownOrder): Answer {
  const { language, w } = frame;
  const { now, problem } = shown;
  const isAsked = order.state === 'placed' && (shown.isAsked || !isOpen(order, now));
  const title = `${w.order} ${order.number}`;
  const body = html`<div class="stack xl"><div class="row sp wraps">
<div class="stack s"><p>${isAsked ? status('wait', w.asked) : orderStatus(frame, order)}</p><h1>${title}</h1>
<p class="cap">${w.orderedAt} ${minute(language, order.createdAt, frame.visit.timeZone)}</p></div>
<p class="fig-l">${moneyWithCode(language, order.total, currencyOf(order.currency))}</p></div>
${problem !== undefined && html`<p class="note red" role="alert">${problem}</p>`}
${isAsked ? html`<p class="note ochre">${w.deciding}</p>` : nextStep(frame, order)}
${linesView(frame, order)}
${order.state !== 'cancelled' && whereabouts(frame, order)}
${order.returns.length > 0 && returnsView(frame, order)}
${links(frame, order)}</div>`;
  // In answer to a form the address of the page, not that of the form, which shows nothing.
  const { pathname, search } = frame.visit.url;
  const isDeciding = isAsked || (order.state === 'placed' && frame.visit.query['paid'] === '1');
  return shopPage(frame, {
    title,
    main: 'slip',
    body,
    ...(isDeciding && { head: html`<meta http-equiv="refresh" content="3;url=${pathname}${search}">\n` }),
  });
}

/** What stands in the place of an order that is not shown to whoever asks. */
export function keptPage(frame: Frame, id: string): Answer {
  const { w } = frame;
  const next = new URLSearchParams({ next: `/orders/${id}` }).toString();
  const body = html`<h1>${w.orderKept}</h1><p class="lede">${w.orderKeptText}</p>
<p><a class="btn" href="/sign-in?${next}">${w.signIn}</a></p>`;
  return shopPage(frame, { title: w.orderKept, main: 'wrap plain stack l', body });
}

/** Whether it can be paid, as far as its goods go. */
function isOpen({ stock, heldUntil }: Order, now: number): boolean {
  return stock === 'held' && heldUntil > now;
}

function nextStep(frame: Frame, order: Order): Html | false {
  const { language, w } = frame;
  switch (order.state) {
    case 'placed': {
      const amount = moneyWithCode(language, order.total, currencyOf(order.currency));
      return html`<div class="stack"><p
 class="note ochre">${w.payUntil(minute(language, order.heldUntil, frame.visit.timeZone))}</p>
<div class="row wraps"><form method="post" action="/orders/${order.id}/pay">${formFields(frame)}
<button class="btn">${w.payNow} ${amount}</button></form>
<form method="post" action="/orders/${order.id}/cancel">${formFields(frame)}
<button class="btn two">${w.cancel}</button></form></div></div>`;
    }
    case 'refunding':
      return order.refundFailure === null
        ? html`<p class="note blue">${w.ranOut}</p>`
        : html`<p class="note red">${w.ranOutStuck}</p>`;
    case 'cancelled':
      return html`<p class="note">${w.wasCancelled} <a href="/cart">${w.toCart}</a></p>`;
    default:
      return false;
  }
}

/** How far each parcel has come, and where all of them go. */
function whereabouts(frame: Frame, order: Order): Html {
  const { w } = frame;
  return html`<section><h2>${w.happens}</h2><ul
 class="parcels">${order.parcels.map((parcel) => parcelView(frame, order, parcel))}</ul>
<dl class="spec"><div><dt>${w.goesTo}</dt><dd>${postalLine(
    order.language,
    order.address.name,
    order.address,
  )}</dd></div></dl></section>`;
}

function linesView({ language, w }: Frame, order: Order): Html {
  const { comma } = punctuation[language];
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
      }) => html`<tr><th scope="row">${w.delivery}${comma}${shop[language]}</th><td class="n"></td>
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

/** Steps that a parcel has behind it, of those that an order shows; null: it does not leave. */
const STEPS_DONE: Readonly<Record<ParcelState, number | null>> = {
  ...{ waiting: 0, preparing: 1, packed: 2, shipped: 3, delivered: 4, cancelled: null },
};
const STEPS = ['paid', 'packed', 'shipped', 'delivered'] as const;

function parcelView({ language, w, visit }: Frame, order: Order, parcel: Parcel): Html {
  const { shop, state, carrier, tracking, packedAt, shippedAt, deliveredAt } = parcel;
  const at = deliveredAt ?? shippedAt ?? packedAt;
  const done = order.paidAt === null ? null : STEPS_DONE[state];
  const steps =
    done !== null &&
    html`<ol class="steps">${STEPS.map((step, index) => {
      const isDone = index < done;
      const current = index === done - 1 && html` aria-current="step"`;
      return html`<li${isDone && html` class="done"`}${current}>${w.steps[step]}${
        isDone && html`<span class="sr">${punctuation[language].comma}${w.stepDone}</span>`
      }</li>`;
    })}</ol>`;
  const facts = [
    at !== null && minute(language, at, visit.timeZone),
    carrier !== null && `${w.carrier} ${carrier}`,
    tracking !== null && html`${w.tracking} <span class="mono">${tracking}</span>`,
  ].filter((fact) => fact !== false);
  return html`<li><div class="row sp wraps"><strong>${shop[language]}</strong>
${status(PARCEL_SHAPES[state], w.parcelState[state])}</div>${steps}${
    facts.length > 0 &&
    html`<p class="cap">${facts.map((fact, index) => html`${index > 0 && ' · '}${fact}`)}</p>`
  }</li>`;
}

function returnsView(frame: Frame, order: Order): Html {
  return html`<section class="stack s"><h2>${frame.w.returns}</h2><ul class="orders">${order.returns.map(
    (one) => returnView(frame, order, one),
  )}</ul></section>`;
}

function returnView(frame: Frame, order: Order, one: Return): Html {
  const { language, w } = frame;
  const { colon, comma } = punctuation[language];
  const names = one.lines.map(
    ({ position, quantity }) => `${quantity} × ${order.lines[position]?.name[language] ?? ''}`,
  );
  const answer =
    one.decidedBy === 'policy'
      ? w.byRule
      : one.decisionReason !== null && `${w.answered}${colon}${one.decisionReason}`;
  return html`<li><div class="stack s">${status(RETURN_SHAPES[one.state], w.returnState[one.state])}
<span>${names.join(comma)}</span><span class="cap">${w.reasonOf}${colon}${one.reason}</span>
${answer && html`<span class="cap">${answer}</span>`}${
  (one.state === 'asked' || one.state === 'awaited') &&
  html`<form method="post" action="/orders/${order.id}/returns/${one.id}/withdraw">${formFields(frame)}
<button class="btn two s">${w.withdraw}</button></form>`
}</div><span class="end">${moneyWithCode(language, one.amount, currencyOf(one.currency))}</span></li>`;
}

/** Whether anything of an order may still be given back. */
function canReturn(order: Order): boolean {
  const isPaid = ['paid', 'part_shipped', 'shipped', 'delivered'].includes(order.state);
  return isPaid && returnable(order).length > 0;
}

function links({ w }: Frame, order: Order): Html | false {
  const receipt = order.paidAt !== null && order.session !== null;
  if (!receipt) return false;
  return html`<div class="row wraps noprint"><a class="btn two"
 href="/c/pay/${order.session ?? ''}">${w.receipt}</a>
${canReturn(order) && html`<a class="btn two" href="/orders/${order.id}/return">${w.askRefund}</a>`}</div>`;
}
