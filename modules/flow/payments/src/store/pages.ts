import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, type Statement, sql } from '@tpmall/platform/db';
import type { Charge, Customer, Page, PaymentIntent, Refund, UnknownOutcome } from '../contract/index.ts';
import { toCharge, toIntent, toRefund } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, toChargeRecord } from './charge-rows.ts';
import { names } from './columns.ts';
import { CUSTOMER_COLUMNS, type CustomerRow, toCustomer, toCustomerRecord } from './customers.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';
import { REFUND_COLUMNS, type RefundRow, toRefundRecord } from './refunds.ts';

/** Which part of a list is wanted: newest first, after one object or before another. */
export interface Cursor {
  readonly limit: number;
  readonly startingAfter?: string | undefined;
  readonly endingBefore?: string | undefined;
  /** When it was made: from, inclusive, to, exclusive. */
  readonly createdFrom?: Micros | undefined;
  readonly createdTo?: Micros | undefined;
}

/** Nothing was made before, or will be made after. */
const FIRST_INSTANT: Micros = 0;
const LAST_INSTANT: Micros = Date.UTC(9999, 0) * 1000;

interface Listing {
  /** Oldest to the side of `endingBefore`. */
  readonly forwards: Statement;
  readonly backwards: Statement;
}

/**
 * Two statements over one table: a page after a cursor, and a page before one, found nearest first. The
 * cursor is an object's id; its place is looked up in the same statement, so that a cursor of another tenant
 * finds nothing.
 *
 * $1 tenant, $2 limit + 1, $3 cursor or null, $4 and $5 the bounds of its time, from $6 on the filters.
 */
function listing(table: string, columns: string, filter: string): Listing {
  const part = (name: string, sign: string, order: string): Statement =>
    sql(
      `payments.list-${table}-${name}-${filter.length === 0 ? 'all' : filter.replaceAll(/[^a-z]+/g, '-')}`,
      `SELECT ${columns} FROM payments.${table} WHERE tenant = $1
  AND created_at >= $4 AND created_at < $5 ${filter}
  AND ($3::text IS NULL OR (created_at, id) ${sign} (
    SELECT created_at, id FROM payments.${table} WHERE id = $3 AND tenant = $1))
ORDER BY created_at ${order}, id ${order} LIMIT $2`,
    );
  return { forwards: part('after', '<', 'DESC'), backwards: part('before', '>', 'ASC') };
}

async function page<Row extends object, T>(
  db: Queryable,
  { forwards, backwards }: Listing,
  tenant: string,
  cursor: Cursor,
  filters: readonly string[],
  map: (row: Row) => T,
): Promise<Page<T>> {
  const before = cursor.endingBefore !== undefined;
  const at = cursor.endingBefore ?? cursor.startingAfter ?? null;
  const { rows } = await db.run<Row>(before ? backwards : forwards, [
    tenant,
    cursor.limit + 1,
    at,
    instant(cursor.createdFrom ?? FIRST_INSTANT),
    instant(Math.min(cursor.createdTo ?? LAST_INSTANT, LAST_INSTANT)),
    ...filters,
  ]);
  const items = rows.slice(0, cursor.limit).map(map);
  return { items: before ? items.reverse() : items, hasMore: rows.length > cursor.limit };
}

const intents = {
  all: listing('intent', names(INTENT_COLUMNS), ''),
  customer: listing('intent', names(INTENT_COLUMNS), 'AND customer = $6'),
  group: listing('intent', names(INTENT_COLUMNS), 'AND transfer_group = $6'),
  both: listing('intent', names(INTENT_COLUMNS), 'AND customer = $6 AND transfer_group = $7'),
};

/** A page of intents, newest first. */
export function listIntents(
  db: Queryable,
  tenant: string,
  input: Cursor & { readonly customer?: string | undefined; readonly transferGroup?: string | undefined },
): Promise<Page<PaymentIntent>> {
  const { customer, transferGroup } = input;
  const both = customer !== undefined && transferGroup !== undefined;
  const one =
    customer !== undefined ? intents.customer : transferGroup !== undefined ? intents.group : intents.all;
  const filters = [customer, transferGroup].filter((value) => value !== undefined);
  return page<IntentRow, PaymentIntent>(db, both ? intents.both : one, tenant, input, filters, (row) =>
    toIntent(toIntentRecord(row)),
  );
}

const charges = {
  all: listing('charge', names(CHARGE_COLUMNS), ''),
  intent: listing('charge', names(CHARGE_COLUMNS), 'AND intent = $6'),
  customer: listing('charge', names(CHARGE_COLUMNS), 'AND customer = $6'),
  both: listing('charge', names(CHARGE_COLUMNS), 'AND intent = $6 AND customer = $7'),
};

/** A page of charges, newest first. */
export function listCharges(
  db: Queryable,
  tenant: string,
  input: Cursor & { readonly paymentIntent?: string | undefined; readonly customer?: string | undefined },
): Promise<Page<Charge>> {
  const { paymentIntent, customer } = input;
  const both = paymentIntent !== undefined && customer !== undefined;
  const one =
    paymentIntent !== undefined ? charges.intent : customer !== undefined ? charges.customer : charges.all;
  const filters = [paymentIntent, customer].filter((value) => value !== undefined);
  return page<ChargeRow, Charge>(db, both ? charges.both : one, tenant, input, filters, (row) =>
    toCharge(toChargeRecord(row)),
  );
}

const refunds = {
  all: listing('refund', names(REFUND_COLUMNS), ''),
  charge: listing('refund', names(REFUND_COLUMNS), 'AND charge = $6'),
  intent: listing('refund', names(REFUND_COLUMNS), 'AND intent = $6'),
  both: listing('refund', names(REFUND_COLUMNS), 'AND charge = $6 AND intent = $7'),
};

/** A page of refunds, newest first. */
export function listRefunds(
  db: Queryable,
  tenant: string,
  input: Cursor & { readonly charge?: string | undefined; readonly paymentIntent?: string | undefined },
): Promise<Page<Refund>> {
  const { charge, paymentIntent } = input;
  const both = charge !== undefined && paymentIntent !== undefined;
  const one =
    charge !== undefined ? refunds.charge : paymentIntent !== undefined ? refunds.intent : refunds.all;
  const filters = [charge, paymentIntent].filter((value) => value !== undefined);
  return page<RefundRow, Refund>(db, both ? refunds.both : one, tenant, input, filters, (row) =>
    toRefund(toRefundRecord(row)),
  );
}

const customers = {
  all: listing('customer', CUSTOMER_COLUMNS, ''),
  email: listing('customer', CUSTOMER_COLUMNS, 'AND email = $6'),
};

/** A page of customers, newest first. */
export function listCustomers(
  db: Queryable,
  tenant: string,
  input: Cursor & { readonly email?: string | undefined },
): Promise<Page<Customer>> {
  const filters = input.email === undefined ? [] : [input.email];
  const listed = input.email === undefined ? customers.all : customers.email;
  return page<CustomerRow, Customer>(db, listed, tenant, input, filters, (row) =>
    toCustomer(toCustomerRecord(row)),
  );
}

const unknown = sql(
  'payments.unknown-outcomes',
  `SELECT id, CASE phase WHEN 'capturing' THEN 'capture' WHEN 'releasing' THEN 'release'
  ELSE 'authorisation' END AS kind, unknown_since AS since, attempts, next_attempt_at, NULL AS reason
FROM payments.intent WHERE tenant = $1 AND next_attempt_at IS NOT NULL AND unknown_since IS NOT NULL
UNION ALL
SELECT id, 'refund', created_at, attempts, next_attempt_at, NULL
FROM payments.refund WHERE tenant = $1 AND next_attempt_at IS NOT NULL
UNION ALL
SELECT intent, kind, at, 0, NULL, 'refused_by_acquirer_' || network_code
FROM payments.refused_advice WHERE tenant = $1
ORDER BY since, id LIMIT $2`,
);

/** Payments and refunds whose outcome is not known, and refused advices, oldest first. */
export async function findUnknownOutcomes(
  db: Queryable,
  tenant: string,
  limit: number,
): Promise<UnknownOutcome[]> {
  const { rows } = await db.run<{
    id: string;
    kind: UnknownOutcome['kind'];
    since: Micros;
    attempts: number;
    next_attempt_at: Micros | null;
    reason: string | null;
  }>(unknown, [tenant, limit]);
  return rows.map(({ next_attempt_at: nextAttemptAt, ...row }) => ({ ...row, nextAttemptAt }));
}
