import type { Micros } from '@tpmall/kernel';
import { Redacted } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Authentication, AuthenticationProof } from '../contract/index.ts';

/** A 3-D Secure authentication as it is stored. */
export interface StoredAuthentication {
  readonly id: string;
  readonly tenant: string;
  readonly commandId: string;
  /** Whose acquirer it named; null where it was made before this was kept. */
  readonly connector: string | null;
  readonly paymentMethod: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly merchantName: string;
  readonly last4: string;
  readonly returnUrl: string;
  readonly state: Authentication['state'];
  readonly serverTransId: string;
  readonly acsTransId: string | null;
  readonly dsTransId: string | null;
  readonly acsUrl: string | null;
  readonly eci: string | null;
  readonly authenticationValue: Redacted<string> | null;
}

interface Row {
  id: string;
  tenant: string;
  command_id: string;
  connector: string | null;
  payment_method: string;
  amount: bigint;
  currency: string;
  merchant_name: string;
  last4: string;
  return_url: string;
  state: Authentication['state'];
  server_trans_id: string;
  acs_trans_id: string | null;
  ds_trans_id: string | null;
  acs_url: string | null;
  eci: string | null;
  authentication_value: string | null;
}

const insert = sql(
  'acquiring.insert-authentication',
  `INSERT INTO acquiring.authentication (id, tenant, command_id, payment_method, amount, currency,
    merchant_name, last4, return_url, state, server_trans_id, acs_trans_id, ds_trans_id, acs_url,
    results_key_hash, eci, authentication_value, created_at, updated_at,
    connector)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)
   ON CONFLICT (tenant, command_id) DO NOTHING
   RETURNING id`,
);

/** Stores an authentication with the directory server's answer; false where the command is known. */
export async function insertAuthentication(
  db: Queryable,
  row: StoredAuthentication & { resultsKeyHash: Buffer; at: Micros },
): Promise<boolean> {
  const { count } = await db.run(insert, [
    row.id,
    row.tenant,
    row.commandId,
    row.paymentMethod,
    row.amount,
    row.currency,
    row.merchantName,
    row.last4,
    row.returnUrl,
    row.state,
    row.serverTransId,
    row.acsTransId,
    row.dsTransId,
    row.acsUrl,
    row.resultsKeyHash,
    row.eci,
    row.authenticationValue?.reveal() ?? null,
    instant(row.at),
    row.connector,
  ]);
  return count > 0;
}

const byCommand = sql(
  'acquiring.authentication-by-command',
  'SELECT * FROM acquiring.authentication WHERE tenant = $1 AND command_id = $2',
);
const byTenantAndId = sql(
  'acquiring.authentication-of-tenant',
  'SELECT * FROM acquiring.authentication WHERE tenant = $1 AND id = $2',
);
const byId = sql('acquiring.authentication-by-id', 'SELECT * FROM acquiring.authentication WHERE id = $1');
const byResultsKey = sql(
  'acquiring.authentication-by-results-key',
  'SELECT * FROM acquiring.authentication WHERE results_key_hash = $1',
);

/** The authentication that a command started, or undefined. */
export async function findAuthenticationByCommand(db: Queryable, tenant: string, commandId: string) {
  return first(await db.run<Row>(byCommand, [tenant, commandId]));
}

/** An authentication of a tenant, or undefined. */
export async function findAuthentication(db: Queryable, tenant: string, id: string) {
  return first(await db.run<Row>(byTenantAndId, [tenant, id]));
}

/** An authentication for the shopper who holds its link, or undefined. */
export async function findAuthenticationForShopper(db: Queryable, id: string) {
  return first(await db.run<Row>(byId, [id]));
}

/** The authentication whose results go to the URL with this key, or undefined. */
export async function findAuthenticationByResultsKey(db: Queryable, keyHash: Buffer) {
  return first(await db.run<Row>(byResultsKey, [keyHash]));
}

const finish = sql(
  'acquiring.finish-authentication',
  `WITH changed AS (
     UPDATE acquiring.authentication SET state = $2, eci = $3, authentication_value = $4, updated_at = $5
     WHERE id = $1 AND state = 'challenge'
     RETURNING id, tenant
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT 'authentication.completed', id, tenant, $5, jsonb_build_object('authenticationId', id, 'state',
     $2::text)
   FROM changed`,
);

/** Ends a challenge, once; a repetition changes nothing. */
export async function finishAuthentication(
  db: Queryable,
  options: { id: string; state: 'authenticated' | 'failed'; proof: AuthenticationProof | null; at: Micros },
): Promise<void> {
  const { id, state, proof, at } = options;
  await db.run(finish, [id, state, proof?.eci ?? null, proof?.value.reveal() ?? null, instant(at)]);
}

const expire = sql(
  'acquiring.expire-authentications',
  `WITH changed AS (
     UPDATE acquiring.authentication SET state = 'failed', updated_at = $1
     WHERE state = 'challenge' AND created_at < $2
     RETURNING id, tenant
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT 'authentication.completed', id, tenant, $1, jsonb_build_object('authenticationId', id, 'state',
     'failed')
   FROM changed`,
);

/** Fails the challenges that were begun before an instant and never ended. */
export async function expireAuthentications(db: Queryable, now: Micros, begunBefore: Micros): Promise<void> {
  await db.run(expire, [instant(now), instant(begunBefore)]);
}

function first(result: { rows: readonly Row[] }): StoredAuthentication | undefined {
  const row = result.rows[0];
  if (!row) return undefined;
  return {
    id: row.id,
    tenant: row.tenant,
    commandId: row.command_id,
    connector: row.connector,
    paymentMethod: row.payment_method,
    amount: row.amount,
    currency: row.currency,
    merchantName: row.merchant_name,
    last4: row.last4,
    returnUrl: row.return_url,
    state: row.state,
    serverTransId: row.server_trans_id,
    acsTransId: row.acs_trans_id,
    dsTransId: row.ds_trans_id,
    acsUrl: row.acs_url,
    eci: row.eci,
    authenticationValue: row.authentication_value === null ? null : new Redacted(row.authentication_value),
  };
}
