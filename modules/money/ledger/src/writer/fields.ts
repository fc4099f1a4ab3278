import type { AccountState } from '../machine/index.ts';

/**
 * Fields of a row in COPY's binary format: a length and the value as the type's receive function reads it.
 * Each writes at `at` and answers where the next field begins; plain functions, so that the compiler inlines
 * them.
 */

const NULL_LENGTH = -1;
const WORD = 0x1_0000_0000;
const SAFE = 9_007_199_254_740_991n;
const wide = new BigUint64Array(2);
const halves = new Uint32Array(wide.buffer);
const encoder = new TextEncoder();

/** NULL. */
export function putNull(view: DataView, at: number): number {
  view.setInt32(at, NULL_LENGTH);
  return at + 4;
}

/** int2. */
export function putInt16(view: DataView, at: number, value: number): number {
  view.setInt32(at, 2);
  view.setInt16(at + 4, value);
  return at + 6;
}

/** int4. */
export function putInt32(view: DataView, at: number, value: number): number {
  view.setInt32(at, 4);
  view.setInt32(at + 4, value);
  return at + 8;
}

/** int8, of a whole number from 0 to 2^53 − 1. */
export function putInt64(view: DataView, at: number, value: number): number {
  const high = Math.floor(value / WORD);
  view.setInt32(at, 8);
  view.setUint32(at + 4, high);
  view.setUint32(at + 8, value - high * WORD);
  return at + 12;
}

/** int8, of a bigint from 0 to 2^63 − 1. */
export function putBigInt64(view: DataView, at: number, value: bigint): number {
  wide[0] = value;
  view.setInt32(at, 8);
  view.setUint32(at + 4, halves[1] as number);
  view.setUint32(at + 8, halves[0] as number);
  return at + 12;
}

/** uuid, of a 128-bit integer. */
export function putId(view: DataView, at: number, value: bigint): number {
  wide[0] = value;
  wide[1] = value >> 64n;
  view.setInt32(at, 16);
  view.setUint32(at + 4, halves[3] as number);
  view.setUint32(at + 8, halves[2] as number);
  view.setUint32(at + 12, halves[1] as number);
  view.setUint32(at + 16, halves[0] as number);
  return at + 20;
}

/** uuid, of an account. */
export function putAccountId(view: DataView, at: number, account: AccountState): number {
  view.setInt32(at, 16);
  view.setInt32(at + 4, account.word0);
  view.setInt32(at + 8, account.word1);
  view.setInt32(at + 12, account.word2);
  view.setInt32(at + 16, account.word3);
  return at + 20;
}

/** bool. */
export function putBoolean(view: DataView, at: number, value: boolean): number {
  view.setInt32(at, 1);
  view.setUint8(at + 4, value ? 1 : 0);
  return at + 5;
}

/** numeric, of a whole number that is not negative: Postgres keeps it as digits of base 10,000. */
export function putNumeric(view: DataView, at: number, value: bigint): number {
  return value <= SAFE ? putSafeNumeric(view, at, Number(value)) : putLargeNumeric(view, at, value);
}

function putSafeNumeric(view: DataView, at: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10_000; rest = Math.floor(rest / 10_000)) digits += 1;
  putNumericHead(view, at, digits);
  let rest = value;
  for (let place = at + 10 + 2 * digits; place > at + 10; place -= 2) {
    const higher = Math.floor(rest / 10_000);
    view.setInt16(place, rest - higher * 10_000);
    rest = higher;
  }
  return at + 12 + 2 * digits;
}

function putLargeNumeric(view: DataView, at: number, value: bigint): number {
  const text = value.toString();
  const digits = Math.ceil(text.length / 4);
  putNumericHead(view, at, digits);
  let from = text.length - 4 * digits;
  for (let digit = 0; digit < digits; digit += 1, from += 4) {
    view.setInt16(at + 12 + 2 * digit, Number(text.slice(Math.max(from, 0), from + 4)));
  }
  return at + 12 + 2 * digits;
}

/** Length, number of digits, weight of the first, sign and scale. */
function putNumericHead(view: DataView, at: number, digits: number): void {
  view.setInt32(at, 8 + 2 * digits);
  view.setInt16(at + 4, digits);
  view.setInt16(at + 6, digits - 1);
  view.setInt32(at + 8, 0);
}

/** text, of a short name. */
export function putText(view: DataView, at: number, value: string): number {
  const { written } = encoder.encodeInto(value, new Uint8Array(view.buffer, at + 4, 255));
  view.setInt32(at, written);
  return at + 4 + written;
}
