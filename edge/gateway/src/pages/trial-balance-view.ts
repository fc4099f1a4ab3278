import type { TrialBalance, TrialBalanceRow } from '@tpmall/ledger/contract';
import {
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  money,
  row,
  rowHead,
  shortHead,
  table,
} from '@tpmall/platform/pages';
import { balancedStatus } from './balanced-status.ts';
import { accountKindName } from './chart-words.ts';
import { instant } from './instants.ts';
import { ledgerCurrency, ledgerName } from './ledger-currency.ts';
import { addressOf, csvLink, emptyState, LEDGER_PAGES, learnLink, ledgerPage } from './ledger-layout.ts';
import { inCurrency, words } from './words.ts';

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
  const { shown, at } = choice;
  if (shown === undefined)
    return ledgerPage(language, 'trialBalance', emptyState(w.emptyBalance, learnLink(w)));
  const query = { currency: ledgerName(shown).toLowerCase(), at };
  return ledgerPage(
    language,
    'trialBalance',
    html`${choiceForm(language, choice)}
${balanceTable(language, balance, shown)}
${csvLink(w, 'trialBalance', query)}`,
    query,
  );
}

function choiceForm(language: Language, { ledgers, shown, at }: TrialBalanceChoice): Html {
  const w = words[language];
  const option = (ledger: number): Html => {
    const name = ledgerName(ledger);
    return html`<option value="${name.toLowerCase()}"${ledger === shown && html` selected`}>${name}</option>`;
  };
  return html`<form class="ask-row" method="get" action="${LEDGER_PAGES.trialBalance}">
<input type="hidden" name="lang" value="${language}">
<p class="field short"><label for="currency">${w.currency}</label>
<select id="currency" name="currency">${ledgers.map(option)}</select></p>
<p class="field"><label for="at">${w.asOf}</label>
<input id="at" name="at" value="${at ?? ''}" autocomplete="off" spellcheck="false" aria-describedby="at-hint">
<span class="hint" id="at-hint">${w.asOfHelp}</span></p>
<p class="act"><button class="btn two">${w.show}</button></p>
</form>`;
}

function balanceTable(language: Language, balance: TrialBalance, ledger: number): Html {
  const w = words[language];
  const total = balance.totals.find((candidate) => candidate.ledger === ledger);
  const name = ledgerName(ledger);
  const pending = (label: string, amount: bigint, kind: string): Html =>
    figure(
      html`${shortHead(label)}${money(amount, ledgerCurrency(ledger))}`,
      amount === 0n ? `${kind} zero` : kind,
    );
  const cells = (sums: Omit<TrialBalanceRow, 'code'>): Html[] => [
    figure(html`${shortHead(w.accounts)}${sums.accounts.toLocaleString('en')}`, 'no'),
    pending(`${w.dr} ${w.pending}`, sums.debitsPending, 'pd'),
    pending(`${w.cr} ${w.pending}`, sums.creditsPending, 'pc'),
    figure(html`${shortHead(w.dr)}${money(sums.debitsPosted, ledgerCurrency(ledger))}`, 'd'),
    figure(html`${shortHead(w.cr)}${money(sums.creditsPosted, ledgerCurrency(ledger))}`, 'c'),
  ];
  const space = language === 'zh' ? '' : ' ';
  const head = (side: string, state: string): Html =>
    columnHead(inCurrency(language, side + space + state, name), true);
  const heads = [
    columnHead(w.account),
    columnHead(w.accounts, true),
    head(w.debits, w.pending),
    head(w.credits, w.pending),
    head(w.debits, w.posted),
    head(w.credits, w.posted),
  ];
  const rows = balance.rows
    .filter((candidate) => candidate.ledger === ledger)
    .map((sums) => {
      const query = { currency: name.toLowerCase(), kind: String(sums.code) };
      const link = addressOf('journal', language, query);
      const account = html`<a href="${link}">${accountKindName(language, sums.code)}</a>
<span class="mono cap-s">${sums.code}</span>`;
      return row(rowHead(account), ...cells(sums));
    });
  const sum = rowHead(inCurrency(language, w.total, name));
  const foot = total && html`<tfoot role="rowgroup">${row(sum, ...cells(total))}</tfoot>`;
  return html`<div class="stack"><p>${balancedStatus(w, total?.balanced !== false)}
<span class="cap">${w.asOf} ${instant(language, balance.timestamp)} UTC</span></p>
<p class="cap">${w.balanceMeaning}</p>
${table(`${w.trialBalance} ${name}`, heads, rows, { foot, fold: 'fold-balance' })}</div>`;
}
