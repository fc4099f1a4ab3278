import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { type AttendanceParts, attend } from './attend.ts';
import { readSession, SOCKET_PATH } from './session.ts';

/** The subprotocol of the official command-line client. */
const PROTOCOL = 'stripecli-devproxy-v1';
/** Listeners of one tenant at a time. */
const LISTENERS_MAX = 20;
/** The largest message of a client: it sends back what it forwarded, and the answer. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** The longest session id in a header: it holds the filter of whoever follows the log of requests. */
const MAX_ID_LENGTH = 6_000;

/** Serves the socket of listen sessions on the API's origin until it closes. */
export function serveListenSocket(app: FastifyInstance, parts: AttendanceParts): void {
  const { listeners, log } = parts;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that goes away in the middle of a refusal is nobody's error.
    socket.once('error', (error) => log.debug({ error }, 'a socket was given up'));
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return answerAsAsked(app, request, socket, head);
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== SOCKET_PATH) return refuse(socket, 404, 'There is no socket here.');
    const id = request.headers['websocket-id'];
    const isId = typeof id === 'string' && id.length <= MAX_ID_LENGTH;
    const session = isId ? readSession(parts.secrets, parts.clock, id) : undefined;
    // The words by which the official client knows that it must open another session.
    if (session === undefined) return refuse(socket, 401, 'Unknown WebSocket ID.');
    if (listeners.count(session.tenant) >= LISTENERS_MAX)
      return refuse(socket, 429, 'Too many listen sessions.');
    server.handleUpgrade(request, socket, head, (client) => void attend(client, session, parts));
  };

  app.server.on('upgrade', upgrade);
  // The server waits for its connections, and these would never end by themselves.
  app.addHook('preClose', async () => {
    await listeners.cutAll();
    server.close();
  });
}

/** Headers that offer another protocol. */
const OF_OFFERS: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Answers a request whose client would rather speak another protocol, as Java's offers HTTP/2 with every one,
 * in the one that it was made in (RFC 9110, 7.8). Node hands over each offer once anybody listens for them:
 * the request is given back to it without the offer.
 */
function answerAsAsked(app: FastifyInstance, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !OF_OFFERS.has(name.toLowerCase()) ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  );
  const text = [`${method} ${url} HTTP/${httpVersion}`, ...lines, '', ''].join('\r\n');
  socket.unshift(Buffer.concat([Buffer.from(text, 'latin1'), head]));
  app.server.emit('connection', socket);
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: { type: 'invalid_request_error', message } });
  socket.end(
    [
      `HTTP/1.1 ${status} Refused`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
