import type { PartyAccount } from '@tpmall/accounts/contract';
import type {
  Balance,
  BalanceTransaction,
  Charge,
  Customer,
  PaymentIntent,
  Refund,
} from '@tpmall/payments/contract';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { declarationOf, requiredFields } from '../test-shapes/declarations.ts';
import { accountToWire, type WireAccount } from './account.ts';
import {
  balanceToWire,
  balanceTransactionToWire,
  type WireBalance,
  type WireBalanceTransaction,
} from './balance.ts';
import type { WireCardSource } from './card-source.ts';
import { chargeToWire, type WireCharge } from './charge.ts';
import { customerToWire, type WireCustomer } from './customer.ts';
import { eventToWire, type WireEvent } from './event.ts';
import { EVENT_TYPES } from './event-types.ts';
import { paymentIntentToWire, type WirePaymentIntent } from './payment-intent.ts';
import { refundToWire, type WireRefund } from './refund.ts';
import type { WireConfirmationToken, WireToken } from './token.ts';
import { AmountNotRepresentable } from './view.ts';
import { type WireWebhookEndpoint, webhookEndpointToWire } from './webhook-endpoint.ts';

/**
 * The shapes of the wire against the official SDK's own types (23.1.0): by the compiler below, and by the
 * fields its declarations require. Where a type of ours is wider, the field stands in the exception with
 * its reason.
 */

/** Text that comes from elsewhere and is not narrowed to the SDK's unions. */
type Loose<T> = { [K in keyof T]: T[K] };
type Assignable<From, To> = From extends To ? true : false;
const compiled: {
  /** `last_payment_error.code` may be one of our own codes, which the SDK's union does not know. */
  paymentIntent: Assignable<
    Loose<Omit<WirePaymentIntent, 'last_payment_error' | 'payment_method_types'>>,
    Loose<Omit<Stripe.PaymentIntent, 'last_payment_error' | 'payment_method_types'>>
  >;
  charge: Assignable<WireCharge, Stripe.Charge>;
  refund: Assignable<WireRefund, Stripe.Refund>;
  balance: Assignable<WireBalance, Stripe.Balance>;
  balanceTransaction: Assignable<WireBalanceTransaction, Stripe.BalanceTransaction>;
  customer: Assignable<WireCustomer, Stripe.Customer>;
  account: Assignable<WireAccount, Stripe.Account>;
  card: Assignable<WireCardSource, Stripe.Card>;
  token: Assignable<WireToken, Stripe.Token>;
  confirmationToken: Assignable<WireConfirmationToken, Stripe.ConfirmationToken>;
  webhookEndpoint: Assignable<WireWebhookEndpoint, Stripe.WebhookEndpoint>;
  /** Of an event the SDK makes a union by type, which no text is assignable to. */
  event: Assignable<Omit<WireEvent, 'type' | 'data'>, Omit<Stripe.EventBase, 'type' | 'data'>>;
} = {
  paymentIntent: true,
  charge: true,
  refund: true,
  balance: true,
  balanceTransaction: true,
  customer: true,
  account: true,
  card: true,
  token: true,
  confirmationToken: true,
  webhookEndpoint: true,
  event: true,
};

const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
const at = 1_795_435_200_123_456;

const intent: PaymentIntent = {
  id: 'pi_1',
  tenant: 'acct_p',
  status: 'requires_action',
  amount: 5000n,
  currency: 'eur',
  amountCapturable: 0n,
  amountReceived: 0n,
  captureMethod: 'automatic',
  captureRequests: { multicapture: true, overcapture: true, incrementalAuthorisation: true },
  automaticPaymentMethods: 'always',
  requestThreeDSecure: 'any',
  confirmationMethod: 'automatic',
  setupFutureUsage: null,
  clientSecret: 'pi_1_secret',
  customer: null,
  paymentMethod: 'pm_1',
  description: null,
  receiptEmail: null,
  shipping: null,
  statementDescriptor: null,
  metadata: { a: 'b' },
  transferGroup: null,
  onBehalfOf: null,
  split: [{ destination: 'acct_m', amount: 5000n, applicationFee: 400n }],
  returnUrl: null,
  nextAction: { type: 'redirect_to_url', url: 'http://localhost:4243/3ds', returnUrl: 'http://s.example' },
  lastError: {
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'no',
    charge: 'ch_1',
    paymentMethod: 'pm_1',
  },
  latestCharge: 'ch_1',
  riskDecision: null,
  cancellationReason: null,
  canceledAt: null,
  createdAt: at,
};
const charge: Charge = {
  id: 'ch_1',
  tenant: 'acct_p',
  paymentIntent: 'pi_1',
  status: 'succeeded',
  amount: 5000n,
  amountCaptured: 5000n,
  amountRefunded: 5000n,
  amountSentBack: 5000n,
  currency: 'eur',
  captured: true,
  captureBefore: null,
  balanceTransaction: 'txn_1',
  captureTerms: { multicapture: true, incrementalAuthorisation: true, maximumCapturable: 5750n },
  receiptEmail: null,
  shipping: null,
  customer: null,
  paymentMethod: 'pm_1',
  card: {
    brand: 'visa',
    last4: '4242',
    expMonth: 1,
    expYear: 2030,
    country: 'DE',
    funding: 'credit',
    fingerprint: 'f',
  },
  wallet: null,
  statementDescriptor: null,
  description: null,
  transferGroup: null,
  onBehalfOf: null,
  split: [],
  failureCode: null,
  failureMessage: null,
  outcome: {
    networkStatus: 'approved_by_network',
    reason: null,
    networkCode: '00',
    approvalCode: '1',
    threeDSecure: 'authenticated',
    riskScore: 3,
    riskAction: 'allow',
  },
  metadata: {},
  createdAt: at,
};
const refund: Refund = {
  id: 're_1',
  tenant: 'acct_p',
  charge: 'ch_1',
  paymentIntent: 'pi_1',
  customer: 'cus_1',
  paymentMethod: 'pm_1',
  amount: 10n,
  currency: 'eur',
  status: 'succeeded',
  reason: null,
  failureReason: null,
  balanceTransaction: 'txn_2',
  failureBalanceTransaction: 'txn_3',
  metadata: {},
  createdAt: at,
};
const balances: Balance[] = [{ currency: 'eur', available: -5n, pending: 100n }];
const transaction: BalanceTransaction = {
  id: 'txn_2',
  tenant: 'acct_p',
  type: 'refund',
  amount: -10n,
  currency: 'eur',
  source: 're_1',
  availableAt: at,
  createdAt: at,
};
const customer: Customer = {
  id: 'cus_1',
  tenant: 'acct_p',
  name: null,
  email: null,
  phone: null,
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
  id: 'acct_m',
  tenant: 'acct_p',
  kind: 'merchant',
  name: 'Tea',
  country: 'DE',
  defaultCurrency: 'eur',
  email: null,
  statementDescriptor: 'TEA HOUSE',
  capabilities: { cardPayments: true, transfers: true },
  feePlan: { basisPoints: 0, fixed: 0n },
  createdAt: at,
};

const endpoint = {
  id: 'we_1',
  url: 'https://shop.example/hook',
  description: null,
  metadata: {},
  apiVersion: null,
  enabledEvents: ['*'],
  status: 'enabled',
  disabledReason: null,
  createdAt: at,
} as const;
const event = {
  id: 'evt_1',
  type: 'charge.succeeded',
  createdAt: at,
  apiVersion: '2026-10-28.endive',
  livemode: false,
  data: '{"object":{}}',
  request: null,
  pendingWebhooks: 0,
};

describe('the shapes of the wire against the types of the official SDK', () => {
  it('are assignable for the compiler', () => {
    expect(compiled).toEqual({
      paymentIntent: true,
      charge: true,
      refund: true,
      balance: true,
      balanceTransaction: true,
      customer: true,
      account: true,
      card: true,
      token: true,
      confirmationToken: true,
      webhookEndpoint: true,
      event: true,
    });
  });

  it.each([
    ['PaymentIntents', ['PaymentIntent'], paymentIntentToWire(intent, view)],
    [
      'PaymentIntents',
      ['PaymentIntent', 'LastPaymentError'],
      paymentIntentToWire(intent, view).last_payment_error,
    ],
    ['Charges', ['Charge'], chargeToWire(charge, view)],
    ['Charges', ['Charge', 'Outcome'], chargeToWire(charge, view).outcome],
    [
      'Charges',
      ['Charge', 'PaymentMethodDetails', 'Card'],
      chargeToWire(charge, view).payment_method_details.card,
    ],
    ['Refunds', ['Refund'], refundToWire(refund)],
    ['Balance', ['Balance'], balanceToWire(balances, view)],
    ['BalanceTransactions', ['BalanceTransaction'], balanceTransactionToWire(transaction, at)],
    ['Customers', ['Customer'], customerToWire(customer, view)],
    ['Accounts', ['Account'], accountToWire(merchant)],
    ['WebhookEndpoints', ['WebhookEndpoint'], webhookEndpointToWire(endpoint, view)],
    ['Events', ['EventBase'], eventToWire(event)],
  ])('%s %j has every field that is always there', (file, path, object) => {
    const required = [...requiredFields(file, path).keys()];
    expect(required.length).toBeGreaterThan(0);
    expect(Object.keys(object ?? {})).toEqual(expect.arrayContaining(required));
  });

  it('knows every type of event that the SDK knows', () => {
    const [, union = ''] = /\btype EnabledEvent = ([^;]+);/.exec(declarationOf('WebhookEndpoints')) ?? [];
    const types = [...union.matchAll(/'([^']+)'/g)].map(([, type]) => type);
    expect(types.length).toBeGreaterThan(200);
    expect(new Set<string>(EVENT_TYPES)).toEqual(new Set(types.filter((type) => type !== '*')));
  });

  it('tells instants in seconds and amounts as integers', () => {
    expect(paymentIntentToWire(intent, view)).toMatchObject({ created: 1_795_435_200, amount: 5000 });
  });

  it('tells a split of one as transfer_data with its fee, and one of several in split', () => {
    expect(paymentIntentToWire(intent, view)).toMatchObject({
      application_fee_amount: 400,
      transfer_data: { destination: 'acct_m' },
    });
    const legs = [...intent.split, { destination: 'acct_n', amount: 1n, applicationFee: 0n }];
    const several = paymentIntentToWire({ ...intent, split: legs }, view);
    expect(several).toMatchObject({ application_fee_amount: null, transfer_data: null });
    expect(several.split).toHaveLength(2);
  });

  it('throws a typed error for an amount that JSON cannot carry', () => {
    const amount = BigInt(Number.MAX_SAFE_INTEGER) + 1n;
    expect(() => paymentIntentToWire({ ...intent, amount }, view)).toThrow(AmountNotRepresentable);
  });
});
