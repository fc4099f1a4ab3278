import { currencyOf } from '@tpmall/kernel';
import type { Page } from '@tpmall/platform/contract';
import {
  columnHead,
  day,
  figure,
  type Html,
  html,
  money,
  moneyWithCode,
  row,
  rowHead,
  status,
  type TimeZone,
  table,
} from '@tpmall/platform/pages';
import type { Entry, LimitUse, Operation, WalletBalance } from '@tpmall/wallet/contract';
import type { Answer } from '../frame/answer.ts';
import { shopPage } from '../shop/shop-page.ts';
import type { Purse } from './purse.ts';
import { walletWords } from './words.ts';

/** A wallet as its page shows it, in one currency. */
export interface ShownWallet {
  readonly currency: string;
  readonly balances: readonly WalletBalance[];
  readonly limit: LimitUse | null;
  readonly entries: Page<Entry>;
  /** Whether these are not the newest ones. */
  readonly isLater: boolean;
  /** Operations that are not over. */
  readonly waiting: readonly Operation[];
  /** Names of the people behind other wallets, by the wallet's id. */
  readonly names: ReadonlyMap<string, string>;
  /** The month of now, `2026-11`. */
  readonly month: string;
}

/** The page of a wallet: what is in it, what changed it, and what it may hold and move. */
export function walletPage(purse: Purse, shown: ShownWallet): Answer {
  const { frame, wallet } = purse;
  const { language } = frame;
  const w = walletWords[language];
  const { currency, balances } = shown;
  const unit = currencyOf(currency);
  const here = balances.find((one) => one.currency === currency);
  const pending = here?.pending ?? 0n;
  const ask = new URLSearchParams({ currency }).toString();
  const isEmpty = balances.every(({ available, pending: held }) => available === 0n && held === 0n);
  const body = html`<div class="stack xl"><div class="row sp wraps"><div class="stack s"><h1>${w.wallet}</h1>
${currencyLinks(purse, shown)}</div>
<div><p class="cap">${w.available}</p>
<p class="fig-l">${moneyWithCode(language, here?.available ?? 0n, unit)}</p>
${pending > 0n && html`<p class="cap">${w.held} ${moneyWithCode(language, pending, unit)}</p>`}</div></div>
${wallet.status === 'frozen' && html`<p class="note red" role="alert">${w.frozen}</p>`}
${isEmpty && html`<p class="lede">${w.empty}</p>`}
<div class="row wraps"><a class="btn" href="/wallet/top-up?${ask}">${w.topUp}</a>
<a class="btn two" href="/wallet/send?${ask}">${w.send}</a>
<a class="btn two" href="/wallet/withdraw?${ask}">${w.withdraw}</a></div>
${shown.waiting.length > 0 && waitingView(purse, shown.waiting)}
${historyView(purse, shown)}
${shown.limit !== null && limitsView(purse, shown.limit)}
${statementForm(purse, shown)}</div>`;
  return shopPage(frame, { title: w.wallet, body, main: 'slip' });
}

function currencyLinks({ frame, currencies }: Purse, { currency }: ShownWallet): Html {
  const w = walletWords[frame.language];
  return html`<nav class="tabs" aria-label="${w.otherBalances}"><ul>${currencies.map((code) => {
    const name = code.toUpperCase();
    return code === currency
      ? html`<li><a href="/wallet?currency=${code}" aria-current="page">${name}</a></li>`
      : html`<li><a href="/wallet?currency=${code}">${name}</a></li>`;
  })}</ul></nav>`;
}

function waitingView({ frame }: Purse, waiting: readonly Operation[]): Html {
  const w = walletWords[frame.language];
  return html`<section class="stack s" aria-labelledby="waiting"><h2 id="waiting">${w.waiting}</h2>
<ul class="orders">${waiting.map(
    (one) => html`<li><a href="${pathOf(one)}">${w.kind[one.kind]}</a>
<span>${moneyWithCode(frame.language, one.amount, currencyOf(one.currency))}</span>
<span>${status('wait', w.status[one.status])}</span></li>`,
  )}</ul></section>`;
}

/** Where an operation is shown. */
export function pathOf({ id, kind }: Pick<Operation, 'id' | 'kind'>): string {
  return kind === 'top_up' ? `/wallet/top-ups/${id}` : `/wallet/operations/${id}`;
}

function historyView(purse: Purse, { currency, entries, names, isLater }: ShownWallet): Html {
  const { frame } = purse;
  const w = walletWords[frame.language];
  const last = entries.items.at(-1);
  const older = new URLSearchParams({ currency, ...(last && { after: last.id }) }).toString();
  const links = html`<p class="pages"><span>${
    isLater && html`<a href="/wallet?currency=${currency}">${w.newest}</a>`
  }</span><span>${entries.hasMore && html`<a href="/wallet?${older}">${w.older}</a>`}</span></p>`;
  const list =
    entries.items.length === 0
      ? html`<p class="dim">${w.noHistory}</p>`
      : entriesTable(purse, currency, entries.items, names, purse.visit.timeZone);
  return html`<section class="stack s" aria-labelledby="history"><h2 id="history">${w.history}</h2>
${list}${(isLater || entries.hasMore) && links}
<p><a class="tap" href="/wallet/operations">${w.operations}</a></p></section>`;
}

/** Entries as a table: what and when (in the zone given), how much, and the balance after it. */
export function entriesTable(
  { frame }: Purse,
  currency: string,
  entries: readonly Entry[],
  names: ReadonlyMap<string, string>,
  zone: TimeZone,
): Html {
  const { language } = frame;
  const w = walletWords[language];
  const unit = currencyOf(currency);
  const code = currency.toUpperCase();
  const rows = entries.map((entry) => {
    const other = entry.counterparty === null ? undefined : names.get(entry.counterparty);
    const side = entry.amount < 0n ? w.to : w.from;
    const name = html`${w.entry[entry.kind]}${other !== undefined && html` ${side} ${other}`}`;
    const what =
      entry.operation === null ? name : html`<a href="/wallet/operations/${entry.operation}">${name}</a>`;
    const note = entry.note !== null && html` · ${entry.note}`;
    return row(
      rowHead(html`${what}<br><span class="cap">${day(language, entry.at, zone)}${note}</span>`),
      figure(money(entry.amount, unit)),
      figure(money(entry.balance, unit)),
    );
  });
  const heads = [
    columnHead(w.what),
    columnHead(`${w.amount} ${code}`, true),
    columnHead(`${w.balance} ${code}`, true),
  ];
  return table(w.history, heads, rows);
}

function limitsView({ frame }: Purse, use: LimitUse): Html {
  const { language } = frame;
  const w = walletWords[language];
  const { limit, dayUsed, monthUsed, yearUsed, balanceBound } = use;
  const unit = currencyOf(limit.currency);
  const amount = (value: bigint | null) => (value === null ? w.noCap : money(value, unit));
  const rest = (max: bigint | null, used: bigint) =>
    amount(max === null ? null : max > used ? max - used : 0n);
  const rows = (
    [
      ['transaction', limit.transactionMax, 0n],
      ['day', limit.dayMax, dayUsed],
      ['month', limit.monthMax, monthUsed],
      ['year', limit.yearMax, yearUsed],
      ['balance', limit.balanceMax, balanceBound],
    ] as const
  ).map(([name, max, used]) => row(rowHead(w.limitOf[name]), figure(amount(max)), figure(rest(max, used))));
  const code = limit.currency.toUpperCase();
  const heads = [
    columnHead(w.limitName),
    columnHead(`${w.most} ${code}`, true),
    columnHead(`${w.left} ${code}`, true),
  ];
  return html`<section class="stack s" aria-labelledby="limits"><h2 id="limits">${w.limits}</h2>
${table(w.limits, heads, rows)}</section>`;
}

function statementForm({ frame }: Purse, { currency, month }: ShownWallet): Html {
  const w = walletWords[frame.language];
  return html`<section class="stack s" aria-labelledby="statement"><h2 id="statement">${w.statement}</h2>
<form class="row wraps low" action="/wallet/statement"><input type="hidden" name="currency"
 value="${currency}">
<div class="field"><label for="month">${w.month}</label>
<input id="month" name="month" type="month" value="${month}" max="${month}"></div>
<button class="btn two">${w.show}</button></form></section>`;
}
