import type { ParameterTree } from './bracket-form.ts';
import { parameterName } from './bracket-form.ts';

/** Parameters whose value stands for a card, and might be given the card's number by mistake. */
const CARD_REFERENCES = new Set(['payment_method', 'source', 'card', 'default_source', 'number']);
/** Objects in which client libraries send card data in clear. */
const CARD_OBJECTS = new Set(['card', 'source', 'bank_account']);
/** How deep card data can stand. */
const SEARCH_DEPTH = 4;

/**
 * Looks for card data in clear among parameters, before anything else is done with them.
 *
 * @returns the name of the parameter that holds it, or undefined; never its value
 */
export function findRawCard(tree: ParameterTree): string | undefined {
  return search(tree, [], 0);
}

function search(tree: ParameterTree, path: readonly string[], depth: number): string | undefined {
  for (const [key, value] of Object.entries(tree)) {
    // A number in the place of a name is not repeated either.
    if (isCardNumber(key)) return path.length > 0 ? parameterName(path) : 'parameters';
    const here = [...path, key];
    if (CARD_REFERENCES.has(key) && isCardNumber(value)) return parameterName(here);
    if (typeof value !== 'object' || value === null || depth >= SEARCH_DEPTH) continue;
    const child = value as ParameterTree;
    if (CARD_OBJECTS.has(key) && ('number' in child || 'cvc' in child)) return parameterName(here);
    const found = search(child, here, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Text with every card number in it taken out, for what is kept to be read later. */
export function withoutCardNumbers(text: string): string {
  return text.replaceAll(/\d(?:[ -]?\d){11,18}/g, (digits) => (isCardNumber(digits) ? '[redacted]' : digits));
}

/** 12 to 19 digits, possibly grouped, with a right check digit (ISO/IEC 7812-1). */
function isCardNumber(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const digits = String(value).replaceAll(/[ -]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
