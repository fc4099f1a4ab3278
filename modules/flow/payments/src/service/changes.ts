import type { Micros } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import { withCause } from '@tpmall/platform/events';
import type { Customer, PaymentsEvents } from '../contract/index.ts';
import type { Change, Told } from '../store/save-payments.ts';
import type { Behalf } from './calls.ts';
import {
  type ChargeRecord,
  type IntentRecord,
  type RefundRecord,
  toCharge,
  toIntent,
  toRefund,
} from './records.ts';
import { type Step, take } from './states.ts';

type EventAbout<Prefix extends string> = Extract<keyof PaymentsEvents, `${Prefix}.${string}`>;
type IntentEvent = EventAbout<'payment_intent'>;
type ChargeEvent = EventAbout<'charge'>;
type RefundEvent = EventAbout<'refund'>;
type CustomerEvent = EventAbout<'customer'>;

/**
 * An event about an intent. The client secret stays out: whoever reads events does not pay for the shopper.
 */
export function intentEvent(type: IntentEvent, intent: IntentRecord): Told {
  return { type, aggregateId: intent.id, payload: { ...toIntent(intent), clientSecret: '' } };
}

/**
 * An event about a charge; it belongs to the intent's order, because what happens to both is one story.
 *
 * @param before the charge as it was, for an event that says what has changed
 */
export function chargeEvent(type: ChargeEvent, charge: ChargeRecord, before?: ChargeRecord): Told {
  const payload = withCause(toCharge(charge), { before: before && toCharge(before) });
  return { type, aggregateId: charge.paymentIntent, payload };
}

/** An event about a refund, in the order of its intent as well. */
export function refundEvent(type: RefundEvent, refund: RefundRecord, before?: RefundRecord): Told {
  const payload = withCause(toRefund(refund), { before: before && toRefund(before) });
  return { type, aggregateId: refund.paymentIntent, payload };
}

/** An event about a customer. */
export function customerEvent(type: CustomerEvent, customer: Customer, before?: Customer): Told {
  return { type, aggregateId: customer.id, payload: withCause(customer, { before }) };
}

/** Fields of an intent that a step may set. */
export type Patch = Partial<
  Omit<IntentRecord, 'id' | 'tenant' | 'version' | 'status' | 'phase' | 'createdAt'>
>;

/** Fields of an intent that nobody works on. */
const AT_REST = {
  operationId: null,
  operationAt: null,
  captureAmount: null,
  finalCapture: true,
  captureShares: null,
  nextAttemptAt: null,
  attempts: 0,
  unknownSince: null,
} as const;

/** An intent after a step of the state machine; where the step ends its work, nothing is due any more. */
export function step(intent: IntentRecord, name: Step, patch: Patch): IntentRecord {
  const to = take(name, intent);
  const rest = to.status === 'processing' ? {} : AT_REST;
  // Only a challenge says where the shopper must go; every other step ends it.
  return { ...intent, ...rest, nextAction: null, ...patch, ...to, version: intent.version + 1 };
}

/** A change as the store takes it: by the command that it claims, or on somebody's behalf. */
export function change(
  at: Micros,
  intent: IntentRecord,
  charges: readonly ChargeRecord[],
  events: readonly Told[],
  by: Claim | Pick<Behalf, 'request'>,
): Change {
  return { at, intent, charges, events, claim: 'key' in by ? by : null, request: by.request };
}
