import { findAccountCode, type TrialBalance, type TrialBalanceRow } from '@tpmall/ledger/contract';
import { type Html, html } from './html.ts';
import { csvLink, emptyState, LEDGER_PAGES, ledgerPage } from './ledger-layout.ts';
import { balancedStatus } from './ledger-views.ts';
import { ledgerInstantText, ledgerName, money } from './money.ts';
import { columnHead, figure, row, rowHead, table } from './table.ts';
import { type Language, type Words, words } from './words.ts';

/** What of the trial balance is asked for. */
export interface TrialBalanceChoice {
  /** Ledgers to choose from. */
  readonly ledgers: readonly number[];
  /** The one that is shown; undefined where there is none. */
  readonly shown: number | undefined;
  /** The instant as it was asked for; undefined: now. */
  readonly at: string | undefined;
}

/** The trial balance of one currency: one rule above the totals, two below. */
export function trialBalancePage(
  language: Language,
  balance: TrialBalance,
  choice: TrialBalanceChoice,
): string {
  const w = words[language];
  const { shown } = choice;
  const body =
    shown === undefined
      ? emptyState(w, w.emptyBalance)
      : html`${balanceTable(w, balance, shown)}
${csvLink(w, 'trialBalance', fileQuery(shown, choice.at))}`;
  return ledgerPage(language, 'trialBalance', html`${choiceForm(language, choice)}${body}`);
}

function choiceForm(language: Language, { ledgers, shown, at }: TrialBalanceChoice): Html {
  const w = words[language];
  const option = (ledger: number): Html => {
    const name = ledgerName(ledger);
    return html`<option value="${name.toLowerCase()}"${ledger === shown && html` selected`}>${name}</option>`;
  };
  return html`<form class="row ask-row" method="get" action="${LEDGER_PAGES.trialBalance}">
<input type="hidden" name="lang" value="${language}">
<p class="field"><label for="currency">${w.currency}</label>
<select id="currency" name="currency">${ledgers.map(option)}</select></p>
<p class="field"><label for="at">${w.asOf}</label>
<input id="at" name="at" value="${at ?? ''}" placeholder="2026-11-23T12:00:00Z"></p>
<button class="btn two">${w.show}</button>
</form>
`;
}

function balanceTable(w: Words, balance: TrialBalance, ledger: number): Html {
  const total = balance.totals.find((candidate) => candidate.ledger === ledger);
  const name = ledgerName(ledger);
  const cells = (sums: Omit<TrialBalanceRow, 'code'>): Html[] => [
    figure(sums.accounts.toLocaleString('en')),
    figure(money(sums.debitsPending, ledger)),
    figure(money(sums.creditsPending, ledger)),
    figure(money(sums.debitsPosted, ledger)),
    figure(money(sums.creditsPosted, ledger)),
  ];
  const heads = [
    columnHead(w.account),
    columnHead(w.accounts, true),
    columnHead(`${w.debits} ${w.pending}, ${name}`, true),
    columnHead(`${w.credits} ${w.pending}, ${name}`, true),
    columnHead(`${w.debits} ${w.posted}, ${name}`, true),
    columnHead(`${w.credits} ${w.posted}, ${name}`, true),
  ];
  const rows = balance.rows
    .filter((candidate) => candidate.ledger === ledger)
    .map((sums) => row(rowHead(codeName(sums.code, w)), ...cells(sums)));
  const foot = total && html`<tfoot role="rowgroup">${row(rowHead(w.total), ...cells(total))}</tfoot>`;
  const at = ledgerInstantText(balance.timestamp);
  return html`${table(`${w.trialBalance} ${name}`, heads, rows, { foot })}
<p>${balancedStatus(w, total?.balanced !== false)} <span class="cap">${w.asOf} ${at}</span></p>`;
}

function codeName(code: number, w: Words): string {
  return `${code} ${findAccountCode(code)?.name ?? w.own}`;
}

function fileQuery(ledger: number, at: string | undefined): string {
  const currency = `?currency=${encodeURIComponent(ledgerName(ledger).toLowerCase())}`;
  return at === undefined ? currency : `${currency}&at=${encodeURIComponent(at)}`;
}
