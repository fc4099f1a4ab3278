import type { CheckoutEvents, PaymentLink, Session } from '@tpmall/checkout/contract';
import { linkToWire, sessionToWire } from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';
import { mapped } from './read-amounts.ts';

const session = mapped<Session>({ amountTotal: true, amount: true, applicationFee: true }, sessionToWire);
const link = mapped<PaymentLink>({ amount: true, applicationFee: true }, linkToWire);

const clientEvents = toldBy<CheckoutEvents>({
  'checkout.session.completed': session,
  'checkout.session.expired': session,
  'payment_link.created': link,
  'payment_link.updated': link,
});

/** What checkout tells clients. */
export const checkoutSource: EventSource = {
  from: 'checkout',
  types: clientEvents.types,
  cursor: 'client-events.checkout',
  toWire: clientEvents.toWire,
};
