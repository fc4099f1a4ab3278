import type {
  Charge,
  Customer,
  PaymentIntent,
  PaymentsEvents,
  Refund,
  SetupIntent,
} from '@tpmall/payments/contract';
import type { Card, CardBilling } from '@tpmall/vault/contract';
import {
  chargeToWire,
  customerToWire,
  paymentIntentToWire,
  refundToWire,
  setupIntentToWire,
} from '@tpmall/wire';
import { type EventSource, toldBy } from './event-source.ts';
import { mapped } from './read-amounts.ts';
import { readCards } from './read-cards.ts';

/**
 * Client secrets are not told, although the payments API tells them: an endpoint's log would otherwise let
 * whoever reads it act as the shopper. One read of the object gives it.
 */
const withoutSecret = { client_secret: null };

/** An intent with the card of its last error, of which the outbox has the id alone. */
type Failed<Intent> = Intent & { readonly failedCard?: Card };
const intent = mapped<PaymentIntent>(
  { amount: true, amountCapturable: true, amountReceived: true, applicationFee: true },
  (payload: Failed<PaymentIntent>, view) => ({
    ...paymentIntentToWire(payload, view, payload.failedCard),
    ...withoutSecret,
  }),
);
const setup = mapped<SetupIntent>({}, (payload: Failed<SetupIntent>, view) => ({
  ...setupIntentToWire(payload, view, payload.failedCard),
  ...withoutSecret,
}));
/** A charge with the billing details of its card, which the outbox does not have. */
type ToldCharge = Charge & { readonly billing?: CardBilling };
const charge = mapped<ToldCharge>(
  {
    amount: true,
    amountCaptured: true,
    amountRefunded: true,
    amountSentBack: true,
    applicationFee: true,
    maximumCapturable: true,
  },
  (payload: ToldCharge, view) => chargeToWire(payload, view, payload.billing),
);
const refund = mapped<Refund>({ amount: true }, refundToWire);
const customer = mapped<Customer>({}, customerToWire);

const clientEvents = toldBy<PaymentsEvents>({
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
  'charge.expired': charge,
  'refund.created': refund,
  'refund.updated': refund,
  'refund.failed': refund,
  'balance.moved': null,
  'customer.created': customer,
  'customer.updated': customer,
  'customer.deleted': customer,
  'setup_intent.created': setup,
  'setup_intent.requires_action': setup,
  'setup_intent.succeeded': setup,
  'setup_intent.setup_failed': setup,
  'setup_intent.canceled': setup,
});

/** What payments tells clients. */
export const paymentsSource: EventSource = {
  from: 'payments',
  types: clientEvents.types,
  cursor: 'client-events.payments',
  toWire: clientEvents.toWire,
  // A refund was told by the second name before refunds had events of their own; clients know both.
  // One that fails has changed as well, which is all that some of them listen to.
  aliases: {
    'refund.updated': [{ type: 'charge.refund.updated' }],
    'refund.failed': [{ type: 'refund.updated' }, { type: 'charge.refund.updated' }],
  },
  // Of a charge the outbox has neither who its card belongs to nor where the bills go: that lies sealed. Of a
  // failure it names the card alone.
  async complete(vault, context, payloads) {
    const methods = payloads.flatMap((payload) => paidWith(payload) ?? failedWith(payload) ?? []);
    const cards = await readCards(vault, context, methods);
    return payloads.map((payload) => {
      const billing = cards.get(paidWith(payload) ?? '')?.billing;
      const failedCard = cards.get(failedWith(payload) ?? '');
      return { ...payload, ...(billing && { billing }), ...(failedCard && { failedCard }) };
    });
  },
};

/** The payment method of a charge that a card has paid. */
function paidWith(payload: object): string | undefined {
  const { id, card, paymentMethod } = payload as Partial<Charge>;
  return id?.startsWith('ch_') && card ? paymentMethod : undefined;
}

/** The payment method of an intent's last error. */
function failedWith(payload: object): string | undefined {
  const { lastError } = payload as Partial<PaymentIntent | SetupIntent>;
  return lastError?.paymentMethod ?? undefined;
}
