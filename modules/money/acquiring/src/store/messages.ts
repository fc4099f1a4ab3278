import { isoInstant } from '@tpmall/kernel';
import { type Queryable, sql } from '@tpmall/platform/db';
import type { MessageRecord } from '../contract/index.ts';

/** The messages of one subject, as the parameter of {@link logMessages}. */
export function messagesParameter(subject: string, messages: readonly MessageRecord[]): string {
  return JSON.stringify(
    messages.map(({ at, direction, type, fields }) => ({
      subject,
      at: isoInstant(at),
      direction,
      type,
      fields,
    })),
  );
}

const insert = (parameter: string): string =>
  `INSERT INTO acquiring.message_log (subject, at, direction, type, fields)
     SELECT m.subject, m.at, m.direction, m.type, m.fields
     FROM jsonb_to_recordset(${parameter}::jsonb)
       AS m (subject text, at timestamptz, direction text, type text, fields jsonb)`;

/** Stores messages beside what they changed, as a part of its statement; `$5`: {@link messagesParameter}. */
export function logMessages(parameter: string): string {
  return `logged AS (
     ${insert(parameter)}
   )`;
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

const insertMessages = sql('acquiring.insert-messages', insert('$1'));

/** Keeps messages that changed nothing. */
export async function recordMessages(
  db: Queryable,
  subject: string,
  messages: readonly MessageRecord[],
): Promise<void> {
  await db.run(insertMessages, [messagesParameter(subject, messages)]);
}
