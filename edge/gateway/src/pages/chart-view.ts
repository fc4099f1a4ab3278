import { ACCOUNT_CODES, TRANSFER_CODES } from '@tpmall/ledger/contract';
import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  row,
  rowHead,
  table,
} from '@tpmall/platform/pages';
import { accountKindName, reasonName } from './chart-words.ts';
import { csvLink, ledgerPage } from './ledger-layout.ts';
import { words } from './words.ts';

/** The chart of accounts, as the code has it. */
export function chartPage(language: Language): string {
  const w = words[language];
  const english = (text: string): Html => cell(html`<span lang="en">${text}</span>`, 'about');
  const accounts = Object.values(ACCOUNT_CODES).map((entry) =>
    row(
      figure(entry.code, 'no'),
      rowHead(accountKindName(language, entry.code)),
      cell(w[entry.type], 'a'),
      cell(w[entry.normalSide], 'b'),
      english(entry.description),
    ),
  );
  const reasons = Object.values(TRANSFER_CODES).map((entry) =>
    row(figure(entry.code, 'no'), rowHead(reasonName(language, entry.code)), english(entry.description)),
  );
  const number = columnHead(w.code, true);
  const name = columnHead(w.name);
  const heads = [number, name, columnHead(w.kind), columnHead(w.side), columnHead(w.meaning)];
  return ledgerPage(
    language,
    'chart',
    html`${table(w.chart, heads, accounts, { fold: 'fold-chart' })}
<section class="stack" aria-labelledby="reasons"><h2 id="reasons">${w.transfers}</h2>
${table(w.transfers, [number, name, columnHead(w.reason)], reasons, { fold: 'fold-chart' })}</section>
${csvLink(w, 'chart')}`,
  );
}
