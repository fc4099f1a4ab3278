import type { Resolution, UnknownOutcome } from '@tpmall/payments/contract';
import { html } from '@tpmall/platform/pages';
import type { Delivery, SetAsideEvent } from '@tpmall/webhooks/contract';
import type { LoggedRequest } from '../store/request-log.ts';
import { type Connectors, connectorTable } from './connector-view.ts';
import { deliveryTable } from './delivery-view.ts';
import { operationsPage, overviewPart, type Viewer } from './operations-layout.ts';
import { operationsWords } from './operations-words.ts';
import { requestTable } from './request-view.ts';
import { proposalList } from './resolution-view.ts';
import { setAsideTable } from './set-aside-view.ts';
import { nothingUnknown, unknownTable } from './unknown-view.ts';

/** Rows of each part: all of it has a page of its own. */
export const SHOWN_ROWS = 8;

/** What operators watch, at a glance. */
export interface OperationsOverview {
  readonly outcomes: readonly UnknownOutcome[];
  readonly proposals: readonly Resolution[];
  readonly connectors: Connectors;
  readonly requests: readonly LoggedRequest[];
  readonly deliveries: readonly Delivery[];
  readonly setAside: readonly SetAsideEvent[];
}

/** All that operators watch on one page; how many outcomes are not known leads. */
export function operationsOverviewPage(viewer: Viewer, overview: OperationsOverview): string {
  const { language } = viewer;
  const w = operationsWords[language];
  const { outcomes, proposals } = overview;
  const shown = { proposals, outcomes: outcomes.slice(0, SHOWN_ROWS) };
  const unknown = outcomes.length === 0 ? nothingUnknown(language) : unknownTable(language, shown);
  return operationsPage(
    language,
    'overview',
    html`<div class="stack s"><p class="fig-l">${outcomes.length.toLocaleString('en')}</p>
<p class="cap">${w.outcomes}</p></div>
${overviewPart(language, 'unknown', unknown)}
${overviewPart(language, 'resolutions', proposalList(viewer, proposals.slice(0, SHOWN_ROWS), outcomes))}
${overviewPart(language, 'connectors', connectorTable(language, overview.connectors))}
${overviewPart(language, 'requests', requestTable(language, overview.requests.slice(0, SHOWN_ROWS)))}
${overviewPart(language, 'deliveries', deliveryTable(viewer, overview.deliveries.slice(0, SHOWN_ROWS)))}
${overviewPart(language, 'setAside', setAsideTable(viewer, overview.setAside))}`,
  );
}
