import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, rowsParameter, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { WrappedKey } from '../keystore/port.ts';
import { type CardFacts, type CardRow, type SealedParts, SHARED_TENANT } from './card-rows.ts';

// Reading and recording are one statement, so a card number is never handed out without its audit entry. The
// rows are found one by one: the offset keeps the planner to the primary keys, whatever the tables' size.
// When a card was last used is kept to the day, so that its first payment writes nothing more.
const disclose = sql(
  'vault.disclose-card',
  `WITH found AS MATERIALIZED (
     SELECT t.n, t.reader, t.at, t.payload, c.id, c.tenant, c.exp_month, c.exp_year, c.key_version, c.pan,
       c.details, c.place, coalesce(c.used_at, c.created_at) < t.at - interval '1 day' AS stale,
       k.kek_version, k.wrapped
     FROM jsonb_to_recordset($1::jsonb)
       AS t (n integer, id text, reader text, at timestamptz, payload jsonb, detached boolean)
     CROSS JOIN LATERAL (
       SELECT x.*, x.ctid AS place FROM vault.card AS x
       WHERE x.id = t.id AND x.tenant IN (t.reader, '${SHARED_TENANT}')
         AND (t.detached OR x.detached_at IS NULL) OFFSET 0) AS c
     CROSS JOIN LATERAL (
       SELECT * FROM vault.data_key AS x
       WHERE x.tenant = c.tenant AND x.version = c.key_version OFFSET 0) AS k
   ), recorded AS (
     INSERT INTO vault.outbox (type, aggregate_id, tenant, at, payload)
     SELECT '${AUDIT_EVENT}', id, reader, at, payload FROM found ORDER BY n
   ), used AS (
     UPDATE vault.card AS u SET used_at = found.at FROM found
     WHERE found.stale AND found.tenant <> '${SHARED_TENANT}' AND u.ctid = found.place AND u.id = found.id
   )
   SELECT n, id, tenant, exp_month, exp_year, key_version, pan, details, kek_version, wrapped FROM found`,
);

/** A request to hand out a clear card, with the entry that records it. */
export interface Disclosure {
  readonly id: string;
  readonly tenant: string;
  readonly at: Micros;
  /** Whether a card that was taken from its customer may be shown too: to send money back to it. */
  readonly evenDetached: boolean;
  readonly entry: AuditEntry;
}

/** What of a card is needed to hand it out. */
export type DisclosedCard = Pick<CardFacts, 'id' | 'tenant' | 'expMonth' | 'expYear'> &
  SealedParts & { readonly wrapped: WrappedKey };

type DisclosedRow = Pick<CardRow, 'id' | 'tenant' | 'exp_month' | 'exp_year'> & {
  readonly n: number;
  readonly key_version: number;
  readonly pan: Buffer;
  readonly details: Buffer;
  readonly kek_version: number;
  readonly wrapped: Buffer;
};

/**
 * Reads cards in order to disclose them, and records who asked and why in the same statement. Disclosures
 * that are asked for at the same time share it; each has an entry of its own, those of one card too.
 */
export function createDiscloser(db: Database): (asked: Disclosure) => Promise<DisclosedCard | undefined> {
  let asked = 0;
  return createBatcher<Disclosure, DisclosedCard | undefined>(
    // Rows are added and none is changed but for the day of its use, so any two may share a statement.
    () => String((asked += 1)),
    async (disclosures) => {
      const items = disclosures.map(({ id, tenant, at, evenDetached, entry }, n) => ({
        n,
        id,
        reader: tenant,
        at: instant(at),
        payload: entry,
        detached: evenDetached,
      }));
      const { rows } = await db.run<DisclosedRow>(disclose, [rowsParameter(items)]);
      const found: (DisclosedCard | undefined)[] = disclosures.map(() => undefined);
      for (const row of rows) found[row.n] = toDisclosed(row);
      return found;
    },
  );
}

function toDisclosed(row: DisclosedRow): DisclosedCard {
  return {
    id: row.id,
    tenant: row.tenant,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    keyVersion: row.key_version,
    pan: row.pan,
    details: row.details,
    wrapped: { version: row.kek_version, bytes: row.wrapped },
  };
}
