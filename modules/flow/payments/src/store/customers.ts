import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Customer } from '../contract/index.ts';
import type { Claim } from './save-payments.ts';

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
  metadata: Record<string, string>;
}

const COLUMNS = 'id, tenant, created_at, version, name, email, phone, description, metadata';

/** The command is claimed where it has not been seen for a day; see the claims of intents. */
const claimed = (from: string): string => `claimed AS (
  INSERT INTO payments.command AS c (tenant, key, first_seen, command_id, request_hash)
  SELECT $2, $10, $11, $12, $13 ${from}
  ON CONFLICT (tenant, key) DO UPDATE SET
    first_seen = EXCLUDED.first_seen, command_id = EXCLUDED.command_id, request_hash = EXCLUDED.request_hash
  WHERE c.first_seen <= EXCLUDED.first_seen - interval '24 hours'
  RETURNING tenant
)`;

const insertCustomer = sql(
  'payments.insert-customer',
  `WITH ${claimed('')}
INSERT INTO payments.customer (${COLUMNS})
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM claimed RETURNING id`,
);

const updateCustomer = sql(
  'payments.update-customer',
  `WITH ${claimed(`FROM payments.customer
  WHERE id = $1 AND tenant = $2 AND version = $4::integer - 1 FOR UPDATE`)}
UPDATE payments.customer AS customer
SET version = $4, name = $5, email = $6, phone = $7, description = $8, metadata = $9
FROM claimed WHERE customer.id = $1 AND customer.created_at = $3 AND customer.version = $4::integer - 1
RETURNING customer.id`,
);

/** Stores a new customer. False: the command has been seen. */
export function storeCustomer(db: Queryable, customer: CustomerRecord, claim: Claim): Promise<boolean> {
  return write(db, insertCustomer, customer, claim);
}

/** Stores a changed customer. False: the command has been seen, or the customer has changed since. */
export function changeCustomer(db: Queryable, customer: CustomerRecord, claim: Claim): Promise<boolean> {
  return write(db, updateCustomer, customer, claim);
}

async function write(
  db: Queryable,
  statement: typeof insertCustomer,
  customer: CustomerRecord,
  claim: Claim,
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
    JSON.stringify(customer.metadata),
    claim.key,
    instant(claim.at),
    claim.id,
    claim.requestHash,
  ]);
  return rows.length > 0;
}

const byId = sql(
  'payments.find-customer',
  `SELECT ${COLUMNS} FROM payments.customer WHERE id = $1 AND tenant = $2`,
);

/** A customer of this tenant. */
export async function findCustomerRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<CustomerRecord | undefined> {
  const { rows } = await db.run<CustomerRow>(byId, [id, tenant]);
  return rows[0] && toCustomerRecord(rows[0]);
}

/** A row as the domain knows it. */
export function toCustomerRecord({ created_at: createdAt, ...row }: CustomerRow): CustomerRecord {
  return { ...row, createdAt };
}

/** The customer as others see it. */
export function toCustomer({ version: _version, ...customer }: CustomerRecord): Customer {
  return customer;
}

export type { CustomerRow };
export { COLUMNS as CUSTOMER_COLUMNS };
