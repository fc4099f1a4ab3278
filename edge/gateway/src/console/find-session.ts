import type { SessionPrincipal } from '@tpmall/identity/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { cookieName, cookieOf, setCookie } from '@tpmall/platform/http';
import type { FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../config.ts';
import type { GatewayEnvironment } from '../environment.ts';

/**
 * What every request of the console's page carries. A form cannot send it, and a script of another origin
 * only after a preflight that does not allow it.
 */
const CONSOLE_HEADER = 'tpmall-console';
/** No page is served below it, and the console speaks to nothing else. */
const COOKIE_PATH = '/v1';
/** A token has 43 characters; what is longer is none. */
const TOKEN_MAX = 200;

/** Whether a request was made by a page of this origin, by its script. */
export function isFromConsole({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers[CONSOLE_HEADER] === '1' && headers['sec-fetch-site'] === 'same-origin';
}

/** What became of the search for a session; `none`: the browser shows none that counts here. */
export type FoundSession =
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'found'; readonly session: SessionPrincipal };

/**
 * The session of a person at the console. A cookie counts only in a request of the console's own page: with
 * one alone nobody has a session.
 */
export function createFindSession({ ports, config }: GatewayEnvironment) {
  const name = nameOf(config);
  return async (request: FastifyRequest, context: OutgoingContext): Promise<FoundSession> => {
    if (!isFromConsole(request)) return { kind: 'none' };
    const token = cookieOf(request.headers.cookie, name);
    if (token === undefined || token === '') return { kind: 'none' };
    if (token.length > TOKEN_MAX) return { kind: 'ended' };
    const found = await ports.identity.authenticateSession(context, { token });
    if (found.ok) return { kind: 'found', session: found.value };
    const isOver = found.error.code === 'not_found' || found.error.code === 'invalid_input';
    return { kind: isOver ? 'ended' : 'unavailable' };
  };
}

/** The cookie that carries a session's token; an empty one takes it away. */
export function sessionCookie(config: GatewayConfig, token: string, maxAge: number): string {
  const { apiUrl: origin } = config;
  return setCookie({
    name: nameOf(config),
    value: token,
    maxAge,
    path: COOKIE_PATH,
    sameSite: 'Strict',
    origin,
  });
}

function nameOf({ instance, apiUrl: origin }: GatewayConfig): string {
  return cookieName({ instance, origin, path: COOKIE_PATH }, 'console');
}
