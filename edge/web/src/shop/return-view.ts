import { currencyOf } from '@tpmall/kernel';
import type { Order, OrderLine } from '@tpmall/mall/contract';
import { type Html, html, moneyText, moneyWithCode } from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import { TYPED } from '../frame/typed-form.ts';
import { type Frame, formFields, plate, shopPage } from './shop-page.ts';

/** A return as it was written so far, and what is the matter with it. */
export interface FilledReturn {
  readonly reason: string;
  /** Pieces by the position of their line. */
  readonly pieces: ReadonlyMap<number, number>;
  readonly problem?: string;
}

/** Pieces of an order that may still be given back, by line. */
export function returnable({ lines, parcels }: Order): readonly (OrderLine & { readonly left: number })[] {
  const gone = new Set(parcels.filter(({ state }) => state === 'cancelled').map(({ merchant }) => merchant));
  return lines
    .map((line) => ({ ...line, left: gone.has(line.merchant) ? 0 : line.quantity - line.returning }))
    .filter((line) => line.left > 0);
}

/** What a shopper wants to give back. */
export function returnPage(frame: Frame, order: Order, filled: FilledReturn): Answer {
  const { w } = frame;
  const left = returnable(order);
  const { problem } = filled;
  const isWrong = problem !== undefined;
  const action = `/orders/${order.id}/return`;
  const body = html`<div class="stack xl"><div class="stack s"><p class="cap"><a class="tap"
 href="/orders/${order.id}">${w.order} ${order.number}</a></p>
<h1>${w.returnTitle}</h1><p class="dim">${left.length === 0 ? w.returnNothing : w.returnLede}</p></div>
${isWrong && html`<p class="note red" role="alert">${problem}</p>`}
${
  left.length > 0 &&
  html`<form id="${TYPED}" method="post" action="${action}" class="stack l">${formFields(frame)}
<ul class="asks">${left.map((line) => lineView(frame, order, line, filled.pieces.get(line.position)))}</ul>
<div class="field"><label for="reason">${w.reason}</label><span class="hint"
 id="reason-hint">${w.reasonHint}</span>
<textarea id="reason" name="reason" rows="3" maxlength="1000" required
 aria-describedby="reason-hint">${filled.reason}</textarea></div>
<button class="btn">${w.send}</button></form>`
}</div>`;
  return shopPage(frame, {
    ...{ title: w.returnTitle, main: 'slip', body, typed: left.length > 0 ? action : undefined },
    ...(isWrong && { status: 400 }),
  });
}

/** A line, and how many pieces of it; each choice says what comes back for it. */
function lineView(
  { language, w }: Frame,
  { currency: code }: Order,
  line: ReturnType<typeof returnable>[number],
  chosen = 0,
): Html {
  const { position, name, choice, unitAmount, left } = line;
  const currency = currencyOf(code);
  const choices = Array.from({ length: left + 1 }, (_, count) => {
    const worth = moneyText(language, unitAmount * BigInt(count), currency);
    const text = count === 0 ? w.none : `${count} ${w.of(left)} · ${worth}`;
    return html`<option value="${count}"${count === chosen && html` selected`}>${text}</option>`;
  });
  return html`<li>${plate(line.plate)}<label for="q${position}"><strong>${name[language]}</strong>${
    choice[language] !== '' && html`<br><span class="cap">${choice[language]}</span>`
  }<br><span class="cap">${moneyWithCode(language, unitAmount, currency)} ${w.each}</span></label>
<div class="field"><select id="q${position}" name="q${position}"
 aria-label="${w.pieces(name[language])}">${choices}</select></div></li>`;
}
