import { assert, ok, type Result } from '@tpmall/kernel';
import { objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { OpenedSession, sessionOperations } from '../contract/index.ts';
import { draftSession, principalOf, tokenAgain } from '../session/open-session.ts';
import { findSessionByCommand, insertSession, type StoredSession } from '../store/sessions.ts';
import type { PeopleEnvironment } from './environment.ts';
import { rateLimited } from './start-sign-in.ts';

/** Opens a session of somebody who has not signed in: one statement. */
export async function openGuestSession(
  environment: PeopleEnvironment,
  context: CallContext,
  input: InputOf<(typeof sessionOperations)['openGuestSession']>,
): Promise<Result<OpenedSession, 'rate_limited' | 'answer_expired'>> {
  const { db, clock, limits } = environment;
  const wait = limits.guest(input.ip);
  if (wait > 0) return rateLimited(wait);
  const at = clock.now();
  const subject = objectId('guest', { id: `${context.tenant} ${context.commandId}`, at });
  const holder = { ...input, subject, personId: null, role: 'guest' as const, challengeId: null };
  const { session, token } = draftSession(environment, context, holder, at);
  if (await insertSession(db, session)) return opened(environment, session, token.reveal());
  const earlier = await findSessionByCommand(db, context, at);
  assert(earlier, 'the command has made a guest’s session');
  return answerAgain(environment, earlier);
}

/** The answer of a command that gave a session its token before. */
async function answerAgain(
  environment: PeopleEnvironment,
  session: StoredSession,
): Promise<Result<OpenedSession, 'answer_expired'>> {
  const token = tokenAgain(environment, session);
  return token.ok ? opened(environment, session, token.value.reveal()) : token;
}

/** A session with its token. */
async function opened(
  { db }: Pick<PeopleEnvironment, 'db'>,
  session: Omit<StoredSession, 'salt'>,
  token: string,
): Promise<Result<OpenedSession>> {
  const principal = await principalOf(db, session);
  assert(principal, 'whoever holds the session has its role');
  return ok({ token, session: principal });
}
