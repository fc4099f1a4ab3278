/** `Cookie` header values beyond this are not read; a browser sends a few hundred bytes. */
const COOKIES_MAX = 8_192;

/** A cookie as it is set (RFC 6265): no script reads it. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
  /** Requests of this path and below carry it. */
  readonly path: string;
  readonly sameSite: 'Lax' | 'Strict';
  /** The origin that sets it: `Secure` goes with https. */
  readonly origin: string;
}

/**
 * The name of a cookie of one instance: cookies reach every port of a host, so the name tells whose it is.
 */
export function cookieName(instance: string, name: string): string {
  return `tpmall-${instance}-${name}`;
}

/** The value of a cookie, as the browser sent it. The first of a name counts (RFC 6265, 5.4). */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').slice(0, COOKIES_MAX).split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** The text of `Set-Cookie`. */
export function setCookie({ name, value, maxAge, path, sameSite, origin }: SetCookie): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${secure}`;
}
