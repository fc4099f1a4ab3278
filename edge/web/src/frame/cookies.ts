import type { WebConfig } from '../config.ts';

/** Header values beyond this are not read; a browser sends a few hundred bytes. */
const COOKIES_MAX = 8_192;

/** A cookie of this instance. `Secure` goes with an https origin. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** The name of one of our cookies: it carries the instance, because cookies reach every port of a host. */
export function cookieName({ instance }: WebConfig, name: string): string {
  return `tpmall-${instance}-${name}`;
}

/** The value of one of our cookies, as the browser sent it. The first of a name counts (RFC 6265, 5.4). */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').slice(0, COOKIES_MAX).split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** `Set-Cookie` (RFC 6265): no script reads it, and other sites' forms do not carry it. */
export function setCookie({ webUrl }: WebConfig, { name, value, maxAge }: Cookie): string {
  const secure = webUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
