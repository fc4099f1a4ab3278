import {
  type Resolution,
  type Trail,
  type TrailMessage,
  type TrailStep,
  type UnknownOutcome,
  type Verdict,
  verdictsFor,
} from '@tpmall/payments/contract';
import { type Html, html, type Language, status } from '@tpmall/platform/pages';
import { amountOf, moment, operationsPage, ownForm, type Viewer } from './operations-layout.ts';
import {
  kindWords,
  operationsWords,
  stepStateWords,
  stepWords,
  timesAsked,
  verdictWords,
} from './operations-words.ts';
import { proposal } from './resolution-view.ts';

/** One payment or refund: what of it is not known, what was tried, and what people say of it. */
export interface OneOutcome {
  readonly id: string;
  /** Undefined: what became of it is known. */
  readonly outcome: UnknownOutcome | undefined;
  readonly trail: Trail;
  /** The proposal that is open. */
  readonly proposal: Resolution | undefined;
}

/** What was tried for one outcome, and a form to say what became of it. */
export function outcomePage(viewer: Viewer, one: OneOutcome): string {
  const { language } = viewer;
  const { outcome } = one;
  const w = operationsWords[language];
  const advice = outcome?.advice ?? undefined;
  return operationsPage(
    language,
    'unknown',
    html`${outcome && facts(language, outcome)}
<div class="cols"><section class="stack" aria-labelledby="tried"><h2 id="tried">${w.tried}</h2>
${trailList(language, one.trail)}</section>
<section class="stack" aria-labelledby="say"><h2 id="say">${one.proposal ? w.resolutions : w.propose}</h2>
${say(viewer, one)}</section></div>`,
    { at: `/operations/outcomes/${one.id}`, title: one.id, query: { advice } },
  );
}

function facts(language: Language, outcome: UnknownOutcome): Html {
  const w = operationsWords[language];
  const { kind, amount, currency, since, nextAttemptAt, attempts, reason } = outcome;
  const isLeft = nextAttemptAt === null;
  return html`<div class="stack s"><p class="fig-l">${amountOf(language, amount, currency)}</p>
<p>${status(isLeft ? 'due' : 'wait', kindWords[language][kind])}</p></div>
<dl class="spec"><div><dt>${w.since}</dt><dd>${moment(language, since)}</dd></div>
<div><dt>${w.next}</dt><dd>${isLeft ? w.byPeople : moment(language, nextAttemptAt)}
${attempts > 0 && html`<span class="cap">${timesAsked(language, attempts)}</span>`}</dd></div>
${reason !== null && html`<div><dt>${w.refusal}</dt><dd class="mono">${reason}</dd></div>`}</dl>`;
}

function trailList(language: Language, { steps, messages }: Trail): Html {
  const w = operationsWords[language];
  if (steps.length === 0) return html`<p class="dim">${w.nothingTried}</p>`;
  return html`<ol class="jour">${steps.map((step) => {
    const own = messages.filter(({ subject }) => subject === step.id);
    return html`<li>${moment(language, step.createdAt)}<div class="e ${markOf(step)}">
<p><b>${stepWords[language][step.kind]}</b> <span class="dim">${stepFacts(language, step)}</span></p>
${own.length > 0 && messageList(language, own)}</div></li>
`;
  })}</ol>
<p class="cap">${w.messagesMasked} ${w.times}</p>`;
}

function markOf({ state }: TrailStep): string {
  if (state === 'approved' || state === 'acknowledged') return 'done';
  return state === 'pending' || state === 'sent' || state === 'queued' ? 'wait' : '';
}

function stepFacts(language: Language, step: TrailStep): Html {
  const w = operationsWords[language];
  const again = step.nextAt !== null && html` · ${w.again} ${moment(language, step.nextAt)}`;
  return html`${stepStateWords[language][step.state]} · ${step.connector}${
    step.networkCode !== null && html` · ${w.code} <span class="mono">${step.networkCode}</span>`
  }${step.attempts > 1 && html` · ${w.sentTimes} ${step.attempts}`}${again}`;
}

function messageList(language: Language, messages: readonly TrailMessage[]): Html {
  const w = operationsWords[language];
  return html`<details><summary>${w.messages} (${messages.length})</summary>${messages.map((message) => {
    const way = message.direction === 'out' ? w.toAcquirer : w.fromAcquirer;
    const name = `${message.type} ${way}`;
    return html`<div class="wire" tabindex="0" role="region" aria-label="${name}">
<p><b>${message.type}</b> ${way},
${moment(language, message.at)}</p>
<dl>${Object.entries(message.fields).map(
      ([field, value]) => html`<div><dt>${field}</dt><dd>${value}</dd></div>
`,
    )}</dl></div>
`;
  })}</details>`;
}

function say(viewer: Viewer, { id, outcome, proposal: open }: OneOutcome): Html {
  const w = operationsWords[viewer.language];
  if (open) return proposal(viewer, open, outcome);
  if (!outcome) return html`<p class="note">${w.known}</p>`;
  const verdicts = verdictsFor(outcome);
  if (verdicts.length === 0) return html`<p class="note">${w.goesByItself}</p>`;
  return proposalForm(viewer, id, outcome, verdicts);
}

function proposalForm(
  viewer: Viewer,
  id: string,
  { advice }: UnknownOutcome,
  verdicts: readonly Verdict[],
): Html {
  const { language } = viewer;
  const w = operationsWords[language];
  const choice = (verdict: Verdict): Html => {
    const { name, means } = verdictWords[language][verdict];
    return html`<label class="check"><input type="radio" name="verdict" value="${verdict}" required>
<span><b>${name}</b><br><span class="cap">${means}</span></span></label>
`;
  };
  const code = (name: string, label: string, max: number): Html => html`<p class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" maxlength="${max}" autocomplete="off" spellcheck="false"
 aria-describedby="${name}-hint"><span class="hint" id="${name}-hint">${w.codesHint}</span></p>
`;
  const fields = html`${advice !== null && html`<input type="hidden" name="advice" value="${advice}">`}
<p class="dim">${w.proposeLede}</p>
<fieldset class="stack s"><legend class="lab">${w.verdict}</legend>${verdicts.map(choice)}</fieldset>
<p class="field"><label for="evidence">${w.evidence}</label>
<textarea id="evidence" name="evidence" required maxlength="1000" rows="4" aria-describedby="evidence-hint"
></textarea><span class="hint" id="evidence-hint">${w.evidenceHint}</span></p>
${verdicts.includes('approved') && code('approval_code', w.approvalCode, 6)}
${(verdicts.includes('approved') || verdicts.includes('refunded')) && code('reference', w.reference, 64)}
<p><button class="btn">${w.proposeNow}</button></p>`;
  return ownForm(viewer, `/operations/outcomes/${id}`, fields, 'stack');
}
