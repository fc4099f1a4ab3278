import { type Database, instant, sql } from '@tpmall/platform/db';
import type { GivenAnswer } from '../pipeline/replay.ts';

/** Rows of one statement; so many answers together are far below any limit of the protocol. */
export const INSERT_MAX = 500;

const insertAnswers = sql(
  'gateway.insert-answers',
  `INSERT INTO gateway.given_answer (tenant, key, fingerprint, request_id, status, content_type, body, at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
                        $8::timestamptz[])
   ON CONFLICT (tenant, key) DO UPDATE
     SET fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
         content_type = excluded.content_type, body = excluded.body, at = excluded.at
     WHERE gateway.given_answer.at < excluded.at`,
);

const selectNewest = sql(
  'gateway.select-newest-answers',
  `SELECT tenant, key, fingerprint, request_id, status, content_type, body, at
     FROM gateway.given_answer WHERE at > $1 ORDER BY at DESC LIMIT $2`,
);

const deleteOld = sql('gateway.delete-old-answers', 'DELETE FROM gateway.given_answer WHERE at <= $1');

interface Row {
  readonly tenant: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly request_id: string;
  readonly status: number;
  readonly content_type: string;
  readonly body: string;
  readonly at: number;
}

/**
 * Keeps answers, at most {@link INSERT_MAX} of them; a newer answer of the same key replaces an older one.
 */
export async function insertGivenAnswers(db: Database, answers: readonly GivenAnswer[]): Promise<void> {
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
    column('body'),
    rows.map((row) => instant(row.at)),
  ]);
}

/** The newest answers given after an instant, oldest of them first. */
export async function selectGivenAnswers(db: Database, after: number, limit: number): Promise<GivenAnswer[]> {
  const { rows } = await db.run<Row>(selectNewest, [instant(after), limit]);
  return rows
    .map((row) => ({
      tenant: row.tenant,
      key: row.key,
      fingerprint: row.fingerprint,
      requestId: row.request_id,
      status: row.status,
      contentType: row.content_type,
      body: row.body,
      at: row.at,
    }))
    .reverse();
}

/** Forgets answers given up to an instant. */
export async function deleteGivenAnswers(db: Database, upTo: number): Promise<number> {
  return (await db.run(deleteOld, [instant(upTo)])).count;
}
