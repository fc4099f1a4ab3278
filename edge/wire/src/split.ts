import type { SplitLeg } from '@tpmall/payments/contract';
import { z } from 'zod';
import { amount, list, objectId, text, unsupported } from './parameters.ts';
import { amountToWire } from './view.ts';

/** Merchants of one payment. */
const MAX_LEGS = 100;

/**
 * One merchant: `transfer_data[destination]`, with the amount or the application fee that the platform
 * keeps.
 */
const transferData = z.strictObject({
  destination: objectId(),
  amount: amount(1n).optional(),
  ...unsupported('description', 'metadata', 'payment_data'),
});

/** The parameters that say who gets a payment. `split` is this system's extension for several merchants. */
export const splitParameters = {
  transfer_data: transferData.optional(),
  application_fee_amount: amount(0n).optional(),
  transfer_group: text(255).optional(),
  split: list(
    z.strictObject({
      destination: objectId(),
      amount: amount(1n),
      application_fee_amount: amount(0n).optional(),
    }),
    MAX_LEGS,
  ).optional(),
};

/** What a last capture may say of its only merchant: the commission, or the part without one. */
export const captureTerms = {
  application_fee_amount: amount(0n).optional(),
  transfer_data: z.strictObject({ amount: amount(1n) }).optional(),
};

/** How a payment is split, on the wire. */
export function splitToWire(split: readonly SplitLeg[], total: bigint) {
  const single = split.length === 1 ? split[0] : undefined;
  const fee = split.reduce((sum, leg) => sum + leg.applicationFee, 0n);
  return {
    application_fee_amount: single && fee > 0n ? amountToWire(fee) : null,
    transfer_data: single
      ? {
          destination: single.destination,
          ...(single.amount !== total && { amount: amountToWire(single.amount) }),
        }
      : null,
    split: split.map((leg) => ({
      destination: leg.destination,
      amount: amountToWire(leg.amount),
      application_fee_amount: amountToWire(leg.applicationFee),
    })),
  };
}
