import type { LineItem, PaymentLink, Session } from '@tpmall/checkout/contract';
import { cursorNotFound } from '@tpmall/platform/contract';
import { DEFAULT_LIMIT, lineItemToWire, listToWire, type WireView } from '@tpmall/wire';
import { type Answer, cursorMeanings, refusal } from '../pipeline/answer.ts';

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

/** Refuses a cursor that is no line of the order; undefined where it is one, or there is none. */
export function refuseLineCursor(lines: readonly LineItem[], page: LinePage): Answer | undefined {
  const cursor = page.ending_before ?? page.starting_after;
  if (cursor === undefined || lines.some(({ id }) => id === cursor)) return undefined;
  const asked = { startingAfter: page.starting_after, endingBefore: page.ending_before };
  return refusal(cursorMeanings, cursorNotFound('line_item', asked).error);
}

/** An order holds all its lines, at most a hundred: a page of them is cut out here. */
function pageOf(lines: readonly LineItem[], url: string, view: WireView, page: LinePage) {
  const { limit = DEFAULT_LIMIT, starting_after: after, ending_before: before } = page;
  const at = (id: string) => lines.findIndex((line) => line.id === id);
  let rest = lines;
  if (after !== undefined) rest = lines.slice(at(after) + 1);
  if (before !== undefined) rest = lines.slice(0, at(before));
  const shown = before === undefined ? rest.slice(0, limit) : rest.slice(-limit);
  return listToWire(
    url,
    shown.map((line) => lineItemToWire(line, view)),
    rest.length > shown.length,
  );
}
