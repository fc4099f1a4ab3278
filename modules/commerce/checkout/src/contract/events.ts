import type { PaymentLink, Session } from './types.ts';

/** Events of this module's outbox; the payload is the object as it was right after the change. */
export interface CheckoutEvents {
  'checkout.session.completed': Session;
  'checkout.session.expired': Session;
  'payment_link.created': PaymentLink;
  'payment_link.updated': PaymentLink;
}
