import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import { AUDIT_EVENT, type AuditEntry } from '@tpmall/platform/events';
import type { ClearingFile } from '../contract/index.ts';

interface FileRow {
  id: string;
  connector: string;
  name: string;
  records: number;
  imported_at: Micros;
}

const COLUMNS = 'id, connector, name, records, imported_at';

/** A file of a row. */
export function fileFromRow({ imported_at: importedAt, ...row }: FileRow): ClearingFile {
  return { ...row, importedAt };
}

const lock = sql(
  'acquiring.lock-clearing',
  "SELECT pg_advisory_xact_lock(hashtextextended('acquiring.clearing ' || $1, 0))",
);

/** Lets nobody else match records of this connector until the transaction ends. */
export async function lockClearing(tx: Queryable, connector: string): Promise<void> {
  await tx.run(lock, [connector]);
}

const known = sql(
  'acquiring.find-clearing-file',
  `SELECT ${COLUMNS}, content_hash = $3 AS same FROM acquiring.clearing_file
   WHERE connector = $1 AND (name = $2 OR content_hash = $3) ORDER BY content_hash = $3 DESC LIMIT 1`,
);

/** The file of the same text, or else one of the same name; `same` says which. */
export async function findImported(
  db: Queryable,
  connector: string,
  name: string,
  contentHash: Buffer,
): Promise<{ readonly file: ClearingFile; readonly same: boolean } | undefined> {
  const { rows } = await db.run<FileRow & { same: boolean }>(known, [connector, name, contentHash]);
  const row = rows[0];
  if (!row) return undefined;
  const { same, ...file } = row;
  return { file: fileFromRow(file), same };
}

const insert = sql(
  'acquiring.insert-clearing-file',
  `WITH stored AS (
     INSERT INTO acquiring.clearing_file (${COLUMNS}, content_hash) VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING id
   )
   INSERT INTO acquiring.outbox (type, aggregate_id, tenant, at, payload)
   SELECT '${AUDIT_EVENT}', id, $7, $5, $8::jsonb FROM stored`,
);

/** Stores a file with its audit entry. */
export async function storeFile(
  tx: Queryable,
  file: ClearingFile & { readonly contentHash: Buffer },
  tenant: string,
  audit: AuditEntry,
): Promise<void> {
  await tx.run(insert, [
    file.id,
    file.connector,
    file.name,
    file.records,
    instant(file.importedAt),
    file.contentHash,
    tenant,
    JSON.stringify(audit),
  ]);
}

const importedNames = sql(
  'acquiring.imported-clearing-names',
  'SELECT name FROM acquiring.clearing_file WHERE connector = $1 AND name = ANY ($2::text[])',
);

/** Of these names, those of files that were imported. */
export async function findImportedNames(
  db: Queryable,
  connector: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.run<{ name: string }>(importedNames, [connector, names]);
  return new Set(rows.map(({ name }) => name));
}

const refused = sql(
  'acquiring.is-clearing-file-refused',
  `SELECT FROM acquiring.refused_clearing_file
   WHERE connector = $1 AND name = $2 AND content_hash = $3`,
);

/** Whether this text was refused under this name before. */
export async function isRefused(
  db: Queryable,
  connector: string,
  name: string,
  contentHash: Buffer,
): Promise<boolean> {
  return (await db.run(refused, [connector, name, contentHash])).count > 0;
}

const refuse = sql(
  'acquiring.refuse-clearing-file',
  `INSERT INTO acquiring.refused_clearing_file (connector, name, content_hash, reason, refused_at)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
);

/** Keeps why a file could not be imported. */
export async function storeRefusal(
  db: Queryable,
  file: { readonly connector: string; readonly name: string; readonly contentHash: Buffer },
  reason: string,
  at: Micros,
): Promise<void> {
  await db.run(refuse, [file.connector, file.name, file.contentHash, reason, instant(at)]);
}
