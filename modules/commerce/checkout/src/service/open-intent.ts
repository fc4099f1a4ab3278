import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { paymentsContract, Shipping } from '@tpmall/payments/contract';
import type { CallContext, CodeOf, InputOf } from '@tpmall/platform/contract';
import type { Payer } from '../contract/index.ts';
import { lockSession, type SessionRecord, updateSessionRow } from '../store/sessions.ts';
import { type CheckoutDeps, callContext } from './deps.ts';
import { splitOrder } from './split-order.ts';

type Create = (typeof paymentsContract)['operations']['createIntent'];
/** What only an intent that is opened with a card can be refused with. */
const OF_CARDS = [
  'payment_method_missing',
  'payment_method_not_found',
  'payment_method_not_usable',
  'card_declined',
  'authentication_required',
] as const;
type OfCards = (typeof OF_CARDS)[number];
/** What opening a session's intent can be refused with. */
export type OpenCode = Exclude<CodeOf<Create>, OfCards> | 'invalid_input' | 'unavailable' | 'unknown';

/**
 * The one payment intent of a session that was begun. Its command derives from the session, and what goes
 * into it stands fast since the session was begun, so that two tabs, a repetition and the end of the session
 * come to the same intent. It is confirmed only after its id has been stored here.
 */
export async function openIntent(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
): Promise<Result<SessionRecord, OpenCode>> {
  if (session.paymentIntent !== null) return ok(session);
  const customer = await payingCustomer(deps, context, session);
  if (!customer.ok) return customer;
  const calling = callContext(deps, context, session.tenant, `${session.id}.intent`);
  const opened = await deps.ports.payments.createIntent(calling, intentOf(session, customer.value));
  if (!opened.ok) {
    const { code, message, ...extra } = opened.error;
    if (code === 'forbidden' || isOfCards(code)) throw new Error(`payments refuses checkout: ${message}`);
    return err(code, message, extra);
  }
  return deps.db.transaction(async (tx) => {
    const locked = await lockSession(tx, session.tenant, session.id);
    if (!locked) throw new Error(`session ${session.id} is gone`);
    if (locked.paymentIntent !== null || locked.status !== 'open') return ok(locked);
    const after = { ...locked, paymentIntent: opened.value.id, customer: customer.value };
    await updateSessionRow(tx, after);
    return ok(after);
  });
}

function isOfCards(code: string): code is OfCards {
  return OF_CARDS.some((one) => one === code);
}

/**
 * The customer who pays, or whose card is saved: the caller's, or one that is made where that was asked for
 * or a card is saved.
 */
export async function payingCustomer(
  deps: CheckoutDeps,
  context: CallContext,
  session: SessionRecord,
): Promise<Result<string | null, 'unavailable' | 'unknown'>> {
  const isRequired =
    session.customerCreation === 'always' ||
    session.intentData.setupFutureUsage !== null ||
    session.savedCards?.mayKeep === true;
  if (session.customer !== null || !isRequired) return ok(session.customer);
  const calling = callContext(deps, context, session.tenant, `${session.id}.customer`);
  const made = await deps.ports.payments.createCustomer(calling, {
    email: session.payer?.email ?? session.customerEmail,
    name: session.payer?.name ?? null,
    phone: session.payer?.phone ?? null,
    address: session.payer?.address ?? null,
    shipping: shippingOf(session.payer),
  });
  if (made.ok) return ok(made.value.id);
  const { code, message } = made.error;
  if (code === 'unavailable' || code === 'unknown') return err(code, message);
  throw new Error(`payments refuses the customer of ${session.id}: ${code} ${message}`);
}

/** Where is sent to, as the shopper said. */
function shippingOf(payer: Payer | null): Shipping | null {
  if (!payer?.shipping) return null;
  return { ...payer.shipping, phone: payer.phone, carrier: null, trackingNumber: null };
}

function intentOf(session: SessionRecord, customer: string | null): InputOf<Create> {
  const { intentData: data, lines, payer, customerEmail, currency } = session;
  assert(currency, `session ${session.id} is paid in a currency`);
  const receiptEmail = data.receiptEmail ?? payer?.email ?? customerEmail;
  return {
    amount: session.amountTotal,
    currency,
    captureMethod: data.captureMethod,
    confirmationMethod: 'automatic',
    split: splitOrder(lines, data.split).map((leg) => ({ ...leg })),
    customer,
    description: data.description,
    receiptEmail,
    statementDescriptor: data.statementDescriptor,
    ...(data.statementDescriptorSuffix !== null && {
      statementDescriptorSuffix: data.statementDescriptorSuffix,
    }),
    transferGroup: data.transferGroup,
    ...(data.onBehalfOf !== null && { onBehalfOf: data.onBehalfOf }),
    setupFutureUsage: data.setupFutureUsage,
    // Said only where it is asked for, so that a session of before is opened by the same command as then.
    ...(data.requestThreeDSecure === 'any' && { requestThreeDSecure: data.requestThreeDSecure }),
    shipping: data.shipping ?? shippingOf(payer),
    metadata: data.metadata,
  };
}
