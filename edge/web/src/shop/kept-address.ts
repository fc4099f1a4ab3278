import type { WebConfig } from '../config.ts';
import { type Cookie, cookieName } from '../frame/cookies.ts';
import type { Visit } from '../frame/visit.ts';
import { ADDRESS_FIELDS } from './checkout-view.ts';

const COOKIE = 'address';
/** Long enough to look through a cart. */
const KEPT_SECONDS = 3600;
/** Browsers keep no larger cookie (RFC 6265bis §5.6 speaks of 4096 octets, its name among them). */
const VALUE_MAX = 3_800;
const NAMES: readonly string[] = [...ADDRESS_FIELDS.map(({ name }) => name), 'country'];

type Values = Readonly<Record<string, string | undefined>>;

/** What was written into the checkout, for when the shopper comes back; nothing where it is too long. */
export function keepAddress(config: WebConfig, values: Values): readonly Cookie[] {
  const value = Buffer.from(JSON.stringify(NAMES.map((name) => values[name] ?? ''))).toString('base64url');
  const name = cookieName(config, COOKIE);
  return value.length > VALUE_MAX ? [] : [{ name, value, maxAge: KEPT_SECONDS }];
}

/** Takes it away again. */
export function forgetAddress(config: WebConfig): Cookie {
  return { name: cookieName(config, COOKIE), value: '', maxAge: 0 };
}

/** What was kept, as the fields of the form; undefined where nothing was, or somebody wrote it otherwise. */
export function keptAddress(visit: Visit): Record<string, string> | undefined {
  const kept = visit.cookie(COOKIE);
  if (kept === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(kept, 'base64url').toString());
    if (!Array.isArray(values) || values.length !== NAMES.length) return undefined;
    return Object.fromEntries(NAMES.map((name, index) => [name, String(values[index])]));
  } catch {
    return undefined;
  }
}
