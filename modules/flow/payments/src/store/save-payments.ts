import type { Micros } from '@tpmall/kernel';
import { type Claim, unlessClaimed } from '@tpmall/platform/command';
import type { ApiRequest } from '@tpmall/platform/contract';
import {
  columnDefinitions,
  columnNames,
  createBatcher,
  type Database,
  instant,
  type Queryable,
  rowsParameter,
  sql,
  violatedColumn,
} from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { ChargeRecord, IntentRecord } from '../service/records.ts';

import { CHANGING_CHARGE_COLUMNS, CHARGE_COLUMNS, fromChargeRecord, joinedCharge } from './charge-rows.ts';
import { aliased } from './columns.ts';
import {
  CHANGING_INTENT_COLUMNS,
  fromIntentRecord,
  INTENT_COLUMNS,
  type IntentRow,
  toIntentRecord,
} from './intent-rows.ts';

/** An event as it is written beside the change it tells. */
export interface Told {
  readonly type: string;
  readonly aggregateId: string;
  readonly payload: object;
}

/**
 * A change of a payment: the intent as it shall be, with its charges, its events and the command behind it.
 */
export interface Change {
  readonly at: Micros;
  /** `version` is the new one; the change is stored only on the one before. */
  readonly intent: IntentRecord;
  readonly charges: readonly ChargeRecord[];
  readonly events: readonly Told[];
  readonly claim: Claim | null;
  /** The request of the API behind it, for its events; undefined: none, as for a resolver's work. */
  readonly request: ApiRequest | undefined;
}

/** A capture as it is reserved. */
export interface Reservation {
  readonly intent: string;
  /** Null: all that is held. */
  readonly amount: bigint | null;
  /** Whether the rest is let go of; a capture that leaves nothing does so anyway. */
  readonly final: boolean;
  readonly due: Micros;
  readonly claim: Claim;
}

/** Captures of one authorisation; clients of the wire know the same limit. */
export const CAPTURES_MAX = 50;

/** What a reservation has found. */
export interface Reserved {
  readonly intent: IntentRecord;
  readonly charge: ChargeRecord | null;
}

/** The writes of the hot path; each is one statement, shared with those of other requests. */
export interface PaymentStore {
  /** Opens an intent. False: the command has been seen, or the customer is unknown; nothing is stored. */
  insert(change: Change): Promise<boolean>;
  /** Stores a change. False: the payment has moved on or the command has been seen; nothing is stored. */
  save(change: Change): Promise<boolean>;
  /** Reserves a capture. Undefined: its state, its cap or its command does not let it; nothing is stored. */
  reserve(reservation: Reservation): Promise<Reserved | undefined>;
}

const CLAIM = 'claim_key text, claim_at timestamptz, claim_id text, claim_hash bytea';

/**
 * A command may be accepted when its key has not been seen, or was seen a day ago. A scalar subquery,
 * because it is planned as one lookup of the primary key however small the table was when the statement was
 * planned.
 */
const UNSEEN = `coalesce((
    SELECT seen.first_seen <= t.claim_at - interval '24 hours' FROM payments.command AS seen
    WHERE seen.tenant = t.tenant AND seen.key = t.claim_key), true)`;

/**
 * Claims the commands of what was stored. Two statements at once may both find a key unseen: the second
 * then meets a row that is younger than a day, gets a null for its time, and fails as a whole with nothing
 * stored.
 */
const claimFrom = (stored: string): string => `INSERT INTO payments.command AS c
    (tenant, key, first_seen, command_id, request_hash)
  SELECT t.tenant, t.claim_key, t.claim_at, t.claim_id, t.claim_hash
  FROM ${stored} JOIN item AS t USING (n) WHERE t.claim_key IS NOT NULL
  ON CONFLICT (tenant, key) DO UPDATE SET
    first_seen = CASE
      WHEN c.first_seen <= EXCLUDED.first_seen - interval '24 hours' THEN EXCLUDED.first_seen END,
    command_id = EXCLUDED.command_id,
    request_hash = EXCLUDED.request_hash`;

const tellFrom = (
  stored: string,
): string => `INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
  SELECT e.type, e.aggregate_id, e.tenant, e.at, e.payload
  FROM jsonb_to_recordset($2::jsonb)
    AS e (n integer, i integer, type text, aggregate_id text, tenant text, at timestamptz, payload jsonb)
  JOIN ${stored} USING (n) ORDER BY e.n, e.i`;

/**
 * Finds the row of an item by one lookup of the primary key. Planned while the table is small, a plain join
 * reads all of it, or all of an index, for every statement, and goes on to do so when the table has grown.
 */
const INTENT_OF_ITEM = `CROSS JOIN LATERAL (
    SELECT x.ctid AS place FROM payments.intent AS x WHERE x.id = t.id OFFSET 0) AS found`;
/**
 * True of the row that was found and of every item. The planner takes it for rare, and so goes to each row by
 * its place; `IS TRUE` keeps it from an index that begins with the tenant.
 */
const AT_ITS_PLACE = `i.ctid = found.place AND i.id = t.id AND (i.tenant = t.tenant) IS TRUE
    AND left(t.id, 0) = ''`;

const insertIntents = sql(
  'payments.insert-intents',
  `WITH item AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (n integer, ${CLAIM}, ${columnDefinitions(INTENT_COLUMNS)})
), stored AS (
  INSERT INTO payments.intent (${columnNames(INTENT_COLUMNS)})
  SELECT ${columnNames(INTENT_COLUMNS, 't.')} FROM item AS t
  WHERE ${UNSEEN} AND (t.customer IS NULL OR coalesce((
    SELECT NOT known.deleted FROM payments.customer AS known
    WHERE known.id = t.customer AND known.tenant = t.tenant), false))
  RETURNING id
), placed AS (
  SELECT item.n FROM stored JOIN item USING (id)
), claimed AS (
  ${claimFrom('placed')}
), told AS (
  ${tellFrom('placed')}
)
SELECT n FROM placed`,
);

const CHANGED_CHARGE = CHANGING_CHARGE_COLUMNS.map((name) => `${name} = EXCLUDED.${name}`).join(', ');

const saveIntents = sql(
  'payments.save-intents',
  `WITH item AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (n integer, ${CLAIM}, ${columnDefinitions(INTENT_COLUMNS)})
), stored AS (
  UPDATE payments.intent AS i
  SET (${columnNames(CHANGING_INTENT_COLUMNS)}) = ROW (${columnNames(CHANGING_INTENT_COLUMNS, 't.')})
  FROM item AS t ${INTENT_OF_ITEM}
  WHERE ${AT_ITS_PLACE} AND (i.version = t.version - 1) IS TRUE
    AND (t.claim_key IS NULL OR ${UNSEEN})
  RETURNING t.n
), claimed AS (
  ${claimFrom('stored')}
), charged AS (
  INSERT INTO payments.charge AS c (${columnNames(CHARGE_COLUMNS)})
  SELECT ${columnNames(CHARGE_COLUMNS, 'r.')}
  FROM jsonb_to_recordset($3::jsonb) AS r (n integer, ${columnDefinitions(CHARGE_COLUMNS)})
  JOIN stored USING (n)
  ON CONFLICT (id) DO UPDATE SET ${CHANGED_CHARGE}
), told AS (
  ${tellFrom('stored')}
)
SELECT n FROM stored`,
);

const reserveCaptures = sql(
  'payments.reserve-captures',
  `WITH item AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb)
    AS t (n integer, ${CLAIM}, id text, tenant text, wanted numeric, final boolean, due timestamptz)
), stored AS (
  UPDATE payments.intent AS i
  SET version = i.version + 1, status = 'processing', phase = 'capturing', operation_id = t.claim_id,
    operation_at = t.claim_at, next_attempt_at = t.due, attempts = 0, captures = i.captures + 1,
    capture_amount = coalesce(t.wanted, i.amount_capturable),
    final_capture = t.final OR coalesce(t.wanted, i.amount_capturable) >= i.amount_capturable
  FROM item AS t ${INTENT_OF_ITEM}
  WHERE ${AT_ITS_PLACE} AND i.status = 'requires_capture'
    AND coalesce(t.wanted, i.amount_capturable) + i.amount_received
      <= coalesce(i.maximum_capturable, i.amount)
    AND (t.final OR (i.multicapture AND i.captures < ${CAPTURES_MAX} - 1)) AND ${UNSEEN}
  RETURNING t.n, ${columnNames(INTENT_COLUMNS, 'i.')}
), claimed AS (
  ${claimFrom('stored')}
)
SELECT stored.*, ${aliased(CHARGE_COLUMNS, 'charge', 'charge_')}
FROM stored LEFT JOIN LATERAL (
  SELECT * FROM payments.charge AS c WHERE c.id = stored.latest_charge OFFSET 0) AS charge ON true`,
);

/** The hot path's writes on a module's database. */
export function createPaymentStore(db: Database): PaymentStore {
  const insert = createBatcher<Change, boolean>(
    (change) => `${change.intent.tenant} ${change.claim?.key ?? change.intent.id}`,
    (changes) => write(db, insertIntents, changes, false),
  );
  const save = createBatcher<Change, boolean>(
    (change) => change.intent.id,
    (changes) => saveChanges(db, changes),
  );
  const reserve = createBatcher<Reservation, Reserved | undefined>(
    (reservation) => reservation.intent,
    (reservations) => reserveAll(db, reservations),
  );
  return {
    insert: (change) => unlessTaken(insert(change), false),
    save: (change) => unlessTaken(save(change), false),
    reserve: (reservation) => unlessTaken(reserve(reservation), undefined),
  };
}

/** Stores changes inside a transaction, or many at once; see {@link PaymentStore.save}. */
export function saveChanges(db: Queryable, changes: readonly Change[]): Promise<boolean[]> {
  return write(db, saveIntents, changes, true);
}

/** What the conflict clause of a claim ends in: a null for the time of a key that is taken. */
const KEY_TAKEN = 'payments.command.first_seen';
/** What these statements may meet before the command: they change the payment first. */
const IDS_OF_COMMANDS = ['command_pkey', 'charge_command_id_key', 'intent_pkey'];

/** A claim that lost against another at the same instant changes nothing, as one that was seen before. */
async function unlessTaken<T>(write: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await unlessClaimed(write, otherwise, IDS_OF_COMMANDS);
  } catch (error) {
    if (violatedColumn(error) === KEY_TAKEN) return otherwise;
    throw error;
  }
}

async function write(
  db: Queryable,
  statement: typeof saveIntents,
  changes: readonly Change[],
  withCharges: boolean,
): Promise<boolean[]> {
  const items = changes.map((change, n) => ({
    n,
    ...claimOf(change.claim),
    ...fromIntentRecord(change.intent),
  }));
  const events = changes.flatMap((change, n) =>
    change.events.map((event, i) => ({
      n,
      i,
      type: event.type,
      aggregate_id: event.aggregateId,
      tenant: change.intent.tenant,
      at: instant(change.at),
      payload: withCause(event.payload, { request: change.request }),
    })),
  );
  const values = [rowsParameter(items), rowsParameter(events)];
  if (withCharges) {
    const charges = changes.flatMap((change, n) =>
      change.charges.map((charge) => ({ n, ...fromChargeRecord(charge) })),
    );
    values.push(rowsParameter(charges));
  }
  const { rows } = await db.run<{ n: number }>(statement, values);
  const stored = new Set(rows.map((row) => row.n));
  return changes.map((_, n) => stored.has(n));
}

async function reserveAll(
  db: Queryable,
  reservations: readonly Reservation[],
): Promise<(Reserved | undefined)[]> {
  const items = reservations.map((reservation, n) => ({
    n,
    ...claimOf(reservation.claim),
    id: reservation.intent,
    tenant: reservation.claim.tenant,
    wanted: reservation.amount,
    final: reservation.final,
    due: instant(reservation.due),
  }));
  const { rows } = await db.run<IntentRow & { n: number }>(reserveCaptures, [rowsParameter(items)]);
  const found = new Map(
    rows.map((row) => [row.n, { intent: toIntentRecord(row), charge: joinedCharge(row) }]),
  );
  return reservations.map((_, n) => found.get(n));
}

function claimOf(claim: Claim | null): object {
  if (!claim) return {};
  return {
    claim_key: claim.key,
    claim_at: instant(claim.at),
    claim_id: claim.id,
    claim_hash: `\\x${claim.requestHash.toString('hex')}`,
  };
}
