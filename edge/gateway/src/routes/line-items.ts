import type { LineItem, PaymentLink, Session } from '@tpmall/checkout/contract';
import { DEFAULT_LIMIT, lineItemToWire, listToWire, type WireView } from '@tpmall/wire';

/** Which lines of an order are wanted. */
interface LinePage {
  readonly limit?: number | undefined;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

/** The lines of a session, in their order. */
export function sessionLines({ id, lines }: Session, view: WireView, page: LinePage = {}) {
  return pageOf(lines, `/v1/checkout/sessions/${id}/line_items`, view, page);
}

/** The lines of a link, in their order. */
export function linkLines({ id, lines }: PaymentLink, view: WireView, page: LinePage = {}) {
  return pageOf(lines, `/v1/payment_links/${id}/line_items`, view, page);
}

/** An order holds all its lines, at most a hundred: a page of them is cut out here. */
function pageOf(lines: readonly LineItem[], url: string, view: WireView, page: LinePage) {
  const { limit = DEFAULT_LIMIT, starting_after: after, ending_before: before } = page;
  const at = (id: string) => lines.findIndex((line) => line.id === id);
  let rest = lines;
  // As in every list, a cursor that is none of it finds nothing.
  if (after !== undefined) rest = at(after) < 0 ? [] : lines.slice(at(after) + 1);
  if (before !== undefined) rest = at(before) < 0 ? [] : lines.slice(0, at(before));
  const shown = before === undefined ? rest.slice(0, limit) : rest.slice(-limit);
  return listToWire(
    url,
    shown.map((line) => lineItemToWire(line, view)),
    rest.length > shown.length,
  );
}
