import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type Clock, err, type Redacted, type Result } from '@tpmall/kernel';
import { decode, encode } from './codec.ts';
import type { CallContext, OutgoingContext } from './context.ts';
import type { Contract, Port } from './contract.ts';
import type { Callee } from './local.ts';

/** A call's body may hold a full ledger batch (8,190 transfers of about 700 bytes), and no more. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** How long after its deadline a call may still be answered before the caller gives up on the answer. */
const ANSWER_GRACE_MS = 2_000;

/** Where a remote module is: a port on loopback or a unix socket. */
export type Address = { readonly port: number } | { readonly socketPath: string };

/** The secrets by which a callee knows its callers: one for each pair of modules. */
export type PairSecrets = ReadonlyMap<string, Redacted<string>>;

/**
 * Serves callees to other processes: `POST /<module>/<version>/<operation>` with the caller's name and the
 * pair's secret. Every answer is 200 with an encoded result; any other status means the call was not
 * executed.
 *
 * @param secrets by caller name; a caller without a secret here is refused
 */
export function serveContracts(callees: readonly Callee[], secrets: PairSecrets): Server {
  const byModule = new Map(callees.map((callee) => [callee.contract.module, callee]));
  return createServer((incoming, outgoing) => {
    answer(incoming, outgoing, byModule, secrets).catch((error: unknown) => {
      // The callee threw: a bug or broken infrastructure. It may have written already, so the outcome is
      // unknown.
      respond(outgoing, 200, encode(err('unknown', `the callee failed: ${String(error)}`)));
    });
  });
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  byModule: ReadonlyMap<string, Callee>,
  secrets: PairSecrets,
): Promise<void> {
  const caller = String(incoming.headers['tpmall-caller'] ?? '');
  if (!knows(secrets, caller, incoming.headers.authorization))
    return respond(outgoing, 401, 'unknown caller');
  const [, module = '', version = '', operation = ''] = (incoming.url ?? '').split('/');
  const callee = byModule.get(module);
  if (!callee) return respond(outgoing, 404, `no module ${module} here`);
  if (version !== `v${callee.contract.version}`) {
    return respond(outgoing, 409, `${module} speaks version ${callee.contract.version} here`);
  }
  if (operation === '' && incoming.method === 'GET') return respond(outgoing, 200, '');
  const body = await readBody(incoming);
  if (body === undefined) return respond(outgoing, 413, 'the call is too large');
  const { context, input } = decode(body) as { context: CallContext; input: unknown };
  respond(outgoing, 200, encode(await callee.call(operation, { ...context, caller }, input)));
}

function knows(secrets: PairSecrets, caller: string, authorization: string | undefined): boolean {
  const secret = secrets.get(caller);
  if (!secret || !authorization) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization), digest(`Bearer ${secret.reveal()}`));
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function respond(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  outgoing.end(body);
}

/** A port to a module in another process, and how to let go of it. */
export interface RemotePort<C extends Contract> {
  readonly port: Port<C>;
  /** Asks whether the callee is there and speaks this contract's version; throws with the reason if not. */
  check(): Promise<void>;
  close(): void;
}

/**
 * Connects to a module in another process. A call that could not be handed over answers `unavailable`; one
 * whose answer did not come by its deadline, or whose connection broke, answers `unknown`.
 */
export function connectRemote<C extends Contract>(
  contract: C,
  options: { address: Address; caller: string; secret: Redacted<string>; clock: Clock },
): RemotePort<C> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const base = { ...options.address, host: '127.0.0.1', agent };
  const headers = { 'tpmall-caller': options.caller, authorization: `Bearer ${options.secret.reveal()}` };
  const prefix = `/${contract.module}/v${contract.version}/`;

  const call = (name: string, context: OutgoingContext, input: unknown): Promise<Result<unknown, string>> => {
    const where = `${contract.module}.${name}`;
    const left = Math.floor((context.deadlineAt - options.clock.now()) / 1000);
    if (left <= 0)
      return Promise.resolve(err('unavailable', `the deadline passed before ${where} was called`));
    const body = encode({ context: { ...context, caller: options.caller }, input });
    return new Promise((resolve) => {
      let handedOver = false;
      const outgoing = request(
        {
          ...base,
          method: 'POST',
          path: prefix + name,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
          timeout: left + ANSWER_GRACE_MS,
        },
        (incoming) => {
          readBody(incoming).then(
            (text) => resolve(readAnswer(where, incoming.statusCode ?? 0, text)),
            (error: unknown) => resolve(err('unknown', `the answer of ${where} broke off: ${String(error)}`)),
          );
        },
      );
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) handedOver = true;
        else {
          socket.once('connect', () => {
            handedOver = true;
          });
        }
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', (error) =>
        resolve(err(handedOver ? 'unknown' : 'unavailable', `${where} did not answer: ${reasonOf(error)}`)),
      );
      outgoing.end(body);
    });
  };

  const port: Record<string, unknown> = {};
  for (const name of Object.keys(contract.operations)) {
    port[name] = (context: OutgoingContext, input: unknown) => call(name, context, input);
  }
  return {
    port: port as Port<C>,
    check: () =>
      new Promise((resolve, reject) => {
        const outgoing = request(
          { ...base, method: 'GET', path: prefix, headers, timeout: ANSWER_GRACE_MS },
          (incoming) => {
            incoming.resume();
            if (incoming.statusCode === 200) resolve();
            else
              reject(
                new Error(
                  `${contract.module} answered ${incoming.statusCode} to version ${contract.version}`,
                ),
              );
          },
        );
        outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
        outgoing.on('error', reject);
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}

function readAnswer(where: string, status: number, text: string | undefined): Result<unknown, string> {
  if (status !== 200) return err('unavailable', `${where} was not executed: ${status} ${text ?? ''}`);
  if (text === undefined) return err('unknown', `the answer of ${where} is too large`);
  return decode(text) as Result<unknown, string>;
}

/** Why a connection failed, without the path or address that a client has no business with. */
function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
