import type { LineItem, Session } from '@tpmall/checkout/contract';
import { type Html, html, type Language } from '@tpmall/platform/pages';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import { lineName, type Order } from './order.ts';
import type { Problem } from './problems.ts';
import { checkoutWords } from './words.ts';

/** Digits of the largest quantity there is. */
const QUANTITY = /^\d{1,6}$/;

/**
 * The quantities that the shopper may choose, until somebody has begun to pay; nothing where there are none.
 */
export function quantitiesView({ language }: Visit, { session }: Order): Html | false {
  const lines = session.lines.filter(({ adjustableQuantity: bounds }) => bounds !== null);
  if (lines.length === 0 || session.paymentIntent !== null) return false;
  const w = checkoutWords[language];
  return html`<form method="post" action="/c/pay/${session.id}/quantities" class="stack s quantities">
${lines.map((line) => field(language, line))}<button class="btn two">${w.changeQuantities}</button></form>`;
}

function field(language: Language, line: LineItem): Html {
  const { id, quantity, adjustableQuantity: bounds } = line;
  return html`<div class="field"><label for="q-${id}">${lineName(language, line)}</label>
<input id="q-${id}" name="${id}" type="number" inputmode="numeric" required value="${quantity}"
min="${bounds?.minimum ?? quantity}" max="${bounds?.maximum ?? quantity}"></div>
`;
}

/** Sets the quantities that the form says, and goes back to the order, which shows what it comes to now. */
export async function changeQuantities({ ports }: WebEnvironment, visit: Visit, id: string): Promise<Answer> {
  const at = (problem?: Problem): Answer => ({
    kind: 'go',
    path: `/c/pay/${encodeURIComponent(id)}${problem === undefined ? '' : `?problem=${problem}`}`,
  });
  const found = await ports.checkout.showSession(visit.context(), { id });
  if (!found.ok) return plainPage(visit, found.error.code === 'not_found' ? 'missing' : 'failed');
  const lines = chosen(found.value, visit.form);
  if (!lines) return at('quantity');
  if (lines.length === 0) return at();
  const adjusted = await ports.checkout.adjustSession(visit.context(), { id, lines });
  if (adjusted.ok) return at();
  switch (adjusted.error.code) {
    case 'not_found':
      return plainPage(visit, 'missing');
    case 'session_not_open':
      return at('begun');
    case 'unavailable':
      return at('busy');
    case 'unknown':
      return at('unknown');
    default:
      return at('quantity');
  }
}

/** The lines of a form that may be adjusted; undefined where one of them says no quantity. */
function chosen({ lines }: Session, form: Visit['form']): { id: string; quantity: number }[] | undefined {
  const read = lines
    .filter(({ id, adjustableQuantity: bounds }) => bounds !== null && form[id] !== undefined)
    .map(({ id }) => ({ id, text: form[id]?.trim() ?? '' }));
  if (read.some(({ text }) => !QUANTITY.test(text))) return undefined;
  return read.map(({ id, text }) => ({ id, quantity: Number(text) }));
}
