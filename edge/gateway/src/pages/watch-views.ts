import type { Verification } from '@tpmall/ledger/contract';
import type { UnknownOutcome } from '@tpmall/payments/contract';
import { type Html, html } from './html.ts';
import { instant } from './instants.ts';
import { addressOf, emptyState, ledgerPage } from './ledger-layout.ts';
import { status } from './status.ts';
import { cell, columnHead, figure, row, rowHead, shortHead, table } from './table.ts';
import { type Language, words } from './words.ts';

/** Where the same list is told as JSON. */
const AS_JSON = '/v1/operations/unknown_outcomes';
const NANOS_PER_MICRO = 1_000n;

/** Payments and refunds that the bank has not answered for, and when each is asked about again. */
export function unknownOutcomesPage(language: Language, outcomes: readonly UnknownOutcome[]): string {
  const w = words[language];
  const link = html`<a href="${addressOf('overview', language)}">${w.overview}</a>`;
  if (outcomes.length === 0)
    return ledgerPage(language, 'unknownOutcomes', emptyState(w.emptyUnknownHint, link, w.emptyUnknown));
  const when = (at: number): Html => instant(language, BigInt(at) * NANOS_PER_MICRO);
  const rows = outcomes.map((outcome) => {
    const { id, kind, since, attempts, nextAttemptAt, reason } = outcome;
    const isLeft = nextAttemptAt === null;
    return row(
      rowHead(status(isLeft ? 'due' : 'wait', w[kind])),
      cell(
        html`${id}${reason !== null && html`<br><span class="cap-s">${w.refusal} ${reason}</span>`}`,
        'mono id',
      ),
      cell(html`${shortHead(w.since)}${when(since)}`, 'since'),
      cell(isLeft ? w.byPeople : html`${shortHead(w.nextTry)}${when(nextAttemptAt)}`, 'next'),
      figure(html`${shortHead(w.attempts)}${attempts}`),
    );
  });
  const heads = [
    columnHead(w.kind),
    columnHead('id'),
    columnHead(`${w.since} (UTC)`),
    columnHead(`${w.nextTry} (UTC)`),
    columnHead(w.attempts, true),
  ];
  return ledgerPage(
    language,
    'unknownOutcomes',
    html`<p class="fig-l">${outcomes.length.toLocaleString('en')}</p>
<p class="lede">${w.unknownLede}</p>
${table(w.unknownOutcomes, heads, rows, { fold: 'fold-unknown' })}
<p class="cap only-s">${w.times}</p>
<p><a class="tap" href="${AS_JSON}">${w.asJson}</a></p>`,
  );
}

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
