import type { Micros } from '@tpmall/kernel';
import type { Charge, PaymentIntent } from '@tpmall/payments/contract';
import type { Queryable } from '@tpmall/platform/db';
import { mayMove } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import { type OperationRecord, toOperation, updateOperation } from '../store/operations.ts';
import { giveBack, step } from './settle.ts';

/** What is learnt from a charge; amounts of an event are digits. */
export interface Learnt {
  readonly id: string;
  readonly status: Charge['status'];
  readonly amountCaptured: bigint;
  readonly amountSentBack: bigint;
  readonly captured: boolean;
  readonly failureCode: string | null;
  readonly outcome: Pick<Charge['outcome'], 'reason' | 'missingAmount'>;
}

/** The greater of two amounts. */
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * Takes a payment from a wallet, locked, to where its charge is. What is told is cumulative, so that it may
 * come twice, late, or not at all before the next.
 *
 * @param intent the status of the intent where it is known
 */
export async function applyCharge(
  tx: Queryable,
  operation: OperationRecord,
  charge: Learnt,
  intent: PaymentIntent['status'] | undefined,
  at: Micros,
): Promise<OperationRecord> {
  if (charge.status === 'pending') return operation;
  if (charge.status === 'failed') {
    if (operation.status !== 'pending') return operation;
    const { reason, missingAmount = null } = charge.outcome;
    return step(tx, operation, 'failed', at, {
      charge: charge.id,
      failure: reason === 'insufficient_funds' ? reason : (charge.failureCode ?? 'card_declined'),
      missing: missingAmount === null ? null : BigInt(missingAmount),
    });
  }
  const captured = most(operation.captured, charge.amountCaptured);
  const refunded = most(operation.refunded, charge.amountSentBack);
  const moved = captured - operation.captured - (refunded - operation.refunded);
  const { wallet, currency, createdAt } = operation;
  if (moved !== 0n) await giveBack(tx, [{ wallet, currency, at: createdAt, in: moved }]);
  let after: OperationRecord = { ...operation, captured, refunded, charge: charge.id };
  const to = charge.captured ? 'succeeded' : 'authorised';
  if (mayMove('payment', after.status, to)) after = await step(tx, after, to, at);
  else if (after.charge !== operation.charge || moved !== 0n) await updateOperation(tx, after);
  if (after.status === 'authorised' && intent === 'canceled') after = await step(tx, after, 'canceled', at);
  if (refunded > operation.refunded) await tell(tx, 'wallet.payment.refunded', toOperation(after), at);
  return after;
}
