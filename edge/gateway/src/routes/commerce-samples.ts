import type { Price, Product } from '@tpmall/catalogue/contract';
import { type Collects, NOTHING_COLLECTED, type PaymentLink, type Session } from '@tpmall/checkout/contract';
import {
  lineItemToWire,
  linkToWire,
  paymentPageToWire,
  priceToWire,
  productToWire,
  sessionToWire,
} from '@tpmall/wire';

/** Objects of catalogue and checkout as the document shows them, made by the same mapping as real ones. */
const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
/** 23 November 2026, 12:00 UTC. */
const at = 1_795_435_200_000_000;
const tenant = 'acct_01k9platform';

const price: Price = {
  id: 'price_01k9tea',
  tenant,
  product: 'prod_01k9tea',
  active: true,
  currency: 'eur',
  unitAmountDecimal: '1250',
  taxBehavior: 'inclusive',
  currencyOptions: { usd: { unitAmountDecimal: '1390', taxBehavior: 'unspecified' } },
  nickname: null,
  lookupKey: 'tea-standard',
  metadata: {},
  recurring: null,
  createdAt: at,
};
const product: Product = {
  id: 'prod_01k9tea',
  tenant,
  merchant: 'acct_01k9tea',
  active: true,
  type: 'good',
  name: 'Green tea',
  description: 'First picking, 100 g',
  images: ['https://shop.example/tea.svg'],
  marketingFeatures: [],
  metadata: {},
  defaultPrice: price.id,
  packageDimensions: null,
  shippable: true,
  statementDescriptor: null,
  taxCode: null,
  unitLabel: null,
  url: 'https://shop.example/tea',
  createdAt: at,
  updatedAt: at,
};
const line = {
  id: 'li_01k9line',
  price,
  description: product.name,
  merchant: product.merchant,
  quantity: 2,
  adjustableQuantity: null,
  isDelivery: false,
  descriptionZh: null,
  currency: 'eur',
  amount: 2500n,
};
const intentData: Session['intentData'] = {
  captureMethod: 'automatic',
  description: null,
  receiptEmail: null,
  statementDescriptor: null,
  statementDescriptorSuffix: null,
  transferGroup: null,
  onBehalfOf: null,
  setupFutureUsage: null,
  requestThreeDSecure: 'automatic',
  shipping: null,
  metadata: {},
  split: [],
};
const session: Session = {
  id: 'cs_test_01k9order',
  tenant,
  mode: 'payment',
  isMallOrder: false,
  status: 'open',
  paymentStatus: 'unpaid',
  currency: 'eur',
  amountTotal: 2500n,
  lines: [line],
  customer: null,
  person: null,
  savedCards: null,
  collects: null,
  customerEmail: 'buyer@example.org',
  customerCreation: 'if_required',
  payer: null,
  clientReferenceId: 'order_1',
  successUrl: 'https://shop.example/done?session={CHECKOUT_SESSION_ID}',
  cancelUrl: 'https://shop.example/cart',
  submitType: null,
  locale: null,
  metadata: {},
  paymentIntent: null,
  setupIntent: null,
  intentData,
  paymentLink: null,
  expiresAt: at + 86_400_000_000,
  createdAt: at,
};
const link: PaymentLink = {
  id: 'plink_01k9link',
  tenant,
  active: true,
  currency: 'eur',
  lines: [line],
  afterCompletion: { type: 'redirect', url: 'https://shop.example/thanks' },
  allowPromotionCodes: false,
  customerCreation: 'if_required',
  collects: null,
  inactiveMessage: null,
  submitType: 'auto',
  intentData,
  metadata: {},
  completedSessionsLimit: 100,
  completedSessions: 3,
  createdAt: at,
};

/** See above. */
export const commerceSamples = {
  product: productToWire(product, view),
  price: priceToWire(price, view),
  lineItem: lineItemToWire(line, view),
  session: sessionToWire(session, view),
  paymentPage: paymentPageToWire(session, view),
  paymentLink: linkToWire(link, view),
};

const message = 'For your tax adviser.';
const ofPerson: Collects = {
  ...NOTHING_COLLECTED,
  names: { individual: 'required', business: 'no' },
  shippingCountries: ['DE'],
  customFields: (['text', 'numeric', 'dropdown'] as const).map((type) => ({
    ...{ key: `engraving${type}`, label: 'Engraving', type, optional: true },
    ...{ minimumLength: null, maximumLength: 20, defaultValue: null },
    options: type === 'dropdown' ? [{ label: 'Lid', value: 'lid' }] : [],
  })),
  customText: { submit: message, afterSubmit: message, shippingAddress: message, termsOfService: message },
  termsOfService: true,
};
const ofBusiness: Collects = { ...NOTHING_COLLECTED, names: { individual: 'no', business: 'optional' } };
const hosted = { type: 'hosted_confirmation', customMessage: null } as const;

/** Objects that have what those above lack, or lack what they have. */
export const otherCommerceSamples = {
  session: [
    sessionToWire({ ...session, collects: ofPerson }, view),
    sessionToWire({ ...session, mode: 'setup', currency: null, lines: [], collects: ofBusiness }, view),
  ],
  paymentLink: [
    linkToWire({ ...link, collects: ofPerson, afterCompletion: hosted }, view),
    linkToWire({ ...link, collects: ofBusiness }, view),
  ],
};
