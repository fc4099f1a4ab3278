import {
  ACCOUNT_FLAGS,
  type Account,
  type AccountBalance,
  BATCH_MAX,
  type NewAccount,
} from '@tpmall/ledger/contract';
import {
  flagsText,
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
  wireFlags,
} from './ledger-field.ts';

/** Flags of an account by their names on the wire. */
export const accountFlags = wireFlags(ACCOUNT_FLAGS);
const flagTexts = new Map<number, string>();
const NAME = 'accounts';
/** Fields that TigerBeetle's account has and that must be zero when it is opened. */
const ZERO_FIELDS = new Set(['debits_pending', 'debits_posted', 'credits_pending', 'credits_posted']);

/**
 * The accounts of `{ "accounts": […] }`, in order.
 *
 * @throws InvalidInput that names the field: `accounts[3].ledger`
 */
export function accountsFromWire(body: unknown): NewAccount[] {
  return readBatch(body, NAME, BATCH_MAX).map((item, index) =>
    readAccount(readItem(item, NAME, index), index),
  );
}

function readAccount(item: Readonly<Record<string, unknown>>, index: number): NewAccount {
  const to = {
    id: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger: 0,
    code: 0,
    flags: 0,
    timestamp: 0n,
  };
  for (const key in item) {
    const value = item[key];
    if (key === 'id') to.id = readU128(value, NAME, index, key);
    else if (key === 'user_data_128') to.userData128 = readU128(value, NAME, index, key);
    else if (key === 'user_data_64') to.userData64 = readU64(value, NAME, index, key);
    else if (key === 'user_data_32') to.userData32 = readSmall(value, U32_MAX, NAME, index, key);
    else if (key === 'ledger') to.ledger = readSmall(value, U32_MAX, NAME, index, key);
    else if (key === 'code') to.code = readSmall(value, U16_MAX, NAME, index, key);
    else if (key === 'flags') to.flags = readFlags(value, accountFlags, NAME, index);
    else if (key === 'timestamp') to.timestamp = readU64(value, NAME, index, key);
    else if (!ZERO_FIELDS.has(key)) refuseUnknown(NAME, index, key);
    else if (value !== '0') refuse(NAME, index, key, 'must be "0" when an account is opened');
  }
  return to;
}

/** Accounts as JSON text: `{"accounts":[…]}`. `owner` is this system's own field. */
export function accountsToWire(accounts: readonly Account[]): string {
  return `{"accounts":[${accounts.map(accountText).join(',')}]}`;
}

function accountText(of: Account): string {
  return (
    `{"id":"${of.id}",${balanceText(of)},"user_data_128":"${of.userData128}",` +
    `"user_data_64":"${of.userData64}","user_data_32":${of.userData32},"ledger":${of.ledger},` +
    `"code":${of.code},"flags":${flagsText(of.flags, accountFlags, flagTexts)},` +
    `"timestamp":"${of.timestamp}","owner":${JSON.stringify(of.owner)}}`
  );
}

/** Balances as JSON text: `{"balances":[…]}`; with `account_id` where each is of another account. */
export function balancesToWire(
  balances: readonly (AccountBalance & { readonly accountId?: bigint })[],
): string {
  const texts = balances.map((of) => {
    const account = of.accountId === undefined ? '' : `"account_id":"${of.accountId}",`;
    return `{${account}${balanceText(of)},"timestamp":"${of.timestamp}"}`;
  });
  return `{"balances":[${texts.join(',')}]}`;
}

function balanceText(of: Omit<AccountBalance, 'timestamp'>): string {
  return (
    `"debits_pending":"${of.debitsPending}","debits_posted":"${of.debitsPosted}",` +
    `"credits_pending":"${of.creditsPending}","credits_posted":"${of.creditsPosted}"`
  );
}
