import { hash, timingSafeEqual } from 'node:crypto';

/** Headers of a request, as Node reads them. */
type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The field of every form that carries its token. */
export const FORM_TOKEN = 'form_token';

/**
 * What a form of our own pages carries and nobody else can know: a browser sends credentials with any request
 * to this origin, wherever it comes from. It derives from them, so it needs nothing stored and holds in every
 * process.
 *
 * @param credentials what the browser sends by itself: an `Authorization` header, a session's cookie
 */
export function formTokenOf(credentials: string): string {
  return hash('sha256', `tpmall.form-token\n${credentials}`, 'base64url');
}

/**
 * Whether a form comes from a page of this origin: Fetch Metadata where the browser sends it, and `Origin`,
 * which all send with a form (RFC 6454).
 */
export function comesFromHere(headers: RequestHeaders): boolean {
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  if (site === undefined && origin === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return true;
  return typeof origin === 'string' && URL.canParse(origin) && new URL(origin).host === host;
}

/** Compares a token as it came with the right one, in constant time; an empty one is never right. */
export function isSameToken(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || expected === '') return false;
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(expected));
}
