import type { Price, Product } from '@tpmall/catalogue/contract';
import {
  type IntentData,
  type LineItem,
  NOBODY,
  type PaymentLink,
  type Session,
} from '@tpmall/checkout/contract';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { requiredFields } from '../test-shapes/declarations.ts';
import { sessionToWire, type WireSession } from './checkout-session.ts';
import { lineItemToWire, type WireLineItem } from './line-item.ts';
import { linkToWire, type WirePaymentLink } from './payment-link.ts';
import { currencyOptionsToWire, priceToWire, type WirePrice } from './price.ts';
import { productToWire, type WireProduct } from './product.ts';

/** Catalogue and checkout against the official SDK's types; see `stripe-shapes.test.ts`. */
type Assignable<From, To> = From extends To ? true : false;
/** The SDK makes an object of an exact decimal, which is text on the wire. */
type Decimal = 'unit_amount_decimal';
const compiled: {
  product: Assignable<WireProduct, Stripe.Product>;
  price: Assignable<Omit<WirePrice, Decimal>, Omit<Stripe.Price, Decimal>>;
  line: Assignable<Omit<WireLineItem, 'price'>, Omit<Stripe.LineItem, 'price'>>;
  session: Assignable<WireSession, Stripe.Checkout.Session>;
  link: Assignable<WirePaymentLink, Stripe.PaymentLink>;
} = { product: true, price: true, line: true, session: true, link: true };

const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
const at = 1_795_435_200_123_456;

const price: Price = {
  id: 'price_1',
  tenant: 'acct_p',
  product: 'prod_1',
  active: true,
  currency: 'eur',
  unitAmountDecimal: '12.5',
  taxBehavior: 'unspecified',
  currencyOptions: { cny: { unitAmountDecimal: '98', taxBehavior: 'inclusive' } },
  nickname: null,
  lookupKey: null,
  metadata: {},
  recurring: { interval: 'month', intervalCount: 3 },
  createdAt: at,
};
const product: Product = {
  id: 'prod_1',
  tenant: 'acct_p',
  merchant: 'acct_m',
  active: true,
  type: 'good',
  name: 'Tea',
  description: null,
  images: [],
  marketingFeatures: ['Loose'],
  metadata: {},
  defaultPrice: 'price_1',
  packageDimensions: { height: 1, length: 2, weight: 3, width: 4 },
  shippable: null,
  statementDescriptor: null,
  taxCode: null,
  unitLabel: null,
  url: null,
  createdAt: at,
  updatedAt: at,
};
const line: LineItem = {
  id: 'li_1',
  price,
  description: 'Tea',
  descriptionZh: '茶',
  merchant: 'acct_m',
  quantity: 2,
  isDelivery: false,
  adjustableQuantity: { minimum: 0, maximum: 9 },
  currency: 'eur',
  amount: 25n,
};
const intentData: IntentData = {
  captureMethod: 'manual',
  description: null,
  receiptEmail: null,
  statementDescriptor: null,
  statementDescriptorSuffix: null,
  transferGroup: null,
  onBehalfOf: null,
  setupFutureUsage: 'off_session',
  requestThreeDSecure: 'any',
  shipping: null,
  metadata: {},
  split: [{ destination: 'acct_m', applicationFee: 3n }],
};
const session: Session = {
  id: 'cs_test_1',
  tenant: 'acct_p',
  mode: 'payment',
  isMallOrder: false,
  status: 'open',
  paymentStatus: 'unpaid',
  currency: 'eur',
  amountTotal: 25n,
  lines: [line],
  customer: null,
  person: null,
  savedCards: null,
  collects: null,
  customerEmail: 'ada@example.org',
  customerCreation: 'always',
  payer: { ...NOBODY, name: 'Ada' },
  clientReferenceId: null,
  successUrl: null,
  cancelUrl: null,
  submitType: 'pay',
  locale: 'zh',
  metadata: {},
  paymentIntent: null,
  setupIntent: null,
  intentData,
  paymentLink: null,
  expiresAt: at,
  createdAt: at,
};
const link: PaymentLink = {
  id: 'plink_1',
  tenant: 'acct_p',
  active: true,
  currency: 'eur',
  lines: [line],
  afterCompletion: { type: 'hosted_confirmation', customMessage: null },
  allowPromotionCodes: false,
  customerCreation: 'if_required',
  collects: null,
  inactiveMessage: null,
  submitType: 'auto',
  intentData,
  metadata: {},
  completedSessionsLimit: 5,
  completedSessions: 1,
  createdAt: at,
};

describe('catalogue and checkout against the types of the official SDK', () => {
  it('are assignable for the compiler', () => {
    expect(compiled).toEqual({ product: true, price: true, line: true, session: true, link: true });
  });

  it.each([
    ['Products', ['Product'], productToWire(product, view)],
    ['Products', ['Product', 'PackageDimensions'], productToWire(product, view).package_dimensions],
    ['Prices', ['Price'], priceToWire(price, view)],
    ['Prices', ['Price', 'Recurring'], priceToWire(price, view).recurring],
    ['Prices', ['Price', 'CurrencyOptions'], currencyOptionsToWire(price)['cny']],
    ['LineItems', ['LineItem'], lineItemToWire(line, view)],
    ['Checkout/Sessions', ['Session'], sessionToWire(session, view)],
    ['Checkout/Sessions', ['Session', 'CustomerDetails'], sessionToWire(session, view).customer_details],
    ['Checkout/Sessions', ['Session', 'TotalDetails'], sessionToWire(session, view).total_details],
    ['PaymentLinks', ['PaymentLink'], linkToWire(link, view)],
    ['PaymentLinks', ['PaymentLink', 'PaymentIntentData'], linkToWire(link, view).payment_intent_data],
    ['PaymentLinks', ['PaymentLink', 'TransferData'], linkToWire(link, view).transfer_data],
  ])('%s %j has every field that is always there', (file, path, object) => {
    const required = [...requiredFields(file, path).keys()];
    expect(required.length).toBeGreaterThan(0);
    expect(Object.keys(object ?? {})).toEqual(expect.arrayContaining(required));
  });

  it('tell a fraction of a minor unit in the decimal only', () => {
    expect(priceToWire(price, view)).toMatchObject({ unit_amount: null, unit_amount_decimal: '12.5' });
    expect(currencyOptionsToWire(price)).toMatchObject({
      eur: { unit_amount: null },
      cny: { unit_amount: 98, unit_amount_decimal: '98', tax_behavior: 'inclusive' },
    });
  });

  it('show the address of a session as long as it can be paid', () => {
    expect(sessionToWire(session, view).url).toBe('http://localhost:4247/c/pay/cs_test_1');
    expect(sessionToWire({ ...session, status: 'complete' }, view).url).toBeNull();
  });

  it('show no amounts where a card is saved', () => {
    const saving = { ...session, mode: 'setup', setupIntent: 'seti_1', lines: [], amountTotal: 0n } as const;
    expect(
      sessionToWire({ ...saving, currency: null, paymentStatus: 'no_payment_required' }, view),
    ).toMatchObject({
      ...{ mode: 'setup', amount_total: null, amount_subtotal: null, currency: null, total_details: null },
      ...{ payment_status: 'no_payment_required', setup_intent: 'seti_1', payment_intent: null },
    });
  });

  it('show of a link who gets its payments, and what the platform keeps', () => {
    expect(linkToWire(link, view)).toMatchObject({
      url: 'http://localhost:4247/b/plink_1',
      application_fee_amount: 3,
      transfer_data: { destination: 'acct_m', amount: null },
      restrictions: { completed_sessions: { count: 1, limit: 5 } },
    });
  });
});
