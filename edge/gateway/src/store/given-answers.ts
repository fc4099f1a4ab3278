import { redacted } from '@tpmall/kernel';
import { type Database, deleteRows, instant, sql } from '@tpmall/platform/db';
import type { SecretBox } from '@tpmall/platform/sealing';
import type { GivenAnswer } from '../pipeline/replay.ts';

/** Rows of one statement; so many answers together are far below any limit of the protocol. */
export const INSERT_MAX = 500;

const insertAnswers = sql(
  'gateway.insert-answers',
  `INSERT INTO gateway.given_answer (tenant, key, fingerprint, request_id, status, content_type, sealed, at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bytea[],
                        $8::timestamptz[])
   ON CONFLICT (tenant, key) DO UPDATE
     SET fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
         content_type = excluded.content_type, sealed = excluded.sealed, at = excluded.at
     WHERE gateway.given_answer.at < excluded.at`,
);

const selectNewest = sql(
  'gateway.select-newest-answers',
  `SELECT tenant, key, fingerprint, request_id, status, content_type, sealed, at
     FROM gateway.given_answer WHERE at > $1 ORDER BY at DESC LIMIT $2`,
);

const deleteOld = sql(
  'gateway.delete-old-answers',
  `DELETE FROM gateway.given_answer WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM gateway.given_answer WHERE at <= $1 ORDER BY at LIMIT $2))`,
);

interface Row {
  readonly tenant: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly request_id: string;
  readonly status: number;
  readonly content_type: string;
  readonly sealed: Buffer;
  readonly at: number;
}

/** What an answer belongs to; it opens as that alone. */
function bindingOf({ tenant, key }: Pick<GivenAnswer, 'tenant' | 'key'>): readonly string[] {
  return ['given-answer', tenant, key];
}

/**
 * Keeps answers, at most {@link INSERT_MAX} of them, with what they say sealed; a newer answer of the same
 * key replaces an older one.
 */
export async function insertGivenAnswers(
  db: Database,
  box: SecretBox,
  answers: readonly GivenAnswer[],
): Promise<void> {
  // One statement cannot touch a row twice, so of each key only the last answer goes in.
  const last = new Map(answers.map((given) => [`${given.tenant}\n${given.key}`, given]));
  const rows = [...last.values()];
  const column = <K extends keyof GivenAnswer>(name: K) => rows.map((row) => row[name]);
  await db.run(insertAnswers, [
    column('tenant'),
    column('key'),
    column('fingerprint'),
    column('requestId'),
    column('status'),
    column('contentType'),
    rows.map((row) => box.seal(redacted(row.body), bindingOf(row))),
    rows.map((row) => instant(row.at)),
  ]);
}

/**
 * The newest answers given after an instant, oldest of them first; without those that do not open, of a time
 * when the instance had another secret.
 */
export async function selectGivenAnswers(
  db: Database,
  box: SecretBox,
  after: number,
  limit: number,
): Promise<GivenAnswer[]> {
  const { rows } = await db.run<Row>(selectNewest, [instant(after), limit]);
  return rows
    .flatMap((row): GivenAnswer[] => {
      const body = box.tryOpen(row.sealed, bindingOf(row))?.reveal();
      if (body === undefined) return [];
      const { tenant, key, fingerprint, request_id: requestId, status, content_type: contentType, at } = row;
      return [{ tenant, key, fingerprint, requestId, status, contentType, body, at }];
    })
    .reverse();
}

/** Forgets answers given up to an instant. */
export function deleteGivenAnswers(db: Database, upTo: number): Promise<void> {
  return deleteRows(db, deleteOld, [instant(upTo)]);
}
