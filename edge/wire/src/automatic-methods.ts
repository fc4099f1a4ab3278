import type { PaymentIntent } from '@tpmall/payments/contract';
import { z } from 'zod';
import { flag, oneOf } from './parameters.ts';

/** `automatic_payment_methods` of a new intent. Without effect beyond being told: only cards are offered. */
export const automaticMethodsParameter = z
  .strictObject({ enabled: flag(), allow_redirects: oneOf('always', 'never').optional() })
  .optional();

/**
 * What is asked for, in the words of the payments module; ways that redirect are allowed unless it says not.
 */
export function automaticMethodsFromWire(asked: z.infer<typeof automaticMethodsParameter>) {
  if (asked?.enabled !== true) return {};
  return { automaticPaymentMethods: asked.allow_redirects ?? ('always' as const) };
}

/** `automatic_payment_methods` of an intent; null where no way to pay was left to the server. */
export function automaticMethodsToWire(asked: PaymentIntent['automaticPaymentMethods'] | undefined) {
  // Events of before it was kept have none.
  return asked ? { allow_redirects: asked, enabled: true } : null;
}
