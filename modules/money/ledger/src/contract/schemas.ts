import { InvalidInput, type Schema } from '@tpmall/platform/contract';
import {
  type AccountFilter,
  AMOUNT_MAX,
  BATCH_MAX,
  type NewAccount,
  type NewTransfer,
  type QueryFilter,
} from './types.ts';

/**
 * Hand-written schemas: a batch of 8,190 transfers costs zod 20 ms and these less than one. They check type
 * and width of every field, which the state machine relies on; what a value means is the state machine's to
 * say.
 */

const U64_MAX = (1n << 64n) - 1n;
const U32_MAX = 0xffff_ffff;
const U16_MAX = 0xffff;

type Fields = { readonly [key: string]: unknown };

function record(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput(path, 'must be an object');
  }
  return value as Fields;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidInput(path, 'must be a list');
  if (value.length > BATCH_MAX) throw new InvalidInput(path, `must have at most ${BATCH_MAX} items`);
  return value;
}

function wrongInteger(path: string, field: string, max: bigint | number, kind: string): never {
  throw new InvalidInput(path === '' ? field : `${path}.${field}`, `must be a ${kind} from 0 to ${max}`);
}

const isBig = (value: unknown, max: bigint): boolean =>
  typeof value === 'bigint' && value >= 0n && value <= max;
const isSmall = (value: unknown, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;

function checkBig(of: Fields, field: string, max: bigint, path: string): void {
  if (!isBig(of[field], max)) wrongInteger(path, field, max, 'bigint');
}

function checkSmall(of: Fields, field: string, max: number, path: string): void {
  if (!isSmall(of[field], max)) wrongInteger(path, field, max, 'whole number');
}

function checkTransfer(value: unknown, index: number): void {
  const of = value as NewTransfer;
  // The fast path is one expression without a string built; only where it fails is the field at fault looked
  // for.
  if (
    typeof of === 'object' &&
    of !== null &&
    isBig(of.id, AMOUNT_MAX) &&
    isBig(of.debitAccountId, AMOUNT_MAX) &&
    isBig(of.creditAccountId, AMOUNT_MAX) &&
    isBig(of.amount, AMOUNT_MAX) &&
    isBig(of.pendingId, AMOUNT_MAX) &&
    isBig(of.userData128, AMOUNT_MAX) &&
    isBig(of.userData64, U64_MAX) &&
    isBig(of.timestamp, U64_MAX) &&
    isSmall(of.userData32, U32_MAX) &&
    isSmall(of.timeout, U32_MAX) &&
    isSmall(of.ledger, U32_MAX) &&
    isSmall(of.code, U16_MAX) &&
    isSmall(of.flags, U16_MAX)
  ) {
    return;
  }
  const path = `transfers[${index}]`;
  const fields = record(value, path);
  for (const field of ['id', 'debitAccountId', 'creditAccountId', 'amount', 'pendingId', 'userData128']) {
    checkBig(fields, field, AMOUNT_MAX, path);
  }
  for (const field of ['userData64', 'timestamp']) checkBig(fields, field, U64_MAX, path);
  for (const field of ['userData32', 'timeout', 'ledger']) checkSmall(fields, field, U32_MAX, path);
  for (const field of ['code', 'flags']) checkSmall(fields, field, U16_MAX, path);
}

function checkAccount(value: unknown, index: number): void {
  const path = `accounts[${index}]`;
  const fields = record(value, path);
  for (const field of ['id', 'userData128']) checkBig(fields, field, AMOUNT_MAX, path);
  for (const field of ['userData64', 'timestamp']) checkBig(fields, field, U64_MAX, path);
  for (const field of ['userData32', 'ledger']) checkSmall(fields, field, U32_MAX, path);
  for (const field of ['code', 'flags']) checkSmall(fields, field, U16_MAX, path);
  for (const field of ['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted']) {
    if (fields[field] !== undefined) checkBig(fields, field, AMOUNT_MAX, path);
  }
  if (fields.reserved !== undefined) checkSmall(fields, 'reserved', U32_MAX, path);
}

function checkFilter(fields: Fields): void {
  checkBig(fields, 'userData128', AMOUNT_MAX, '');
  for (const field of ['userData64', 'timestampMin', 'timestampMax']) checkBig(fields, field, U64_MAX, '');
  checkSmall(fields, 'userData32', U32_MAX, '');
  checkSmall(fields, 'code', U16_MAX, '');
  if (!isSmall(fields.limit, BATCH_MAX) || fields.limit === 0) {
    throw new InvalidInput('limit', `must be a whole number from 1 to ${BATCH_MAX}`);
  }
  checkFlag(fields, 'reversed');
}

function checkFlag(fields: Fields, field: string): void {
  if (typeof fields[field] !== 'boolean') throw new InvalidInput(field, 'must be true or false');
}

function checkIds(fields: Fields): void {
  const ids = list(fields.ids, 'ids');
  for (let index = 0; index < ids.length; index += 1) {
    if (!isBig(ids[index], AMOUNT_MAX)) wrongInteger('', `ids[${index}]`, AMOUNT_MAX, 'bigint');
  }
}

/** `{ accounts }`: at most 8,190 {@link NewAccount}s. */
export const accountsBatch: Schema<{ readonly accounts: readonly NewAccount[] }> = {
  parse(input) {
    const accounts = list(record(input, '').accounts, 'accounts');
    for (let index = 0; index < accounts.length; index += 1) checkAccount(accounts[index], index);
    return input as { readonly accounts: readonly NewAccount[] };
  },
};

/** `{ transfers }`: at most 8,190 {@link NewTransfer}s. */
export const transfersBatch: Schema<{ readonly transfers: readonly NewTransfer[] }> = {
  parse(input) {
    const transfers = list(record(input, '').transfers, 'transfers');
    for (let index = 0; index < transfers.length; index += 1) checkTransfer(transfers[index], index);
    return input as { readonly transfers: readonly NewTransfer[] };
  },
};

/** `{ ids }`: at most 8,190 ids. */
export const idList: Schema<{ readonly ids: readonly bigint[] }> = {
  parse(input) {
    checkIds(record(input, ''));
    return input as { readonly ids: readonly bigint[] };
  },
};

/** A {@link QueryFilter}. */
export const queryFilter: Schema<QueryFilter> = {
  parse(input) {
    const fields = record(input, '');
    checkFilter(fields);
    checkSmall(fields, 'ledger', U32_MAX, '');
    return input as QueryFilter;
  },
};

/** An {@link AccountFilter}. */
export const accountFilter: Schema<AccountFilter> = {
  parse(input) {
    const fields = record(input, '');
    checkBig(fields, 'accountId', AMOUNT_MAX, '');
    checkFilter(fields);
    checkFlag(fields, 'debits');
    checkFlag(fields, 'credits');
    return input as AccountFilter;
  },
};

/** `{ ids, timestamp }`: nanoseconds. */
export const asOf: Schema<{ readonly ids: readonly bigint[]; readonly timestamp: bigint }> = {
  parse(input) {
    const fields = record(input, '');
    checkIds(fields);
    checkBig(fields, 'timestamp', U64_MAX, '');
    return input as { readonly ids: readonly bigint[]; readonly timestamp: bigint };
  },
};

/** `{ at? }`: nanoseconds; absent: now. */
export const atInstant: Schema<{ readonly at?: bigint }> = {
  parse(input) {
    const fields = record(input, '');
    if (fields.at !== undefined) checkBig(fields, 'at', U64_MAX, '');
    return input as { readonly at?: bigint };
  },
};

/** `{}`. */
export const nothing: Schema<Readonly<Record<string, never>>> = {
  parse(input) {
    record(input, '');
    return {};
  },
};
