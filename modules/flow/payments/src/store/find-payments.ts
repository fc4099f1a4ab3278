import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { ChargeRecord, Payment } from '../service/records.ts';
import { CHARGE_COLUMNS, type ChargeRow, joinedCharge, toChargeRecord } from './charge-rows.ts';
import { aliased, names } from './columns.ts';
import { INTENT_COLUMNS, type IntentRow, toIntentRecord } from './intent-rows.ts';

const PAYMENT = `SELECT ${names(INTENT_COLUMNS, 'i.')}, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM payments.intent AS i LEFT JOIN payments.charge AS c ON c.id = i.latest_charge`;

const byId = sql('payments.find-payment', `${PAYMENT} WHERE i.id = $1 AND i.tenant = $2`);

/** An intent of this tenant with its latest charge. */
export async function findPayment(db: Queryable, tenant: string, id: string): Promise<Payment | undefined> {
  const { rows } = await db.run<IntentRow>(byId, [id, tenant]);
  return rows[0] && toPayment(rows[0]);
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

const byCommand = sql(
  'payments.find-charge-by-command',
  `SELECT ${names(CHARGE_COLUMNS)} FROM payments.charge WHERE command_id = $1`,
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
  `SELECT ${names(CHARGE_COLUMNS)} FROM payments.charge WHERE id = $1 AND tenant = $2`,
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
  ${TAKE} FROM due WHERE i.id = due.id RETURNING ${names(INTENT_COLUMNS, 'i.')}
)
SELECT i.*, ${aliased(CHARGE_COLUMNS, 'c', 'charge_')}
FROM taken AS i LEFT JOIN payments.charge AS c ON c.id = i.latest_charge`,
);

const takeOne = sql(
  'payments.take-payment',
  `WITH taken AS (
  ${TAKE} WHERE i.id = $3 AND i.next_attempt_at <= $1 RETURNING ${names(INTENT_COLUMNS, 'i.')}
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

function toPayment(row: IntentRow): Payment {
  return { intent: toIntentRecord(row), charge: joinedCharge(row) };
}
