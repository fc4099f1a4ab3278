import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, sql } from '@tpmall/platform/db';
import type { MailRecord, MailState, MailTemplate } from '../contract/index.ts';

/** A mail that waits to be sent. */
export interface QueuedMail {
  readonly id: string;
  readonly tenant: string;
  readonly to: string;
  readonly template: MailTemplate;
  readonly locale: 'en' | 'zh';
  readonly sealed: Buffer;
  /** How often it was tried, the try under way among them: the number of its lease. */
  readonly attempts: number;
  readonly createdAt: Micros;
  readonly expiresAt: Micros;
}

interface MessageRow {
  readonly id: string;
  readonly tenant: string;
  readonly recipient: string;
  readonly template: MailTemplate;
  readonly locale: 'en' | 'zh';
  readonly state: MailState;
  readonly attempts: number;
  readonly problem: string | null;
  readonly created_at: Micros;
  readonly sent_at: Micros | null;
}

const columns = 'id, tenant, recipient, template, locale, state, attempts, problem, created_at, sent_at';

const insert = sql(
  'mail.insert-message',
  `INSERT INTO mail.message (id, tenant, recipient, template, locale, state, sealed, attempts, created_at,
  expires_at, due_at)
VALUES ($1, $2, $3, $4, $5, 'queued', $6, 0, $7, $8, $7)`,
);
const byId = sql('mail.find-message', `SELECT ${columns} FROM mail.message WHERE tenant = $1 AND id = $2`);
const due = sql(
  'mail.due-messages',
  `SELECT id FROM mail.message WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at LIMIT $2`,
);
const lease = sql(
  'mail.lease-message',
  `UPDATE mail.message SET attempts = attempts + 1, due_at = $3
WHERE id = $1 AND state = 'queued' AND due_at <= $2
RETURNING id, tenant, recipient, template, locale, sealed, attempts, created_at, expires_at`,
);
const end = sql(
  'mail.end-message',
  `UPDATE mail.message SET state = $3, sealed = NULL, problem = $4,
  sent_at = CASE WHEN $3 = 'sent' THEN $5::timestamptz END
WHERE id = $1 AND state = 'queued' AND attempts = $2`,
);
const defer = sql(
  'mail.defer-message',
  `UPDATE mail.message SET due_at = $3, problem = $4 WHERE id = $1 AND state = 'queued' AND attempts = $2`,
);
const deleteOld = sql(
  'mail.delete-old-messages',
  `DELETE FROM mail.message WHERE created_at < $1 AND state <> 'queued'`,
);

/** Puts a mail into the queue. */
export async function insertMessage(on: Queryable, mail: Omit<QueuedMail, 'attempts'>): Promise<void> {
  const { id, tenant, to, template, locale, sealed, createdAt, expiresAt } = mail;
  const values = [id, tenant, to, template, locale, sealed, instant(createdAt), instant(expiresAt)];
  await on.run(insert, values);
}

/** A mail of the tenant, without what it says. */
export async function findMessage(
  on: Queryable,
  tenant: string,
  id: string,
): Promise<MailRecord | undefined> {
  const { rows } = await on.run<MessageRow>(byId, [tenant, id]);
  const [row] = rows;
  return (
    row && {
      ...{ id: row.id, tenant: row.tenant, to: row.recipient, template: row.template, state: row.state },
      ...{ attempts: row.attempts, problem: row.problem, createdAt: row.created_at, sentAt: row.sent_at },
    }
  );
}

/** Mails that are due, those due longest first. */
export async function dueMessages(on: Queryable, now: Micros, limit: number): Promise<string[]> {
  const { rows } = await on.run<{ readonly id: string }>(due, [instant(now), limit]);
  return rows.map(({ id }) => id);
}

/** Takes a mail that is due for one try; undefined where somebody else has it, or it is done. */
export async function leaseMessage(
  on: Queryable,
  id: string,
  now: Micros,
  until: Micros,
): Promise<QueuedMail | undefined> {
  type LeasedRow = MessageRow & { readonly sealed: Buffer; readonly expires_at: Micros };
  const { rows } = await on.run<LeasedRow>(lease, [id, instant(now), instant(until)]);
  const [row] = rows;
  return (
    row && {
      ...{ id: row.id, tenant: row.tenant, to: row.recipient, template: row.template, locale: row.locale },
      ...{ sealed: row.sealed, attempts: row.attempts, createdAt: row.created_at, expiresAt: row.expires_at },
    }
  );
}

/** Ends a mail and wipes what it says, unless the lease was overtaken. */
export async function endMessage(
  on: Queryable,
  { id, attempts }: Pick<QueuedMail, 'id' | 'attempts'>,
  outcome: {
    readonly state: Exclude<MailState, 'queued'>;
    readonly problem: string | null;
    readonly at: Micros;
  },
): Promise<void> {
  await on.run(end, [id, attempts, outcome.state, outcome.problem, instant(outcome.at)]);
}

/** Leaves a mail for a later try, unless the lease was overtaken. */
export async function deferMessage(
  on: Queryable,
  { id, attempts }: Pick<QueuedMail, 'id' | 'attempts'>,
  until: Micros,
  problem: string,
): Promise<void> {
  await on.run(defer, [id, attempts, instant(until), problem]);
}

/** Deletes mails that are done and were made before an instant; answers how many. */
export async function deleteOldMessages(on: Queryable, before: Micros): Promise<number> {
  return (await on.run(deleteOld, [instant(before)])).count;
}
