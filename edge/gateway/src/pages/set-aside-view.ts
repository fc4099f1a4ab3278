import { cell, columnHead, type Html, html, row, rowHead, shortHead, table } from '@tpmall/platform/pages';
import type { SetAsideEvent } from '@tpmall/webhooks/contract';
import { emptyState } from './ledger-layout.ts';
import {
  moment,
  OPERATIONS_PAGES,
  operationsAddress,
  operationsPage,
  ownForm,
  type Viewer,
} from './operations-layout.ts';
import { inUtc, operationsWords } from './operations-words.ts';

/** Where the form of the page is sent that tries all of them again. */
export const RETRY_PATH = `${OPERATIONS_PAGES.setAside}/retry`;

/** Events that could not be told to clients, why, and a button to try them again. */
export function setAsidePage(viewer: Viewer, events: readonly SetAsideEvent[]): string {
  return operationsPage(viewer.language, 'setAside', setAsideTable(viewer, events));
}

/** See {@link setAsidePage}. */
export function setAsideTable(viewer: Viewer, events: readonly SetAsideEvent[]): Html {
  const { language } = viewer;
  const w = operationsWords[language];
  if (events.length === 0) {
    const toDeliveries = operationsAddress(OPERATIONS_PAGES.deliveries, language);
    return emptyState(
      w.emptySetAsideHint,
      html`<a href="${toDeliveries}">${w.deliveries}</a>`,
      w.emptySetAside,
    );
  }
  const heads = [
    columnHead(w.event),
    columnHead(w.module),
    columnHead(w.reason),
    columnHead(inUtc(language, w.since)),
  ];
  const rows = events.map((each) =>
    row(
      rowHead(html`${each.type}<br><span class="mono cap-s">${each.id}</span>`),
      cell(html`${shortHead(w.module)}${each.source}`),
      cell(html`${shortHead(w.reason)}${each.reason}`, 'wide'),
      cell(html`${shortHead(w.since)}${moment(language, each.setAsideAt)}`, 'wide'),
    ),
  );
  return html`<p>${w.setAsideLede}</p>
${ownForm(viewer, RETRY_PATH, html`<button class="btn">${w.retry}</button>`)}
${table(w.setAside, heads, rows, { fold: 'fold-log' })}
<p class="cap only-s">${w.times}</p>`;
}
