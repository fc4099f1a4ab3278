import {
  ACCOUNT_CODES,
  findTransferCode,
  type LedgerDigest,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
  type Transfer,
  type TrialBalance,
} from '@tpmall/ledger/contract';
import { type Html, html } from './html.ts';
import { csvLink, emptyState, LEDGER_PAGES, ledgerPage } from './ledger-layout.ts';
import { ledgerInstantText, ledgerName, ledgerTime, money } from './money.ts';
import { cell, code, columnHead, figure, row, rowHead, table } from './table.ts';
import { type Language, type Words, words } from './words.ts';

/** Ids longer than this are shown by their first and last digits. */
const SHOWN_ID_DIGITS = 12;

/** What is shown of the ledger at a glance. */
export function overviewPage(language: Language, digest: LedgerDigest, balance: TrialBalance): string {
  const w = words[language];
  const figures: readonly (readonly [string, number | bigint])[] = [
    [w.entries, digest.position],
    [w.accounts, digest.accounts],
    [w.openPendings, digest.openPendings],
  ];
  const shown = ([name, value]: (typeof figures)[number]): Html =>
    html`<div><dt class="cap">${name}</dt><dd class="fig">${value.toLocaleString('en')}</dd></div>
`;
  return ledgerPage(
    language,
    'overview',
    html`<dl class="figs">${figures.map(shown)}</dl>
${totalsTable(w, balance)}
<p class="cap">${w.digest}: <span class="mono proof">${digest.digest}</span></p>`,
  );
}

/** The chart of accounts, as the code has it. */
export function chartPage(language: Language): string {
  const w = words[language];
  const english = (text: string): Html => cell(html`<span lang="en">${text}</span>`);
  const accounts = Object.values(ACCOUNT_CODES).map((entry) =>
    row(
      figure(entry.code),
      rowHead(entry.name),
      cell(w[entry.type]),
      cell(w[entry.normalSide]),
      english(entry.description),
    ),
  );
  const reasons = Object.values(TRANSFER_CODES).map((entry) =>
    row(figure(entry.code), rowHead(entry.name), english(entry.description)),
  );
  const number = columnHead(w.code, true);
  const name = columnHead(w.name);
  const heads = [number, name, columnHead(w.kind), columnHead(w.side), columnHead(w.meaning)];
  return ledgerPage(
    language,
    'chart',
    html`${table(w.chart, heads, accounts)}
<h2>${w.transfers}</h2>
${table(w.transfers, [number, name, columnHead(w.reason)], reasons)}
${csvLink(w, 'chart')}`,
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
  const heads = [
    columnHead(w.time),
    columnHead(w.reason),
    columnHead(w.from),
    columnHead(w.to),
    columnHead(w.currency),
    columnHead(w.amount, true),
  ];
  const path = `${LEDGER_PAGES.journal}?lang=${language}`;
  const turn = [
    !isNewest && html`<a href="${path}">${w.newest}</a>`,
    older !== undefined && html`<a href="${path}&before=${older}">${w.older}</a>`,
  ];
  const rows = transfers.map((transfer) => journalRow(w, transfer));
  return ledgerPage(
    language,
    'journal',
    html`${table(w.journal, heads, rows, { kind: 'fold' })}
<p class="row">${turn}</p>
${csvLink(w, 'journal')}`,
  );
}

function totalsTable(w: Words, balance: TrialBalance): Html {
  if (balance.totals.length === 0) return emptyState(w, w.emptyBalance);
  const rows = balance.totals.map((total) => {
    const name = ledgerName(total.ledger);
    const link = `${LEDGER_PAGES.trialBalance}?currency=${encodeURIComponent(name.toLowerCase())}`;
    return row(
      rowHead(html`<a href="${link}">${name}</a>`),
      figure(total.accounts.toLocaleString('en')),
      figure(money(total.debitsPosted, total.ledger)),
      figure(money(total.creditsPosted, total.ledger)),
      cell(balancedStatus(w, total.balanced)),
    );
  });
  const heads = [
    columnHead(w.currency),
    columnHead(w.accounts, true),
    columnHead(`${w.debits} ${w.posted}`, true),
    columnHead(`${w.credits} ${w.posted}`, true),
    columnHead(w.state),
  ];
  return table(w.trialBalance, heads, rows);
}

/** Whether debits equal credits: a shape and a word, never colour alone. */
export function balancedStatus(w: Words, isBalanced: boolean): Html {
  return isBalanced
    ? html`<span class="st done">${w.balanced}</span>`
    : html`<span class="st due">${w.unbalanced}</span>`;
}

function journalRow(w: Words, transfer: Transfer): Html {
  const step = stepOf(w, transfer.flags);
  const reason = findTransferCode(transfer.code)?.name ?? `${w.own} ${transfer.code}`;
  const at = transfer.timestamp;
  return row(
    cell(html`<time class="nowrap" datetime="${ledgerInstantText(at)}">${ledgerTime(at)}</time>`),
    rowHead(html`${reason}${step && html` <span class="cap">${step}</span>`}`),
    code(shortId(transfer.debitAccountId)),
    code(shortId(transfer.creditAccountId)),
    cell(ledgerName(transfer.ledger)),
    figure(money(transfer.amount, transfer.ledger)),
  );
}

function stepOf(w: Words, flags: number): string | undefined {
  if ((flags & TRANSFER_FLAGS.pending) !== 0) return w.hold;
  if ((flags & TRANSFER_FLAGS.postPendingTransfer) !== 0) return w.post;
  if ((flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0) return w.void;
  return undefined;
}

/** The first and last digits of an id; the whole of it is in its title and in the file. */
function shortId(id: bigint): Html {
  const text = id.toString();
  if (text.length <= SHOWN_ID_DIGITS) return html`${text}`;
  return html`<span title="${text}">${text.slice(0, 5)}…${text.slice(-5)}</span>`;
}
