import type { Page } from '@tpmall/platform/contract';
import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  type Language,
  oneDecimal,
  row,
  rowHead,
  type Shape,
  status,
  table,
} from '@tpmall/platform/pages';
import type { LoggedRequest } from '../store/request-log.ts';
import { emptyState } from './ledger-layout.ts';
import { moment, OPERATIONS_PAGES, operationsAddress, operationsPage } from './operations-layout.ts';
import { operationsWords } from './operations-words.ts';

const MICROS_PER_MILLISECOND = 1_000;

/** What of the log is asked for, as it was typed. */
export interface RequestChoice {
  readonly object?: string | undefined;
  readonly status?: string | undefined;
  readonly operation?: string | undefined;
}

/** One page of the log. */
export interface RequestRows extends Page<LoggedRequest> {
  /** Whether it begins after the newest. */
  readonly isLater: boolean;
}

/** The log of requests. */
export function requestsPage(language: Language, rows: RequestRows, choice: RequestChoice): string {
  const w = operationsWords[language];
  const query = { ...choice };
  const last = rows.items.at(-1);
  const addressWith = (more: Readonly<Record<string, string>>): string =>
    operationsAddress(OPERATIONS_PAGES.requests, language, { ...query, ...more });
  const turn = (label: string, more: Readonly<Record<string, string>>): Html =>
    html`<a class="btn two" href="${addressWith(more)}">${label}</a>`;
  return operationsPage(
    language,
    'requests',
    html`${filterForm(language, choice)}
${requestTable(language, rows.items)}
<nav class="turn" aria-label="${w.requests}">${rows.isLater && turn(w.newest, {})}
${rows.hasMore && last && turn(w.older, { starting_after: last.id })}</nav>`,
    { query },
  );
}

function filterForm(language: Language, choice: RequestChoice): Html {
  const w = operationsWords[language];
  const field = (name: keyof RequestChoice, label: string, hint: string, kind = ''): Html => html`<p
 class="field ${kind}"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${choice[name] ?? ''}" autocomplete="off" spellcheck="false"
 aria-describedby="${name}-hint"><span class="hint" id="${name}-hint">${hint}</span></p>
`;
  const isFiltered = Object.values(choice).some((part) => part !== undefined);
  const all = operationsAddress(OPERATIONS_PAGES.requests, language);
  return html`<form class="ask-row" method="get" action="${OPERATIONS_PAGES.requests}">
<input type="hidden" name="lang" value="${language}">
${field('status', w.status, w.statusHint, 'short')}${field('operation', w.operation, w.operationHint)}
${field('object', w.object, w.objectHint)}
<p class="act"><button class="btn two">${w.show}</button>${
    isFiltered && html`<a class="tap" href="${all}">${w.clear}</a>`
  }</p></form>`;
}

/** Requests, the newest first. */
export function requestTable(language: Language, items: readonly LoggedRequest[]): Html {
  const w = operationsWords[language];
  if (items.length === 0) {
    const overview = operationsAddress(OPERATIONS_PAGES.overview, language);
    return emptyState(w.emptyRequestsHint, html`<a href="${overview}">${w.toOverview}</a>`, w.emptyRequests);
  }
  const heads = [w.request, w.status, w.object, w.time].map((text) => columnHead(text));
  const rows = items.map((each) =>
    row(
      rowHead(html`<a href="${requestAddress(language, each.id)}">${each.operation}</a>`),
      cell(
        status(shapeOf(each.status), `${each.status}${each.errorCode === null ? '' : ` ${each.errorCode}`}`),
        'how',
      ),
      cell(html`<span class="mono">${each.objectId}</span>`, 'wide id'),
      cell(html`${moment(language, each.createdAt)}`, 'wide'),
      figure(took(each)),
    ),
  );
  return table(w.requests, [...heads, columnHead(w.took, true)], rows, { fold: 'fold-log' });
}

function shapeOf(code: number): Shape {
  if (code >= 500) return 'due';
  return code >= 400 ? 'no' : 'done';
}

function took({ durationUs }: LoggedRequest): string {
  return `${oneDecimal(durationUs / MICROS_PER_MILLISECOND)} ms`;
}

function requestAddress(language: Language, id: string): string {
  return operationsAddress(`/operations/requests/${id}`, language);
}

/** One request with its bodies. */
export function requestPage(language: Language, logged: LoggedRequest): string {
  const w = operationsWords[language];
  const entry = (
    label: string,
    value: Html | string,
  ): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>
`;
  const optional = (label: string, value: string | null): Html | false =>
    value !== null && entry(label, value);
  const word = `${logged.status}${logged.replayed ? ` · ${w.repeated}` : ''}`;
  return operationsPage(
    language,
    'requests',
    html`<p class="h2 code">${logged.method} ${logged.path}</p>
<dl class="spec">${entry(w.status, status(shapeOf(logged.status), word))}
${optional(w.errorCode, logged.errorCode)}
${entry(w.operation, logged.operation)}${entry(w.when, moment(language, logged.createdAt))}
${entry(w.took, took(logged))}${optional(w.object, logged.objectId)}
${entry(w.key, html`<span class="mono">${logged.keyId}</span>`)}
${optional(w.idempotencyKey, logged.idempotencyKey)}${entry(w.address, logged.ip)}
${entry(w.agent, logged.userAgent)}</dl>
${body('asked', w.asked, logged.requestBody)}${body('answered', w.answered, logged.responseBody)}
<p class="cap">${w.redactedNote} ${w.times}</p>`,
    { at: `/operations/requests/${logged.id}`, title: logged.id },
  );
}

function body(id: string, title: string, text: string): Html {
  return html`<section class="stack s" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<pre class="sample" tabindex="0" aria-labelledby="${id}"><code>${indented(text)}</code></pre></section>
`;
}

/** JSON on lines of its own; a body that was cut is no JSON any more and stays as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
