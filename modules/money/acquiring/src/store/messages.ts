import { isoInstant } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type { MessageRecord } from '../contract/index.ts';

/** Messages as a parameter of the statements that store them along with what they changed. */
export function messageRows(subject: string, messages: readonly MessageRecord[]): object[] {
  return messages.map(({ at, direction, type, fields }) => ({
    subject,
    at: isoInstant(at),
    direction,
    type,
    fields,
  }));
}

/**
 * Stores messages beside what they changed, with {@link messageColumns} as the parameters from the first to
 * the fifth.
 */
export const LOG_MESSAGES = `INSERT INTO acquiring.message_log (subject, at, direction, type, fields)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::jsonb[])`;

/** The messages of many subjects, column by column. */
export function messageColumns(
  of: readonly { readonly subject: string; readonly messages: readonly MessageRecord[] }[],
): unknown[] {
  const all = of.flatMap(({ subject, messages }) => messages.map((message) => ({ subject, message })));
  return [
    all.map(({ subject }) => subject),
    all.map(({ message }) => isoInstant(message.at)),
    all.map(({ message }) => message.direction),
    all.map(({ message }) => message.type),
    all.map(({ message }) => JSON.stringify(message.fields)),
  ];
}

const insertMessages = sql(
  'acquiring.insert-messages',
  `INSERT INTO acquiring.message_log (subject, at, direction, type, fields)
   SELECT m.subject, m.at, m.direction, m.type, m.fields
   FROM jsonb_to_recordset($1::jsonb)
       AS m (subject text, at timestamptz, direction text, type text, fields jsonb)`,
);

/** Keeps messages that changed nothing. */
export async function recordMessages(
  db: Queryable,
  subject: string,
  messages: readonly MessageRecord[],
): Promise<void> {
  await db.run(insertMessages, [JSON.stringify(messageRows(subject, messages))]);
}
