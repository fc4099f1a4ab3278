import type { Micros } from '@tpmall/kernel';
import { type Cursor, createListing, type Database, deleteRows, instant, sql } from '@tpmall/platform/db';

/** One request as the log keeps it: redacted, bounded, never changed. */
export interface LoggedRequest {
  /** `req_…`, as the answer's header `request-id` said. */
  readonly id: string;
  readonly tenant: string;
  readonly createdAt: Micros;
  readonly keyId: string;
  readonly method: string;
  /** Without its query, which is part of `requestBody`. */
  readonly path: string;
  readonly operation: string;
  readonly status: number;
  readonly errorCode: string | null;
  readonly durationUs: number;
  readonly ip: string;
  readonly userAgent: string;
  readonly idempotencyKey: string | null;
  readonly replayed: boolean;
  readonly objectId: string | null;
  /** The parameters as JSON text; ends in `…` where it was cut. */
  readonly requestBody: string;
  readonly responseBody: string;
}

/** Rows of one statement: so many bodies together stay far below what one message may hold. */
export const LOG_INSERT_MAX = 200;

const COLUMNS = `id, tenant, created_at, key_id, method, path, operation, status, error_code, duration_us,
  ip, user_agent, idempotency_key, replayed, object_id, request_body, response_body`;

const insertLogged = sql(
  'gateway.insert-logged-requests',
  `INSERT INTO gateway.request_log (${COLUMNS})
SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::int[], $9::text[], $10::int[], $11::text[], $12::text[], $13::text[], $14::boolean[],
  $15::text[], $16::text[], $17::text[])
ON CONFLICT (id) DO NOTHING`,
);

/** Keeps requests, at most {@link LOG_INSERT_MAX} of them. */
export async function insertLoggedRequests(db: Database, logged: readonly LoggedRequest[]): Promise<void> {
  const column = <K extends keyof LoggedRequest>(name: K) => logged.map((row) => row[name]);
  await db.run(insertLogged, [
    column('id'),
    column('tenant'),
    logged.map((row) => instant(row.createdAt)),
    column('keyId'),
    column('method'),
    column('path'),
    column('operation'),
    column('status'),
    column('errorCode'),
    column('durationUs'),
    column('ip'),
    column('userAgent'),
    column('idempotencyKey'),
    column('replayed'),
    column('objectId'),
    column('requestBody'),
    column('responseBody'),
  ]);
}

interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly created_at: Micros;
  readonly key_id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: number;
  readonly error_code: string | null;
  readonly duration_us: number;
  readonly ip: string;
  readonly user_agent: string;
  readonly idempotency_key: string | null;
  readonly replayed: boolean;
  readonly object_id: string | null;
  readonly request_body: string;
  readonly response_body: string;
}

/** Which requests are wanted. */
export interface RequestFilter extends Cursor {
  readonly object?: string | undefined;
  /** Of any of these. */
  readonly objects?: readonly string[] | undefined;
  readonly method?: string | undefined;
  readonly status?: number | undefined;
  /** This status or a higher one. */
  readonly statusFrom?: number | undefined;
  /** What the path begins with. */
  readonly path?: string | undefined;
  readonly operation?: string | undefined;
  readonly errorCode?: string | undefined;
  /** Who asked: a key, or a person by their session. */
  readonly keyId?: string | undefined;
}

/** A page of a tenant's requests, newest first. */
export const listLoggedRequests = createListing({
  module: 'gateway',
  table: 'request_log',
  object: 'request_log',
  select: COLUMNS,
  read: toLogged,
  filters: {
    object: 'object_id = ?',
    objects: 'object_id = ANY (?)',
    method: 'method = ?',
    status: 'status = ?',
    statusFrom: 'status >= ?',
    path: 'starts_with(path, ?)',
    operation: 'operation = ?',
    errorCode: 'error_code = ?',
    keyId: 'key_id = ?',
  },
});

const byId = sql(
  'gateway.find-logged-request',
  `SELECT ${COLUMNS} FROM gateway.request_log WHERE id = $1 AND tenant = $2`,
);

/** A request of this tenant. */
export async function findLoggedRequest(
  db: Database,
  tenant: string,
  id: string,
): Promise<LoggedRequest | undefined> {
  const { rows } = await db.run<Row>(byId, [id, tenant]);
  return rows[0] && toLogged(rows[0]);
}

const deleteOld = sql(
  'gateway.delete-old-requests',
  `DELETE FROM gateway.request_log WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM gateway.request_log WHERE created_at < $1 LIMIT $2))`,
);

/** Forgets requests made before an instant. */
export function deleteLoggedRequests(db: Database, before: Micros): Promise<void> {
  return deleteRows(db, deleteOld, [instant(before)]);
}

function toLogged(row: Row): LoggedRequest {
  return {
    id: row.id,
    tenant: row.tenant,
    createdAt: row.created_at,
    keyId: row.key_id,
    method: row.method,
    path: row.path,
    operation: row.operation,
    status: row.status,
    errorCode: row.error_code,
    durationUs: row.duration_us,
    ip: row.ip,
    userAgent: row.user_agent,
    idempotencyKey: row.idempotency_key,
    replayed: row.replayed,
    objectId: row.object_id,
    requestBody: row.request_body,
    responseBody: row.response_body,
  };
}
