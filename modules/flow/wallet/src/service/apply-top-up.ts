import type { Micros } from '@tpmall/kernel';
import type { PaymentIntent } from '@tpmall/payments/contract';
import type { Queryable } from '@tpmall/platform/db';
import { tell } from '../store/events.ts';
import { type OperationRecord, toOperation, updateOperation } from '../store/operations.ts';
import { type Learnt, most } from './apply-charge.ts';
import { giveBack, step } from './settle.ts';

/**
 * Takes a top-up, locked, to where its payment is: the ledger has the money once the intent has succeeded.
 */
export async function applyTopUp(
  tx: Queryable,
  operation: OperationRecord,
  intent: Pick<PaymentIntent, 'status' | 'amountReceived'>,
  at: Micros,
): Promise<OperationRecord> {
  if (operation.status !== 'pending') return operation;
  if (intent.status === 'canceled') return step(tx, operation, 'canceled', at);
  if (intent.status !== 'succeeded') return operation;
  const { wallet, currency, createdAt, amount } = operation;
  const received = intent.amountReceived;
  // The platform may have held the amount and taken only a part of it.
  if (received !== amount) {
    await giveBack(tx, [{ wallet, currency, at: createdAt, in: amount - received }]);
  }
  return step(tx, operation, 'succeeded', at, { captured: received });
}

/**
 * Some of a top-up went back to its card, or came back from there. That may be before all of it is taken:
 * what is captured is in the wallet.
 */
export async function applyTopUpRefund(
  tx: Queryable,
  operation: OperationRecord,
  charge: Pick<Learnt, 'amountCaptured' | 'amountSentBack'>,
  at: Micros,
): Promise<void> {
  const { wallet, currency, createdAt } = operation;
  const refunded = charge.amountSentBack;
  const moved = refunded - operation.refunded;
  if (moved === 0n) return;
  const after = { ...operation, captured: most(operation.captured, charge.amountCaptured), refunded };
  await updateOperation(tx, after);
  await giveBack(tx, [{ wallet, currency, at: createdAt, in: moved }]);
  await tell(tx, 'wallet.top_up.refunded', toOperation(after), at);
}
