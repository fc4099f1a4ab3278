import { err, MINUTE, ok, type Result, SECOND } from '@tpmall/kernel';
import type { SessionPrincipal } from '../contract/index.ts';
import { principalOf } from '../session/open-session.ts';
import { hashToken } from '../session/token.ts';
import { findSession } from '../store/sessions.ts';
import type { PeopleEnvironment } from './environment.ts';

/** How often it is written down that a session was used; so much earlier it may go to sleep. */
const TOUCH_EVERY = MINUTE;

/** Whose a token is. It is hashed before anything is compared, so the time taken tells nothing about it. */
export async function authenticateSession(
  environment: PeopleEnvironment,
  { token }: { readonly token: string },
): Promise<Result<SessionPrincipal, 'not_found'>> {
  const { db, clock, sessions, touch } = environment;
  const hash = hashToken(token);
  const name = hash.toString('base64');
  const known = sessions.find(name);
  if (known) return ok(known);
  const generation = sessions.generation();
  const now = clock.now();
  const session = await findSession(db, hash, now);
  if (!session) return nobody();
  const isStale = session.seenAt <= now - TOUCH_EVERY;
  if (isStale) await touch({ id: session.id, at: now });
  const seenAt = isStale ? now : session.seenAt;
  const principal = await principalOf(db, { ...session, seenAt });
  if (!principal) return nobody();
  const until = Math.min(principal.expiresAt, seenAt + session.idleSeconds * SECOND);
  sessions.remember(name, principal, until, generation);
  return ok(principal);
}

function nobody() {
  return err('not_found', 'no such session', { field: 'token' });
}
