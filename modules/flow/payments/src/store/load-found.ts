import { columnNames, type Queryable, sql } from '@tpmall/platform/db';
import type { ChargeRecord, IntentRecord } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { CUSTOMER_COLUMNS, type CustomerRecord, type CustomerRow, toCustomerRecord } from './customers.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';

const byIds = (table: string, columns: string, always = '') =>
  sql(
    `payments.load-${table}s`,
    `SELECT ${columns} FROM payments.${table} WHERE id = ANY ($1::text[]) AND tenant = $2 ${always}`,
  );
const intents = byIds('intent', columnNames(INTENT_COLUMNS));
const charges = byIds('charge', columnNames(CHARGE_COLUMNS));
const customers = byIds('customer', CUSTOMER_COLUMNS, 'AND NOT deleted');

/** Intents of this tenant that a search has found, in any order. */
export async function loadIntents(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<IntentRecord[]> {
  return (await db.run<IntentRow>(intents, [ids, tenant])).rows.map(toIntentRecord);
}

/** Charges of this tenant that a search has found, in any order. */
export async function loadCharges(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<ChargeRecord[]> {
  return (await db.run<ChargeRow>(charges, [ids, tenant])).rows.map(toChargeRecord);
}

/** Customers of this tenant that a search has found, in any order. */
export async function loadCustomers(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<CustomerRecord[]> {
  return (await db.run<CustomerRow>(customers, [ids, tenant])).rows.map(toCustomerRecord);
}
