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

/** Whose cookie it is: an instance's, at an origin, for a path and what is below. */
export interface CookieOwner extends Pick<SetCookie, 'origin' | 'path'> {
  readonly instance: string;
}

/**
 * The name of a cookie of one instance: cookies reach every port of a host, so the name tells whose it is.
 * Where the origin speaks https the name says so (RFC 6265bis, 4.1.3): a browser takes `__Host-` from that
 * host alone, so that no page of a sibling subdomain can set it; `__Secure-` from https alone.
 */
export function cookieName({ instance, origin, path }: CookieOwner, name: string): string {
  const prefix = !origin.startsWith('https:') ? '' : path === '/' ? '__Host-' : '__Secure-';
  return `${prefix}tpmall-${instance}-${name}`;
}

/**
 * The value of a cookie, as the browser sent it. Where there are two of the name, somebody else has set one
 * of them, and which it is cannot be told: then there is none. Node bounds the header.
 */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** The text of `Set-Cookie`. */
export function setCookie({ name, value, maxAge, path, sameSite, origin }: SetCookie): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${secure}`;
}
