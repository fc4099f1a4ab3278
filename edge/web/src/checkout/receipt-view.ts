import { isGivenBack } from '@tpmall/payments/contract';
import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  minute,
  money,
  moneyWithCode,
  punctuation,
  row,
  rowHead,
  status,
  table,
} from '@tpmall/platform/pages';
import type { Answer } from '../frame/answer.ts';
import type { Visit } from '../frame/visit.ts';
import { onwardOf } from './bill-view.ts';
import { currencyView } from './currency-view.ts';
import { lineName, type Order } from './order.ts';
import { checkoutPage, refresh } from './page.ts';
import { checkoutWords } from './words.ts';

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** A card brand as people write it; null where it is none that we know. */
export function brandName(brand: string): string | null {
  return BRANDS[brand] ?? null;
}

/**
 * An order that is done, as a receipt to keep; `goes`: it was just paid, and the browser goes on to the shop.
 */
export function receiptPage(visit: Visit, order: Order, goes: boolean): Answer {
  const { language } = visit;
  const w = checkoutWords[language];
  const { session, currency, stage } = order;
  const target = onwardOf(session);
  const isReleased = order.charge !== null && isGivenBack(order.charge) && order.charge.amountCaptured === 0n;
  const state = { paid: w.paid, held: isReleased ? w.released : w.held, confirmed: w.confirmed }[
    stage as 'paid' | 'held' | 'confirmed'
  ];
  const at = order.charge?.createdAt;
  const reference = session.clientReferenceId ?? session.id;
  return checkoutPage(visit, {
    title: w.receipt,
    nav: html``,
    main: 'slip stack xl',
    head: goes && target !== null && refresh(1, target),
    body: html`<div class="receipt-head"><div class="stack s"><p>${status('done', state)}</p>
<h1>${w.receipt}</h1>
<p class="cap">${w.reference} <span class="mono">${reference}</span>${
      at !== undefined && html`<br>${minute(language, at, visit.timeZone)}`
    }</p></div>
<p class="fig-l">${moneyWithCode(language, session.amountTotal, currency)}</p></div>
${linesTable(language, order)}
${howPaid(language, order)}
<div class="row noprint wraps">${
      target !== null &&
      html`<a class="btn" href="${target}" rel="noreferrer">${onwards(language, order, target)}</a>`
    }<button class="btn two" id="print" type="button" hidden>${w.print}</button></div>`,
  });
}

/** Whither it goes on: to the mall's own order, by the mall's name, or to a shop by its host. */
function onwards(language: Language, { session, names }: Order, target: string): string {
  const w = checkoutWords[language];
  const house = names.get(session.tenant);
  if (!session.isMallOrder) return w.goOn(new URL(target).host);
  return house === undefined ? w.toOrder : w.toOrderAt(house);
}

function linesTable(language: Language, { session, currency, names }: Order): Html {
  const w = checkoutWords[language];
  const code = currency.code.toUpperCase();
  return table(
    w.bill,
    [columnHead(w.item), columnHead(w.quantity, true), columnHead(code, true)],
    session.lines.map((line) => {
      const maker = line.merchant === null || line.isDelivery ? undefined : names.get(line.merchant);
      const by = maker !== undefined && html`<br><span class="cap">${maker}</span>`;
      return row(
        rowHead(html`${lineName(language, line)}${by}`),
        line.isDelivery ? cell('') : figure(line.quantity),
        figure(money(line.amount, currency)),
      );
    }),
    {
      foot: html`<tfoot role="rowgroup">${row(
        rowHead(w.total),
        cell(''),
        figure(money(session.amountTotal, currency)),
      )}</tfoot>`,
    },
  );
}

/** The card as anybody may see it, what it paid and got back since, and how it stands on the statement. */
function howPaid(language: Language, { charge, session, intent, currency }: Order): Html | false {
  if (!charge) return false;
  const w = checkoutWords[language];
  const { card, outcome, statementDescriptor, amountCaptured, amountSentBack } = charge;
  const amount = (value: bigint) => moneyWithCode(language, value, currency);
  const email = intent?.receiptEmail ?? null;
  const back = card ? w.sentBack : w.sentBackToWallet;
  const said = [
    statementDescriptor !== null && w.statement(statementDescriptor),
    outcome.approvalCode !== null && w.approval(outcome.approvalCode),
    email !== null && w.receiptTo(email),
  ].filter((sentence) => sentence !== false);
  return html`<section class="stack s" aria-labelledby="how-paid"><h2 id="how-paid">${w.howPaid}</h2>
<dl class="sum"><div><dt>${card ? html`${brandName(card.brand) ?? w.card} •••• ${card.last4}` : w.wallet}</dt>
<dd>${amount(amountCaptured > 0n ? amountCaptured : session.amountTotal)}</dd></div>
${amountSentBack > 0n && html`<div><dt>${back}</dt><dd>${amount(-amountSentBack)}</dd></div>`}</dl>
<p class="cap">${said.join(punctuation[language].sentence)}</p>
${currencyView(language, currency, [], card !== null)}</section>`;
}
