import { hostname } from 'node:os';
import { UsageError } from '@tpmall/server/options';
import { WebSocket } from 'ws';
import { ApiError, createApiClient, refusalText } from './client.ts';
import { readApiCommandLine } from './command-line.ts';

/** The subprotocol of the socket that events come through. */
const PROTOCOL = 'stripecli-devproxy-v1';
/** How long a developer's server may take before its answer is not waited for any more. */
const FORWARD_MS = 30_000;

interface Session {
  readonly websocket_url: string;
  readonly websocket_id: string;
  readonly secret: string;
}
interface Message {
  readonly type: string;
  readonly event_payload: string;
  readonly http_headers: Readonly<Record<string, string>>;
  readonly endpoint: { readonly api_version: string | null };
}

/**
 * `tpmall listen [--forward-to URL] [--events LIST]`: prints each event as it happens, and posts it to a
 * local server with the signature of the secret that it prints first. Goes on until the connection ends, then
 * exits with 1; Ctrl-C ends it.
 */
export async function listen(args: string[]): Promise<number> {
  const line = readApiCommandLine(args);
  const given = Object.fromEntries(line.parameters);
  const { forward_to: forwardTo, events = '*', ...unknown } = given;
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) throw new UsageError(`tpmall listen has no --${strange}`);
  if (forwardTo !== undefined && !URL.canParse(forwardTo)) throw new UsageError('--forward-to wants a URL');
  const wanted = new Set(events.split(','));
  const opened = await createApiClient(line).send({
    method: 'POST',
    path: '/v1/stripecli/sessions',
    parameters: [
      ['device_name', hostname()],
      ['websocket_features[0]', 'webhooks'],
    ],
  });
  if (!opened.ok) throw new ApiError(refusalText(opened.status, opened.body));
  const session = opened.body as Session;
  const socket = new WebSocket(session.websocket_url, PROTOCOL, {
    headers: { 'websocket-id': session.websocket_id },
  });
  const say = (words: object, text: string): unknown =>
    process.stdout.write(line.json ? `${JSON.stringify(words)}\n` : `${text}\n`);
  socket.on('open', () => say({ secret: session.secret }, `ready; signing secret ${session.secret}`));
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    // Each event comes twice: without a version for clients of old, and in the newest.
    if (message.type !== 'webhook_event' || message.endpoint.api_version === null) return;
    const { id, type } = JSON.parse(message.event_payload) as { id: string; type: string };
    if (!wanted.has('*') && !wanted.has(type)) return;
    if (forwardTo === undefined) say({ id, type }, `${type} ${id}`);
    else
      void forward(forwardTo, message).then((told) =>
        say({ id, type, ...told }, `${type} ${id} ${told.answer}`),
      );
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => reject(new ApiError(`${session.websocket_url}: ${error.message}`)));
    socket.once('close', () => {
      process.stderr.write('the server ended the connection\n');
      resolve(1);
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
