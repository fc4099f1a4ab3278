import { cookieName as nameOf, setCookie as textOf } from '@tpmall/platform/http';
import type { WebConfig } from '../config.ts';

export { cookieOf } from '@tpmall/platform/http';

/** A cookie of this instance. `Secure` goes with an https origin. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** Every page has them, so that their names may say that they are this host's (`__Host-`). */
const PATH = '/';

/** The name of one of our cookies. */
export function cookieName({ instance, webUrl }: WebConfig, name: string): string {
  return nameOf({ instance, origin: webUrl, path: PATH }, name);
}

/** `Set-Cookie` of these pages: a link of another site may lead to them, its forms carry nothing. */
export function setCookie({ webUrl }: WebConfig, cookie: Cookie): string {
  return textOf({ ...cookie, path: PATH, sameSite: 'Lax', origin: webUrl });
}
