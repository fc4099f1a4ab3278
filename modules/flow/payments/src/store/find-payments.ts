import type { Micros } from '@tpmall/kernel';
import { columnNames, createBatcher, type Database, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { ChargeRecord, Payment } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, joinedCharge, toChargeRecord } from './charge-rows.ts';
import { aliased } from './columns.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';

const PAYMENT = `SELECT ${columnNames(INTENT_COLUMNS, 'i.')}, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM payments.intent AS i LEFT JOIN payments.charge AS c ON c.id = i.latest_charge`;

// Each is one lookup of a primary key: the offset keeps the planner from any other way, however small the
// tables were when the statement was planned.
const byIds = sql(
  'payments.find-payments',
  `SELECT t.n, ${columnNames(INTENT_COLUMNS, 'i.')}, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (tenant, id, n)
CROSS JOIN LATERAL (
  SELECT * FROM payments.intent AS x WHERE x.id = t.id AND (x.tenant = t.tenant) IS TRUE OFFSET 0) AS i
LEFT JOIN LATERAL (
  SELECT * FROM payments.charge AS x WHERE x.id = i.latest_charge OFFSET 0) AS c ON true`,
);

/** Which payment is looked for. */
interface PaymentKey {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Finds an intent of a tenant with its latest charge. Whoever looks at the same time shares a statement,
 * which begins after each of them asked: it sees all that was stored before.
 */
export type FindPayment = (tenant: string, id: string) => Promise<Payment | undefined>;

/** The finder of one process. */
export function createPaymentFinder(db: Database): FindPayment {
  const find = createBatcher<PaymentKey, Payment | undefined>(
    ({ tenant, id }) => `${tenant} ${id}`,
    async (keys) => {
      const { rows } = await db.run<IntentRow & { n: bigint }>(byIds, [
        keys.map(({ tenant }) => tenant),
        keys.map(({ id }) => id),
      ]);
      const found = new Map(rows.map((row) => [Number(row.n) - 1, toPayment(row)]));
      return keys.map((_, index) => found.get(index));
    },
  );
  return (tenant, id) => find({ tenant, id });
}

const byAuthentication = sql(
  'payments.find-payment-by-authentication',
  `${PAYMENT} WHERE c.authentication_id = $1 AND i.status = 'requires_action'`,
);

/** The payment that waits for an authentication. */
export async function findByAuthentication(
  db: Queryable,
  authenticationId: string,
): Promise<Payment | undefined> {
  const { rows } = await db.run<IntentRow>(byAuthentication, [authenticationId]);
  return rows[0] && toPayment(rows[0]);
}

const byConfirmation = sql('payments.find-payment-by-command', `${PAYMENT} WHERE c.command_id = $1`);

/** The payment whose latest charge was opened by a confirmation. */
export async function findPaymentByCommand(db: Queryable, commandId: string): Promise<Payment | undefined> {
  const { rows } = await db.run<IntentRow>(byConfirmation, [commandId]);
  return rows[0] && toPayment(rows[0]);
}

const endedHolds = sql(
  'payments.find-ended-holds',
  `SELECT ${columnNames(INTENT_COLUMNS, 'i.')}, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM payments.charge AS c JOIN payments.intent AS i ON i.latest_charge = c.id AND i.id = c.intent
WHERE c.capture_before <= $1 AND i.status = 'requires_capture' ORDER BY c.capture_before LIMIT $2`,
);

/** Payments that may be captured no longer, and of which nobody is capturing just now. */
export async function findEndedHolds(db: Queryable, now: Micros, limit: number): Promise<Payment[]> {
  const { rows } = await db.run<IntentRow>(endedHolds, [instant(now), limit]);
  return rows.map(toPayment);
}

const byCommand = sql(
  'payments.find-charge-by-command',
  `SELECT ${columnNames(CHARGE_COLUMNS)} FROM payments.charge WHERE command_id = $1`,
);

/** The charge that a confirmation has opened. */
export async function findChargeByCommand(
  db: Queryable,
  commandId: string,
): Promise<ChargeRecord | undefined> {
  const { rows } = await db.run<ChargeRow>(byCommand, [commandId]);
  return rows[0] && toChargeRecord(rows[0]);
}

const chargeById = sql(
  'payments.find-charge',
  `SELECT ${columnNames(CHARGE_COLUMNS)} FROM payments.charge WHERE id = $1 AND tenant = $2`,
);

/** A charge of this tenant. */
export async function findChargeRecord(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<ChargeRecord | undefined> {
  const { rows } = await db.run<ChargeRow>(chargeById, [id, tenant]);
  return rows[0] && toChargeRecord(rows[0]);
}

const chargesOfIntent = sql(
  'payments.find-charges-of-intent',
  `SELECT ${columnNames(CHARGE_COLUMNS)} FROM payments.charge WHERE intent = $1 AND tenant = $2
ORDER BY created_at DESC, id DESC LIMIT $3`,
);

/** The charges of a payment intent of this tenant, newest first: one for each attempt. */
export async function findChargesOfIntent(
  db: Queryable,
  tenant: string,
  intent: string,
  limit: number,
): Promise<ChargeRecord[]> {
  const { rows } = await db.run<ChargeRow>(chargesOfIntent, [intent, tenant, limit]);
  return rows.map(toChargeRecord);
}

// Taking a row raises its version: whoever worked on it before can no longer store what it found.
const TAKE = `UPDATE payments.intent AS i
  SET version = i.version + 1, attempts = i.attempts + 1, next_attempt_at = $2,
    unknown_since = coalesce(i.unknown_since, $1)`;

const takeDue = sql(
  'payments.take-due-payments',
  `WITH due AS (
  SELECT id FROM payments.intent WHERE next_attempt_at <= $1
  ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
), taken AS (
  ${TAKE} FROM due WHERE i.id = due.id RETURNING ${columnNames(INTENT_COLUMNS, 'i.')}
)
SELECT i.*, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM taken AS i LEFT JOIN payments.charge AS c ON c.id = i.latest_charge`,
);

const takeOne = sql(
  'payments.take-payment',
  `WITH taken AS (
  ${TAKE} WHERE i.id = $3 AND i.next_attempt_at <= $1 RETURNING ${columnNames(INTENT_COLUMNS, 'i.')}
)
SELECT i.*, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM taken AS i LEFT JOIN payments.charge AS c ON c.id = i.latest_charge`,
);

/** Takes payments in work that are due, oldest first, and leases them until an instant. */
export async function takeDuePayments(
  db: Queryable,
  now: Micros,
  leaseUntil: Micros,
  limit: number,
): Promise<Payment[]> {
  const { rows } = await db.run<IntentRow>(takeDue, [instant(now), instant(leaseUntil), limit]);
  return rows.map(toPayment);
}

/** Takes one payment if it is due. */
export async function takePayment(
  db: Queryable,
  now: Micros,
  leaseUntil: Micros,
  id: string,
): Promise<Payment | undefined> {
  const { rows } = await db.run<IntentRow>(takeOne, [instant(now), instant(leaseUntil), id]);
  return rows[0] && toPayment(rows[0]);
}

const hasten = sql(
  'payments.hasten-payment',
  `UPDATE payments.intent AS i SET next_attempt_at = $2
FROM payments.charge AS c
WHERE c.command_id = $1 AND i.id = c.intent AND i.latest_charge = c.id AND i.next_attempt_at > $2
  AND i.unknown_since IS NOT NULL
RETURNING i.id`,
);

/** Makes a payment of unknown outcome due now, by the confirmation that opened its charge. */
export async function hastenPayment(
  db: Queryable,
  commandId: string,
  now: Micros,
): Promise<string | undefined> {
  const { rows } = await db.run<{ id: string }>(hasten, [commandId, instant(now)]);
  return rows[0]?.id;
}

const hastenByOperation = sql(
  'payments.hasten-operation',
  `UPDATE payments.intent SET next_attempt_at = $2
WHERE operation_id = $1 AND next_attempt_at IS NOT NULL AND next_attempt_at > $2
  AND unknown_since IS NOT NULL
RETURNING id`,
);

/** Makes a payment of unknown outcome due now, by the operation that is in work. */
export async function hastenOperation(
  db: Queryable,
  commandId: string,
  now: Micros,
): Promise<string | undefined> {
  const { rows } = await db.run<{ id: string }>(hastenByOperation, [commandId, instant(now)]);
  return rows[0]?.id;
}

function toPayment(row: IntentRow): Payment {
  return { intent: toIntentRecord(row), charge: joinedCharge(row) };
}
