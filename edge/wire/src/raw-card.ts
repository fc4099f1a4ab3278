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

/** The lengths of card numbers (ISO/IEC 7812-1). */
const [SHORTEST, LONGEST] = [12, 19];
/** Enough digits for a card number, a space or a hyphen between any two. */
const MANY_DIGITS = /\d(?:[ \u00a0\u2009\u202f-]?\d){11,}/g;
/** A number that its security code or its date follows without a gap: of fifteen digits, or of sixteen. */
const RUN_ON = /^(3[47]\d{13}|[2-6]\d{15})\d{1,8}$/;

/** Text with every card number in it taken out, for what is kept to be read later. */
export function withoutCardNumbers(text: string): string {
  return text.replaceAll(MANY_DIGITS, withoutCardGroups);
}

/** What stands before a card number, and its date or code after it, may look like a part of it. */
function withoutCardGroups(run: string): string {
  const groups = run.split(/\D/);
  const gaps = run.match(/\D/g) ?? [];
  let clean = '';
  for (let at = 0; at < groups.length; ) {
    const taken = groupsOfCard(groups, at);
    clean += taken === 0 ? groups[at] : '[redacted]';
    at += Math.max(1, taken);
    clean += gaps[at - 1] ?? '';
  }
  return clean;
}

/** How many groups are a card number from here on; 0: none is. */
function groupsOfCard(groups: readonly string[], from: number): number {
  const [, runOn] = RUN_ON.exec(groups[from] ?? '') ?? [];
  let digits = '';
  let taken = runOn !== undefined && areCardDigits(runOn) ? 1 : 0;
  for (let at = from; at < groups.length && digits.length < LONGEST; at += 1) {
    digits += groups[at];
    if (areCardDigits(digits)) taken = at - from + 1;
  }
  return taken;
}

/** 12 to 19 digits, possibly grouped, with a right check digit (ISO/IEC 7812-1). */
function isCardNumber(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const digits = String(value).replaceAll(/[ -]/g, '');
  return /^\d+$/.test(digits) && areCardDigits(digits);
}

/** Of digits alone. */
function areCardDigits(digits: string): boolean {
  const { length } = digits;
  if (length < SHORTEST || length > LONGEST) return false;
  let sum = 0;
  for (let index = 0; index < length; index += 1) {
    const digit = digits.charCodeAt(length - 1 - index) - 48;
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
