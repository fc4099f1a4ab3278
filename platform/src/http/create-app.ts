import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, createIds, type Random } from '@tpmall/kernel';
import Fastify, { type FastifyInstance } from 'fastify';
import { DatabaseAway } from '../db/index.ts';
import type { Log } from '../telemetry/types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The id of the API key that a request was made with, for its log line. Whoever authenticates sets it.
     */
    keyId: string | null;
  }
}

/** The largest body where a route does not say otherwise. */
export const BODY_LIMIT_BYTES = 256 * 1024;
/** How long a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long an idle connection is kept. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/**
 * Connections that may wait to be accepted; the system may allow fewer. With Node's 511, a thousand clients
 * that come at once lose half their first packets, and send them again after a second.
 */
const BACKLOG = 4_096;
/** The longest header section; API keys and trace headers fit many times over. */
const MAX_HEADER_BYTES = 16 * 1024;
/**
 * Requests that a client may send on one connection before the first is answered. Node begins them all at
 * once, so that thousands on one connection kept everybody else from the database for seconds; clients that
 * send ahead at all send a few.
 */
const AHEAD_MAX = 32;
/** What Node could not read, by its code; 400 otherwise. */
const UNREAD: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, `the headers are longer than ${MAX_HEADER_BYTES} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come in time'],
};
/** What is told of a request that no route can read. */
const MALFORMED = { type: 'invalid_request_error', code: 'request_malformed' } as const;
/** After which time clients ask again while the database is away: it is back within a few seconds. */
export const RETRY_AFTER_SECONDS = 2;
/** What is told then. */
const AWAY = {
  type: 'api_error',
  code: 'database_unavailable',
  message: 'The database is away for a moment. Repeat the request.',
};
/** What is told of one that failed here. */
const FAILED = { type: 'api_error', code: 'internal_error', message: 'The server met a fault of its own.' };

/**
 * An HTTP application of one origin: no routes yet, bounded everywhere, one log line a request. The line
 * holds no bodies, no query strings and no headers, so neither secrets nor card data can be in it. What a
 * route throws and handles nowhere is logged, and its client is told no more than that it failed.
 */
export function createApp(options: {
  origin: string;
  log: Log;
  clock: Clock;
  random: Random;
  /**
   * Addresses and networks of proxies whose `x-forwarded-for` says who asks; of others the header is nothing.
   */
  trustedProxies?: readonly string[];
}): FastifyInstance {
  const ids = createIds(options.clock, options.random);
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    logger: false,
    ...(options.trustedProxies?.length && { trustProxy: [...options.trustedProxies] }),
    genReqId: () => ids.next('req'),
    // No route is reached by a path that cannot be decoded; all origins tell errors in this shape.
    frameworkErrors: (error, _request, reply) => {
      reply.raw.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
      reply.raw.end(JSON.stringify({ error: { ...MALFORMED, message: error.message } }));
    },
    clientErrorHandler: refuseUnread,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    // A stopping server finishes what it has begun and lets keep-alive connections go.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  app.decorateRequest('keyId', null);
  limitAhead(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 400 && statusCode < 500) {
      return reply.code(statusCode).send({ error: { ...MALFORMED, message: error.message } });
    }
    options.log.error({ error, origin: options.origin, request: request.id }, 'request failed');
    // What failed may name tables, files and hosts: that is for the log alone.
    reply.header('cache-control', 'no-store');
    if (!(error instanceof DatabaseAway)) return reply.code(500).send({ error: FAILED });
    reply.headers({ 'retry-after': RETRY_AFTER_SECONDS, 'stripe-should-retry': 'true' });
    return reply.code(503).send({ error: AWAY });
  });
  app.addHook('onResponse', async (request, reply) => {
    options.log.info(
      {
        origin: options.origin,
        request: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        keyId: request.keyId,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
  return app;
}

/** Closes a connection on which a client sends more ahead than {@link AHEAD_MAX} allows. */
function limitAhead(app: FastifyInstance): void {
  const open = new WeakMap<Socket, number>();
  const add = (socket: Socket, by: number): number => {
    const now = (open.get(socket) ?? 0) + by;
    open.set(socket, now);
    return now;
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const { socket } = request.raw;
    if (add(socket, 1) <= AHEAD_MAX) done();
    else socket.destroy();
  });
  app.addHook('onResponse', async (request) => void add(request.raw.socket, -1));
}

/** Answers what is no HTTP, too long or too slow in the shape of every other error, and closes. */
function refuseUnread(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) return;
  const [status, message] = UNREAD[error.code ?? ''] ?? [400, 'the request is no well-formed HTTP'];
  const body = JSON.stringify({ error: { ...MALFORMED, message } });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/**
 * Starts to listen on both loopback addresses under `localhost`, or on `host` where the operator names one.
 *
 * @returns the origin as a browser writes it
 */
export async function listen(app: FastifyInstance, port: number, host = 'localhost'): Promise<string> {
  await app.listen({ port, host, backlog: BACKLOG });
  const address = app.server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${bound}`;
}
