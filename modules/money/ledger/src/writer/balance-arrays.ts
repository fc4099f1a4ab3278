import type { AccountState } from '../machine/index.ts';
import { putAccountId, putBoolean, putNumeric } from './fields.ts';

/**
 * Arrays in Postgres's binary format, as parameters of a statement: the header that array_recv reads
 * (number of dimensions, whether there are NULLs, the element's type, length, lower bound), then the elements
 * as fields of COPY. A `numeric` costs neither side its decimal text this way.
 */

const HEADER_BYTES = 20;
/** OIDs of element types; they are part of Postgres's protocol. */
const OID = { boolean: 16, numeric: 1_700, uuid: 2_950 } as const;
/** The longest element: a numeric of 2^128 − 1 has a length, a head of 8 bytes and ten digits of 2. */
const ELEMENT_BYTES_MAX = 32;

/** uuid[], of accounts. */
export function accountIdArray(accounts: readonly AccountState[]): Buffer {
  return arrayOf(OID.uuid, accounts, putAccountId);
}

/** numeric[], of whole numbers that are not negative. */
export function numericArray(values: readonly bigint[]): Buffer {
  return arrayOf(OID.numeric, values, putNumeric);
}

/** boolean[]. */
export function booleanArray(values: readonly boolean[]): Buffer {
  return arrayOf(OID.boolean, values, putBoolean);
}

function arrayOf<T>(
  oid: number,
  values: readonly T[],
  put: (view: DataView, at: number, value: T) => number,
): Buffer {
  const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + values.length * ELEMENT_BYTES_MAX);
  const view = new DataView(buffer.buffer);
  view.setInt32(0, 1);
  view.setInt32(4, 0);
  view.setInt32(8, oid);
  view.setInt32(12, values.length);
  view.setInt32(16, 1);
  let at = HEADER_BYTES;
  for (let index = 0; index < values.length; index += 1) at = put(view, at, values[index] as T);
  return buffer.subarray(0, at);
}
