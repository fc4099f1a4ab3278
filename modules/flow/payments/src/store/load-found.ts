import { columnNames, type Queryable, type StoredRow, sql } from '@tpmall/platform/db';
import type {
  Charge,
  Customer,
  PaymentIntent,
  Refund,
  RefundsOfCharge,
  SetupIntent,
} from '../contract/index.ts';
import { toCharge, toIntent, toRefund } from '../service/records.ts';
import { toSetupIntent } from '../service/setup-records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { CUSTOMER_COLUMNS, type CustomerRow, toCustomer, toCustomerRecord } from './customers.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';
import { refunds } from './refunds.ts';
import { SETUP_COLUMNS, type SetupRow, toSetupRecord } from './setup-rows.ts';

/** Objects of a tenant by their ids, in any order; those that are not there are left out. */
export type Load<T> = (db: Queryable, tenant: string, ids: readonly string[]) => Promise<T[]>;

function loading<Row extends object, T>(table: string, columns: string, read: (row: Row) => T): Load<T> {
  const byIds = sql(
    `payments.load-${table}s`,
    `SELECT ${columns} FROM payments.${table} WHERE id = ANY ($1::text[]) AND tenant = $2`,
  );
  return async (db, tenant, ids) => (await db.run<Row>(byIds, [ids, tenant])).rows.map(read);
}

/** Intents. */
export const loadIntents: Load<PaymentIntent> = loading(
  'intent',
  columnNames(INTENT_COLUMNS),
  (row: IntentRow) => toIntent(toIntentRecord(row)),
);

/** Charges. */
export const loadCharges: Load<Charge> = loading('charge', columnNames(CHARGE_COLUMNS), (row: ChargeRow) =>
  toCharge(toChargeRecord(row)),
);

/** Refunds. */
export const loadRefunds: Load<Refund> = loading('refund', refunds.names, (row: StoredRow) =>
  toRefund(refunds.read(row)),
);

/** Customers, deleted ones too. */
export const loadCustomers: Load<Customer> = loading('customer', CUSTOMER_COLUMNS, (row: CustomerRow) =>
  toCustomer(toCustomerRecord(row)),
);

/** Setup intents. */
export const loadSetups: Load<SetupIntent> = loading(
  'setup_intent',
  columnNames(SETUP_COLUMNS),
  (row: SetupRow) => toSetupIntent(toSetupRecord(row)),
);

const ofCharges = sql(
  'payments.load-refunds-of-charges',
  `SELECT r.* FROM unnest($1::text[]) AS c (id) CROSS JOIN LATERAL (
  SELECT ${refunds.names} FROM payments.refund WHERE charge = c.id AND tenant = $2
  ORDER BY created_at DESC, id DESC LIMIT $3) AS r`,
);

/** The first page of the refunds of each of many charges; a charge without any is left out. */
export async function loadRefundsOfCharges(
  db: Queryable,
  tenant: string,
  charges: readonly string[],
  limit: number,
): Promise<RefundsOfCharge[]> {
  const found = (await refunds.all(db, ofCharges, [charges, tenant, limit + 1])).map(toRefund);
  const byCharge = new Map<string, Refund[]>();
  for (const refund of found) {
    byCharge.set(refund.charge, [...(byCharge.get(refund.charge) ?? []), refund]);
  }
  return [...byCharge].map(([charge, items]) => ({
    ...{ charge, items: items.slice(0, limit), hasMore: items.length > limit },
  }));
}
