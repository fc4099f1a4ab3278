import type { Verification } from '@tpmall/ledger/contract';
import {
  cell,
  columnHead,
  figure,
  html,
  type Language,
  row,
  rowHead,
  status,
  table,
} from '@tpmall/platform/pages';
import { ledgerPage } from './ledger-layout.ts';
import { words } from './words.ts';

/** Whether the running balances are what the log adds up to. */
export function verificationPage(language: Language, found: Verification): string {
  const w = words[language];
  const figures = [
    [w.entries, found.entries],
    [w.compared, found.accounts],
  ] as const;
  const heads = [w.account, w.field].map((text) => columnHead(text));
  const sums = [w.inState, w.inLog].map((text) => columnHead(text, true));
  const rows = found.differences.map((difference) =>
    row(
      rowHead(html`<span class="mono">${difference.accountId}</span>`),
      cell(difference.field, 'mono'),
      figure(html`${difference.machine}`),
      figure(html`${difference.log}`),
    ),
  );
  const result = found.ok ? status('done', w.verified) : status('due', w.notVerified);
  return ledgerPage(
    language,
    'verification',
    html`<div class="stack s"><p class="h2">${result}</p><p class="cap">${w.verifyLede}</p></div>
<dl class="figs">${figures.map(
      ([
        name,
        value,
      ]) => html`<div><dt class="cap">${name}</dt><dd class="fig">${value.toLocaleString('en')}</dd></div>
`,
    )}</dl>
${rows.length > 0 && table(w.notVerified, [...heads, ...sums], rows)}`,
  );
}
