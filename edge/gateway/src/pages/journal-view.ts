import {
  ACCOUNT_CODES,
  type Account,
  TRANSFER_CODES,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import {
  cell,
  columnHead,
  figure,
  groupHead,
  type Html,
  html,
  type Language,
  money,
  moneyWithCode,
  row,
  rowHead,
  shortHead,
  status,
  table,
} from '@tpmall/platform/pages';
import { accountKindName, reasonName } from './chart-words.ts';
import { ledgerDay, ledgerInstantText, timeText } from './instants.ts';
import { ledgerCurrency, ledgerName } from './ledger-currency.ts';
import { addressOf, csvLink, emptyState, learnLink, ledgerPage } from './ledger-layout.ts';
import { inCurrency, type Words, words } from './words.ts';

/** Ids longer than this are shown by their first and last digits. */
const SHOWN_ID_DIGITS = 8;
const COLUMNS = 6;

/** What of the journal is asked for; each part as it was typed. */
export interface JournalChoice {
  readonly currency: string | undefined;
  readonly account: string | undefined;
  readonly payment: string | undefined;
  readonly kind: string | undefined;
}

/** One page of the journal. */
export interface JournalRows {
  /** Newest first. */
  readonly transfers: readonly Transfer[];
  /** The accounts they touch, by id. */
  readonly accounts: ReadonlyMap<bigint, Account>;
  /** Names of parties, by the `userData128` of their accounts. */
  readonly parties: ReadonlyMap<bigint, string>;
  /** The instants from which the neighbouring pages go on; undefined where there is none. */
  readonly older: bigint | undefined;
  readonly newer: bigint | undefined;
}

/** What the page and its rows are made with. */
interface Sheet {
  readonly language: Language;
  readonly w: Words;
  readonly choice: JournalChoice;
  readonly rows: JournalRows;
}

/** Transfers, newest first, by day. */
export function journalPage(
  language: Language,
  rows: JournalRows,
  choice: JournalChoice,
  ledgers: readonly number[],
): string {
  const w = words[language];
  const sheet: Sheet = { language, w, choice, rows };
  const isFiltered = Object.values(choice).some((part) => part !== undefined);
  if (rows.transfers.length === 0 && !isFiltered && rows.older === undefined && rows.newer === undefined)
    return ledgerPage(language, 'journal', emptyState(w.emptyJournal, learnLink(w)));
  const clear = html`<a href="${addressOf('journal', language)}">${w.clear}</a>`;
  return ledgerPage(
    language,
    'journal',
    html`${filterForm(sheet, ledgers, isFiltered)}
${rows.transfers.length === 0 ? emptyState(w.noMatch, clear) : journalTable(sheet)}
<nav class="turn" aria-label="${w.pages}">${turn(sheet)}</nav>
${csvLink(w, 'journal', { ...choice })}<p class="cap">${w.csvRows}</p>`,
    { ...choice },
  );
}

function filterForm({ language, w, choice }: Sheet, ledgers: readonly number[], isFiltered: boolean): Html {
  const option = (ledger: number): Html => {
    const value = ledgerName(ledger).toLowerCase();
    const isChosen = value === choice.currency;
    return html`<option value="${value}"${isChosen && html` selected`}>${ledgerName(ledger)}</option>`;
  };
  const field = (name: 'account' | 'payment', label: string, hint: string): Html => html`<p class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${choice[name] ?? ''}" autocomplete="off" spellcheck="false"
 aria-describedby="${name}-hint"><span class="hint" id="${name}-hint">${hint}</span></p>`;
  const kind =
    choice.kind !== undefined &&
    html`<input type="hidden" name="kind" value="${choice.kind}">
<p class="whole">${w.onlyKind} <b>${accountKindName(language, Number(choice.kind))}</b></p>`;
  const clear = isFiltered && html`<a class="tap" href="${addressOf('journal', language)}">${w.clear}</a>`;
  return html`<form class="ask-row" method="get" action="${addressOf('journal', language).split('?', 1)[0]}">
<input type="hidden" name="lang" value="${language}">${kind}
<p class="field short"><label for="currency">${w.currency}</label>
<select id="currency" name="currency"><option value="">${w.allCurrencies}</option>
${ledgers.map(option)}</select></p>
${field('account', w.account, w.accountHelp)}
${field('payment', w.payment, w.paymentHelp)}
<p class="act"><button class="btn two">${w.show}</button>${clear}</p>
</form>`;
}

function turn({ language, w, choice, rows }: Sheet): Html {
  const link = (label: string, cursor: Readonly<Record<string, string>>, rel: string): Html =>
    html`<a class="btn two" rel="${rel}" href="${addressOf('journal', language, { ...choice, ...cursor })}"
>${label}</a>`;
  const { older, newer } = rows;
  return html`${newer !== undefined && link(w.newer, { after: newer.toString() }, 'prev')}
${older !== undefined && link(w.older, { before: older.toString() }, 'next')}`;
}

function journalTable(sheet: Sheet): Html {
  const { language, w, choice, rows } = sheet;
  const amount =
    choice.currency === undefined ? w.amount : inCurrency(language, w.amount, choice.currency.toUpperCase());
  const heads = [
    columnHead(w.time),
    columnHead(w.reason),
    columnHead(w.from),
    columnHead(w.to),
    columnHead(w.state),
    columnHead(amount, true),
  ];
  let day = '';
  const lines = rows.transfers.flatMap((transfer) => {
    const today = ledgerDay(language, transfer.timestamp);
    const isSame = today === day;
    day = today;
    const line = journalRow(sheet, transfer);
    return isSame ? [line] : [groupHead(today, COLUMNS), line];
  });
  return html`${table(w.journal, heads, lines, { fold: 'fold-journal' })}
<p class="cap only-s">${w.times}</p>`;
}

function journalRow(sheet: Sheet, transfer: Transfer): Html {
  const { language, w, choice } = sheet;
  const { timestamp: at, amount, ledger } = transfer;
  return row(
    cell(html`<time class="mono" datetime="${ledgerInstantText(at)}">${timeText(at)}</time>`, 'at'),
    rowHead(reasonName(language, transfer.code)),
    cell(html`${shortHead(w.dr)}${account(sheet, transfer.debitAccountId)}`, 'dr'),
    cell(html`${shortHead(w.cr)}${account(sheet, transfer.creditAccountId)}`, 'cr'),
    cell(stepOf(w, transfer), 'how'),
    figure(
      choice.currency === undefined
        ? moneyWithCode(language, amount, ledgerCurrency(ledger))
        : money(amount, ledgerCurrency(ledger)),
    ),
  );
}

function stepOf(w: Words, { flags, code }: Transfer): Html {
  if ((flags & TRANSFER_FLAGS.pending) !== 0) return status('wait', w.hold);
  if ((flags & TRANSFER_FLAGS.postPendingTransfer) !== 0) return status('done', w.post);
  if ((flags & TRANSFER_FLAGS.voidPendingTransfer) !== 0) return status('back', w.void);
  const isBack = code === TRANSFER_CODES.refund.code || code === TRANSFER_CODES.refund_settlement.code;
  return isBack ? status('back', w.returned) : status('done', w.atOnce);
}

/** What people call an account, whose it is, and its number; leads to all that touches it. */
function account({ language, rows }: Sheet, id: bigint): Html {
  const found = rows.accounts.get(id);
  // Every other account of the system is the platform's own.
  const isParty = found?.code === ACCOUNT_CODES.merchant_payable.code;
  const party = isParty ? rows.parties.get(found.userData128) : undefined;
  const kind = found ? accountKindName(language, found.code) : '–';
  // On a phone the merchant's name alone says which account it is.
  const name = party === undefined ? kind : html`<span class="only-l">${kind} · </span>${party}`;
  return html`<a href="${addressOf('journal', language, { account: id.toString() })}">${name}</a>
<span class="mono only-l cap-s" title="${id}">${shortId(id)}</span>`;
}

/** The first and last digits of an id; the whole of it is in its title and in the file. */
function shortId(id: bigint): string {
  const text = id.toString();
  return text.length <= SHOWN_ID_DIGITS ? text : `${text.slice(0, 3)}…${text.slice(-4)}`;
}
