import { columnNames, createListing, type StoredRow } from '@tpmall/platform/db';
import { toCharge, toIntent, toRefund } from '../service/records.ts';
import { toSetupIntent } from '../service/setup-records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { CUSTOMER_COLUMNS, type CustomerRow, toCustomer, toCustomerRecord } from './customers.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';
import { refunds } from './refunds.ts';
import { SETUP_COLUMNS, type SetupRow, toSetupRecord } from './setup-rows.ts';

/** A page of intents, newest first. */
export const listIntents = createListing({
  module: 'payments',
  table: 'intent',
  object: 'payment_intent',
  select: columnNames(INTENT_COLUMNS),
  read: (row: IntentRow) => toIntent(toIntentRecord(row)),
  filters: { customer: 'customer = ?', transferGroup: 'transfer_group = ?' },
});

/** A page of charges, newest first. */
export const listCharges = createListing({
  module: 'payments',
  table: 'charge',
  object: 'charge',
  select: columnNames(CHARGE_COLUMNS),
  read: (row: ChargeRow) => toCharge(toChargeRecord(row)),
  filters: { paymentIntent: 'intent = ?', customer: 'customer = ?', transferGroup: 'transfer_group = ?' },
});

/** A page of refunds, newest first. */
export const listRefunds = createListing({
  module: 'payments',
  table: 'refund',
  object: 'refund',
  select: refunds.names,
  read: (row: StoredRow) => toRefund(refunds.read(row)),
  filters: { charge: 'charge = ?', paymentIntent: 'intent = ?' },
});

/** A page of customers, newest first. */
export const listCustomers = createListing({
  module: 'payments',
  table: 'customer',
  object: 'customer',
  select: CUSTOMER_COLUMNS,
  read: (row: CustomerRow) => toCustomer(toCustomerRecord(row)),
  filters: { email: 'email = ?' },
  always: 'NOT deleted',
});

/** A page of setup intents, newest first. */
export const listSetups = createListing({
  module: 'payments',
  table: 'setup_intent',
  object: 'setup_intent',
  select: columnNames(SETUP_COLUMNS),
  read: (row: SetupRow) => toSetupIntent(toSetupRecord(row)),
  filters: { customer: 'customer = ?', paymentMethod: 'payment_method = ?' },
});
