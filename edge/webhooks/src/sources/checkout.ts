import type { CheckoutEvents, PaymentLink, Session } from '@tpmall/checkout/contract';
import { linkToWire, sessionToWire, type WireView } from '@tpmall/wire';
import { type EventMappers, type EventSource, toldBy } from './event-source.ts';
import { readAmounts } from './read-amounts.ts';

const session = (payload: Session, view: WireView): object =>
  sessionToWire(readAmounts(payload, { amount: true, amountTotal: true, applicationFee: true }), view);
const link = (payload: PaymentLink, view: WireView): object =>
  linkToWire(readAmounts(payload, { amount: true, applicationFee: true }), view);
const mappers: EventMappers<CheckoutEvents> = {
  'checkout.session.completed': session,
  'checkout.session.expired': session,
  'payment_link.created': link,
  'payment_link.updated': link,
};
const told = toldBy<CheckoutEvents>(mappers);

/** What the checkout tells clients. */
export const checkoutSource: EventSource = {
  from: 'checkout',
  types: told.types,
  cursor: 'client-events.checkout',
  toWire: told.toWire,
};
