import type { Micros } from '@tpmall/kernel';
import { createListing, type Database, instant, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { PartyAccount } from '../contract/index.ts';

interface AccountRow {
  readonly id: string;
  readonly tenant: string;
  readonly kind: 'platform' | 'merchant';
  readonly name: string;
  readonly country: string;
  readonly default_currency: string;
  readonly email: string | null;
  readonly statement_descriptor: string;
  readonly card_payments: boolean;
  readonly transfers: boolean;
  readonly fee_basis_points: number;
  readonly fee_fixed: bigint;
  readonly created_at: Micros;
}

/** The command that makes an account. */
export interface AccountCommand {
  /** The tenant that gave it; not yet the account's own where that is a new platform. */
  readonly tenant: string;
  readonly commandId: string;
  /** Tells a repetition from another request under the same id. */
  readonly requestHash: Buffer;
}

const columns = `id, tenant, kind, name, country, default_currency, email, statement_descriptor,
  card_payments, transfers, fee_basis_points, fee_fixed, created_at`;

// The command, the account and the audit entry go in together, or not at all because the command was there
// before.
const insert = sql(
  'accounts.insert-account',
  `WITH accepted AS (
     INSERT INTO accounts.command (tenant, key, first_seen, command_id, request_hash)
     VALUES ($14, $15, $13, $15, $16) ON CONFLICT DO NOTHING RETURNING command_id
   ), made AS (
     INSERT INTO accounts.account (${columns}, command_id)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, command_id FROM accepted
     RETURNING id, tenant
   )
   INSERT INTO accounts.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, tenant, $13, $17::jsonb FROM made`,
);
const byCommand = sql(
  'accounts.find-account-by-command',
  `SELECT ${columns} FROM accounts.account
   WHERE command_id = (SELECT command_id FROM accounts.command
     WHERE tenant = $1 AND key = $2 AND request_hash = $3)`,
);
const byIds = sql(
  'accounts.find-accounts',
  `SELECT ${columns} FROM accounts.account WHERE tenant = $1 AND id = ANY ($2::text[])`,
);
const firstPlatform = sql(
  'accounts.find-home',
  `SELECT ${columns} FROM accounts.account WHERE kind = 'platform' ORDER BY created_at, id LIMIT 1`,
);

/** Stores an account with its command and audit entry; false where the command was accepted before. */
export async function insertAccount(
  db: Database,
  account: PartyAccount,
  command: AccountCommand,
  entry: AuditEntry,
): Promise<boolean> {
  const { count } = await db.run(insert, [
    account.id,
    account.tenant,
    account.kind,
    account.name,
    account.country,
    account.defaultCurrency,
    account.email,
    account.statementDescriptor,
    account.capabilities.cardPayments,
    account.capabilities.transfers,
    account.feePlan.basisPoints,
    account.feePlan.fixed,
    instant(account.createdAt),
    command.tenant,
    command.commandId,
    command.requestHash,
    JSON.stringify(entry),
  ]);
  return count > 0;
}

/** The account that a command made, if the command asked for the same. */
export async function findAccountByCommand(
  db: Database,
  command: AccountCommand,
): Promise<PartyAccount | undefined> {
  const values = [command.tenant, command.commandId, command.requestHash];
  const { rows } = await db.run<AccountRow>(byCommand, values);
  return rows[0] && toAccount(rows[0]);
}

/** Those of the accounts that exist for the tenant, in no order. */
export async function findAccountsById(
  db: Database,
  tenant: string,
  ids: readonly string[],
): Promise<PartyAccount[]> {
  const { rows } = await db.run<AccountRow>(byIds, [tenant, ids]);
  return rows.map(toAccount);
}

/** The platform that was there first. */
export async function findFirstPlatform(db: Database): Promise<PartyAccount | undefined> {
  const { rows } = await db.run<AccountRow>(firstPlatform);
  return rows[0] && toAccount(rows[0]);
}

/** A page of a platform's merchants, newest first. */
export const listMerchants = createListing({
  module: 'accounts',
  table: 'account',
  object: 'account',
  select: columns,
  read: toAccount,
  filters: {},
  always: `kind = 'merchant'`,
});

function toAccount(row: AccountRow): PartyAccount {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    name: row.name,
    country: row.country,
    defaultCurrency: row.default_currency,
    email: row.email,
    statementDescriptor: row.statement_descriptor,
    capabilities: { cardPayments: row.card_payments, transfers: row.transfers },
    feePlan: { basisPoints: row.fee_basis_points, fixed: row.fee_fixed },
    createdAt: row.created_at,
  };
}
