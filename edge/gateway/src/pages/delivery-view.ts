import {
  cell,
  columnHead,
  figure,
  type Html,
  html,
  row,
  rowHead,
  type Shape,
  shortHead,
  status,
  table,
} from '@tpmall/platform/pages';
import type { Delivery } from '@tpmall/webhooks/contract';
import { deliveryId } from '@tpmall/wire';
import { emptyState } from './ledger-layout.ts';
import { moment, operationsPage, ownForm, type Viewer } from './operations-layout.ts';
import { deliveryWords, inUtc, operationsWords } from './operations-words.ts';

const shapes: Readonly<Record<Delivery['state'], Shape>> = {
  pending: 'wait',
  delivered: 'done',
  given_up: 'no',
};

/** What became of events at webhook endpoints. */
export function deliveriesPage(viewer: Viewer, deliveries: readonly Delivery[]): string {
  return operationsPage(viewer.language, 'deliveries', deliveryTable(viewer, deliveries));
}

/** Deliveries with what can be sent again. */
export function deliveryTable(viewer: Viewer, deliveries: readonly Delivery[]): Html {
  const { language } = viewer;
  const w = operationsWords[language];
  if (deliveries.length === 0) {
    return emptyState(
      w.emptyDeliveriesHint,
      html`<a href="/openapi.json">${w.toDocument}</a>`,
      w.emptyDeliveries,
    );
  }
  const heads = [
    columnHead(w.event),
    columnHead(w.state),
    columnHead(w.endpoint),
    columnHead(w.lastAnswer),
    columnHead(inUtc(language, w.next)),
    columnHead(w.attempts, true),
    columnHead(w.todo),
  ];
  const rows = deliveries.map((each) => {
    const last = each.lastError ?? (each.lastStatus === null ? w.noAnswer : String(each.lastStatus));
    const again = html`<button class="btn two">${w.resend}<span class="sr"> ${each.event}</span></button>`;
    return row(
      rowHead(html`${each.eventType}<br><span class="mono cap-s">${each.event}</span>`),
      cell(status(shapes[each.state], deliveryWords[language][each.state]), 'how'),
      cell(html`<span class="mono">${each.endpoint}</span>`, 'wide id'),
      cell(html`${shortHead(w.lastAnswer)}${last}`, 'wide'),
      cell(each.nextAt === null ? '' : html`${shortHead(w.next)}${moment(language, each.nextAt)}`, 'wide'),
      figure(html`${shortHead(w.attempts)}${each.attempts}`),
      cell(
        ownForm(viewer, `/operations/deliveries/${deliveryId(each.event, each.endpoint)}/resend`, again),
        'todo',
      ),
    );
  });
  return html`${table(w.deliveries, heads, rows, { fold: 'fold-log' })}
<p class="cap only-s">${w.times}</p>`;
}
