import { hash, timingSafeEqual } from 'node:crypto';
import type { ErrorOccurrence, ParameterTree } from '@tpmall/wire';
import type { FastifyRequest } from 'fastify';
import type { Call, Route } from './route.ts';

/** The field of every form that carries its token. */
export const FORM_TOKEN = 'form_token';

const FOREIGN: ErrorOccurrence = { code: 'form_foreign' };

/**
 * What a form of our own pages carries and nobody else can know: a browser sends an operator's credentials
 * with any request to this origin, wherever it comes from. It derives from those credentials, so it needs
 * nothing stored and holds in every process.
 */
export function formTokenOf(authorization: string): string {
  return hash('sha256', `tpmall.form-token\n${authorization}`, 'base64url');
}

/** Whether a route is an act by a form of a page, which only a page of our own may bring about. */
function isForm({ errors, method, access }: Route): boolean {
  return errors === 'page' && method !== 'GET' && access !== 'public';
}

/**
 * Refuses a form that did not come from a page of this origin: by what the browser says of where it comes
 * from, and by the token.
 */
export function refuseForeignForm(
  route: Route,
  request: FastifyRequest,
  tree: ParameterTree,
  { formToken }: Call,
): ErrorOccurrence | undefined {
  if (!isForm(route)) return undefined;
  if (!isFromHere(request)) return FOREIGN;
  const given = (tree as Readonly<Record<string, unknown>>)[FORM_TOKEN];
  return typeof given === 'string' && isSame(given, formToken) ? undefined : FOREIGN;
}

/** Fetch Metadata where the browser sends it, and `Origin`, which all send with a form (RFC 6454). */
function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  if (site === undefined && origin === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  return expected !== '' && timingSafeEqual(digest(given), digest(expected));
}
