import type { Micros } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type {
  ClearingException,
  ClearingExceptionKind,
  ClearingOverview,
  ClearingType,
} from '../contract/index.ts';
import { fileFromRow } from './clearing-files.ts';

const byConnector = sql(
  'acquiring.clearing-by-connector',
  `SELECT connector, count(*) AS files, sum(records) AS records, max(imported_at) AS last_imported_at
   FROM acquiring.clearing_file GROUP BY connector ORDER BY connector`,
);
const latest = sql(
  'acquiring.latest-clearing-files',
  `SELECT id, connector, name, records, imported_at FROM acquiring.clearing_file
   ORDER BY id DESC LIMIT 20`,
);
const refused = sql(
  'acquiring.latest-refused-clearing-files',
  `SELECT connector, name, reason, refused_at FROM acquiring.refused_clearing_file AS r
   WHERE NOT EXISTS (
     SELECT FROM acquiring.clearing_file AS f WHERE f.connector = r.connector AND f.name = r.name)
   ORDER BY refused_at DESC LIMIT 20`,
);
/** A file that came while it was noted as missing may hold it, and did not see that note. */
const STILL_MISSING = `m.found_in IS NULL AND NOT EXISTS (
     SELECT FROM acquiring.clearing_record AS r WHERE r.subject = m.subject AND r.type = m.type)`;
const counts = sql(
  'acquiring.count-clearing-exceptions',
  `SELECT connector, exception AS kind, count(*) AS count FROM acquiring.clearing_record
   WHERE exception IS NOT NULL GROUP BY 1, 2
   UNION ALL
   SELECT connector, 'missing_from_file', count(*) FROM acquiring.missing_clearing AS m
   WHERE ${STILL_MISSING} GROUP BY 1
   ORDER BY 1, 2`,
);

/** See the operation `clearingOverview`. */
export async function readOverview(db: Queryable): Promise<ClearingOverview> {
  const connectors = await db.run<{
    connector: string;
    files: bigint;
    records: bigint;
    last_imported_at: Micros;
  }>(byConnector);
  const exceptions = await db.run<{ connector: string; kind: ClearingExceptionKind; count: bigint }>(counts);
  const files = await db.run<Parameters<typeof fileFromRow>[0]>(latest);
  const refusals = await db.run<{ connector: string; name: string; reason: string; refused_at: Micros }>(
    refused,
  );
  return {
    connectors: connectors.rows.map(({ connector, last_imported_at: lastImportedAt, ...row }) => ({
      ...{ connector, lastImportedAt },
      files: Number(row.files),
      records: Number(row.records),
    })),
    exceptions: exceptions.rows.map((row) => ({ ...row, count: Number(row.count) })),
    files: files.rows.map(fileFromRow),
    refusedFiles: refusals.rows.map(({ refused_at: refusedAt, ...row }) => ({ ...row, refusedAt })),
  };
}

const open = sql(
  'acquiring.open-clearing-exceptions',
  `SELECT * FROM (
     SELECT id, exception AS kind, type, connector, file, line, reference, amount, currency, booked_at,
       created_at
     FROM acquiring.clearing_record WHERE exception IS NOT NULL
     UNION ALL
     SELECT subject, 'missing_from_file', type, connector, NULL, NULL, reference, amount, currency, booked_at,
       created_at
     FROM acquiring.missing_clearing AS m WHERE ${STILL_MISSING}) AS e
   WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR connector = $2)
   ORDER BY created_at, id LIMIT $3`,
);

/** See the operation `clearingExceptions`. */
export async function readExceptions(
  db: Queryable,
  wanted: {
    readonly kind?: ClearingExceptionKind | undefined;
    readonly connector?: string | undefined;
    readonly limit: number;
  },
): Promise<ClearingException[]> {
  const { rows } = await db.run<{
    id: string;
    kind: ClearingExceptionKind;
    type: ClearingType;
    connector: string;
    file: string | null;
    line: number | null;
    reference: string;
    amount: bigint;
    currency: string;
    booked_at: Micros;
    created_at: Micros;
  }>(open, [wanted.kind ?? null, wanted.connector ?? null, wanted.limit]);
  return rows.map(({ booked_at: bookedAt, created_at: createdAt, ...row }) => ({
    ...row,
    bookedAt,
    createdAt,
  }));
}
