import { MILLISECOND } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import {
  createSearch,
  type SearchDocument,
  type SearchInput,
  type SearchPage,
} from '@tpmall/platform/search';
import { type Charge, type Customer, isGivenBack, type PaymentIntent } from '../contract/index.ts';
import { loadCharges, loadCustomers, loadIntents } from '../store/load-found.ts';

const INTENT_STATUSES: Readonly<Record<PaymentIntent['status'], true>> = {
  ...{ requires_payment_method: true, requires_confirmation: true, requires_action: true },
  ...{ processing: true, requires_capture: true, canceled: true, succeeded: true },
};
const CHARGE_STATUSES: Readonly<Record<Charge['status'], true>> = {
  ...{ pending: true, succeeded: true, failed: true },
};

const search = createSearch('payments', {
  closed: {
    intent: { status: Object.keys(INTENT_STATUSES) },
    charge: { status: Object.keys(CHARGE_STATUSES), refunded: ['true', 'false'] },
  },
});

/** An amount as an event's payload carries it, as digits. */
type Told<T extends { readonly amount: bigint }> = Omit<T, 'amount'> & { readonly amount: string };

const DOCUMENTS: Readonly<Record<string, (payload: never) => SearchDocument>> = {
  payment_intent: (intent: Told<PaymentIntent>) => ({
    ...whole(intent, 'intent'),
    amount: BigInt(intent.amount),
    fields: { currency: intent.currency, customer: intent.customer, status: intent.status },
    texts: {},
  }),
  charge: (charge: Told<Charge>) => ({
    ...whole(charge, 'charge'),
    amount: BigInt(charge.amount),
    fields: {
      currency: charge.currency,
      customer: charge.customer,
      status: charge.status,
      refunded: String(isGivenBack(charge)),
      'card.brand': charge.card?.brand ?? null,
      'card.expMonth': charge.card && String(charge.card.expMonth),
      'card.expYear': charge.card && String(charge.card.expYear),
      'card.fingerprint': charge.card?.fingerprint ?? null,
      'card.last4': charge.card?.last4 ?? null,
    },
    texts: {},
  }),
  customer: (customer: Customer) => ({
    ...whole(customer, 'customer'),
    amount: 0n,
    fields: {},
    texts: { email: customer.email, name: customer.name, phone: customer.phone },
    // Who was deleted is forgotten here as well: nothing is left to be found by.
    ...(customer.deleted && { texts: {}, metadata: {} }),
  }),
};

function whole(
  object: Pick<PaymentIntent, 'id' | 'tenant' | 'createdAt' | 'metadata'>,
  kind: string,
): Pick<SearchDocument, 'id' | 'kind' | 'tenant' | 'createdAt' | 'metadata'> {
  const { id, tenant, createdAt, metadata } = object;
  return { id, kind, tenant, createdAt, metadata };
}

/**
 * What can be searched follows this module's own outbox, a moment behind. Of one object only the last state
 * of a batch is put in.
 */
export const searchSubscription: BatchLearningSubscription = {
  from: 'payments',
  types: [
    'payment_intent.created',
    'payment_intent.updated',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.amount_capturable_updated',
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'charge.succeeded',
    'charge.failed',
    'charge.captured',
    'charge.updated',
    'charge.refunded',
    'customer.created',
    'customer.updated',
    'customer.deleted',
  ],
  cursor: 'search',
  // Nobody waits for it, and the states that a payment runs through become one row.
  gather: 500 * MILLISECOND,
  async handleAll(events: readonly StoredEvent[], tx: Queryable) {
    const documents = new Map<string, SearchDocument>();
    for (const { type, payload } of events) {
      const document = DOCUMENTS[type.slice(0, type.indexOf('.'))]?.(payload as never);
      if (document) documents.set(document.id, document);
    }
    await search.put(tx, [...documents.values()]);
  },
};

/** See the contract's `searchIntents`. */
export function searchIntents(
  db: Queryable,
  tenant: string,
  input: SearchInput,
): Promise<SearchPage<PaymentIntent>> {
  return search.find(db, { kind: 'intent', tenant }, input, (ids) => loadIntents(db, tenant, ids));
}

/** See the contract's `searchCharges`. */
export function searchCharges(
  db: Queryable,
  tenant: string,
  input: SearchInput,
): Promise<SearchPage<Charge>> {
  return search.find(db, { kind: 'charge', tenant }, input, (ids) => loadCharges(db, tenant, ids));
}

/** See the contract's `searchCustomers`. */
export function searchCustomers(
  db: Queryable,
  tenant: string,
  input: SearchInput,
): Promise<SearchPage<Customer>> {
  return search.find(db, { kind: 'customer', tenant }, input, async (ids) =>
    (await loadCustomers(db, tenant, ids)).filter(({ deleted }) => !deleted),
  );
}
