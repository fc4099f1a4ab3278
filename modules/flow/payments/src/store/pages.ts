import { type Cursor, createListing, type Queryable } from '@tpmall/platform/db';
import type { Charge, Customer, Page, PaymentIntent, Refund } from '../contract/index.ts';
import { toCharge, toIntent, toRefund } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { names } from './columns.ts';
import { CUSTOMER_COLUMNS, type CustomerRow, toCustomer, toCustomerRecord } from './customers.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';
import { REFUND_COLUMNS, type RefundRow, toRefundRecord } from './refunds.ts';

type Wanted<Filter extends string> = Cursor & { readonly [K in Filter]?: string | undefined };

const intents = createListing({
  module: 'payments',
  table: 'intent',
  select: names(INTENT_COLUMNS),
  filters: { customer: 'customer = ?', transferGroup: 'transfer_group = ?' },
});

/** A page of intents, newest first. */
export async function listIntents(
  db: Queryable,
  tenant: string,
  input: Wanted<'customer' | 'transferGroup'>,
): Promise<Page<PaymentIntent>> {
  const { rows, hasMore } = await intents<IntentRow>(db, tenant, input, input);
  return { items: rows.map((row) => toIntent(toIntentRecord(row))), hasMore };
}

const charges = createListing({
  module: 'payments',
  table: 'charge',
  select: names(CHARGE_COLUMNS),
  filters: { paymentIntent: 'intent = ?', customer: 'customer = ?' },
});

/** A page of charges, newest first. */
export async function listCharges(
  db: Queryable,
  tenant: string,
  input: Wanted<'paymentIntent' | 'customer'>,
): Promise<Page<Charge>> {
  const { rows, hasMore } = await charges<ChargeRow>(db, tenant, input, input);
  return { items: rows.map((row) => toCharge(toChargeRecord(row))), hasMore };
}

const refunds = createListing({
  module: 'payments',
  table: 'refund',
  select: names(REFUND_COLUMNS),
  filters: { charge: 'charge = ?', paymentIntent: 'intent = ?' },
});

/** A page of refunds, newest first. */
export async function listRefunds(
  db: Queryable,
  tenant: string,
  input: Wanted<'charge' | 'paymentIntent'>,
): Promise<Page<Refund>> {
  const { rows, hasMore } = await refunds<RefundRow>(db, tenant, input, input);
  return { items: rows.map((row) => toRefund(toRefundRecord(row))), hasMore };
}

const customers = createListing({
  module: 'payments',
  table: 'customer',
  select: CUSTOMER_COLUMNS,
  filters: { email: 'email = ?' },
  always: 'NOT deleted',
});

/** A page of customers, newest first. */
export async function listCustomers(
  db: Queryable,
  tenant: string,
  input: Wanted<'email'>,
): Promise<Page<Customer>> {
  const { rows, hasMore } = await customers<CustomerRow>(db, tenant, input, input);
  return { items: rows.map((row) => toCustomer(toCustomerRecord(row))), hasMore };
}
