import { base32, hash128, SECOND } from '@tpmall/kernel';
import { createRateLimit } from '@tpmall/platform/http';
import type { ErrorOccurrence } from '@tpmall/wire';
import type { FastifyRequest } from 'fastify';
import { createFindSession, isFromConsole } from '../console/find-session.ts';
import type { GatewayEnvironment } from '../environment.ts';
import { createAuthenticate, mayCall } from './authenticate.ts';
import { type Caller, personOf } from './caller.ts';
import type { CardTestingGuard } from './card-testing.ts';
import { isForeignPage, isForged } from './cross-origin.ts';
import type { Quota } from './quota.ts';
import type { Call, Route } from './route.ts';

/** A request that may go on, or why it may not. */
export type Admission =
  | { readonly ok: true; readonly call: Call }
  /** `call` where it is known who asks. */
  | { readonly ok: false; readonly error: ErrorOccurrence; readonly call?: Call };

/** What limits requests beside the rate of their key. */
export interface Limits {
  readonly quota: Pick<Quota, 'take'>;
  readonly guard: CardTestingGuard;
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Admits requests: key, kind of key, account header, rate. */
export function createAdmission(environment: GatewayEnvironment, { quota, guard }: Limits) {
  const { clock, config, ids, ports, random } = environment;
  const authenticate = createAuthenticate(environment);
  const findSession = createFindSession(environment);
  const rateLimit = createRateLimit(clock, config.rateLimit);

  const traceparent = (given: string | undefined): string => {
    if (given !== undefined && TRACEPARENT.test(given)) return given;
    const hex = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('hex');
    return `00-${hex(16)}-${hex(8)}-01`;
  };

  const checkAccount = async (
    request: FastifyRequest,
    context: Call['context'],
  ): Promise<ErrorOccurrence | undefined> => {
    const account = header(request, 'stripe-account') ?? header(request, 'tpmall-account');
    if (account === undefined || account === context.tenant) return undefined;
    if (account.length < 1 || account.length > 64) return { code: 'account_invalid' };
    const found = await ports.accounts.findAccounts(context, { ids: [account] });
    if (!found.ok) return { code: 'unavailable' };
    return { code: found.value.length === 1 ? 'account_scope_not_supported' : 'account_invalid' };
  };

  const limited = (route: Route, call: Call, principal: Caller): ErrorOccurrence | undefined => {
    const untilTomorrow = quota.take(principal);
    if (untilTomorrow > 0) return { code: 'quota_exceeded', retryAfterSeconds: untilTomorrow };
    const pause = guard.admit(route, call);
    return pause > 0 ? { code: 'card_testing_suspected', retryAfterSeconds: pause } : undefined;
  };

  /** A page of the console: whoever looks, with their session where they have one. */
  const admitVisitor = async (request: FastifyRequest, base: Unsigned): Promise<Admission> => {
    if (!isFromConsole(request)) return { ok: false, error: { code: 'console_foreign' } };
    const nobody = { ...base, actor: 'anonymous', tenant: '' };
    const found = await findSession(request, nobody);
    if (found.kind === 'unavailable') return { ok: false, error: { code: 'unavailable' } };
    const who = found.kind === 'found' ? personOf(found.session) : undefined;
    request.keyId = who?.keyId ?? null;
    const context = who ? { ...base, actor: who.actor, tenant: who.tenant } : nobody;
    return { ok: true, call: callOf(request, context, who) };
  };

  return async (route: Route, request: FastifyRequest): Promise<Admission> => {
    const key = keyOf(request);
    const base = {
      request: { id: request.id, idempotencyKey: key ?? null },
      commandId: ids.next('cmd'),
      deadlineAt: clock.now() + config.deadlineSeconds * SECOND,
      traceparent: traceparent(header(request, 'traceparent')),
    };
    if (route.access === 'public') {
      return { ok: true, call: callOf(request, { ...base, actor: 'anonymous', tenant: '' }, undefined) };
    }
    if (route.access === 'console') return admitVisitor(request, base);
    const who = await authenticate(request, base);
    if (!who.ok) return who;
    request.keyId = who.principal.keyId;
    const retryAfterSeconds = rateLimit.take(who.principal.keyId);
    if (retryAfterSeconds > 0) return { ok: false, error: { code: 'rate_limit', retryAfterSeconds } };
    const { tenant, actor } = who.principal;
    const context = {
      ...base,
      tenant,
      actor,
      commandId: key === undefined ? base.commandId : commandOf(tenant, claimedKey(who.principal, key)),
    };
    const call = callOf(request, context, who.principal);
    if (!mayCall(route, who.principal)) {
      const { kind, session } = who.principal;
      const message = `${kind} ${session ? 'sessions' : 'keys'} may not call ${route.operationId}`;
      return { ok: false, error: { code: 'permission_denied', message }, call };
    }
    if (isForeignPage(request, who.principal)) {
      const origin = String(request.headers.origin).slice(0, 200);
      const message = `this key does not name the page’s origin ${origin}`;
      return { ok: false, error: { code: 'origin_not_allowed', message }, call };
    }
    if (isForged(route, request, who.principal)) return { ok: false, error: { code: 'page_foreign' }, call };
    const problem = (await checkAccount(request, context)) ?? limited(route, call, who.principal);
    return problem ? { ok: false, error: problem, call } : { ok: true, call };
  };
}

/** The context of a call before it is known whose it is. */
type Unsigned = Omit<Call['context'], 'actor' | 'tenant'>;

/** The idempotency key of a request, as the client sent it. */
export function keyOf(request: FastifyRequest): string | undefined {
  return header(request, 'idempotency-key') ?? header(request, 'tpmall-idempotency-key');
}

/**
 * The idempotency key that a request lays claim to. Those of browsers and of each merchant's person are apart
 * from the platform's own: whoever sees a publishable key, or sells here, could else use up the keys that its
 * server is about to send, which are often easy to guess.
 */
export function claimedKey({ kind, actor }: Pick<Caller, 'kind' | 'actor'>, key: string): string {
  if (kind === 'publishable') return `browser_${base32(hash128('gateway.browser_key', key))}`;
  return kind === 'merchant' ? `merchant_${base32(hash128('gateway.merchant_key', actor, key))}` : key;
}

/** The command that a key stands for: the same for ever, another for every tenant, and of bounded length. */
function commandOf(tenant: string, key: string): string {
  return `idem_${base32(hash128('gateway.idempotency', tenant, key))}`;
}

function callOf(request: FastifyRequest, context: Call['context'], principal: Caller | undefined): Call {
  return {
    context,
    principal,
    path: request.params as Readonly<Record<string, string>>,
    url: request.url,
    ip: request.ip,
    requestId: request.id,
    userAgent: request.headers['user-agent'] ?? '',
    acceptLanguage: request.headers['accept-language'] ?? '',
  };
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
