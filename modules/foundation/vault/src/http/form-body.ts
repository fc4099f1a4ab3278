/** A value of a form with brackets, before any schema has seen it. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };

/** A card with billing details and 50 metadata keys has fewer fields. */
const MAX_FIELDS = 150;
const MAX_DEPTH = 4;

/** Thrown for a body that cannot be read at all; says what is wrong and at which parameter. */
export class UnreadableForm extends Error {
  override readonly name = 'UnreadableForm';
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/**
 * Reads `application/x-www-form-urlencoded` with brackets as Stripe's clients write it: `card[number]=…`,
 * `expand[0]=…`, `expand[]=…`. Objects have no prototype, so no key can reach one.
 */
export function parseForm(body: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = Object.create(null) as Record<string, FormValue>;
  let fields = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    fields += 1;
    if (fields > MAX_FIELDS) throw new UnreadableForm(name, `a form has at most ${MAX_FIELDS} fields`);
    place(root, keysOf(name), value, name);
  }
  return lists(root) as Record<string, FormValue>;
}

function keysOf(name: string): [string, ...string[]] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  const first = match?.[1];
  if (first === undefined) throw new UnreadableForm(name, 'a name of a parameter cannot be read');
  const rest = [...(match?.[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map((bracket) => bracket[1] ?? '');
  if (rest.length >= MAX_DEPTH) throw new UnreadableForm(name, `parameters nest at most ${MAX_DEPTH} deep`);
  return [first, ...rest];
}

function place(
  into: Record<string, FormValue>,
  [key, ...rest]: [string, ...string[]],
  value: string,
  name: string,
) {
  // `a[]=x&a[]=y` appends; an index or a name is kept as it is written.
  const slot = key === '' ? String(Object.keys(into).length) : key;
  const [next, ...further] = rest;
  const there = into[slot];
  if (next === undefined) {
    if (there !== undefined) throw new UnreadableForm(name, 'a parameter is given twice');
    into[slot] = value;
    return;
  }
  if (there !== undefined && (typeof there !== 'object' || Array.isArray(there))) {
    throw new UnreadableForm(name, 'a parameter is given as a value and as an object');
  }
  const inner = there ?? (Object.create(null) as Record<string, FormValue>);
  into[slot] = inner;
  place(inner, [next, ...further], value, name);
}

/** Objects whose keys count from 0 are lists. */
function lists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([key], index) => key === String(index))) {
    return entries.map(([, item]) => lists(item));
  }
  for (const [key, item] of entries) value[key] = lists(item);
  return value;
}
