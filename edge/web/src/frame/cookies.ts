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

/** The name of one of our cookies. */
export function cookieName({ instance }: WebConfig, name: string): string {
  return nameOf(instance, name);
}

/** `Set-Cookie` of these pages: a link of another site may lead to them, its forms carry nothing. */
export function setCookie({ webUrl }: WebConfig, cookie: Cookie): string {
  return textOf({ ...cookie, path: '/', sameSite: 'Lax', origin: webUrl });
}
