import { assert, err, MINUTE, type Micros, type Redacted, type Result, SECOND } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { Locale, Person, Role, SessionPrincipal } from '../contract/index.ts';
import type { PeopleEnvironment } from '../service/environment.ts';
import { findPerson } from '../store/people.ts';
import type { NewSession, StoredSession } from '../store/sessions.ts';
import { hashToken, SALT_BYTES, tokenOf } from './token.ts';

/** How long a repeated command can answer the token that it made: as long as anybody repeats a click. */
export const TOKEN_REPLAY = 5 * MINUTE;

/** Whose session, and what the browser said of itself. */
export interface Holder {
  readonly subject: string;
  readonly personId: string | null;
  readonly role: Role | 'guest';
  readonly locale: Locale;
  readonly ip: string;
  readonly userAgent: string;
  readonly challengeId: string | null;
}

/** A new session with its token, not stored yet. */
export function draftSession(
  { random, config }: Pick<PeopleEnvironment, 'random' | 'config'>,
  { tenant, commandId }: Pick<CallContext, 'tenant' | 'commandId'>,
  holder: Holder,
  at: Micros,
): { readonly session: NewSession; readonly token: Redacted<string> } {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const token = tokenOf(salt, config.signInSecret);
  const { idleSeconds, absoluteSeconds } = config.sessions[holder.role];
  const session: NewSession = {
    ...holder,
    id: objectId('sess', { id: commandId, at }, holder.subject),
    tenant,
    salt,
    hash: hashToken(token.reveal()),
    tokenCommand: commandId,
    tokenAt: at,
    createdAt: at,
    authenticatedAt: holder.personId === null ? null : at,
    seenAt: at,
    idleSeconds,
    expiresAt: at + absoluteSeconds * SECOND,
  };
  return { session, token };
}

/** The token of a session that was made by the same command, where it is not gone yet. */
export function tokenAgain(
  { config, clock }: Pick<PeopleEnvironment, 'config' | 'clock'>,
  session: StoredSession,
): Result<Redacted<string>, 'answer_expired'> {
  if (session.salt && clock.now() < session.tokenAt + TOKEN_REPLAY) {
    return { ok: true, value: tokenOf(session.salt, config.signInSecret) };
  }
  return err('answer_expired', 'this was done before, and its answer is gone');
}

/**
 * Who is behind a session: undefined where the person does not have the role any more. Roles are read anew
 * each time, so that one that was taken counts at once.
 */
export async function principalOf(
  on: Queryable,
  session: Omit<StoredSession, 'salt'>,
): Promise<SessionPrincipal | undefined> {
  const person = session.personId === null ? null : await findPerson(on, session.tenant, session.personId);
  assert(person !== undefined, 'a session belongs to somebody');
  const { role } = session;
  if (person !== null && !person.memberships.some((one) => one.role === role)) return undefined;
  return {
    sessionId: session.id,
    tenant: session.tenant,
    subject: session.subject,
    role,
    person,
    accounts: role === 'merchant' && person !== null ? accountsOf(person) : [],
    locale: session.locale,
    authenticatedAt: session.authenticatedAt,
    idleAt: session.seenAt + session.idleSeconds * SECOND,
    expiresAt: session.expiresAt,
  };
}

function accountsOf({ memberships }: Person): string[] {
  return memberships.flatMap(({ role, account }) =>
    role === 'merchant' && account !== null ? [account] : [],
  );
}
