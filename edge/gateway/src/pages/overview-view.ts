import { ACCOUNT_CODES, type LedgerDigest, type TrialBalance } from '@tpmall/ledger/contract';
import {
  cell,
  columnHead,
  figure,
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
import { balancedStatus } from './balanced-status.ts';
import { ledgerCurrency, ledgerName } from './ledger-currency.ts';
import { addressOf, emptyState, learnLink, ledgerPage } from './ledger-layout.ts';
import { type Words, words } from './words.ts';

/** What is shown of the ledger at a glance. */
export interface Overview {
  readonly digest: LedgerDigest;
  readonly balance: TrialBalance;
  /** Payments and refunds without an answer; undefined where payments cannot be asked. */
  readonly unknownOutcomes: number | undefined;
  /** The currency whose figure leads, where the ledger has it. */
  readonly mainLedger: number | undefined;
}

/** What the accounts of one currency come to. */
interface Standing {
  readonly ledger: number;
  readonly receivable: bigint;
  readonly payable: bigint;
  readonly commission: bigint;
  readonly held: bigint;
  readonly isBalanced: boolean;
}

/** The ledger at a glance: what acquirers owe leads. */
export function overviewPage(language: Language, overview: Overview): string {
  const w = words[language];
  const { digest, balance, mainLedger } = overview;
  if (balance.totals.length === 0)
    return ledgerPage(language, 'overview', emptyState(w.emptyBalance, learnLink(w)));
  const standings = balance.totals.map((total) => standingOf(balance, total.ledger, total.balanced));
  const main = standings.find(({ ledger }) => ledger === mainLedger) ?? standings[0];
  const allBalanced = standings.every(({ isBalanced }) => isBalanced);
  const state = allBalanced ? status('done', w.allBalanced) : status('due', w.someUnbalanced);
  const leading =
    main &&
    html`<div class="stack s"><p class="cap">${w.acquirersOwe}</p>
<p class="fig-l">${moneyWithCode(language, main.receivable, ledgerCurrency(main.ledger))}</p>
<p class="cap">${w.overviewLede}</p><p>${state}</p></div>`;
  return ledgerPage(
    language,
    'overview',
    html`${leading}
${counts(language, overview)}
<section class="stack" aria-labelledby="by-currency">
<h2 id="by-currency">${w.perCurrency}</h2>${standingsTable(language, standings)}</section>
<section class="stack s"><p><a class="tap" href="${addressOf('verification', language)}">${w.verify}</a></p>
<p class="cap">${w.digest}: <span class="proof">${digest.digest}</span></p></section>`,
  );
}

function counts(language: Language, { digest, unknownOutcomes }: Overview): Html {
  const w = words[language];
  const count = unknownOutcomes?.toLocaleString('en') ?? html`–<span class="sr">${w.notKnown}</span>`;
  const figures: readonly (readonly [Html | string, string | Html])[] = [
    [
      html`<a href="${addressOf('journal', language)}">${w.entries}</a>`,
      digest.position.toLocaleString('en'),
    ],
    [w.accounts, digest.accounts.toLocaleString('en')],
    [w.openPendings, digest.openPendings.toLocaleString('en')],
    [html`<a href="/console/outcomes">${w.unknownOutcomes}</a>`, count],
  ];
  return html`<dl class="figs">${figures.map(
    ([name, value]) => html`<div><dt class="cap">${name}</dt><dd class="fig">${value}</dd></div>
`,
  )}</dl>`;
}

function standingOf(balance: TrialBalance, ledger: number, isBalanced: boolean): Standing {
  const of = (code: number) => balance.rows.find((row) => row.ledger === ledger && row.code === code);
  /** What an account of this kind is owed, or with a minus owes. */
  const due = (code: number): bigint => {
    const found = of(code);
    return found ? found.debitsPosted - found.creditsPosted : 0n;
  };
  return {
    ledger,
    // What an acquirer has cleared it still owes, until it is paid out.
    receivable: due(ACCOUNT_CODES.acquirer_receivable.code) + due(ACCOUNT_CODES.due_from_acquirer.code),
    payable: -due(ACCOUNT_CODES.merchant_payable.code),
    commission: -due(ACCOUNT_CODES.platform_commission.code),
    // Of cards and of wallets.
    held: of(ACCOUNT_CODES.payment_clearing.code)?.creditsPending ?? 0n,
    isBalanced,
  };
}

function standingsTable(language: Language, standings: readonly Standing[]): Html {
  const w = words[language];
  const rows = standings.map((standing) => {
    const { ledger } = standing;
    const name = ledgerName(ledger);
    const link = addressOf('trialBalance', language, { currency: name.toLowerCase() });
    const sum = (label: string, amount: bigint, kind: string): Html =>
      figure(html`${shortHead(label)}${money(amount, ledgerCurrency(ledger))}`, kind);
    return row(
      rowHead(html`<a href="${link}">${name}</a>`),
      sum(w.acquirersOwe, standing.receivable, 'a'),
      sum(w.owedToMerchants, standing.payable, 'b'),
      sum(w.commission, standing.commission, 'c'),
      sum(w.held, standing.held, 'd'),
      cell(balancedStatus(w, standing.isBalanced), 'how'),
    );
  });
  return table(w.perCurrency, standingHeads(w), rows, { fold: 'fold-standing' });
}

function standingHeads(w: Words): Html[] {
  return [
    columnHead(w.currency),
    columnHead(w.acquirersOwe, true),
    columnHead(w.owedToMerchants, true),
    columnHead(w.commission, true),
    columnHead(w.held, true),
    columnHead(w.state),
  ];
}
