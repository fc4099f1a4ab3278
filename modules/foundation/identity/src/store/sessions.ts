import type { Micros } from '@tpmall/kernel';
import { createBatcher, type Database, instant, type Queryable, sql } from '@tpmall/platform/db';
import type { Locale, Role, SessionSummary } from '../contract/index.ts';

/** A session as it is stored, without its token. */
export interface StoredSession {
  readonly id: string;
  readonly tenant: string;
  readonly subject: string;
  readonly personId: string | null;
  readonly role: Role | 'guest';
  readonly locale: Locale;
  readonly salt: Buffer | null;
  readonly tokenCommand: string;
  readonly tokenAt: Micros;
  readonly ip: string;
  readonly userAgent: string;
  readonly createdAt: Micros;
  readonly authenticatedAt: Micros | null;
  readonly seenAt: Micros;
  readonly idleSeconds: number;
  readonly expiresAt: Micros;
}

/** A session to be stored. */
export interface NewSession extends Omit<StoredSession, 'salt'> {
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly challengeId: string | null;
}

interface SessionRow
  extends Pick<StoredSession, 'id' | 'tenant' | 'subject' | 'role' | 'locale' | 'salt' | 'ip'> {
  readonly person_id: string | null;
  readonly token_command: string;
  readonly token_at: Micros;
  readonly user_agent: string;
  readonly created_at: Micros;
  readonly authenticated_at: Micros | null;
  readonly seen_at: Micros;
  readonly idle_seconds: number;
  readonly expires_at: Micros;
}

const columns = `id, tenant, subject, person_id, role, locale, salt, token_command, token_at, ip, user_agent,
  created_at, authenticated_at, seen_at, idle_seconds, expires_at`;
/** Not ended, and at `now` neither too old nor unused for too long. */
const livesAt = (now: string): string =>
  `ended_at IS NULL AND expires_at > ${now} AND seen_at + make_interval(secs => idle_seconds) > ${now}`;

const insert = sql(
  'identity.insert-session',
  `INSERT INTO identity.session (${columns}, hash, challenge_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT ON CONSTRAINT session_token_command DO NOTHING`,
);
const byHash = sql(
  'identity.find-session',
  `SELECT ${columns} FROM identity.session WHERE hash = $1 AND ${livesAt('$2')}`,
);
const byCommand = sql(
  'identity.find-session-by-command',
  `SELECT ${columns} FROM identity.session
WHERE tenant = $1 AND token_command = $2 AND ($4::text IS NULL OR challenge_id = $4)
  AND previous_hash IS NOT DISTINCT FROM $5 AND ${livesAt('$3')}`,
);
const endByHash = sql(
  'identity.end-session',
  `UPDATE identity.session SET ended_at = $3 WHERE tenant = $1 AND hash = $2 AND ${livesAt('$3')}
  AND ($4::text IS NULL OR role = $4)
RETURNING ${columns}`,
);
const endOfPerson = sql(
  'identity.end-sessions-of-person',
  `UPDATE identity.session SET ended_at = $3
WHERE tenant = $1 AND person_id = $2 AND ${livesAt('$3')}
  AND ($4::text IS NULL OR id = $4) AND ($5::text IS NULL OR id <> $5) AND ($6::text IS NULL OR role = $6)`,
);
const ofPerson = sql(
  'identity.list-sessions',
  `SELECT ${columns} FROM identity.session WHERE tenant = $1 AND person_id = $2 AND ${livesAt('$3')}
ORDER BY seen_at DESC, id DESC LIMIT 100`,
);
const rotate = sql(
  'identity.rotate-session',
  `UPDATE identity.session SET previous_hash = hash, hash = $4, salt = $5, token_command = $6, token_at = $3
WHERE tenant = $1 AND hash = $2 AND ${livesAt('$3')}
RETURNING ${columns}`,
);
const touch = sql(
  'identity.touch-sessions',
  `UPDATE identity.session s SET seen_at = greatest(s.seen_at, t.at)
FROM unnest($1::text[], $2::timestamptz[]) AS t (id, at) WHERE s.id = t.id`,
);
const wipe = sql(
  'identity.wipe-session-salts',
  'UPDATE identity.session SET salt = NULL WHERE salt IS NOT NULL AND token_at < $1',
);
const deleteOld = sql(
  'identity.delete-old-sessions',
  'DELETE FROM identity.session WHERE expires_at < $1 OR ended_at < $1',
);

/** Stores a session; false where its command has made one before. */
export async function insertSession(on: Queryable, session: NewSession): Promise<boolean> {
  const { count } = await on.run(insert, [
    ...[session.id, session.tenant, session.subject, session.personId, session.role, session.locale],
    ...[session.salt, session.tokenCommand, instant(session.tokenAt), session.ip, session.userAgent],
    instant(session.createdAt),
    session.authenticatedAt === null ? null : instant(session.authenticatedAt),
    ...[instant(session.seenAt), session.idleSeconds, instant(session.expiresAt)],
    ...[session.hash, session.challengeId],
  ]);
  return count > 0;
}

/** The living session of a token's hash. */
export async function findSession(
  on: Queryable,
  hash: Buffer,
  now: Micros,
): Promise<StoredSession | undefined> {
  return first((await on.run<SessionRow>(byHash, [hash, instant(now)])).rows);
}

/** The living session whose token a command made, of a challenge or in the place of another token. */
export async function findSessionByCommand(
  on: Queryable,
  command: { readonly tenant: string; readonly commandId: string },
  now: Micros,
  of: { readonly challengeId?: string; readonly previousHash?: Buffer } = {},
): Promise<StoredSession | undefined> {
  const { challengeId = null, previousHash = null } = of;
  const values = [command.tenant, command.commandId, instant(now), challengeId, previousHash];
  return first((await on.run<SessionRow>(byCommand, values)).rows);
}

/** Ends the living session of a token, of one role where that is given; answers it. */
export async function endSessionOf(
  on: Queryable,
  given: { readonly tenant: string; readonly hash: Buffer; readonly role?: 'guest' },
  now: Micros,
): Promise<StoredSession | undefined> {
  const values = [given.tenant, given.hash, instant(now), given.role ?? null];
  return first((await on.run<SessionRow>(endByHash, values)).rows);
}

/** Ends the living sessions of a person, narrowed by what is given; answers how many. */
export async function endSessionsOf(
  on: Queryable,
  person: { readonly tenant: string; readonly personId: string },
  now: Micros,
  only: { readonly id?: string | null; readonly not?: string | undefined; readonly role?: Role } = {},
): Promise<number> {
  const { id = null, not = null, role = null } = only;
  return (await on.run(endOfPerson, [person.tenant, person.personId, instant(now), id, not, role])).count;
}

/** The living sessions of a person, the one used last first. */
export async function listSessionsOf(
  on: Queryable,
  person: { readonly tenant: string; readonly personId: string },
  now: Micros,
): Promise<SessionSummary[]> {
  const { rows } = await on.run<SessionRow>(ofPerson, [person.tenant, person.personId, instant(now)]);
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    createdAt: row.created_at,
    lastSeenAt: row.seen_at,
    expiresAt: row.expires_at,
    userAgent: row.user_agent,
    ip: row.ip,
  }));
}

/** Gives a living session another token; undefined where the old one is worth nothing. */
export async function rotateSessionRow(
  on: Queryable,
  old: { readonly tenant: string; readonly hash: Buffer },
  now: Micros,
  next: { readonly hash: Buffer; readonly salt: Buffer; readonly commandId: string },
): Promise<StoredSession | undefined> {
  const values = [old.tenant, old.hash, instant(now), next.hash, next.salt, next.commandId];
  return first((await on.run<SessionRow>(rotate, values)).rows);
}

/** Notes when sessions were used, many in one statement. */
export function createTouch(db: Database) {
  return createBatcher<{ readonly id: string; readonly at: Micros }, void>(
    ({ id }) => id,
    async (touched) => {
      await db.run(touch, [touched.map(({ id }) => id), touched.map(({ at }) => instant(at))]);
      return touched.map(() => undefined);
    },
  );
}

/** Forgets how to answer the commands whose tokens were made before an instant. */
export async function wipeSessionSalts(on: Queryable, before: Micros): Promise<void> {
  await on.run(wipe, [instant(before)]);
}

/** Deletes sessions that were over before an instant; answers how many. */
export async function deleteOldSessions(on: Queryable, before: Micros): Promise<number> {
  return (await on.run(deleteOld, [instant(before)])).count;
}

function first([row]: readonly SessionRow[]): StoredSession | undefined {
  return (
    row && {
      id: row.id,
      tenant: row.tenant,
      subject: row.subject,
      personId: row.person_id,
      role: row.role,
      locale: row.locale,
      salt: row.salt,
      tokenCommand: row.token_command,
      tokenAt: row.token_at,
      ip: row.ip,
      userAgent: row.user_agent,
      createdAt: row.created_at,
      authenticatedAt: row.authenticated_at,
      seenAt: row.seen_at,
      idleSeconds: row.idle_seconds,
      expiresAt: row.expires_at,
    }
  );
}
