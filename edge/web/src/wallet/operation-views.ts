import { currencyOf } from '@tpmall/kernel';
import type { Page } from '@tpmall/platform/contract';
import {
  type Html,
  html,
  minute,
  moneyWithCode,
  monthText,
  type Shape,
  status,
} from '@tpmall/platform/pages';
import type { Operation, Statement } from '@tpmall/wallet/contract';
import type { Answer } from '../frame/answer.ts';
import { formFields, shopPage } from '../shop/shop-page.ts';
import { entriesTable, pathOf } from './overview-view.ts';
import type { Purse } from './purse.ts';
import { walletWords } from './words.ts';

const SHAPES: Readonly<Record<Operation['status'], Shape>> = {
  ...{ pending: 'wait', requested: 'wait', approved: 'wait', authorised: 'wait' },
  ...{ succeeded: 'done', paid: 'done', failed: 'no', refused: 'no', canceled: 'no', returned: 'back' },
};

/** What an operation is called by whose wallet shows it. */
function nameOf({ frame, wallet }: Purse, { kind, counterparty }: Operation): string {
  const w = walletWords[frame.language];
  return kind === 'send' && counterparty === wallet.id ? w.entry.received : w.kind[kind];
}

/** The other wallet of an operation, whoever has made it. */
export function otherOf({ wallet }: Purse, operation: Operation): string | null {
  return operation.counterparty === wallet.id ? operation.wallet : operation.counterparty;
}

/** A page of all operations, the newest first, each with what became of it. */
export function operationsPage(
  purse: Purse,
  { items, hasMore }: Page<Operation>,
  isLater: boolean,
  names: ReadonlyMap<string, string>,
): Answer {
  const { frame, wallet } = purse;
  const { language } = frame;
  const w = walletWords[language];
  const rows = items.map((one) => {
    const other = names.get(otherOf(purse, one) ?? '');
    const side = one.counterparty === wallet.id ? w.from : w.to;
    return html`<li><div class="stack s"><a class="tap" href="${pathOf(one)}">${nameOf(purse, one)}${
      other !== undefined && html` ${side} ${other}`
    }</a><span class="cap">${minute(language, one.createdAt, frame.visit.timeZone)}</span></div>
<div class="end">${moneyWithCode(language, one.amount, currencyOf(one.currency))}<br>
${status(SHAPES[one.status], w.status[one.status])}</div></li>
`;
  });
  const older = new URLSearchParams({ after: items.at(-1)?.id ?? '' }).toString();
  const body = html`<div class="stack l"><div class="stack s"><h1>${w.operations}</h1>
<p class="dim">${items.length === 0 ? w.noOperations : w.operationsLede}</p></div>
<ul class="orders">${rows}</ul>
${
  (isLater || hasMore) &&
  html`<p class="pages"><span>${
    isLater && html`<a class="tap" href="/wallet/operations">${w.newest}</a>`
  }</span><span>${
    hasMore &&
    html`<a class="tap" rel="next"
 href="/wallet/operations?${older}">${w.older}</a>`
  }</span></p>`
}<p><a class="tap" href="/wallet">${w.toWallet}</a></p></div>`;
  return shopPage(frame, { title: w.operations, body, main: 'slip' });
}

/** One operation: what became of the money, and with whom. */
export function operationPage(purse: Purse, operation: Operation, other: string | undefined): Answer {
  const { frame, wallet } = purse;
  const { language } = frame;
  const w = walletWords[language];
  const { kind, amount, currency, createdAt } = operation;
  const isIncoming = operation.counterparty === wallet.id;
  const title = nameOf(purse, operation);
  const facts: [string, Html | string | null | undefined][] = [
    [isIncoming ? w.from : w.to, other],
    [w.note, operation.note],
    [w.destination, operation.destination],
    [w.reference, operation.reference],
    [w.reason, operation.decisionReason],
    [
      w.entry.refund,
      operation.refunded > 0n ? moneyWithCode(language, operation.refunded, currencyOf(currency)) : null,
    ],
  ];
  const body = html`<div class="stack xl"><div class="row sp wraps"><div class="stack s">
<p>${status(SHAPES[operation.status], w.status[operation.status])}</p><h1>${title}</h1>
<p class="cap">${minute(language, createdAt, frame.visit.timeZone)}</p></div>
<p class="fig-l">${moneyWithCode(language, amount, currencyOf(currency))}</p></div>
<dl class="spec">${facts.map(
    ([name, value]) =>
      value !== null && value !== undefined && html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>
${
  operation.status === 'requested' &&
  html`<form method="post" action="/wallet/operations/${operation.id}/cancel">${formFields(frame)}
<button class="btn two">${w.takeBack}</button></form>`
}<p><a class="tap" href="/wallet?currency=${currency}">${w.toWallet}</a></p></div>`;
  const isMoving = operation.status === 'pending' && kind !== 'top_up';
  return shopPage(frame, {
    ...{ title, body, main: 'slip' },
    ...(isMoving && { head: html`<meta http-equiv="refresh" content="3">\n` }),
  });
}

/** The statement of a month of UTC: opening, entries and closing add up. */
export function statementPage(
  purse: Purse,
  statement: Statement,
  names: ReadonlyMap<string, string>,
): Answer {
  const { frame, person } = purse;
  const { language } = frame;
  const w = walletWords[language];
  const { currency, month, opening, closing, totalIn, totalOut, entries, from, to } = statement;
  const [year, number] = month.split('-').map(Number);
  const title = w.statementOf(monthText(language, number ?? 1, year ?? 0));
  const amount = (value: bigint) => moneyWithCode(language, value, currencyOf(currency));
  const file = new URLSearchParams({ currency, month }).toString();
  const sums = [
    [w.opening, opening],
    [w.cameIn, totalIn],
    [w.wentOut, -totalOut],
  ] as const;
  const list =
    entries.length === 0
      ? html`<p class="dim">${w.noEntries}</p>`
      : entriesTable(purse, currency, entries, names, 'UTC');
  const body = html`<div class="stack xl"><div class="stack s"><h1>${title}</h1>
<p class="cap">${person.displayName || `@${person.handle}`} · ${currency.toUpperCase()}
 · ${minute(language, from)} – ${minute(language, to)}</p></div>
<dl class="sum">${sums.map(([name, value]) => html`<div><dt>${name}</dt><dd>${amount(value)}</dd></div>`)}
<div class="grand"><dt>${w.closing}</dt><dd>${amount(closing)}</dd></div></dl>
${list}
<p class="noprint"><a class="btn two" href="/wallet/statement.csv?${file}">${w.csv}</a></p>
<p class="noprint"><a class="tap" href="/wallet?currency=${currency}">${w.toWallet}</a></p></div>`;
  return shopPage(frame, { title, body, main: 'slip' });
}
