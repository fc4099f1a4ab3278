import { comesFromHere } from '@tpmall/platform/pages';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './caller.ts';
import type { Route } from './route.ts';

/** How long a browser may go by a preflight; what it allows changes with the code only. */
const PREFLIGHT_SECONDS = 600;
/** What a merchant's page may send: its key, its parameters, and the name of its command. */
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, tpmall-idempotency-key';
/** What it may read beside the answer. */
const EXPOSED_HEADERS = 'request-id, retry-after, idempotent-replayed';

/**
 * Answers the preflights of what a merchant's page may call (Fetch standard, CORS protocol). A preflight
 * carries no key, so it allows the question and tells nothing: who asks is decided with the question itself,
 * by {@link isForeignPage}. Cookies are never let in.
 */
export function registerPreflights(app: FastifyInstance, routes: readonly Route[]): void {
  const browsers = routes.filter(({ access }) => access === 'browser');
  for (const url of new Set(browsers.map(({ path }) => path))) {
    const methods = browsers.filter(({ path }) => path === url).map(({ method }) => method);
    app.options(url, async (_request, reply) =>
      reply
        .code(204)
        .headers({
          'access-control-allow-origin': '*',
          'access-control-allow-methods': methods.join(', '),
          'access-control-allow-headers': REQUEST_HEADERS,
          'access-control-max-age': String(PREFLIGHT_SECONDS),
        })
        .send(),
    );
  }
}

/**
 * Whether a publishable key was used by a page that it does not name. Such a request is refused before
 * anything else is looked at, so nothing hangs on the browser keeping the answer from the page.
 */
export function isForeignPage(request: Pick<FastifyRequest, 'headers'>, caller: Caller): boolean {
  const { origin } = request.headers;
  return caller.kind === 'publishable' && origin !== undefined && !caller.origins.includes(origin);
}

/**
 * Whether a page of another origin makes the browser change something with the Basic credentials that it
 * keeps for this one since somebody looked at the ledger: it adds them by itself, to forms of any page (RFC
 * 7617). Programs that use Basic send neither header of a browser. A publishable key is everybody's, and
 * bound to its pages by {@link isForeignPage}.
 */
export function isForged(
  { method }: Pick<Route, 'method'>,
  { headers }: Pick<FastifyRequest, 'headers'>,
  { kind }: Pick<Caller, 'kind'>,
): boolean {
  const isBasic = /^\s*basic\s/i.test(headers.authorization ?? '');
  if (method === 'GET' || kind === 'publishable' || !isBasic) return false;
  const isBrowser = headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
  return isBrowser && !comesFromHere(headers);
}

/** Lets the page read the answer whose origin its publishable key names, and no other. */
export function shareAnswer(
  route: Pick<Route, 'access'>,
  request: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  caller: Caller | undefined,
): void {
  if (route.access !== 'browser') return;
  reply.header('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined || caller?.kind !== 'publishable' || isForeignPage(request, caller)) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
  });
}
