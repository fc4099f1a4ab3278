import { isUtf8 } from 'node:buffer';
import { type ErrorOccurrence, errorStatus, WIRE_VERSION } from '@tpmall/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayEnvironment } from '../environment.ts';
import { claimedKey, createAdmission, keyOf, type Limits } from './admission.ts';
import type { Answer } from './answer.ts';
import { registerPreflights, shareAnswer } from './cross-origin.ts';
import { type Keeping, runOnce } from './idempotent.ts';
import { errorOf, NotUtf8, readTree } from './read-request.ts';
import { type Rendered, renderAnswer } from './render.ts';
import { requestFingerprint } from './replay.ts';
import type { RequestLog, Seen } from './request-log.ts';
import type { Access, Call, Route } from './route.ts';

/** The longest idempotency key. */
const MAX_KEY_LENGTH = 255;
/** What is echoed of a client's version. */
const VERSION = /^[0-9A-Za-z.\-_;= ]{1,60}$/;

/** What requests pass on their way. */
export interface Serving {
  readonly keeping: Keeping;
  readonly limits: Limits;
  readonly logRequest: RequestLog;
}

/**
 * Serves routes on an application. A request is admitted (key, kind of key, rate, account), its parameters
 * are read, its idempotency key decides whether it runs or an earlier answer is repeated, and the answer is
 * sent.
 *
 * @throws where a route does not say who may call it
 */
export async function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  environment: GatewayEnvironment,
  serving: Serving,
): Promise<void> {
  const serve = createServe(environment, serving);
  const measure = createMeasure(environment);

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'application/json'],
      { parseAs: 'buffer' },
      (_request, body, done) => done(isUtf8(body as Buffer) ? null : new NotUtf8(), String(body)),
    );
    scope.addHook('onResponse', async (request, reply) => measure(request, reply));
    registerPreflights(scope, routes);
    for (const route of routes) {
      assertAccess(route);
      scope.route({
        method: route.method,
        url: route.path,
        ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
        errorHandler: (error, request, reply) => {
          serve.failed(route, error, request, reply);
        },
        handler: (request, reply) => serve.request(route, request, reply),
      });
    }
  });
  app.setNotFoundHandler((request, reply) => serve.notFound(request, reply));
  app.setErrorHandler((error, request, reply) => serve.failed(undefined, error, request, reply));
}

const ACCESSES: ReadonlySet<string> = new Set<Access>([
  'secret',
  'operator',
  'public',
  'browser',
  'secret-or-merchant',
  'secret-or-operator',
  'operator-or-developer',
  'console',
]);

/** Deny is the default: a route that does not say who may call it is a bug found at start. */
function assertAccess(route: Route): void {
  if (!ACCESSES.has(route.access)) {
    throw new Error(`route ${route.method} ${route.path} does not say who may call it`);
  }
}

function createServe(environment: GatewayEnvironment, { keeping, limits, logRequest }: Serving) {
  const { clock, log } = environment;
  const admit = createAdmission(environment, limits);
  const render = (route: Route | undefined, request: FastifyRequest, answer: Answer): Rendered =>
    renderAnswer(answer, route?.errors ?? styleOf(request.url), request.id, environment);
  const renderError = (route: Route | undefined, request: FastifyRequest, error: ErrorOccurrence): Rendered =>
    render(route, request, { kind: 'error', error });

  const failed = (route: Route | undefined, error: unknown, request: FastifyRequest): Rendered => {
    const occurrence = errorOf(error, request.method);
    if (errorStatus(occurrence) >= 500) log.error({ error, request: request.id }, 'request failed');
    return renderError(route, request, occurrence);
  };

  const answerTo = async (route: Route, request: FastifyRequest, seen: Seen): Promise<Rendered> => {
    const admitted = await admit(route, request);
    if (admitted.call) seen.call = admitted.call;
    if (!admitted.ok) return renderError(route, request, admitted.error);
    const tree = readTree(route, request);
    if (!tree.ok) return renderError(route, request, tree.error);
    const prepared = route.prepare(tree.value);
    // What is nested too deep to be read is too deep to be written down.
    if (prepared.ok || prepared.error.code !== 'parameters_malformed') seen.tree = tree.value;
    if (!prepared.ok) return renderError(route, request, prepared.error);
    const run = async (call: Call): Promise<Rendered> => {
      try {
        return render(route, request, await prepared.value(call));
      } catch (error) {
        return failed(route, error, request);
      }
    };
    const key = route.method === 'POST' ? keyOf(request) : undefined;
    const { principal } = admitted.call;
    if (key === undefined || !principal) return run(admitted.call);
    if (key.length < 1 || key.length > MAX_KEY_LENGTH) {
      return renderError(route, request, { code: 'idempotency_key_invalid' });
    }
    if (!route.isReplayed) return run(admitted.call);
    const once = await runOnce(
      {
        tenant: admitted.call.context.tenant,
        key: claimedKey(principal, key),
        fingerprint: requestFingerprint(route.method, scopedUrl(request.url, admitted.call), tree.value),
        requestId: request.id,
      },
      keeping,
      clock,
      () => run(admitted.call),
    );
    if (once.kind === 'done') return once.rendered;
    const code = once.kind === 'mismatch' ? 'idempotency_mismatch' : 'idempotency_key_in_use';
    return renderError(route, request, { code });
  };

  return {
    request: async (route: Route, request: FastifyRequest, reply: FastifyReply) => {
      const seen: Seen = {};
      const rendered = await answerTo(route, request, seen);
      if (seen.call) limits.guard.learn(seen.call, rendered);
      logRequest(route, request, reply, seen, rendered);
      shareAnswer(route, request, reply, seen.call?.principal);
      return send(request, reply, rendered);
    },
    failed: (route: Route | undefined, error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      send(request, reply, failed(route, error, request)),
    notFound: (request: FastifyRequest, reply: FastifyReply) => {
      const message = `there is no ${request.method} ${request.url.slice(0, 200).split('?', 1)[0]}`;
      return send(request, reply, renderError(undefined, request, { code: 'route_not_found', message }));
    },
  };
}

/**
 * What somebody may read decides what is answered to the same request: an answer is repeated for nobody who
 * works for other merchants, or whose key may read something else.
 */
function scopedUrl(url: string, { principal }: Call): string {
  if (principal?.kind === 'merchant') return `${principal.session?.accounts.toSorted().join(' ')} ${url}`;
  const granted = Object.entries(principal?.permissions ?? {}).map((one) => one.join('='));
  return granted.length === 0 ? url : `${granted.toSorted().join(' ')} ${url}`;
}

/** The style of errors where no route was reached: of the API under `/v1` and `/v2`, else a page. */
function styleOf(url: string): Route['errors'] {
  // Clients of the newer version of the convention want to read what they are told as well.
  if (!/^\/v\d/.test(url)) return 'page';
  return /^\/v1\/(?:ledger|risk|keys|audit|operations|console|payment_timelines)\b/.test(url)
    ? 'problem'
    : 'payments';
}

function send(request: FastifyRequest, reply: FastifyReply, rendered: Rendered): FastifyReply {
  const asked = request.headers['stripe-version'] ?? request.headers['tpmall-version'];
  const version = typeof asked === 'string' && VERSION.test(asked) ? asked : WIRE_VERSION;
  const key = keyOf(request);
  reply.code(rendered.status).headers({
    'content-type': rendered.contentType,
    'cache-control': 'no-store',
    'request-id': request.id,
    'stripe-version': version,
    'tpmall-request-id': request.id,
    'tpmall-version': version,
    'x-content-type-options': 'nosniff',
    ...(key !== undefined && /^[\x20-\x7e]{1,255}$/.test(key) && { 'idempotency-key': key }),
    ...rendered.headers,
  });
  return reply.send(rendered.body);
}

function createMeasure({ metrics }: GatewayEnvironment) {
  const names = ['method', 'route', 'status'];
  const requests = metrics.counter('tpmall_http_requests_total', 'API requests by route and status.', names);
  const seconds = metrics.histogram('tpmall_http_request_seconds', 'Time from request to answer.', [
    'method',
    'route',
  ]);
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const labels = { method: request.method, route: request.routeOptions.url ?? '(none)' };
    requests.add({ ...labels, status: String(reply.statusCode) });
    seconds.observe(reply.elapsedTime / 1000, labels);
  };
}
