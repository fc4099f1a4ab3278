import type { WebEnvironment } from '../environment.ts';
import { cookieName, cookieOf } from './cookies.ts';

/** Who is behind a browser, as proved by its session. */
export interface Visitor {
  /** Whose carts and orders: `person_…`, or `guest_…` for somebody who has not signed in. */
  readonly subject: string;
  readonly isGuest: boolean;
  /** What forms derive their token from; never shown. */
  readonly sessionToken: string;
}

/**
 * The one place that knows how a browser's session is found. Sessions come with sign-in; until then nobody
 * has one, and what needs one sends people to sign in.
 */
export async function findVisitor(
  { config }: WebEnvironment,
  cookies: string | undefined,
): Promise<Visitor | null> {
  const token = cookieOf(cookies, cookieName(config, 'session'));
  if (token === undefined) return null;
  return null;
}
