import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from '@tpmall/server/options';
import { WebSocket } from 'ws';
import { type ApiClient, ApiError, createApiClient, refusalText, UnreachableError } from './client.ts';
import { readApiCommandLine } from './command-line.ts';
import { wantedEvents } from './wanted-events.ts';

/** The subprotocol of the socket that events come through. */
const PROTOCOL = 'stripecli-devproxy-v1';
/** How long a developer's server may take before its answer is not waited for any more. */
const FORWARD_MS = 30_000;
/** The pause before a lost connection is taken up again. */
const AGAIN_MS = 1_000;
/** The server asks every 30 seconds whether anybody is there; one that did not ask for so long is gone. */
const SILENCE_MS = 75_000;
const TOO_MANY = 429;
/** Whoever closes a socket so has done (RFC 6455, 7.4.1). */
const NORMAL = 1000;

interface Session {
  readonly websocket_url: string;
  readonly websocket_id: string;
  readonly secret: string;
}
interface Message {
  readonly type: string;
  readonly event_payload: string;
  readonly http_headers: Readonly<Record<string, string>>;
  readonly webhook_id: string;
  readonly webhook_conversation_id: string;
  readonly endpoint: { readonly api_version: string | null };
}

/** How a connection ended: it was cut, its session is not known any more, or whoever listens had enough. */
type End = 'cut' | 'unknown session' | 'stopped';

/** What a connection tells, and when it is to end. */
interface Ear {
  connected(session: Session): void;
  heard(message: Message): void;
  readonly stop: AbortSignal;
}

/**
 * `tpmall listen [--forward-to URL] [--events LIST]`: prints each event as it happens, and posts it to a
 * local server with the signature of the secret that it prints first. A connection that is lost is taken up
 * again, and what happened meanwhile comes then. Goes on until Ctrl-C ends it, or its key is refused.
 */
export async function listen(args: string[]): Promise<number> {
  const line = readApiCommandLine(args);
  const given = Object.fromEntries(line.parameters);
  const { forward_to: forwardTo, events = '*', ...unknown } = given;
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) throw new UsageError(`tpmall listen has no --${strange}`);
  if (forwardTo !== undefined && !URL.canParse(forwardTo)) throw new UsageError('--forward-to wants a URL');
  const wanted = wantedEvents(events);
  const say = (words: object, text: string): unknown =>
    process.stdout.write(line.json ? `${JSON.stringify(words)}\n` : `${text}\n`);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  let isFirst = true;
  await stayConnected(createApiClient(line), {
    stop: stopping.signal,
    connected({ secret }) {
      if (isFirst) say({ secret }, `ready; signing secret ${secret}`);
      else process.stderr.write('connected again\n');
      isFirst = false;
    },
    heard(message) {
      const { id, type } = JSON.parse(message.event_payload) as { id: string; type: string };
      if (!wanted.has('*') && !wanted.has(type)) return;
      if (forwardTo === undefined) say({ id, type }, `${type} ${id}`);
      else
        void forward(forwardTo, message).then((told) =>
          say({ id, type, ...told }, `${type} ${id} ${told.answer}`),
        );
    },
  });
  return 0;
}

/** Listens in session after session until it is stopped. */
async function stayConnected(client: ApiClient, ear: Ear): Promise<void> {
  // By this the server knows whoever comes back; two that listen on one machine are two.
  const device = `${hostname()} ${process.pid}`;
  let session: Session | undefined = await openSession(client, device);
  let wasConnected = false;
  while (!ear.stop.aborted) {
    let end: End = 'cut';
    // Once it has listened, a server that does not answer is waited for.
    session ??= await openSession(client, device).catch(waitUnlessRefused);
    if (session) {
      end = await follow(session, {
        ...ear,
        connected(opened) {
          wasConnected = true;
          ear.connected(opened);
        },
      });
      if (end === 'unknown session') session = undefined;
      if (end === 'cut' && !wasConnected)
        throw new ApiError(`${client.url}: the socket for events cannot be opened`);
    }
    if (end !== 'cut') continue;
    process.stderr.write('the connection was lost; trying again\n');
    await pauseUnlessStopped(ear.stop);
  }
}

async function pauseUnlessStopped(signal: AbortSignal): Promise<void> {
  try {
    await pause(AGAIN_MS, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A refusal that no waiting will change ends the listening; a server that is away does not. */
function waitUnlessRefused(error: unknown): undefined {
  if (error instanceof UnreachableError) return undefined;
  throw error;
}

async function openSession(client: ApiClient, device: string): Promise<Session> {
  const { ok, status, body } = await client.send({
    method: 'POST',
    path: '/v1/stripecli/sessions',
    parameters: [
      ['device_name', device],
      ['websocket_features[0]', 'webhooks'],
    ],
  });
  if (ok) return body as Session;
  const isPassing = status >= 500 || status === TOO_MANY;
  throw new (isPassing ? UnreachableError : ApiError)(refusalText(status, body));
}

/** Listens through one connection until it ends. */
function follow(session: Session, ear: Ear): Promise<End> {
  const socket = new WebSocket(session.websocket_url, PROTOCOL, {
    headers: { 'websocket-id': session.websocket_id },
  });
  let end: End = 'cut';
  const stop = (): void => {
    end = 'stopped';
    socket.close(NORMAL);
  };
  ear.stop.addEventListener('abort', stop);
  const silence = setTimeout(() => socket.terminate(), SILENCE_MS);
  socket.on('open', () => ear.connected(session));
  socket.on('ping', () => silence.refresh());
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    // Each event comes twice: without a version for clients of old, and in the newest.
    if (message.type !== 'webhook_event' || message.endpoint.api_version === null) return;
    const { webhook_id, webhook_conversation_id } = message;
    const { id: event_id } = JSON.parse(message.event_payload) as { id: string };
    socket.send(JSON.stringify({ type: 'event_ack', event_id, webhook_id, webhook_conversation_id }));
    ear.heard(message);
  });
  socket.on('unexpected-response', (_request, answer) => {
    if (answer.statusCode === 401) end = 'unknown session';
    socket.terminate();
  });
  return new Promise((resolve) => {
    // What goes wrong ends the connection; `close` says so.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(silence);
      ear.stop.removeEventListener('abort', stop);
      resolve(end);
    });
  });
}

/** Posts an event; what went wrong is told, and the next one is posted all the same. */
async function forward(url: string, message: Message): Promise<{ answer: string }> {
  return fetch(url, {
    method: 'POST',
    headers: message.http_headers,
    body: message.event_payload,
    signal: AbortSignal.timeout(FORWARD_MS),
  }).then(
    (response) => ({ answer: String(response.status) }),
    (error: unknown) => ({ answer: `not forwarded: ${String(error)}` }),
  );
}
