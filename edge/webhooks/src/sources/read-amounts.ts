import type { WireView } from '@tpmall/wire';

/** The names of all fields, at any depth, that hold a bigint. Free text of clients (`metadata`) has none. */
export type AmountFields<T> = T extends readonly (infer Item)[]
  ? AmountFields<Item>
  : T extends object
    ? {
        [Key in keyof T & string]:
          | (bigint extends T[Key] ? Key : Extract<T[Key], bigint> extends never ? never : Key)
          | AmountFields<Exclude<T[Key], bigint | string | number | boolean | null | undefined>>;
      }[keyof T & string]
    : never;

/** Names a payload's amounts; a field that is a bigint and not named here does not compile. */
export type AmountNames<T> = { readonly [Name in AmountFields<T>]: true };

/**
 * Makes a mapper that gives a payload its amounts back before it is put on the wire: outboxes hold them as
 * digits, because JSON has no exact large integers.
 *
 * @param names the fields that are amounts, wherever they stand, but for the texts of clients
 */
export function mapped<T extends object>(
  names: AmountNames<T>,
  toWire: (object: T, view: WireView) => object,
): (payload: T, view: WireView) => object {
  return (payload, view) => toWire(readObject(payload, names) as T, view);
}

/** What holds no amount is the payload's own; only what leads to one is copied. */
function readObject(value: object, names: Readonly<Record<string, true>>): object {
  if (Array.isArray(value)) return value.map((item: unknown) => readValue('', item, names));
  const from = value as Readonly<Record<string, unknown>>;
  let read: Record<string, unknown> | undefined;
  for (const key in from) {
    const item = from[key];
    const known = readValue(key, item, names);
    if (known === item) continue;
    read ??= { ...from };
    read[key] = known;
  }
  return read ?? value;
}

function readValue(key: string, value: unknown, names: Readonly<Record<string, true>>): unknown {
  if (typeof value === 'string') return Object.hasOwn(names, key) ? BigInt(value) : value;
  // Whatever clients call their own keys, their values are text.
  if (typeof value !== 'object' || value === null || key === 'metadata') return value;
  return readObject(value, names);
}
