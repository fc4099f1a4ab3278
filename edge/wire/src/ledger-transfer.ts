import {
  BATCH_MAX,
  type EventResult,
  type NewTransfer,
  TRANSFER_FLAGS,
  type Transfer,
} from '@tpmall/ledger/contract';
import {
  flagsText,
  readBatch,
  readFlags,
  readItem,
  readSmall,
  readU64,
  readU128,
  refuseUnknown,
  U16_MAX,
  U32_MAX,
  wireFlags,
} from './ledger-field.ts';

/** Flags of a transfer by their names on the wire. */
export const transferFlags = wireFlags(TRANSFER_FLAGS);
const flagTexts = new Map<number, string>();
const NAME = 'transfers';

/**
 * The transfers of `{ "transfers": […] }`, in order.
 *
 * @throws InvalidInput that names the field: `transfers[17].amount`
 */
export function transfersFromWire(body: unknown): NewTransfer[] {
  const items = readBatch(body, NAME, BATCH_MAX);
  const transfers: NewTransfer[] = new Array<NewTransfer>(items.length);
  for (let index = 0; index < items.length; index += 1) {
    transfers[index] = readTransfer(readItem(items[index], NAME, index), index);
  }
  return transfers;
}

function readTransfer(item: Readonly<Record<string, unknown>>, index: number): NewTransfer {
  const to = {
    id: 0n,
    debitAccountId: 0n,
    creditAccountId: 0n,
    amount: 0n,
    pendingId: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: 0,
    code: 0,
    flags: 0,
    timestamp: 0n,
  };
  for (const key in item) readTransferField(to, key, item[key], index);
  return to;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readTransferField(to: Mutable<NewTransfer>, key: string, value: unknown, index: number): void {
  switch (key) {
    case 'id':
      to.id = readU128(value, NAME, index, key);
      return;
    case 'debit_account_id':
      to.debitAccountId = readU128(value, NAME, index, key);
      return;
    case 'credit_account_id':
      to.creditAccountId = readU128(value, NAME, index, key);
      return;
    case 'amount':
      to.amount = readU128(value, NAME, index, key);
      return;
    case 'pending_id':
      to.pendingId = readU128(value, NAME, index, key);
      return;
    case 'user_data_128':
      to.userData128 = readU128(value, NAME, index, key);
      return;
    case 'user_data_64':
      to.userData64 = readU64(value, NAME, index, key);
      return;
    case 'user_data_32':
      to.userData32 = readSmall(value, U32_MAX, NAME, index, key);
      return;
    case 'timeout':
      to.timeout = readSmall(value, U32_MAX, NAME, index, key);
      return;
    case 'ledger':
      to.ledger = readSmall(value, U32_MAX, NAME, index, key);
      return;
    case 'code':
      to.code = readSmall(value, U16_MAX, NAME, index, key);
      return;
    case 'flags':
      to.flags = readFlags(value, transferFlags, NAME, index);
      return;
    case 'timestamp':
      to.timestamp = readU64(value, NAME, index, key);
      return;
    default:
      refuseUnknown(NAME, index, key);
  }
}

/** Transfers as JSON text: `{"transfers":[…]}`. */
export function transfersToWire(transfers: readonly Transfer[]): string {
  return `{"transfers":[${transfers.map(transferText).join(',')}]}`;
}

function transferText(of: Transfer): string {
  return (
    `{"id":"${of.id}","debit_account_id":"${of.debitAccountId}",` +
    `"credit_account_id":"${of.creditAccountId}","amount":"${of.amount}",` +
    `"pending_id":"${of.pendingId}","user_data_128":"${of.userData128}",` +
    `"user_data_64":"${of.userData64}","user_data_32":${of.userData32},` +
    `"timeout":${of.timeout},"ledger":${of.ledger},"code":${of.code},` +
    `"flags":${flagsText(of.flags, transferFlags, flagTexts)},"timestamp":"${of.timestamp}"}`
  );
}

/** Results as JSON text, one per item and in order: `{"results":[{"status":"created","timestamp":"…"}]}`. */
export function resultsToWire(results: readonly EventResult<string>[]): string {
  return `{"results":[${results
    .map((result) => `{"status":"${result.status}","timestamp":"${result.timestamp}"}`)
    .join(',')}]}`;
}
