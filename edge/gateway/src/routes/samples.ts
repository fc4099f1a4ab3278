import type { PartyAccount } from '@tpmall/accounts/contract';
import { DAY, HOUR } from '@tpmall/kernel';
import type {
  BalanceTransaction,
  Charge,
  Customer,
  PaymentIntent,
  Refund,
  SetupIntent,
} from '@tpmall/payments/contract';
import type { Card, CardToken } from '@tpmall/vault/contract';
import {
  accountToWire,
  balanceToWire,
  balanceTransactionToWire,
  cardSourceToWire,
  chargeToWire,
  confirmationTokenToWire,
  customerToWire,
  paymentIntentToWire,
  paymentMethodToWire,
  refundToWire,
  setupIntentToWire,
  tokenToWire,
} from '@tpmall/wire';
import { sourcesOf } from './sources-of-customer.ts';

/**
 * Objects as the document shows them: made by the same mapping as real ones, so they cannot fall behind it.
 */
const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
/** 23 November 2026, 12:00 UTC. */
const at = 1_795_435_200_000_000;
const tenant = 'acct_01k9platform';

const intent: PaymentIntent = {
  id: 'pi_01k9pay',
  tenant,
  status: 'succeeded',
  amount: 5000n,
  currency: 'eur',
  amountCapturable: 0n,
  amountReceived: 5000n,
  captureMethod: 'automatic',
  captureRequests: { multicapture: true, overcapture: true, incrementalAuthorisation: true },
  confirmationMethod: 'automatic',
  setupFutureUsage: null,
  clientSecret: 'pi_01k9pay_secret_example',
  customer: 'cus_01k9buyer',
  paymentMethod: 'pm_01k9card',
  description: 'Order 1',
  receiptEmail: 'buyer@example.org',
  shipping: null,
  statementDescriptor: 'TPMALL* ORDER 1',
  metadata: { order: '1' },
  transferGroup: 'order_1',
  onBehalfOf: null,
  automaticPaymentMethods: 'always',
  requestThreeDSecure: 'automatic',
  split: [
    { destination: 'acct_01k9tea', amount: 3000n, applicationFee: 300n },
    { destination: 'acct_01k9cup', amount: 2000n, applicationFee: 200n },
  ],
  returnUrl: 'https://shop.example/done',
  nextAction: null,
  lastError: null,
  latestCharge: 'ch_01k9try',
  riskDecision: 'risk_01k9',
  cancellationReason: null,
  canceledAt: null,
  createdAt: at,
};

const charge: Charge = {
  id: 'ch_01k9try',
  tenant,
  paymentIntent: intent.id,
  status: 'succeeded',
  amount: 5000n,
  amountCaptured: 5000n,
  amountRefunded: 0n,
  amountSentBack: 0n,
  currency: 'eur',
  captured: true,
  captureBefore: null,
  balanceTransaction: 'txn_01k9sale',
  captureTerms: { multicapture: true, incrementalAuthorisation: true, maximumCapturable: 5750n },
  receiptEmail: null,
  shipping: null,
  customer: intent.customer,
  paymentMethod: 'pm_01k9card',
  card: {
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2030,
    country: 'DE',
    funding: 'credit',
    fingerprint: 'fp_example',
  },
  wallet: null,
  statementDescriptor: intent.statementDescriptor,
  description: intent.description,
  transferGroup: intent.transferGroup,
  onBehalfOf: null,
  split: intent.split,
  failureCode: null,
  failureMessage: null,
  outcome: {
    networkStatus: 'approved_by_network',
    reason: null,
    networkCode: '00',
    approvalCode: '123456',
    threeDSecure: null,
    riskScore: 4,
    riskAction: 'allow',
  },
  metadata: {},
  createdAt: at,
};

const refund: Refund = {
  id: 're_01k9back',
  tenant,
  charge: charge.id,
  paymentIntent: intent.id,
  customer: 'cus_1',
  paymentMethod: 'pm_1',
  amount: 1000n,
  currency: 'eur',
  status: 'succeeded',
  reason: 'requested_by_customer',
  failureReason: null,
  balanceTransaction: 'txn_01k9back',
  failureBalanceTransaction: null,
  metadata: {},
  createdAt: at,
};

const customer: Customer = {
  id: 'cus_01k9buyer',
  tenant,
  name: 'Ada Buyer',
  email: 'buyer@example.org',
  phone: '+49 30 123456',
  description: null,
  address: null,
  shipping: null,
  preferredLocales: ['de'],
  taxExempt: 'none',
  defaultPaymentMethod: null,
  deleted: false,
  metadata: {},
  createdAt: at,
};

const merchant: PartyAccount = {
  id: 'acct_01k9tea',
  tenant,
  kind: 'merchant',
  name: 'Tea House',
  country: 'DE',
  defaultCurrency: 'eur',
  email: 'tea@example.org',
  statementDescriptor: 'TEA HOUSE',
  capabilities: { cardPayments: true, transfers: true },
  feePlan: { basisPoints: 250, fixed: 25n },
  createdAt: at,
};

const card: Card = {
  id: 'pm_01k9card',
  tenant,
  token: '9900000000000000001',
  brand: 'visa',
  last4: '4242',
  expMonth: 12,
  expYear: 2030,
  fingerprint: 'fp_example',
  country: 'DE',
  funding: 'credit',
  bin: '424242',
  name: 'Ada Buyer',
  createdAt: at,
  customer: customer.id,
  standing: 'usable',
  allowRedisplay: 'always',
  billing: {
    name: 'Ada Buyer',
    email: 'buyer@example.org',
    phone: null,
    address: { city: 'Berlin', country: 'DE', line1: null, line2: null, postalCode: '10115', state: null },
  },
  metadata: {},
};

const token: CardToken = {
  id: 'tok_01k9once',
  tenant,
  card: { ...card, customer: null },
  terms: null,
  createdAt: at,
  expiresAt: at + HOUR,
  used: false,
  usedFor: null,
};
const confirmationToken: CardToken = {
  ...token,
  id: 'ctoken_01k9once',
  terms: { returnUrl: 'https://shop.example/done', setupFutureUsage: null, shipping: null },
  expiresAt: at + 12 * HOUR,
};

const setup: SetupIntent = {
  id: 'seti_01k9save',
  tenant,
  status: 'succeeded',
  usage: 'off_session',
  clientSecret: 'seti_01k9save_secret_example',
  customer: customer.id,
  paymentMethod: card.id,
  description: null,
  onBehalfOf: null,
  automaticPaymentMethods: 'always',
  requestThreeDSecure: 'automatic',
  metadata: {},
  returnUrl: null,
  nextAction: null,
  lastError: null,
  cancellationReason: null,
  canceledAt: null,
  createdAt: at,
};

const balanceTransaction: BalanceTransaction = {
  id: 'txn_01k9sale',
  tenant,
  type: 'charge',
  amount: 5000n,
  currency: 'eur',
  source: charge.id,
  availableAt: at + 2 * DAY,
  createdAt: at,
};

const declinedIntent: PaymentIntent = {
  ...intent,
  status: 'requires_payment_method',
  captureRequests: { multicapture: false, overcapture: false, incrementalAuthorisation: false },
  metadata: {},
  split: [{ destination: 'acct_01k9tea', amount: 3000n, applicationFee: 300n }],
  lastError: {
    ...{ code: 'card_declined', declineCode: 'insufficient_funds', message: 'Declined.' },
    ...{ charge: 'ch_01k9try', paymentMethod: 'pm_01k9card' },
  },
};

const unauthenticatedIntent: PaymentIntent = {
  ...declinedIntent,
  lastError: {
    ...{ code: 'payment_intent_authentication_failure', declineCode: null, message: 'Not authenticated.' },
    ...{ charge: null, paymentMethod: null },
  },
};
const inFull = [{ destination: 'acct_01k9tea', amount: intent.amount, applicationFee: 0n }];

/** See above. */
export const samples = {
  paymentIntent: paymentIntentToWire(intent, view),
  charge: chargeToWire(charge, view),
  refund: refundToWire(refund),
  balance: balanceToWire([{ currency: 'eur', available: 12_300n, pending: 500n }], view),
  balanceTransaction: balanceTransactionToWire(balanceTransaction, at),
  customer: customerToWire(customer, view),
  account: accountToWire(merchant),
  paymentMethod: paymentMethodToWire(card, view),
  setupIntent: setupIntentToWire(setup, view),
  source: cardSourceToWire(card),
  sources: sourcesOf(customer.id, { items: [card], hasMore: false }),
  token: tokenToWire(token, view),
  confirmationToken: confirmationTokenToWire(confirmationToken, view),
};

/** Objects that have what those above lack, or lack what they have. */
export const otherSamples = {
  paymentIntent: [
    paymentIntentToWire(declinedIntent, view, card),
    paymentIntentToWire({ ...intent, split: inFull }, view),
    paymentIntentToWire(unauthenticatedIntent, view),
  ],
  charge: [
    chargeToWire({ ...charge, captured: false, captureBefore: at + 7 * DAY }, view),
    chargeToWire({ ...charge, captureTerms: null, split: declinedIntent.split }, view),
    chargeToWire({ ...charge, card: null, split: inFull }, view),
  ],
  refund: [
    refundToWire({
      ...{ ...refund, paymentMethod: 'wal_01k9ada', status: 'failed' },
      ...{ failureReason: 'lost_or_stolen_card', failureBalanceTransaction: 'txn_01k9failed' },
    }),
  ],
};
