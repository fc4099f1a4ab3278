import type { BalanceMove } from './balance.ts';
import type { SetupIntent } from './setup-intent.ts';
import type { Charge, Customer, PaymentIntent, Refund } from './types.ts';

/** Events of this module's outbox; the payload is the object as it was right after the change. */
export interface PaymentsEvents {
  'payment_intent.created': PaymentIntent;
  /** Fields were changed and no status; for projections, clients of the wire are not told. */
  'payment_intent.updated': PaymentIntent;
  'payment_intent.processing': PaymentIntent;
  'payment_intent.requires_action': PaymentIntent;
  'payment_intent.amount_capturable_updated': PaymentIntent;
  'payment_intent.succeeded': PaymentIntent;
  'payment_intent.payment_failed': PaymentIntent;
  'payment_intent.canceled': PaymentIntent;
  'charge.succeeded': Charge;
  'charge.failed': Charge;
  'charge.captured': Charge;
  /**
   * A capture that was not the last, an increment, a refund that came to nothing, or a change by the caller.
   */
  'charge.updated': Charge;
  /** Money has gone back, or what was held was let go of with nothing captured (`amountRefunded` 0). */
  'charge.refunded': Charge;
  /** What was held has been let go of, because nobody captured it in time. */
  'charge.expired': Charge;
  'refund.created': Refund;
  'refund.updated': Refund;
  'refund.failed': Refund;
  /** Money went to or from a platform's own balance; for projections, clients are not told. */
  'balance.moved': BalanceMove;
  'customer.created': Customer;
  'customer.updated': Customer;
  'customer.deleted': Customer;
  'setup_intent.created': SetupIntent;
  'setup_intent.requires_action': SetupIntent;
  'setup_intent.succeeded': SetupIntent;
  'setup_intent.setup_failed': SetupIntent;
  'setup_intent.canceled': SetupIntent;
}
