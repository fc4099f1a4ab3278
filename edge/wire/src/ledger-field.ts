import { InvalidInput } from '@tpmall/platform/contract';

/**
 * Fields of the ledger's wire, read by hand: a batch may hold 8,190 items of 13 fields. Ids, amounts, 64- and
 * 128-bit user data and timestamps are decimal strings, the rest are JSON numbers. An absent field is zero.
 */

/** The largest 128-bit number. */
const U128_MAX = (1n << 128n) - 1n;
/** The largest 64-bit number. */
const U64_MAX = (1n << 64n) - 1n;
/** The largest 32-bit number. */
export const U32_MAX = 0xffff_ffff;
/** The largest 16-bit number. */
export const U16_MAX = 0xffff;

const DIGITS = /^(?:0|[1-9]\d{0,38})$/;
/** Every number of up to this many digits fits 64 bits. */
const SAFE_64_DIGITS = 19;
/** Every number of up to this many digits fits 128 bits. */
const SAFE_128_DIGITS = 38;

/** A 128-bit number from its decimal string. */
export function readU128(value: unknown, path: string, index: number, field: string): bigint {
  if (typeof value === 'string' && DIGITS.test(value)) {
    const number = BigInt(value);
    if (value.length <= SAFE_128_DIGITS || number <= U128_MAX) return number;
  }
  return refuse(path, index, field, `must be a decimal string from 0 to ${U128_MAX}`);
}

/** A 64-bit number from its decimal string. */
export function readU64(value: unknown, path: string, index: number, field: string): bigint {
  if (typeof value === 'string' && DIGITS.test(value)) {
    const number = BigInt(value);
    if (value.length <= SAFE_64_DIGITS || number <= U64_MAX) return number;
  }
  return refuse(path, index, field, `must be a decimal string from 0 to ${U64_MAX}`);
}

/** A number of at most 32 bits from a JSON number. */
export function readSmall(value: unknown, max: number, path: string, index: number, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  return refuse(path, index, field, `must be a whole number from 0 to ${max}`);
}

/** Flags from their names, or from the number whose bits they are. */
export function readFlags(
  value: unknown,
  bits: ReadonlyMap<string, number>,
  path: string,
  index: number,
): number {
  if (!Array.isArray(value)) return readSmall(value, U16_MAX, path, index, 'flags');
  let flags = 0;
  for (const name of value as unknown[]) {
    const bit = typeof name === 'string' ? bits.get(name) : undefined;
    if (bit === undefined) {
      return refuse(path, index, 'flags', `must hold names among ${[...bits.keys()].join(', ')}`);
    }
    flags |= bit;
  }
  return flags;
}

/** The names of the flags that are set, as JSON text. */
export function flagsText(flags: number, bits: ReadonlyMap<string, number>, cache: Map<number, string>) {
  let text = cache.get(flags);
  if (text === undefined) {
    text = JSON.stringify([...bits].filter(([, bit]) => (flags & bit) !== 0).map(([name]) => name));
    cache.set(flags, text);
  }
  return text;
}

/** The flags of the domain by their names on the wire: `postPendingTransfer` is `post_pending_transfer`. */
export function wireFlags(flags: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(flags).map(([name, bit]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      bit,
    ]),
  );
}

/** The array under `name`, or the body itself where it is an array. */
export function readBatch(body: unknown, name: string, max: number): readonly unknown[] {
  if (typeof body !== 'object' || body === null) throw new InvalidInput(name, 'must be an array');
  for (const key in body) {
    if (key !== name) throw new InvalidInput(key.slice(0, 80), 'received an unknown parameter');
  }
  const items: unknown = (body as Record<string, unknown>)[name];
  if (!Array.isArray(items)) throw new InvalidInput(name, 'must be an array');
  if (items.length > max) throw new InvalidInput(name, `must have at most ${max} items`);
  return items;
}

/** An item of a batch, as an object. */
export function readItem(item: unknown, path: string, index: number): Readonly<Record<string, unknown>> {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
    return item as Readonly<Record<string, unknown>>;
  }
  throw new InvalidInput(`${path}[${index}]`, 'must be an object');
}

/**
 * Refuses a field: `transfers[17].amount` in a batch, `amount` where there is no batch (`index` below zero).
 */
export function refuse(path: string, index: number, field: string, message: string): never {
  throw new InvalidInput(index < 0 ? field : `${path}[${index}].${field}`, message);
}

/** Refuses a field that does not exist. */
export function refuseUnknown(path: string, index: number, field: string): never {
  return refuse(path, index, field.slice(0, 80), 'received an unknown parameter');
}
