import { assert, currencyOf, hash128, transferId } from '@tpmall/kernel';
import {
  ACCOUNT_CODES,
  ACCOUNT_FLAGS,
  type AccountCodeName,
  accountId,
  isDone,
  type NewAccount,
  type NewTransfer,
  TRANSFER_CODES,
} from '@tpmall/ledger/contract';
import type { OperationRecord } from '../store/operations.ts';
import { type Behalf, callContext, isUndecided, type WalletDeps } from './deps.ts';

/** The ledger account of a wallet in a currency. */
export function walletAccountId(wallet: string, currency: string): bigint {
  return accountId('shopper_wallet', wallet, currencyOf(currency).number);
}

function newAccount(kind: AccountCodeName, owner: string, currency: string, flags: number): NewAccount {
  const { number } = currencyOf(currency);
  return {
    id: accountId(kind, owner, number),
    userData128: hash128('party', owner),
    userData64: 0n,
    userData32: 0,
    ledger: number,
    code: ACCOUNT_CODES[kind].code,
    flags,
    timestamp: 0n,
  };
}

/**
 * Opens the accounts of a wallet in a currency: never below zero, and with a history, from which statements
 * are read.
 *
 * @returns false where it is not known whether they are open
 */
export async function openAccounts(
  deps: WalletDeps,
  behalf: Behalf,
  wallet: string,
  currency: string,
): Promise<boolean> {
  const flags = ACCOUNT_FLAGS.debitsMustNotExceedCredits | ACCOUNT_FLAGS.history;
  const answer = await deps.ports.ledger.createAccounts(callContext(deps, behalf, `${wallet}.${currency}`), {
    accounts: [
      newAccount('shopper_wallet', wallet, currency, flags),
      newAccount('withdrawal_clearing', behalf.tenant, currency, 0),
    ],
  });
  if (!answer.ok) {
    if (isUndecided(answer.error)) return false;
    throw new Error(`the ledger refuses accounts: ${answer.error.code} ${answer.error.message}`);
  }
  const refused = answer.value.results.find(({ status }) => !isDone(status));
  if (refused) throw new Error(`the ledger refuses an account of ${wallet}: ${refused.status}`);
  return true;
}

/** What one step of an operation moves. A step is taken once, so its name makes the transfer's id. */
export interface Movement {
  readonly step: 'send' | 'hold' | 'post' | 'void' | 'return';
  readonly debit: bigint;
  readonly credit: bigint;
  readonly reason: keyof typeof TRANSFER_CODES;
  readonly flags?: number;
}

/** The account that a withdrawal is held and paid through. */
export function withdrawalAccountId(tenant: string, currency: string): bigint {
  return accountId('withdrawal_clearing', tenant, currencyOf(currency).number);
}

/** `userData128` of the transfers of an operation that moves money itself. */
export function operationTag(id: string): bigint {
  return hash128('wallet.operation', id);
}

/** The id of the transfer of one step. */
function stepId({ commandId, createdAt }: OperationRecord, step: Movement['step']): bigint {
  return transferId(commandId, createdAt, step);
}

/** What became of a movement: made, or not for want of money, or nobody knows. */
export type Moved = 'made' | 'short' | 'unknown';

/**
 * Makes the transfer of one step. Its id derives from the operation, so a repetition finds it made, or finds
 * it refused: the ledger uses an id up with either.
 *
 * @throws where the ledger refuses it for anything but want of money: its record contradicts ours
 */
export async function move(
  deps: WalletDeps,
  behalf: Behalf,
  operation: OperationRecord,
  movement: Movement,
): Promise<Moved> {
  const { step, debit, credit, reason, flags = 0 } = movement;
  const isResolving = step === 'post' || step === 'void';
  const transfer: NewTransfer = {
    id: stepId(operation, step),
    debitAccountId: debit,
    creditAccountId: credit,
    amount: operation.amount,
    pendingId: isResolving ? stepId(operation, 'hold') : 0n,
    userData128: operationTag(operation.id),
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: currencyOf(operation.currency).number,
    code: TRANSFER_CODES[reason].code,
    flags,
    timestamp: 0n,
  };
  const context = callContext(deps, behalf, `${operation.id}.${step}`);
  const answer = await deps.ports.ledger.createTransfers(context, { transfers: [transfer] });
  if (!answer.ok) {
    if (isUndecided(answer.error)) return 'unknown';
    throw new Error(`the ledger refuses ${operation.id}: ${answer.error.code} ${answer.error.message}`);
  }
  const [result] = answer.value.results;
  assert(result, 'the ledger answers one result per transfer');
  if (isDone(result.status)) return 'made';
  // The account that is not there has nothing in it.
  const isShort = ['exceeds_credits', 'id_already_failed', 'debit_account_not_found'].includes(result.status);
  if (isShort && (step === 'send' || step === 'hold')) return 'short';
  throw new Error(`the ledger refuses ${operation.id}.${step}: ${result.status}`);
}

/** What may be spent of a wallet and what is held, as the ledger has it. Undefined: it cannot be read now. */
export async function readBalance(
  deps: WalletDeps,
  behalf: Behalf,
  wallet: string,
  currencies: readonly string[],
): Promise<ReadonlyMap<string, { readonly available: bigint; readonly pending: bigint }> | undefined> {
  const ids = currencies.map((currency) => walletAccountId(wallet, currency));
  const answer = await deps.ports.ledger.lookupAccounts(callContext(deps, behalf, `${wallet}.read`), { ids });
  if (!answer.ok) return undefined;
  const found = new Map(answer.value.map((account) => [account.id, account]));
  return new Map(
    currencies.map((currency) => {
      const account = found.get(walletAccountId(wallet, currency));
      if (!account) return [currency, { available: 0n, pending: 0n }];
      const { creditsPosted, debitsPosted, debitsPending } = account;
      return [currency, { available: creditsPosted - debitsPosted - debitsPending, pending: debitsPending }];
    }),
  );
}
