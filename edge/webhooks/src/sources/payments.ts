import type { Charge, PaymentIntent, PaymentsEvents, Refund, SetupIntent } from '@tpmall/payments/contract';
import {
  chargeToWire,
  customerToWire,
  paymentIntentToWire,
  refundToWire,
  setupIntentToWire,
  type WireView,
} from '@tpmall/wire';
import { type EventMappers, type EventSource, toldBy } from './event-source.ts';
import { readAmounts } from './read-amounts.ts';

/**
 * A payment intent of an event. Its client secret is not told, although the payments API does: an endpoint's
 * log would otherwise let whoever reads it act as the shopper. One read of the payment intent gives it.
 */
const intent = (payload: PaymentIntent, view: WireView): object => ({
  ...paymentIntentToWire(
    readAmounts(payload, {
      amount: true,
      amountCapturable: true,
      amountReceived: true,
      applicationFee: true,
    }),
    view,
  ),
  client_secret: null,
});
const charge = (payload: Charge, view: WireView): object =>
  chargeToWire(
    readAmounts(payload, {
      amount: true,
      amountCaptured: true,
      amountRefunded: true,
      applicationFee: true,
      maximumCapturable: true,
    }),
    view,
  );
/** The client secret is not told, as with a payment intent. */
const setup = (payload: SetupIntent, view: WireView): object => ({
  ...setupIntentToWire(payload, view),
  client_secret: null,
});
const refund = (payload: Refund): object => refundToWire(readAmounts(payload, { amount: true }));

const mappers: EventMappers<PaymentsEvents> = {
  'payment_intent.created': intent,
  'payment_intent.updated': null,
  'payment_intent.processing': intent,
  'payment_intent.requires_action': intent,
  'payment_intent.amount_capturable_updated': intent,
  'payment_intent.succeeded': intent,
  'payment_intent.payment_failed': intent,
  'payment_intent.canceled': intent,
  'charge.succeeded': charge,
  'charge.failed': charge,
  'charge.captured': charge,
  'charge.updated': charge,
  'charge.refunded': charge,
  'refund.created': refund,
  'refund.updated': refund,
  'refund.failed': refund,
  'customer.created': customerToWire,
  'customer.updated': customerToWire,
  'customer.deleted': customerToWire,
  'setup_intent.created': setup,
  'setup_intent.requires_action': setup,
  'setup_intent.succeeded': setup,
  'setup_intent.setup_failed': setup,
  'setup_intent.canceled': setup,
};
const told = toldBy<PaymentsEvents>(mappers);

/** What payments tells clients. */
export const paymentsSource: EventSource = {
  from: 'payments',
  types: told.types,
  cursor: 'client-events.payments',
  toWire: told.toWire,
};
