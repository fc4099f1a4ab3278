import type { checkoutContract } from '@tpmall/checkout/contract';
import type { CodeOf } from '@tpmall/platform/contract';
import type { RateLimit } from '@tpmall/platform/http';
import { z } from 'zod';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import type { Problem } from './problems.ts';

type PayCode = CodeOf<(typeof checkoutContract)['operations']['paySession']>;

/** What a form that pays sends. */
const payForm = z.object({
  attempt: z.string().regex(/^[\w-]{22}$/),
  amount: z.string().regex(/^\d{1,39}$/),
  payment_method: z
    .string()
    .regex(/^pm_[\w]{1,60}$/)
    .optional(),
});
const email = z.email().max(320);

/** What the page says for each refusal; null: the order's page says it by itself. */
const PROBLEM_OF: Readonly<Record<PayCode, Problem | null>> = {
  not_found: null,
  session_not_open: null,
  card_declined: null,
  authentication_required: null,
  expected_amount_mismatch: 'changed',
  payment_method_missing: 'card',
  payment_method_not_found: 'card',
  payment_method_not_usable: 'card',
  link_is_used_up: 'used_up',
  customer_not_found: 'shop',
  destination_not_found: 'shop',
  destination_not_capable: 'shop',
  split_exceeds_amount: 'shop',
  statement_descriptor_too_long: 'shop',
  amount_too_large: 'shop',
  idempotency_mismatch: 'unknown',
};

/** How often cards may be declined, by the browser's address and by order, before the next has to wait. */
export interface DeclineLimits {
  readonly addresses: RateLimit;
  readonly orders: RateLimit;
}

/**
 * Pays an order as its form says, and goes on to the order's page, which says what came of it. One showing of
 * the page and one card are one command, however often the form is sent.
 */
export async function payOrder(
  { ports, config }: WebEnvironment,
  limits: DeclineLimits,
  visit: Visit,
  id: string,
): Promise<Answer> {
  const read = payForm.safeParse(visit.form);
  if (!read.success) return plainPage(visit, 'unreadable');
  const at = (query: Readonly<Record<string, string>>): Answer => ({
    kind: 'go',
    path: `/c/pay/${encodeURIComponent(id)}?${new URLSearchParams(query).toString()}`,
  });
  const given = visit.form['email']?.trim() ?? '';
  const payer = given === '' ? undefined : email.safeParse(given);
  if (payer && !payer.success) return at({ problem: 'email' });
  if (limits.addresses.wait(visit.ip) > 0 || limits.orders.wait(id) > 0) return at({ problem: 'slow_down' });

  const { attempt, amount, payment_method: paymentMethod } = read.data;
  const context = visit.context({ commandId: `web:${attempt}:${paymentMethod ?? 'free'}` });
  const paid = await ports.checkout.paySession(context, {
    id,
    expectedAmount: BigInt(amount),
    returnUrl: `${config.webUrl}/c/pay/${encodeURIComponent(id)}?done=1`,
    ip: visit.ip,
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(payer && { email: payer.data }),
  });
  if (paid.ok) return at({ done: '1', go: '1' });
  const { code } = paid.error;
  if (code === 'card_declined') {
    limits.addresses.take(visit.ip);
    limits.orders.take(id);
  }
  if (code === 'not_found') return plainPage(visit, 'missing');
  if (code === 'invalid_input' || code === 'forbidden') throw new Error(paid.error.message);
  const problem = code === 'unavailable' ? 'busy' : code === 'unknown' ? 'unknown' : PROBLEM_OF[code];
  return at(problem === null ? {} : { problem });
}
