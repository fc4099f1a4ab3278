import type { Micros } from '@tpmall/kernel';
import { type Claim, unlessClaimed } from '@tpmall/platform/command';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { Customer, PostalAddress, Shipping, TaxExempt } from '../contract/index.ts';
import type { Told } from './save-payments.ts';

/** A customer with its version. */
export interface CustomerRecord extends Customer {
  readonly version: number;
}

interface CustomerRow {
  id: string;
  tenant: string;
  created_at: Micros;
  version: number;
  name: string | null;
  email: string | null;
  phone: string | null;
  description: string | null;
  address: PostalAddress | null;
  shipping: Shipping | null;
  preferred_locales: string[];
  tax_exempt: TaxExempt;
  default_payment_method: string | null;
  metadata: Record<string, string>;
  deleted: boolean;
}

/** What a change writes, in the order of the statements' parameters from the fourth on. */
const CHANGING = [
  'version',
  'name',
  'email',
  'phone',
  'description',
  'address',
  'shipping',
  'preferred_locales',
  'tax_exempt',
  'default_payment_method',
  'metadata',
  'deleted',
] as const;
const COLUMNS = ['id', 'tenant', 'created_at', ...CHANGING].join(', ');
const FIRST = 4;
const parameters = CHANGING.map((_, index) => `$${index + FIRST}`).join(', ');
/** The parameters of the claim and of the event, behind those of the customer. */
const [KEY, AT, COMMAND, HASH, TYPE, PAYLOAD] = [0, 1, 2, 3, 4, 5].map(
  (index) => `$${FIRST + CHANGING.length + index}`,
);

/** The command is claimed where it has not been seen for a day; see the claims of intents. */
const claimed = (from: string): string => `claimed AS (
  INSERT INTO payments.command AS c (tenant, key, first_seen, command_id, request_hash)
  SELECT $2, ${KEY}, ${AT}, ${COMMAND}, ${HASH} ${from}
  ON CONFLICT (tenant, key) DO UPDATE SET
    first_seen = EXCLUDED.first_seen, command_id = EXCLUDED.command_id, request_hash = EXCLUDED.request_hash
  WHERE c.first_seen <= EXCLUDED.first_seen - interval '24 hours'
  RETURNING tenant
)`;

/** The event is written beside the change it tells. */
const told = `told AS (
  INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
  SELECT ${TYPE}, id, $2, ${AT}::timestamptz, ${PAYLOAD}::jsonb FROM stored
)
SELECT id FROM stored`;

const insertCustomer = sql(
  'payments.insert-customer',
  `WITH ${claimed('')}, stored AS (
  INSERT INTO payments.customer (${COLUMNS})
  SELECT $1, $2, $3, ${parameters} FROM claimed RETURNING id
), ${told}`,
);

const updateCustomer = sql(
  'payments.update-customer',
  `WITH ${claimed(`FROM payments.customer
  WHERE id = $1 AND tenant = $2 AND version = $4::integer - 1 AND NOT deleted FOR UPDATE`)}, stored AS (
  UPDATE payments.customer AS customer
  SET (${CHANGING.join(', ')}) = ROW (${parameters})
  FROM claimed WHERE customer.id = $1 AND customer.created_at = $3 AND customer.version = $4::integer - 1
  RETURNING customer.id
), ${told}`,
);

/** Stores a new customer. False: the command has been seen. */
export function storeCustomer(
  db: Queryable,
  customer: CustomerRecord,
  claim: Claim,
  event: Told,
): Promise<boolean> {
  return unlessClaimed(write(db, insertCustomer, customer, claim, event), false);
}

/**
 * Stores a changed customer. False: the command has been seen, or the customer has changed since or is
 * deleted.
 */
export function changeCustomer(
  db: Queryable,
  customer: CustomerRecord,
  claim: Claim,
  event: Told,
): Promise<boolean> {
  return unlessClaimed(write(db, updateCustomer, customer, claim, event), false);
}

async function write(
  db: Queryable,
  statement: typeof insertCustomer,
  customer: CustomerRecord,
  claim: Claim,
  event: Told,
): Promise<boolean> {
  const { rows } = await db.run(statement, [
    customer.id,
    customer.tenant,
    instant(customer.createdAt),
    customer.version,
    customer.name,
    customer.email,
    customer.phone,
    customer.description,
    jsonOrNull(customer.address),
    jsonOrNull(customer.shipping),
    JSON.stringify(customer.preferredLocales),
    customer.taxExempt,
    customer.defaultPaymentMethod,
    JSON.stringify(customer.metadata),
    customer.deleted,
    claim.key,
    instant(claim.at),
    claim.id,
    claim.requestHash,
    event.type,
    JSON.stringify(withCause(event.payload, { request: claim.request })),
  ]);
  return rows.length > 0;
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

const byId = sql(
  'payments.find-customer',
  `SELECT ${COLUMNS} FROM payments.customer WHERE id = $1 AND tenant = $2`,
);

/** A customer of this tenant, a deleted one too. */
export async function findCustomerRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<CustomerRecord | undefined> {
  const { rows } = await db.run<CustomerRow>(byId, [id, tenant]);
  return rows[0] && toCustomerRecord(rows[0]);
}

/** A row as the domain knows it. */
export function toCustomerRecord({
  created_at: createdAt,
  preferred_locales: preferredLocales,
  tax_exempt: taxExempt,
  default_payment_method: defaultPaymentMethod,
  ...row
}: CustomerRow): CustomerRecord {
  return { ...row, createdAt, preferredLocales, taxExempt, defaultPaymentMethod };
}

/** The customer as others see it. */
export function toCustomer({ version: _version, ...customer }: CustomerRecord): Customer {
  return customer;
}

export type { CustomerRow };
export { COLUMNS as CUSTOMER_COLUMNS };
