import { comesFromHere, FORM_TOKEN, isSameToken } from '@tpmall/platform/pages';
import type { ErrorOccurrence, ParameterTree } from '@tpmall/wire';
import type { FastifyRequest } from 'fastify';
import type { Call, Route } from './route.ts';

const FOREIGN: ErrorOccurrence = { code: 'form_foreign' };

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
  if (!comesFromHere(request.headers)) return FOREIGN;
  const given = (tree as Readonly<Record<string, unknown>>)[FORM_TOKEN];
  return isSameToken(given, formToken) ? undefined : FOREIGN;
}
