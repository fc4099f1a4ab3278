import { UsageError } from '@tpmall/server/options';
import { EVENT_TYPES } from '@tpmall/wire/event-types';

/** Names that are shown to whoever wrote another. */
const SHOWN_MAX = 5;

/**
 * The types of events that `--events` names, separated by commas; `*` is all of them.
 *
 * @throws UsageError where there is no such type, with those that may have been meant
 */
export function wantedEvents(list: string): ReadonlySet<string> {
  const wanted = list.split(',').map((part) => part.trim());
  for (const type of wanted) {
    if (type === '*' || (EVENT_TYPES as readonly string[]).includes(type)) continue;
    throw new UsageError(`--events: there is no event ${type || '(nothing)'}; ${meantBy(type)}`);
  }
  return new Set(wanted);
}

function meantBy(type: string): string {
  // `payment_intent`, `payment_intent.*`: those of that object.
  const object = `${type.replace(/\.?\*?$/, '')}.`;
  const ofObject = EVENT_TYPES.filter((known) => object !== '.' && known.startsWith(object));
  if (ofObject.length > 0) {
    const more = ofObject.length > SHOWN_MAX ? ', …' : '';
    return `say each by its name: ${ofObject.slice(0, SHOWN_MAX).join(', ')}${more}, or * for all there are`;
  }
  const [closest = ''] = EVENT_TYPES.toSorted((a, b) => distance(a, type) - distance(b, type));
  return `did you mean ${closest}?`;
}

/** How many letters have to be put in, taken out or changed to make one word of another (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const changed = (row[at - 1] ?? 0) + (other[at - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
