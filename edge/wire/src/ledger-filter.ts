import { type AccountFilter, BATCH_MAX, type QueryFilter } from '@tpmall/ledger/contract';
import { InvalidInput } from '@tpmall/platform/contract';
import {
  readBatch,
  readFlags,
  readItem,
  readSmall,
  readU64,
  readU128,
  refuse,
  refuseUnknown,
  U16_MAX,
  U32_MAX,
} from './ledger-field.ts';

/** Flags of a filter over one account: both sides where neither is named. */
export const accountFilterFlags: ReadonlyMap<string, number> = new Map([
  ['debits', 1],
  ['credits', 2],
  ['reversed', 4],
]);
/** Flags of a filter over the whole ledger. */
export const queryFilterFlags: ReadonlyMap<string, number> = new Map([['reversed', 1]]);

/** The ids of `{ "ids": […] }`. Throws InvalidInput that names the one at fault. */
export function idsFromWire(body: unknown): bigint[] {
  return readBatch(body, 'ids', BATCH_MAX).map((id, index) => readU128(id, 'ids', -1, `ids[${index}]`));
}

/** Ids and an instant: `{ "ids": […], "timestamp": "…" }`. */
export function asOfFromWire(body: unknown): { ids: bigint[]; timestamp: bigint } {
  const { timestamp, ...rest } = readItem(body, 'body', -1);
  return { ids: idsFromWire(rest), timestamp: readU64(timestamp, '', -1, 'timestamp') };
}

/**
 * A filter over the whole ledger. Absent fields are zero, which selects everything; `limit` is then 8,190.
 */
export function queryFilterFromWire(body: unknown): QueryFilter {
  const { common, flags, ledger, accountId } = readFilter(body, queryFilterFlags);
  if (accountId !== undefined) refuseUnknown('', -1, 'account_id');
  return { ...common, ledger: ledger ?? 0, reversed: (flags & 1) !== 0 };
}

/** A filter over the transfers of one account, which `account_id` names. */
export function accountFilterFromWire(body: unknown): AccountFilter {
  const { common, flags, ledger, accountId } = readFilter(body, accountFilterFlags);
  if (accountId === undefined) throw new InvalidInput('account_id', 'this parameter is required');
  if (ledger !== undefined) refuse('', -1, 'ledger', 'an account has one ledger; leave it out');
  const sides = flags & 3;
  return {
    ...common,
    accountId,
    debits: sides === 0 || (flags & 1) !== 0,
    credits: sides === 0 || (flags & 2) !== 0,
    reversed: (flags & 4) !== 0,
  };
}

function readFilter(body: unknown, names: ReadonlyMap<string, number>) {
  const common = {
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    code: 0,
    timestampMin: 0n,
    timestampMax: 0n,
    limit: BATCH_MAX,
  };
  let flags = 0;
  let ledger: number | undefined;
  let accountId: bigint | undefined;
  const fields = readItem(body, 'body', -1);
  for (const key in fields) {
    const value = fields[key];
    if (key === 'account_id') accountId = readU128(value, '', -1, key);
    else if (key === 'user_data_128') common.userData128 = readU128(value, '', -1, key);
    else if (key === 'user_data_64') common.userData64 = readU64(value, '', -1, key);
    else if (key === 'user_data_32') common.userData32 = readSmall(value, U32_MAX, '', -1, key);
    else if (key === 'ledger') ledger = readSmall(value, U32_MAX, '', -1, key);
    else if (key === 'code') common.code = readSmall(value, U16_MAX, '', -1, key);
    else if (key === 'timestamp_min') common.timestampMin = readU64(value, '', -1, key);
    else if (key === 'timestamp_max') common.timestampMax = readU64(value, '', -1, key);
    else if (key === 'limit') common.limit = readLimit(value);
    else if (key === 'flags') flags = readFlags(value, names, '', -1);
    else refuseUnknown('', -1, key);
  }
  return { common, flags, ledger, accountId };
}

function readLimit(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= BATCH_MAX) return value;
  return refuse('', -1, 'limit', `must be a whole number from 1 to ${BATCH_MAX}`);
}
