import { ACCOUNT_FLAGS, BATCH_MAX, TRANSFER_FLAGS } from '@tpmall/ledger/contract';
import { accountFilterFlags, accountFlags, queryFilterFlags, transferFlags } from '@tpmall/wire';

/**
 * JSON Schemas of the ledger's bodies, for the OpenAPI document; the readers in `@tpmall/wire` are their
 * code.
 */

const u128 = { type: 'string', pattern: '^(0|[1-9][0-9]{0,38})$' };
const u64 = { type: 'string', pattern: '^(0|[1-9][0-9]{0,19})$' };
const u32 = { type: 'integer', minimum: 0, maximum: 0xffff_ffff };
const u16 = { type: 'integer', minimum: 0, maximum: 0xffff };

const flags = (names: Iterable<string>, all: number) => ({
  anyOf: [
    { type: 'array', items: { type: 'string', enum: [...names] }, maxItems: 16 },
    { type: 'integer', minimum: 0, maximum: all },
  ],
});

const sumOf = (bits: Readonly<Record<string, number>>): number =>
  Object.values(bits).reduce((sum, bit) => sum | bit, 0);

const userData = { user_data_128: u128, user_data_64: u64, user_data_32: u32 };

/** An account to open. */
export const accountSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'ledger', 'code'],
  properties: {
    id: u128,
    ...userData,
    ledger: u32,
    code: u16,
    flags: flags(accountFlags.keys(), sumOf(ACCOUNT_FLAGS)),
    timestamp: u64,
  },
};

/** A transfer to make. */
export const transferSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: u128,
    debit_account_id: u128,
    credit_account_id: u128,
    amount: u128,
    pending_id: u128,
    ...userData,
    timeout: u32,
    ledger: u32,
    code: u16,
    flags: flags(transferFlags.keys(), sumOf(TRANSFER_FLAGS)),
    timestamp: u64,
  },
};

/** A list of ids. */
export const idsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['ids'],
  properties: { ids: { type: 'array', items: u128, maxItems: BATCH_MAX } },
};

/** A batch under its name. */
export function batchSchema(name: string, items: object) {
  return {
    type: 'object',
    additionalProperties: false,
    required: [name],
    properties: { [name]: { type: 'array', items, maxItems: BATCH_MAX } },
  };
}

/** A filter over the ledger, over one account, or over either. */
export function filterSchema(over: 'query' | 'account' | 'either') {
  const common = {
    ...userData,
    code: u16,
    timestamp_min: u64,
    timestamp_max: u64,
    limit: { type: 'integer', minimum: 1, maximum: BATCH_MAX },
  };
  const names = over === 'query' ? queryFilterFlags.keys() : accountFilterFlags.keys();
  return {
    type: 'object',
    additionalProperties: false,
    ...(over === 'account' && { required: ['account_id'] }),
    properties: {
      ...(over !== 'query' && { account_id: u128 }),
      ...(over !== 'account' && { ledger: u32 }),
      ...common,
      flags: flags(names, over === 'query' ? 1 : 7),
    },
  };
}
