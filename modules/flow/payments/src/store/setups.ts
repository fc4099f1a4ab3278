import type { Micros } from '@tpmall/kernel';
import { type Claim, unlessClaimed } from '@tpmall/platform/command';
import type { ApiRequest } from '@tpmall/platform/contract';
import {
  columnDefinitions,
  columnNames,
  instant,
  type Queryable,
  type Statement,
  sql,
} from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { SetupRecord } from '../service/setup-records.ts';
import type { Told } from './save-payments.ts';
import {
  CHANGING_SETUP_COLUMNS,
  fromSetupRecord,
  SETUP_COLUMNS,
  type SetupRow,
  toSetupRecord,
} from './setup-rows.ts';

const ITEM = `item AS MATERIALIZED (
  SELECT * FROM jsonb_to_record($1::jsonb) AS t (${columnDefinitions(SETUP_COLUMNS)})
)`;

/** The command is claimed where it has not been seen for a day; see the claims of intents. */
const claimed = (from: string): string => `claimed AS (
  INSERT INTO payments.command AS c (tenant, key, first_seen, command_id, request_hash)
  SELECT ${from === 'item' ? 'item' : 'held'}.tenant, $2, $3, $4, $5 FROM ${from}
  ON CONFLICT (tenant, key) DO UPDATE SET
    first_seen = EXCLUDED.first_seen, command_id = EXCLUDED.command_id, request_hash = EXCLUDED.request_hash
  WHERE c.first_seen <= EXCLUDED.first_seen - interval '24 hours'
  RETURNING tenant
)`;

const TOLD = `told AS (
  INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
  SELECT e.type, stored.id, stored.tenant, $7, e.payload
  FROM stored, jsonb_to_recordset($6::jsonb) AS e (type text, payload jsonb)
)
SELECT id FROM stored`;

const insert = sql(
  'payments.insert-setup-intent',
  `WITH ${ITEM}, ${claimed('item')}, stored AS (
  INSERT INTO payments.setup_intent (${columnNames(SETUP_COLUMNS)})
  SELECT ${columnNames(SETUP_COLUMNS, 'item.')} FROM item, claimed RETURNING id, tenant
), ${TOLD}`,
);

// The row is locked first: of two changes of one version the second claims nothing and stores nothing.
const change = sql(
  'payments.change-setup-intent',
  `WITH ${ITEM}, held AS (
  SELECT s.id, s.tenant FROM payments.setup_intent AS s JOIN item USING (id)
  WHERE s.tenant = item.tenant AND s.version = item.version - 1 FOR UPDATE OF s
), ${claimed('held WHERE $2::text IS NOT NULL')}, stored AS (
  UPDATE payments.setup_intent AS s
  SET (${columnNames(CHANGING_SETUP_COLUMNS)}) = ROW (${columnNames(CHANGING_SETUP_COLUMNS, 'item.')})
  FROM item, held
  WHERE s.id = held.id AND ($2::text IS NULL OR EXISTS (SELECT FROM claimed))
  RETURNING s.id, s.tenant
), ${TOLD}`,
);

/** A setup intent as it shall be, with its events and the command behind it. */
export interface SetupChange {
  readonly at: Micros;
  readonly setup: SetupRecord;
  readonly events: readonly Told[];
  readonly claim: Claim | null;
  /** The request of the API behind it, for its events, where no claim says so. */
  readonly request?: ApiRequest | undefined;
}

/** Stores a new setup intent. False: the command has been seen. */
export function insertSetup(db: Queryable, change: SetupChange): Promise<boolean> {
  return unlessClaimed(write(db, insert, change), false);
}

/** Stores a changed setup intent. False: it has moved on, or the command has been seen. */
export function saveSetup(db: Queryable, changed: SetupChange): Promise<boolean> {
  return unlessClaimed(write(db, change, changed), false);
}

async function write(db: Queryable, statement: Statement, changed: SetupChange): Promise<boolean> {
  const { setup, claim, at, request = claim?.request } = changed;
  const events = changed.events.map((event) => ({
    ...event,
    payload: withCause(event.payload, { request }),
  }));
  const { rows } = await db.run(statement, [
    JSON.stringify(fromSetupRecord(setup)),
    claim?.key ?? null,
    claim === null ? null : instant(claim.at),
    claim?.id ?? null,
    claim?.requestHash ?? null,
    JSON.stringify(events),
    instant(at),
  ]);
  return rows.length > 0;
}

const byId = sql(
  'payments.find-setup-intent',
  `SELECT ${columnNames(SETUP_COLUMNS)} FROM payments.setup_intent WHERE id = $1 AND tenant = $2`,
);

/** A setup intent of this tenant. */
export async function findSetup(db: Queryable, tenant: string, id: string): Promise<SetupRecord | undefined> {
  const { rows } = await db.run<SetupRow>(byId, [id, tenant]);
  return rows[0] && toSetupRecord(rows[0]);
}

const byAuthentication = sql(
  'payments.find-setup-intent-by-authentication',
  `SELECT ${columnNames(SETUP_COLUMNS)} FROM payments.setup_intent
WHERE authentication_id = $1 AND status = 'requires_action'`,
);

/** The setup intent that waits for an authentication. */
export async function findSetupByAuthentication(
  db: Queryable,
  authenticationId: string,
): Promise<SetupRecord | undefined> {
  const { rows } = await db.run<SetupRow>(byAuthentication, [authenticationId]);
  return rows[0] && toSetupRecord(rows[0]);
}

// Taking a row raises its version: whoever worked on it before can no longer store what it found.
const takeDue = sql(
  'payments.take-due-setup-intents',
  `WITH due AS (
  SELECT id FROM payments.setup_intent WHERE next_attempt_at <= $1
  ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE payments.setup_intent AS s
SET version = s.version + 1, attempts = s.attempts + 1, next_attempt_at = $2
FROM due WHERE s.id = due.id RETURNING ${columnNames(SETUP_COLUMNS, 's.')}`,
);

/** Takes setup intents in work that are due, oldest first, and leases them until an instant. */
export async function takeDueSetups(
  db: Queryable,
  now: Micros,
  leaseUntil: Micros,
  limit: number,
): Promise<SetupRecord[]> {
  const { rows } = await db.run<SetupRow>(takeDue, [instant(now), instant(leaseUntil), limit]);
  return rows.map(toSetupRecord);
}
