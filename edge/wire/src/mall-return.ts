import { RETURN_STATES, type Return } from '@tpmall/mall/contract';
import { z } from 'zod';
import { plainPageParameters } from './list.ts';
import { flag, objectId, oneOf, text } from './parameters.ts';
import { amountToWire, secondsToWire, type WireView } from './view.ts';

const merchant = objectId().optional();

/** `GET /v1/mall/returns` */
export const listMallReturnsParameters = z.strictObject({
  ...plainPageParameters,
  merchant,
  status: oneOf(...RETURN_STATES).optional(),
});

/** `GET /v1/mall/returns/:id` */
export const mallReturnParameters = z.strictObject({ merchant });

/** `POST /v1/mall/returns/:id/accept` */
export const acceptMallReturnParameters = z.strictObject({
  merchant,
  reason: text(1000),
  when_received: flag().optional(),
});

/** `POST /v1/mall/returns/:id/refuse` */
export const refuseMallReturnParameters = z.strictObject({ merchant, reason: text(1000) });

/** `POST /v1/mall/returns/:id/receive` */
export const receiveMallReturnParameters = z.strictObject({ merchant, restock: flag().optional() });

/** A return of pieces of an order. */
export function mallReturnToWire(one: Return, view: WireView) {
  const { id, order, merchant: of, state, currency, reason, refund, failure } = one;
  return {
    ...{ id, object: 'mall_return' as const, order, merchant: of, status: state, currency, reason, refund },
    amount: amountToWire(one.amount),
    amount_delivery: amountToWire(one.delivery),
    created: secondsToWire(one.createdAt),
    decided_at: one.decidedAt === null ? null : secondsToWire(one.decidedAt),
    decided_by: one.decidedBy,
    decision_reason: one.decisionReason,
    failure_reason: failure,
    lines: one.lines.map(({ position, quantity, amount }) => ({
      ...{ position, quantity, amount: amountToWire(amount) },
    })),
    livemode: view.livemode,
    received_at: one.receivedAt === null ? null : secondsToWire(one.receivedAt),
  };
}
