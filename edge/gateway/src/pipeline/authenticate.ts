import { hash } from 'node:crypto';
import type { Principal } from '@tpmall/identity/contract';
import { type Micros, SECOND } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import type { ErrorOccurrence } from '@tpmall/wire';
import type { FastifyRequest } from 'fastify';
import { createFindSession } from '../console/find-session.ts';
import type { GatewayEnvironment } from '../environment.ts';
import { type Caller, holderOf, personOf } from './caller.ts';
import type { Route } from './route.ts';

/** How long a key that was good is taken as good without asking again; a revoked key lives on for so long. */
const CACHE_TIME: Micros = 5 * SECOND;
/** Keys kept; far above what one process serves in five seconds. */
const CACHE_ENTRIES = 10_000;
/** The longest text that can be a key. */
const MAX_KEY_LENGTH = 200;

/** Who calls, or why not. */
export type Authentication =
  | { readonly ok: true; readonly principal: Caller }
  | { readonly ok: false; readonly error: ErrorOccurrence };

/**
 * Finds out who makes a request: by its key, or where it carries none, by the session of the console.
 */
export function createAuthenticate(environment: GatewayEnvironment) {
  const ofKey = createAuthenticateKey(environment);
  const findSession = createFindSession(environment);
  return async (
    request: FastifyRequest,
    context: Omit<OutgoingContext, 'tenant' | 'actor'>,
  ): Promise<Authentication> => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return ofKey(authorization, context);
    const found = await findSession(request, { ...context, actor: 'anonymous', tenant: '' });
    switch (found.kind) {
      case 'none':
        return { ok: false, error: { code: 'api_key_missing' } };
      case 'unavailable':
        return { ok: false, error: { code: 'unavailable' } };
      case 'ended':
        return { ok: false, error: { code: 'session_ended' } };
      case 'found': {
        const principal = personOf(found.session);
        return principal ? { ok: true, principal } : { ok: false, error: { code: 'session_ended' } };
      }
    }
  };
}

/** Finds out whose key it is. Good keys are remembered for five seconds. */
function createAuthenticateKey({ ports, clock }: GatewayEnvironment) {
  const known = new Map<string, { readonly principal: Caller; readonly until: Micros }>();

  return async (
    authorization: string,
    context: Omit<OutgoingContext, 'tenant' | 'actor'>,
  ): Promise<Authentication> => {
    const key = readKey(authorization);
    if (key === undefined) return { ok: false, error: { code: 'api_key_missing' } };
    if (key === '' || key.length > MAX_KEY_LENGTH) return { ok: false, error: { code: 'api_key_invalid' } };
    const digest = hash('sha256', key, 'base64');
    const now = clock.now();
    const cached = known.get(digest);
    if (cached && cached.until > now) return { ok: true, principal: cached.principal };
    known.delete(digest);
    const found = await ports.identity.authenticate({ ...context, actor: 'system', tenant: '' }, { key });
    if (!found.ok) {
      const isUnknown = found.error.code === 'not_found' || found.error.code === 'invalid_input';
      return { ok: false, error: { code: isUnknown ? 'api_key_invalid' : 'unavailable' } };
    }
    if (known.size >= CACHE_ENTRIES) known.clear();
    const principal = holderOf(found.value);
    known.set(digest, { principal, until: now + CACHE_TIME });
    return { ok: true, principal };
  };
}

/** What of a caller decides whether they may call a route. */
type Rights = Pick<Principal, 'permissions'> &
  Pick<Caller, 'kind'> & { readonly session?: Caller['session'] };

/** Whether a caller may call a route; a browser's key must also show the client secret of the object. */
export function mayCall(route: Pick<Route, 'access' | 'method' | 'path'>, principal: Rights): boolean {
  const { kind } = principal;
  switch (route.access) {
    case 'public':
    case 'console':
      return true;
    case 'browser':
      return kind === 'secret' || kind === 'publishable' || isPermitted(route, principal);
    case 'secret':
      return kind === 'secret' || isPermitted(route, principal);
    case 'secret-or-merchant':
      // Whose part they see and change is the route's to say: see merchantRoute.
      return kind === 'secret' || kind === 'merchant' || isPermitted(route, principal);
    case 'secret-or-operator':
      return kind === 'operator' || kind === 'secret' || isPermitted(route, principal);
    case 'operator-or-developer':
      // A key that leaked must not make others: of those who develop, only people may.
      return kind === 'operator' || (kind === 'secret' && Boolean(principal.session));
    case 'operator':
      return kind === 'operator';
  }
}

/** What a restricted key may do: reading is a GET, everything else is writing, which reading is a part of. */
function isPermitted(route: Pick<Route, 'method' | 'path'>, { kind, permissions }: Rights): boolean {
  if (kind !== 'restricted' || !permissions) return false;
  const resource = resourceOf(route.path);
  const granted = Object.hasOwn(permissions, resource) ? permissions[resource] : undefined;
  return granted === 'write' || (granted === 'read' && route.method === 'GET');
}

/**
 * The resource of a route, which permissions name: `/v1/customers/:id/payment_methods` is of `customers`,
 * `/v1/checkout/sessions/:id` of `checkout_sessions`.
 */
export function resourceOf(path: string): string {
  const [, , first = '', second = ''] = path.split('/');
  return first === 'checkout' ? `${first}_${second}` : first;
}

/** The key of `Bearer <key>`, or of `Basic` as its user name (RFC 7617). */
function readKey(authorization: string): string | undefined {
  const [scheme = '', value = ''] = authorization.trim().split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 2);
  // Browsers are used to a password field; either may hold the key.
  return user === '' ? password : user;
}
