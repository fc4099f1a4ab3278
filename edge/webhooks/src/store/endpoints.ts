import type { Micros } from '@tpmall/kernel';
import { createListing, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { WebhookEndpoint } from '../contract/index.ts';

/** An endpoint as it is stored. */
export interface EndpointRecord extends Omit<WebhookEndpoint, 'status'> {
  readonly status: 'enabled' | 'disabled' | 'deleted';
  readonly version: number;
  /** Sealed. */
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousUntil: Micros | null;
}

interface EndpointRow {
  id: string;
  tenant: string;
  created_at: Micros;
  version: number;
  url: string;
  description: string | null;
  metadata: Record<string, string>;
  api_version: string | null;
  enabled_events: string[];
  status: EndpointRecord['status'];
  disabled_reason: 'owner' | 'failing' | null;
  secret: Buffer;
  previous_secret: Buffer | null;
  previous_until: Micros | null;
  failing_since: Micros | null;
}

const COLUMNS = `id, tenant, created_at, version, url, description, metadata, api_version, enabled_events,
  status, disabled_reason, secret, previous_secret, previous_until, failing_since`;

// The count is taken under a lock of the tenant's own: two at once cannot both be the last that fits.
const lockTenant = sql(
  'webhooks.lock-tenant',
  `SELECT pg_advisory_xact_lock(hashtextextended('webhooks.endpoints ' || $1, 0))`,
);
const count = sql(
  'webhooks.count-endpoints',
  `SELECT count(*) AS present FROM webhooks.endpoint WHERE tenant = $1 AND status <> 'deleted'`,
);
const insert = sql(
  'webhooks.insert-endpoint',
  `INSERT INTO webhooks.endpoint (${COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
);
const update = sql(
  'webhooks.update-endpoint',
  `UPDATE webhooks.endpoint SET version = $4, url = $5, description = $6, metadata = $7, api_version = $8,
  enabled_events = $9, status = $10, disabled_reason = $11, secret = $12, previous_secret = $13,
  previous_until = $14, failing_since = $15
WHERE id = $1 AND tenant = $2 AND created_at = $3`,
);
const byId = sql(
  'webhooks.find-endpoint',
  `SELECT ${COLUMNS} FROM webhooks.endpoint WHERE id = $1 AND tenant = $2 AND status <> 'deleted'`,
);
const lock = sql('webhooks.lock-endpoint', `${byId.text} FOR UPDATE`);

/** How many endpoints a tenant has; held until the transaction ends. */
export async function countEndpoints(tx: Queryable, tenant: string): Promise<number> {
  await tx.run(lockTenant, [tenant]);
  const { rows } = await tx.run<{ present: bigint }>(count, [tenant]);
  return Number(rows[0]?.present ?? 0n);
}

/** Stores a new endpoint. */
export async function insertEndpoint(tx: Queryable, endpoint: EndpointRecord): Promise<void> {
  await tx.run(insert, valuesOf(endpoint));
}

/** Stores a changed endpoint, which the transaction has locked. */
export async function saveEndpoint(tx: Queryable, endpoint: EndpointRecord): Promise<void> {
  await tx.run(update, valuesOf(endpoint));
}

/** An endpoint of this tenant. */
export async function findEndpoint(
  db: Queryable,
  tenant: string,
  id: string,
): Promise<EndpointRecord | undefined> {
  const { rows } = await db.run<EndpointRow>(byId, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

/** The same, held until the transaction ends. */
export async function lockEndpoint(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<EndpointRecord | undefined> {
  const { rows } = await tx.run<EndpointRow>(lock, [id, tenant]);
  return rows[0] && toRecord(rows[0]);
}

/** A page of endpoints, newest first. */
export const listEndpoints = createListing({
  module: 'webhooks',
  table: 'endpoint',
  object: 'webhook_endpoint',
  select: COLUMNS,
  read: (row: EndpointRow) => showEndpoint(toRecord(row)),
  filters: {},
  always: `status <> 'deleted'`,
});

/** The endpoint as others see it. */
export function showEndpoint(record: EndpointRecord): WebhookEndpoint {
  const { version: _v, secret: _s, previousSecret: _p, previousUntil: _u, status, ...shown } = record;
  return { ...shown, status: status === 'enabled' ? 'enabled' : 'disabled' };
}

function valuesOf(endpoint: EndpointRecord): unknown[] {
  return [
    endpoint.id,
    endpoint.tenant,
    instant(endpoint.createdAt),
    endpoint.version,
    endpoint.url,
    endpoint.description,
    JSON.stringify(endpoint.metadata),
    endpoint.apiVersion,
    endpoint.enabledEvents,
    endpoint.status,
    endpoint.disabledReason,
    endpoint.secret,
    endpoint.previousSecret,
    endpoint.previousUntil === null ? null : instant(endpoint.previousUntil),
    endpoint.failingSince === null ? null : instant(endpoint.failingSince),
  ];
}

function toRecord(row: EndpointRow): EndpointRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    createdAt: row.created_at,
    version: row.version,
    url: row.url,
    description: row.description,
    metadata: row.metadata,
    apiVersion: row.api_version,
    enabledEvents: row.enabled_events,
    status: row.status,
    disabledReason: row.disabled_reason,
    secret: row.secret,
    previousSecret: row.previous_secret,
    previousUntil: row.previous_until,
    failingSince: row.failing_since,
  };
}
