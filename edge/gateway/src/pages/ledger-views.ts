import {
  ACCOUNT_CODES,
  type AccountCode,
  findAccountCode,
  findTransferCode,
  type LedgerDigest,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
  type Transfer,
  type TrialBalance,
  type TrialBalanceRow,
} from '@tpmall/ledger/contract';
import { type Html, html } from './html.ts';
import { mark, page } from './layout.ts';
import { ledgerInstantText, ledgerName, ledgerTime, money } from './money.ts';
import { type Language, type Words, words } from './words.ts';

/** The pages of the ledger, by their paths. */
export const LEDGER_PAGES = {
  overview: '/ledger',
  chart: '/ledger/chart',
  journal: '/ledger/journal',
  trialBalance: '/ledger/trial-balance',
} as const;
type PageName = keyof typeof LEDGER_PAGES;

/** What is shown of the ledger at a glance. */
export function overviewPage(language: Language, digest: LedgerDigest, balance: TrialBalance): string {
  const w = words[language];
  const figures: readonly (readonly [string, string])[] = [
    [w.entries, digest.position.toLocaleString('en')],
    [w.accounts, digest.accounts.toLocaleString('en')],
    [w.openPendings, digest.openPendings.toLocaleString('en')],
  ];
  return ledgerPage(
    language,
    'overview',
    html`<dl class="figs">${figures.map(([name, value]) => html`<div><dt class="cap">${name}</dt><dd class="fig">${value}</dd></div>`)}</dl>
${totalsTable(w, balance)}
<p class="cap">${w.digest}: <span class="mono proof">${digest.digest}</span></p>`,
  );
}

/** The chart of accounts, as the code has it. */
export function chartPage(language: Language): string {
  const w = words[language];
  const rows = Object.values(ACCOUNT_CODES).map(
    (entry) =>
      html`<tr><td class="n">${entry.code}</td><th scope="row">${entry.name}</th><td>${w[entry.type]}</td><td>${w[entry.normalSide]}</td><td lang="en">${entry.description}</td></tr>
`,
  );
  const reasons = Object.values(TRANSFER_CODES).map(
    (entry) =>
      html`<tr><td class="n">${entry.code}</td><th scope="row">${entry.name}</th><td lang="en">${entry.description}</td></tr>
`,
  );
  return ledgerPage(
    language,
    'chart',
    html`${table(w.chart, html`<th scope="col" class="n">${w.code}</th><th scope="col">${w.name}</th><th scope="col">${w.kind}</th><th scope="col">${w.side}</th><th scope="col">${w.meaning}</th>`, rows)}
<h2>${w.transfers}</h2>
${table(w.transfers, html`<th scope="col" class="n">${w.code}</th><th scope="col">${w.name}</th><th scope="col">${w.reason}</th>`, reasons)}
${csvLink(w, 'chart', '')}`,
  );
}

/** Transfers, newest first. `older` is the instant from which the next page goes on. */
export function journalPage(
  language: Language,
  transfers: readonly Transfer[],
  older: bigint | undefined,
  isNewest: boolean,
): string {
  const w = words[language];
  if (transfers.length === 0) return ledgerPage(language, 'journal', emptyState(w, w.emptyJournal));
  const rows = transfers.map((transfer) => journalRow(w, transfer));
  const heads = html`<th scope="col">${w.time}</th><th scope="col">${w.reason}</th><th scope="col">${w.from}</th><th scope="col">${w.to}</th><th scope="col">${w.currency}</th><th scope="col" class="n">${w.amount}</th>`;
  const lang = `lang=${language}`;
  return ledgerPage(
    language,
    'journal',
    html`${table(w.journal, heads, rows)}
<p class="row">${!isNewest && html`<a href="${LEDGER_PAGES.journal}?${lang}">${w.newest}</a>`}${older !== undefined && html`<a href="${LEDGER_PAGES.journal}?${lang}&before=${older}">${w.older}</a>`}</p>
${csvLink(w, 'journal', '')}`,
  );
}

/** The trial balance of one currency: one rule above the totals, two below. */
export function trialBalancePage(
  language: Language,
  balance: TrialBalance,
  ledgers: readonly number[],
  shown: number | undefined,
  at: string | undefined,
): string {
  const w = words[language];
  const body = html`<form class="row ask-row" method="get" action="${LEDGER_PAGES.trialBalance}">
<input type="hidden" name="lang" value="${language}">
<p class="field"><label for="currency">${w.currency}</label><select id="currency" name="currency">${ledgers.map((ledger) => html`<option value="${ledgerName(ledger).toLowerCase()}"${ledger === shown && html` selected`}>${ledgerName(ledger)}</option>`)}</select></p>
<p class="field"><label for="at">${w.asOf}</label><input id="at" name="at" value="${at ?? ''}" placeholder="2026-11-23T12:00:00Z"></p>
<button class="btn two">${w.show}</button></form>
${shown === undefined ? emptyState(w, w.emptyBalance) : balanceTable(w, balance, shown)}
${shown !== undefined && csvLink(w, 'trialBalance', `?currency=${encodeURIComponent(ledgerName(shown).toLowerCase())}${at === undefined ? '' : `&at=${encodeURIComponent(at)}`}`)}`;
  return ledgerPage(language, 'trialBalance', body);
}

function balanceTable(w: Words, balance: TrialBalance, ledger: number): Html {
  const rows = balance.rows.filter((row) => row.ledger === ledger);
  const total = balance.totals.find((row) => row.ledger === ledger);
  const cells = (row: Omit<TrialBalanceRow, 'code'>): Html =>
    html`<td class="n">${row.accounts.toLocaleString('en')}</td><td class="n">${money(row.debitsPending, ledger)}</td><td class="n">${money(row.creditsPending, ledger)}</td><td class="n">${money(row.debitsPosted, ledger)}</td><td class="n">${money(row.creditsPosted, ledger)}</td>`;
  const name = ledgerName(ledger);
  const head = html`<th scope="col">${w.account}</th><th scope="col" class="n">${w.accounts}</th><th scope="col" class="n">${w.debits} ${w.pending}, ${name}</th><th scope="col" class="n">${w.credits} ${w.pending}, ${name}</th><th scope="col" class="n">${w.debits} ${w.posted}, ${name}</th><th scope="col" class="n">${w.credits} ${w.posted}, ${name}</th>`;
  const lines = rows.map(
    (row) => html`<tr><th scope="row">${codeName(row.code, w)}</th>${cells(row)}</tr>
`,
  );
  const foot = total && html`<tfoot><tr><th scope="row">${w.total}</th>${cells(total)}</tr></tfoot>`;
  return html`${table(`${w.trialBalance} ${name}`, head, lines, foot)}
<p><span class="st ${total?.balanced === false ? 'due' : 'done'}">${total?.balanced === false ? w.unbalanced : w.balanced}</span> <span class="cap">${w.asOf} ${ledgerInstantText(balance.timestamp)}</span></p>`;
}

function totalsTable(w: Words, balance: TrialBalance): Html {
  if (balance.totals.length === 0) return emptyState(w, w.emptyBalance);
  const rows = balance.totals.map((row) => {
    const name = ledgerName(row.ledger);
    const link = `${LEDGER_PAGES.trialBalance}?currency=${encodeURIComponent(name.toLowerCase())}`;
    return html`<tr><th scope="row"><a href="${link}">${name}</a></th><td class="n">${row.accounts.toLocaleString('en')}</td><td class="n">${money(row.debitsPosted, row.ledger)}</td><td class="n">${money(row.creditsPosted, row.ledger)}</td><td><span class="st ${row.balanced ? 'done' : 'due'}">${row.balanced ? w.balanced : w.unbalanced}</span></td></tr>
`;
  });
  return table(
    w.trialBalance,
    html`<th scope="col">${w.currency}</th><th scope="col" class="n">${w.accounts}</th><th scope="col" class="n">${w.debits} ${w.posted}</th><th scope="col" class="n">${w.credits} ${w.posted}</th><td></td>`,
    rows,
  );
}

function journalRow(w: Words, transfer: Transfer): Html {
  const step = stepOf(w, transfer.flags);
  const reason = findTransferCode(transfer.code)?.name ?? `${w.own} ${transfer.code}`;
  return html`<tr><td class="nowrap"><time datetime="${ledgerInstantText(transfer.timestamp)}">${ledgerTime(transfer.timestamp)}</time></td><th scope="row">${reason}${step && html` <span class="cap">${step}</span>`}</th><td class="mono">${shortId(transfer.debitAccountId)}</td><td class="mono">${shortId(transfer.creditAccountId)}</td><td>${ledgerName(transfer.ledger)}</td><td class="n">${money(transfer.amount, transfer.ledger)}</td></tr>
`;
}

function stepOf(w: Words, flags: number): string | undefined {
  if ((flags & TRANSFER_FLAGS.pending) !== 0) return w.hold;
  if ((flags & TRANSFER_FLAGS.postPendingTransfer) !== 0) return w.post;
  if ((flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0) return w.void;
  return undefined;
}

/** The first and last digits of an id; the whole of it is one hover or one copy away. */
function shortId(id: bigint): Html {
  const text = id.toString();
  if (text.length <= 12) return html`${text}`;
  return html`<span title="${text}">${text.slice(0, 5)}…${text.slice(-5)}</span>`;
}

function codeName(code: number, w: Words): string {
  const entry: AccountCode | undefined = findAccountCode(code);
  return entry ? `${code} ${entry.name}` : `${code} ${w.own}`;
}

function emptyState(w: Words, text: string): Html {
  return html`<div class="note"><p>${text}</p><p><a href="/openapi.json">${w.learn}</a></p></div>`;
}

function table(caption: string, head: Html, rows: readonly Html[], foot?: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="tbl"><caption class="sr">${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody>${foot}</table></div>`;
}

function csvLink(w: Words, name: PageName, query: string): Html {
  return html`<p><a href="${LEDGER_PAGES[name]}.csv${query}">${w.csv}</a></p>`;
}

function ledgerPage(language: Language, name: PageName, body: Html): string {
  const w = words[language];
  const other = language === 'en' ? 'zh' : 'en';
  const link = (to: PageName): Html =>
    html`<li><a href="${LEDGER_PAGES[to]}?lang=${language}"${to === name && html` aria-current="page"`}>${w[to]}</a></li>`;
  const names: readonly PageName[] = ['overview', 'chart', 'journal', 'trialBalance'];
  return page({
    language,
    title: `${w[name]} · ${w.ledger}`,
    skip: w.skip,
    nav: html`<a class="mark" href="/">${mark}<span>TPMall</span></a><nav aria-label="${w.ledger}"><ul>${names.map(link)}<li><a href="${LEDGER_PAGES[name]}?lang=${other}" lang="${other}" hreflang="${other}">${w.other}</a></li></ul></nav>`,
    body: html`<h1>${w[name]}</h1>
${body}`,
  });
}
