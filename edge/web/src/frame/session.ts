import type { Person } from '@tpmall/identity/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { WebConfig } from '../config.ts';
import type { WebEnvironment } from '../environment.ts';
import { type Cookie, cookieName, cookieOf } from './cookies.ts';

/** Somebody who has signed in, as a shopper. */
export interface SignedIn {
  readonly person: Person;
  readonly sessionId: string;
}

/** Who is behind a browser, as proved by its session. */
export interface Visitor {
  /** Whose carts and orders: `person_…`, or `guest_…` for somebody who has not signed in. */
  readonly subject: string;
  readonly isGuest: boolean;
  /** Whose session it is: commands about the session are that tenant's. */
  readonly tenant: string;
  /** Null for a guest. */
  readonly signedIn: SignedIn | null;
  /** What forms derive their token from; never shown. */
  readonly sessionToken: string;
}

/** The one place that knows how a browser's session is found. */
export async function findVisitor(
  { config, ports, log }: WebEnvironment,
  cookies: string | undefined,
  context: () => OutgoingContext,
): Promise<Visitor | null> {
  const token = cookieOf(cookies, cookieName(config, 'session'));
  if (token === undefined || token === '' || token.length > 200) return null;
  const found = await ports.identity.authenticateSession(context(), { token });
  if (!found.ok) {
    // Pages that need nobody go on without; those that do send people to sign in.
    if (found.error.code !== 'not_found') log.warn({ code: found.error.code }, 'a session cannot be read');
    return null;
  }
  const { subject, tenant, role, person, sessionId } = found.value;
  if (role === 'guest') return { subject, tenant, isGuest: true, signedIn: null, sessionToken: token };
  // Sessions of the consoles have cookies of their own.
  if (role !== 'shopper' || !person) return null;
  return { subject, tenant, isGuest: false, signedIn: { person, sessionId }, sessionToken: token };
}

/** The cookie that carries a session's token; an empty one takes it away. */
export function sessionCookie(config: WebConfig, token: string, maxAge: number): Cookie {
  return { name: cookieName(config, 'session'), value: token, maxAge };
}
