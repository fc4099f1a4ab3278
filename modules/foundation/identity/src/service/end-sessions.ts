import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { OpenedSession, sessionOperations } from '../contract/index.ts';
import { principalOf, tokenAgain } from '../session/open-session.ts';
import { hashToken, SALT_BYTES, tokenOf } from '../session/token.ts';
import { audit } from '../store/outbox.ts';
import { endSessionOf, endSessionsOf, findSessionByCommand, rotateSessionRow } from '../store/sessions.ts';
import type { PeopleEnvironment } from './environment.ts';

/** Signs a browser out. */
export async function endSession(
  { db, clock, sessions }: PeopleEnvironment,
  { tenant }: CallContext,
  { token }: { readonly token: string },
): Promise<Result<{ readonly ended: boolean }>> {
  const at = clock.now();
  const ended = await db.transaction(async (tx) => {
    const session = await endSessionOf(tx, { tenant, hash: hashToken(token) }, at);
    if (session?.personId) {
      const actor = `${session.role}:${session.personId}`;
      await audit(tx, tenant, at, {
        actor,
        action: 'session.ended',
        subject: session.id,
        reason: 'sign-out',
      });
    }
    return session;
  });
  if (ended) sessions.forget(({ sessionId }) => sessionId === ended.id);
  return ok({ ended: ended !== undefined });
}

/** Ends one session of a person, or all but one that may be kept. */
export async function revokeSessions(
  { db, clock, sessions }: PeopleEnvironment,
  { tenant, actor }: CallContext,
  { personId, sessionId, keep }: InputOf<(typeof sessionOperations)['revokeSessions']>,
): Promise<Result<{ readonly ended: number }>> {
  const at = clock.now();
  const ended = await db.transaction(async (tx) => {
    const count = await endSessionsOf(tx, { tenant, personId }, at, { id: sessionId, not: keep });
    if (count > 0) {
      const subject = sessionId ?? personId;
      const detail = { ended: count };
      await audit(tx, tenant, at, { actor, action: 'session.revoked', subject, reason: 'asked for', detail });
    }
    return count;
  });
  sessions.forget(({ subject }) => subject === personId);
  return ok({ ended });
}

/** Gives a session another token; whoever holds only the old one is out. */
export async function rotateSession(
  { db, clock, random, config, sessions }: PeopleEnvironment,
  { tenant, commandId }: CallContext,
  { token }: { readonly token: string },
): Promise<Result<OpenedSession, 'not_found' | 'answer_expired'>> {
  const at = clock.now();
  const hash = hashToken(token);
  const repeated = await findSessionByCommand(db, { tenant, commandId }, at, { previousHash: hash });
  if (repeated) {
    const again = tokenAgain({ config, clock }, repeated);
    const principal = await principalOf(db, repeated);
    if (!again.ok) return again;
    return principal ? ok({ token: again.value.reveal(), session: principal }) : noSession();
  }
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const next = tokenOf(salt, config.signInSecret).reveal();
  const session = await rotateSessionRow(db, { tenant, hash }, at, {
    hash: hashToken(next),
    salt,
    commandId,
  });
  if (!session) return noSession();
  sessions.forget(({ sessionId }) => sessionId === session.id);
  const principal = await principalOf(db, session);
  return principal ? ok({ token: next, session: principal }) : noSession();
}

function noSession() {
  return err('not_found', 'no such session', { field: 'token' });
}
