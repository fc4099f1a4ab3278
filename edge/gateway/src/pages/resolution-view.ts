import type { Resolution, UnknownOutcome } from '@tpmall/payments/contract';
import {
  cell,
  columnHead,
  type Html,
  html,
  type Language,
  row,
  rowHead,
  type Shape,
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
  ownForm,
  type Viewer,
} from './operations-layout.ts';
import { kindWords, operationsWords, resolutionWords, verdictWords } from './operations-words.ts';
import { outcomeAddress } from './unknown-view.ts';

const shapes: Readonly<Record<Resolution['state'], Shape>> = {
  proposed: 'wait',
  confirmed: 'wait',
  applied: 'done',
  overtaken: 'back',
  rejected: 'no',
};

/** What waits for a second person, and what was decided. */
export function resolutionsPage(
  viewer: Viewer,
  resolutions: readonly Resolution[],
  outcomes: readonly UnknownOutcome[],
): string {
  const { language } = viewer;
  const w = operationsWords[language];
  const open = resolutions.filter(isOpen);
  const decided = resolutions.filter((each) => !isOpen(each));
  return operationsPage(
    language,
    'resolutions',
    html`${proposalList(viewer, open, outcomes)}
${
  decided.length > 0 &&
  html`<section class="stack" aria-labelledby="decided"><h2 id="decided">${w.decided}</h2>
${decidedTable(language, decided)}</section>`
}`,
  );
}

function isOpen({ state }: Resolution): boolean {
  return state === 'proposed' || state === 'confirmed';
}

/** Proposals with what a second person can do about each. */
export function proposalList(
  viewer: Viewer,
  open: readonly Resolution[],
  outcomes: readonly UnknownOutcome[],
): Html {
  const { language } = viewer;
  const w = operationsWords[language];
  if (open.length === 0) {
    const unknown = operationsAddress(OPERATIONS_PAGES.unknown, language);
    return emptyState(w.emptyProposalsHint, html`<a href="${unknown}">${w.toUnknown}</a>`, w.emptyProposals);
  }
  const about = ({ subject, advice }: Resolution): UnknownOutcome | undefined =>
    outcomes.find((outcome) => outcome.id === subject && outcome.advice === advice);
  // One act of a page is filled; here there may be many.
  const show = (each: Resolution): Html => html`<li>${proposal(viewer, each, about(each), 'btn two')}</li>
`;
  return html`<ul class="claims">${open.map(show)}</ul>`;
}

/** What one person has found out, with its forms where the viewer is another one. */
export function proposal(
  viewer: Viewer,
  resolution: Resolution,
  outcome: UnknownOutcome | undefined,
  button = 'btn',
): Html {
  const { language } = viewer;
  const w = operationsWords[language];
  const { id, subject, kind, verdict, evidence, approvalCode, reference, proposedBy, state } = resolution;
  const { name, means } = verdictWords[language][verdict];
  const address = outcomeAddress(language, { ...resolution, id: subject });
  const isOpen = state === 'proposed';
  const act = isOpen
    ? decision(viewer, resolution, button)
    : status('wait', resolutionWords[language].confirmed);
  const code = (label: string, value: string | null): Html | false =>
    value !== null &&
    html`<div><dt>${label}</dt><dd class="mono">${value}</dd></div>
`;
  return html`<article class="claim stack" id="${id}" aria-labelledby="${id}-name">
<div class="stack s"><h3 class="h2" id="${id}-name">${name}</h3>
${outcome && html`<p class="fig">${amountOf(language, outcome.amount, outcome.currency)}</p>`}
<p>${kindWords[language][kind]} <a class="mono" href="${address}"
>${subject}</a></p><p class="dim">${means}</p></div>
<blockquote class="said">${evidence}</blockquote>
<dl class="spec">${code(w.approvalCode, approvalCode)}${code(w.reference, reference)}
<div><dt>${w.proposedBy}</dt><dd><span class="mono">${proposedBy}</span>,
${moment(language, resolution.proposedAt)}</dd></div></dl>
${act}
</article>`;
}

function decision(viewer: Viewer, { id, verdict, proposedBy }: Resolution, button: string): Html {
  const { language, actor } = viewer;
  const w = operationsWords[language];
  if (proposedBy === actor) return html`<p class="note ochre">${w.own}</p>`;
  const { name } = verdictWords[language][verdict];
  const label = language === 'zh' ? `${w.confirm}：${name}` : `${w.confirm}: ${name.toLowerCase()}`;
  const why = html`<p class="field"><label for="${id}-why">${w.rejectReason}</label>
<input id="${id}-why" name="reason" required maxlength="1000" autocomplete="off"></p>`;
  return html`<div class="decide">
${ownForm(viewer, `/operations/resolutions/${id}/confirm`, html`<button class="${button}">${label}</button>`)}
${ownForm(
  viewer,
  `/operations/resolutions/${id}/reject`,
  html`${why}<p class="act"><button class="btn two">${w.reject}</button></p>`,
  'ask-row',
)}</div>`;
}

function decidedTable(language: Language, decided: readonly Resolution[]): Html {
  const w = operationsWords[language];
  const heads = [w.verdict, w.payment, w.state, w.proposedBy, w.decidedBy, w.why].map((text) =>
    columnHead(text),
  );
  const rows = decided.map((each) =>
    row(
      rowHead(verdictWords[language][each.verdict].name),
      cell(
        html`<a href="${outcomeAddress(language, { ...each, id: each.subject })}">${each.subject}</a>`,
        'mono id',
      ),
      cell(status(shapes[each.state], resolutionWords[language][each.state]), 'how'),
      cell(html`${shortHead(w.proposedBy)}<span class="mono">${each.proposedBy}</span>`, 'wide'),
      cell(
        html`${shortHead(w.decidedBy)}<span class="mono">${each.decidedBy}</span><br>
<span class="cap-s">${each.decidedAt !== null && moment(language, each.decidedAt)}</span>`,
        'wide',
      ),
      cell(each.decisionReason ?? each.evidence, 'wide'),
    ),
  );
  return table(w.decided, heads, rows, { fold: 'fold-log' });
}
