import type { checkoutContract } from '@tpmall/checkout/contract';
import { err, type Result } from '@tpmall/kernel';
import type { CodeOf, InputOf, PlatformCode } from '@tpmall/platform/contract';
import { networkOf, type RateLimit } from '@tpmall/platform/http';
import { FORM_TOKEN, isSameToken } from '@tpmall/platform/pages';
import { z } from 'zod';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { Visit } from '../frame/visit.ts';
import type { Problem } from './problems.ts';
import { showOrder } from './show-order.ts';
import { tryCard } from './try-card.ts';

type Operations = (typeof checkoutContract)['operations'];
type PayCode = CodeOf<Operations['paySession']> | CodeOf<Operations['paySessionFromWallet']>;

/** What a form that pays sends. */
const payForm = z.object({
  attempt: z.string().regex(/^[\w-]{22}$/),
  amount: z.string().regex(/^\d{1,39}$/),
  payment_method: z
    .string()
    .regex(/^pm_[\w]{1,60}$/)
    .optional(),
  method: z.literal('wallet').optional(),
  keep: z.literal('1').optional(),
});
const email = z.email().max(320);

/** What the page says for each refusal; null: the order's page says it by itself. */
const PROBLEM_OF: Readonly<Record<PayCode, Problem | null>> = {
  not_found: null,
  session_not_open: null,
  // The page asks for them.
  details_missing: null,
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
  wallet_not_found: 'balance',
  insufficient_funds: 'balance',
  limit_exceeded: 'limit',
  wallet_frozen: 'frozen',
  currency_not_offered: 'balance',
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
  environment: WebEnvironment,
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
  // What was written stays in its field, and a card that came with it is not asked for again.
  if (payer && !payer.success) return showOrder(environment, visit, id);
  const { attempt, amount, payment_method: paymentMethod, method, keep } = read.data;
  const asked = {
    ...{ id, expectedAmount: BigInt(amount), ip: visit.ip },
    ...(payer && { email: payer.data }),
  };
  if (method === 'wallet') {
    const paid = await payFromBalance(environment, visit, attempt, asked);
    // A decline of the house's own; the card's page would speak of a bank.
    if (paid === 'foreign') return plainPage(visit, 'foreign');
    return paid.ok
      ? at({ done: '1', go: '1' })
      : refused(visit, at, paid.error.code === 'card_declined' ? 'refused' : problemFor(paid.error));
  }
  const own = visit.context({ commandId: `web:${attempt}:${paymentMethod ?? 'free'}` });
  // Whose saved cards may be paid with is a cookie's right: it counts in a form of its own session only.
  const isOwn = isSameToken(visit.form[FORM_TOKEN], visit.formToken);
  const context = isOwn ? own : { ...own, actor: 'anonymous' };
  const pay = () =>
    environment.ports.checkout.paySession(context, {
      ...asked,
      returnUrl: `${environment.config.webUrl}/c/pay/${encodeURIComponent(id)}?done=1`,
      ...(paymentMethod !== undefined && { paymentMethod }),
      ...(keep === '1' && { keepCard: true }),
    });
  const declines = [
    { limit: limits.addresses, name: networkOf(visit.ip) },
    { limit: limits.orders, name: id },
  ];
  const paid = await tryCard(declines, pay);
  if (!paid) return at({ problem: 'slow_down' });
  if (paid.ok) return at({ done: '1', go: '1' });
  return refused(visit, at, problemFor(paid.error));
}

type Refused = { readonly code: PayCode | PlatformCode | 'not_found'; readonly message: string };

function refused(
  visit: Visit,
  at: (query: Readonly<Record<string, string>>) => Answer,
  problem: Problem | 'missing' | null,
): Answer {
  if (problem === 'missing') return plainPage(visit, 'missing');
  return at(problem === null ? {} : { problem });
}

function problemFor({ code, message }: Refused): Problem | 'missing' | null {
  if (code === 'not_found') return 'missing';
  if (code === 'invalid_input' || code === 'forbidden') throw new Error(message);
  return code === 'unavailable' ? 'busy' : code === 'unknown' ? 'unknown' : PROBLEM_OF[code];
}

/**
 * Pays with the balance of whoever has signed in. Here a cookie gives a right, so that the form must be one
 * of this session's own: the order's id alone does not do.
 */
async function payFromBalance(
  { ports }: WebEnvironment,
  visit: Visit,
  attempt: string,
  asked: Omit<InputOf<Operations['paySessionFromWallet']>, 'wallet'>,
): Promise<'foreign' | Result<unknown, CodeOf<Operations['paySessionFromWallet']> | PlatformCode>> {
  const person = visit.visitor?.signedIn?.person;
  if (!person || !isSameToken(visit.form[FORM_TOKEN], visit.formToken)) return 'foreign';
  const session = await ports.checkout.showSession(visit.context(), { id: asked.id });
  if (!session.ok) return session;
  const context = visit.context({ tenant: session.value.tenant, commandId: `web:${attempt}:wallet` });
  const wallet = await ports.wallet.findWallet(context, { person: person.id });
  if (!wallet.ok) {
    const { code, message } = wallet.error;
    return code === 'not_found' ? err('wallet_not_found', message) : wallet;
  }
  return ports.checkout.paySessionFromWallet(context, { ...asked, wallet: wallet.value.id });
}
