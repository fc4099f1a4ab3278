import { err, ok, type Result } from '@tpmall/kernel';
import { TRANSFER_FLAGS } from '@tpmall/ledger/contract';
import { objectId } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { Operation } from '../contract/index.ts';
import { reserveLimits } from '../store/limits.ts';
import { insertOperation, type OperationRecord, toOperation } from '../store/operations.ts';
import { shareWallets } from '../store/wallets.ts';
import { type Behalf, commands, leaseFrom, type WalletDeps } from './deps.ts';
import { type Moved, move, operationTag, walletAccountId, withdrawalAccountId } from './ledger.ts';
import { explainLimits } from './limits.ts';
import { missingWallet } from './open-wallet.ts';
import {
  type MovementCode,
  newOperation,
  outcomeOf,
  postpone,
  repeatOperation,
  shortBy,
} from './operation.ts';
import { frozenWallet } from './send.ts';
import { settle } from './settle.ts';

interface Asked {
  readonly wallet: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly destination: string;
}

/**
 * Asks for money of the balance at a bank account: it is held, until people have decided and the bank paid.
 */
export async function requestWithdrawal(
  deps: WalletDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<Operation, MovementCode | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'withdraw', input, clock.now());
  const accepted = await commands.once<OperationRecord, MovementCode>(db, claim, {
    work: async (tx) => {
      const { wallet, currency, amount, destination } = input;
      const [found] = await shareWallets(tx, tenant, [wallet]);
      if (!found) return missingWallet(wallet);
      if (found.status === 'frozen') return frozenWallet();
      const counted = { wallet, currency, at: claim.at, out: amount, transaction: amount };
      if (!(await reserveLimits(tx, counted))) return explainLimits(tx, counted);
      const record = newOperation(claim, {
        ...{ kind: 'withdrawal', wallet, currency, amount, destination },
        tag: operationTag(objectId('wop', claim)),
        movingTo: 'requested',
        dueAt: leaseFrom(deps, claim.at),
      });
      await insertOperation(tx, record);
      return ok(record);
    },
    repeat: (first) => repeatOperation(deps, tenant, first),
  });
  if (!accepted.ok) return accepted;
  const done = await moveWithdrawal(deps, context, accepted.value);
  return outcomeOf(done, toOperation(done));
}

/** What each state of a withdrawal does in the ledger; approval moves nothing. */
function movementTo(operation: OperationRecord) {
  const { wallet, currency, tenant, movingTo } = operation;
  const debit = walletAccountId(wallet, currency);
  const credit = withdrawalAccountId(tenant, currency);
  const reason = 'wallet_withdrawal' as const;
  switch (movingTo) {
    case 'requested':
      return { step: 'hold', debit, credit, reason, flags: TRANSFER_FLAGS.pending } as const;
    case 'paid':
      return { step: 'post', debit, credit, reason, flags: TRANSFER_FLAGS.postPendingTransfer } as const;
    case 'refused':
    case 'canceled':
    case 'failed':
      return { step: 'void', debit, credit, reason, flags: TRANSFER_FLAGS.voidPendingTransfer } as const;
    case 'returned':
      return { step: 'return', debit: credit, credit: debit, reason: 'wallet_withdrawal_return' } as const;
    default:
      return undefined;
  }
}

/** Moves what a withdrawal is on its way to, or goes on where an earlier run was cut off. */
export async function moveWithdrawal(
  deps: WalletDeps,
  behalf: Behalf,
  record: OperationRecord,
): Promise<OperationRecord> {
  const movement = movementTo(record);
  if (!movement || record.movingTo === null) return record;
  const moved: Moved = await move(deps, behalf, record, movement);
  switch (moved) {
    case 'made':
      return settle(deps, record, record.movingTo);
    case 'short':
      return settle(deps, record, 'failed', await shortBy(deps, behalf, record));
    case 'unknown':
      return postpone(deps, record);
  }
}

/** There is no such withdrawal of this tenant. */
export function missingWithdrawal(id: string): Result<never, 'not_found'> {
  return err('not_found', `No such withdrawal: '${id}'`, { field: 'id' });
}

/** A withdrawal that cannot go where it was asked to. */
export function wrongState({ id, status, movingTo }: OperationRecord, to: string) {
  const where = movingTo === null ? status : `on its way to ${movingTo}`;
  return err('withdrawal_unexpected_state', `withdrawal ${id} cannot be ${to}: it is ${where}`, {
    field: 'id',
    detail: { status },
  });
}
