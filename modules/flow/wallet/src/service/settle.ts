import { assert, type Micros } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import { mayMove, type OperationStatus } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { type Counted, releaseLimits } from '../store/limits.ts';
import { lockOperation, type OperationRecord, toOperation, updateOperation } from '../store/operations.ts';
import type { WalletDeps } from './deps.ts';

/** What a step of an operation may write down besides its state. */
export type Patch = Partial<
  Pick<
    OperationRecord,
    | 'failure'
    | 'missing'
    | 'paymentIntent'
    | 'charge'
    | 'captured'
    | 'refunded'
    | 'reference'
    | 'approvedBy'
    | 'paidBy'
    | 'decisionReason'
    | 'tag'
  >
>;

/** What an operation gives back of its limits when it gets to a state. */
function givesBack(operation: OperationRecord, to: OperationStatus): Counted[] {
  const { wallet, counterparty, currency, amount, createdAt: at, kind, captured } = operation;
  const own = { wallet, currency, at };
  switch (`${kind}.${to}` as const) {
    case 'top_up.canceled':
    case 'send.succeeded':
    case 'withdrawal.paid':
      return [{ ...own, in: amount }];
    case 'send.failed':
      assert(counterparty !== null, 'a send has two sides');
      return [
        { ...own, out: amount },
        { ...own, wallet: counterparty, in: amount },
      ];
    case 'payment.failed':
    case 'withdrawal.failed':
    case 'withdrawal.refused':
    case 'withdrawal.canceled':
      return [{ ...own, out: amount }];
    case 'payment.canceled':
    case 'payment.succeeded':
      return [{ ...own, out: amount > captured ? amount - captured : 0n }];
    default:
      return [];
  }
}

/** Gives room back, in the order of the wallets, so that no two transactions wait for each other. */
export async function giveBack(tx: Queryable, counted: readonly Counted[]): Promise<void> {
  const inOrder = counted.toSorted((a, b) => (a.wallet < b.wallet ? -1 : a.wallet > b.wallet ? 1 : 0));
  for (const each of inOrder) await releaseLimits(tx, each);
}

/** Takes an operation that is locked to a state, with what that gives back and what is told of it. */
export async function step(
  tx: Queryable,
  operation: OperationRecord,
  to: OperationStatus,
  at: Micros,
  patch: Patch = {},
): Promise<OperationRecord> {
  assert(mayMove(operation.kind, operation.status, to), `${operation.kind} ${operation.status} → ${to}`);
  const after: OperationRecord = {
    ...operation,
    ...patch,
    status: to,
    movingTo: null,
    dueAt: null,
    attempts: 0,
    customer: null,
    receiptEmail: null,
  };
  await updateOperation(tx, after);
  await giveBack(tx, givesBack(after, to));
  await tell(tx, `wallet.${after.kind}.${to}`, toOperation(after), at);
  return after;
}

/**
 * Writes down what the work on an operation has come to. Whoever comes second finds it done and changes
 * nothing.
 */
export function settle(
  deps: WalletDeps,
  seen: OperationRecord,
  to: OperationStatus,
  patch: Patch = {},
): Promise<OperationRecord> {
  return deps.db.transaction(async (tx) => {
    const operation = await lockOperation(tx, seen.tenant, seen.id);
    assert(operation, 'operations are never removed');
    if (operation.status !== seen.status || operation.movingTo !== seen.movingTo) return operation;
    return step(tx, operation, to, deps.clock.now(), patch);
  });
}
