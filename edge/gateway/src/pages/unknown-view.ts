import type { Resolution, UnknownOutcome } from '@tpmall/payments/contract';
import { verdictsFor } from '@tpmall/payments/contract';
import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  row,
  rowHead,
  shortHead,
  status,
  table,
} from '@tpmall/platform/pages';
import { emptyState } from './ledger-layout.ts';
import {
  amountOf,
  moment,
  OPERATIONS_PAGES,
  operationsAddress,
  operationsPage,
} from './operations-layout.ts';
import { inUtc, kindWords, operationsWords, timesAsked } from './operations-words.ts';

/** Where the same list is told as JSON. */
const AS_JSON = '/v1/operations/unknown_outcomes';

/** What is not known, and what people have proposed about it. */
export interface Unknowns {
  readonly outcomes: readonly UnknownOutcome[];
  /** Those that are open. */
  readonly proposals: readonly Resolution[];
}

/** Payments and refunds that the bank has not answered for, and when each is asked about again. */
export function unknownOutcomesPage(language: Language, unknowns: Unknowns): string {
  const w = operationsWords[language];
  const { outcomes } = unknowns;
  if (outcomes.length === 0) return operationsPage(language, 'unknown', nothingUnknown(language));
  return operationsPage(
    language,
    'unknown',
    html`<p class="fig-l">${outcomes.length.toLocaleString('en')}</p>
<p class="lede">${w.unknownLede}</p>
${unknownTable(language, unknowns)}
<p><a class="tap" href="${AS_JSON}">${w.asJson}</a></p>`,
  );
}

/** That every outcome is known is news. */
export function nothingUnknown(language: Language): Html {
  const w = operationsWords[language];
  const overview = operationsAddress(OPERATIONS_PAGES.overview, language);
  return emptyState(w.emptyUnknownHint, html`<a href="${overview}">${w.toOverview}</a>`, w.emptyUnknown);
}

/** What is not known, as a table. */
export function unknownTable(language: Language, { outcomes, proposals }: Unknowns): Html {
  const w = operationsWords[language];
  const heads = [
    columnHead(w.kind),
    columnHead(w.payment),
    columnHead(w.amount, true),
    columnHead(inUtc(language, w.since)),
    columnHead(inUtc(language, w.next)),
    columnHead(w.todo),
  ];
  const rows = outcomes.map((outcome) => {
    const { id, kind, since, attempts, nextAttemptAt, reason, advice } = outcome;
    const isLeft = nextAttemptAt === null;
    const open = proposals.find((each) => each.subject === id && each.advice === advice);
    const asked = attempts > 0 && html` <span class="cap-s">${timesAsked(language, attempts)}</span>`;
    return row(
      rowHead(status(isLeft ? 'due' : 'wait', kindWords[language][kind])),
      cell(
        html`<a href="${outcomeAddress(language, outcome)}">${id}</a>${
          reason !== null && html`<br><span class="cap-s">${w.refusal} ${reason}</span>`
        }`,
        'mono id',
      ),
      figure(amountOf(language, outcome.amount, outcome.currency)),
      cell(html`${shortHead(w.since)}${moment(language, since)}`, 'since'),
      cell(
        isLeft ? w.byPeople : html`${shortHead(w.next)}${moment(language, nextAttemptAt)}${asked}`,
        'next',
      ),
      cell(todo(language, outcome, open), 'todo'),
    );
  });
  return html`${table(w.unknown, heads, rows, { fold: 'fold-unknown' })}
<p class="cap only-s">${w.times}</p>`;
}

function todo(language: Language, outcome: UnknownOutcome, open: Resolution | undefined): Html {
  const w = operationsWords[language];
  if (open) {
    const proposals = operationsAddress(OPERATIONS_PAGES.resolutions, language);
    return html`<a class="tap" href="${proposals}#${open.id}">${status('wait', w.waitsForSecond)}</a>`;
  }
  const label = verdictsFor(outcome).length > 0 ? w.resolve : w.look;
  return html`<a class="tap" href="${outcomeAddress(language, outcome)}">${label}<span class="sr">
 ${outcome.id}</span></a>`;
}

/** The page of one outcome; an advice of a payment is told apart by its own id. */
export function outcomeAddress(
  language: Language,
  { id, advice }: Pick<UnknownOutcome, 'id' | 'advice'>,
): string {
  return operationsAddress(`/operations/outcomes/${id}`, language, { advice: advice ?? undefined });
}
