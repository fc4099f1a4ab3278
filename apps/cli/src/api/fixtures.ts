import type { ApiRequest } from './client.ts';

/** One request of a fixture; `${customer:id}` in it is a field of what an earlier step answered. */
export interface Step {
  /** By what later steps call it. */
  readonly as: string;
  readonly method: ApiRequest['method'];
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  /** The error that this step is there for: a decline is what makes the event. */
  readonly refusedWith?: string;
}

const post = (as: string, path: string, form: Step['form'] = {}): Step => ({
  as,
  method: 'POST',
  path: `/v1/${path}`,
  form,
});
const RETURN_URL = 'http://localhost/thanks';

const payment = (more: Readonly<Record<string, string>> = {}): Step =>
  post('payment', 'payment_intents', {
    amount: '2000',
    currency: 'eur',
    payment_method: 'pm_card_visa',
    confirm: 'true',
    return_url: RETURN_URL,
    ...more,
  });
const unpaid = post('payment', 'payment_intents', { amount: '2000', currency: 'eur' });
const declined: Step = {
  ...payment({ payment_method: 'pm_card_chargeDeclined' }),
  refusedWith: 'card_declined',
};
const asked = payment({ payment_method: 'pm_card_threeDSecure2Required' });
const held = payment({ capture_method: 'manual' });
const capture = post('captured', 'payment_intents/${payment:id}/capture');
const refund = post('refund', 'refunds', { payment_intent: '${payment:id}' });
const customer = post('customer', 'customers', { name: 'Lin Wei', email: 'lin@example.com' });
const attach = post('card', 'payment_methods/pm_card_visa/attach', { customer: '${customer:id}' });
const setup = (form: Readonly<Record<string, string>> = {}): Step => post('setup', 'setup_intents', form);
const confirmed = (card: string): Step =>
  setup({ payment_method: card, confirm: 'true', return_url: RETURN_URL });
const product = post('product', 'products', { name: 'Green tea' });
const price = post('price', 'prices', { product: '${product:id}', currency: 'eur', unit_amount: '1250' });
const line = { 'line_items[0][price]': '${price:id}', 'line_items[0][quantity]': '2' };
const session = post('session', 'checkout/sessions', { mode: 'payment', success_url: RETURN_URL, ...line });
const link = post('link', 'payment_links', line);
const later = { 'metadata[triggered]': 'true' };

/** The shortest way to each event that `tpmall trigger` makes. */
export const FIXTURES: Readonly<Record<string, readonly Step[]>> = {
  'charge.captured': [held, capture],
  'charge.failed': [declined],
  'charge.refunded': [payment(), refund],
  'charge.succeeded': [payment()],
  'checkout.session.completed': [
    product,
    price,
    session,
    post('paid', 'payment_pages/${session:id}/confirm', { payment_method: 'pm_card_visa' }),
  ],
  'checkout.session.expired': [
    product,
    price,
    session,
    post('expired', 'checkout/sessions/${session:id}/expire'),
  ],
  'customer.created': [customer],
  'customer.deleted': [customer, { as: 'gone', method: 'DELETE', path: '/v1/customers/${customer:id}' }],
  'customer.updated': [customer, post('changed', 'customers/${customer:id}', later)],
  'payment_intent.amount_capturable_updated': [held],
  'payment_intent.canceled': [unpaid, post('canceled', 'payment_intents/${payment:id}/cancel')],
  'payment_intent.created': [unpaid],
  'payment_intent.payment_failed': [declined],
  'payment_intent.requires_action': [asked],
  'payment_intent.succeeded': [payment()],
  'payment_link.created': [product, price, link],
  'payment_link.updated': [product, price, link, post('changed', 'payment_links/${link:id}', later)],
  'payment_method.attached': [customer, attach],
  'payment_method.detached': [customer, attach, post('detached', 'payment_methods/${card:id}/detach')],
  'payment_method.updated': [customer, attach, post('changed', 'payment_methods/${card:id}', later)],
  'price.created': [product, price],
  'price.updated': [product, price, post('changed', 'prices/${price:id}', later)],
  'product.created': [product],
  'product.deleted': [product, { as: 'gone', method: 'DELETE', path: '/v1/products/${product:id}' }],
  'product.updated': [product, post('changed', 'products/${product:id}', later)],
  'refund.created': [payment(), refund],
  'setup_intent.canceled': [setup(), post('canceled', 'setup_intents/${setup:id}/cancel')],
  'setup_intent.created': [setup()],
  'setup_intent.requires_action': [confirmed('pm_card_threeDSecure2Required')],
  'setup_intent.setup_failed': [{ ...confirmed('pm_card_chargeDeclined'), refusedWith: 'card_declined' }],
  'setup_intent.succeeded': [confirmed('pm_card_visa')],
};
