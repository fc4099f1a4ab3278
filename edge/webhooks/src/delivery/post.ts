import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type Clock, MILLISECOND } from '@tpmall/kernel';
import { type Dispatcher, errors, Pool } from 'undici';
import type { WebhooksConfig } from '../config.ts';
import type { MayConnect } from './addresses.ts';

/** How much of an answer's body is kept, and after how much the connection is given up instead of drained. */
const KEPT_BYTES = 2_048;
const DRAINED_BYTES = 65_536;
/** Headers of an answer that are kept, and how long each may be. */
const KEPT_HEADERS = 30;
const KEPT_HEADER_LENGTH = 200;
/** The largest header section of an answer. */
const MAX_HEADER_BYTES = 16_384;
/** How long an unused connection is kept. */
const KEEP_ALIVE_MS = 10_000;

/** Why a post did not count as delivered. */
export type PostError =
  | 'status'
  | 'redirect'
  | 'timeout'
  | 'connect_timeout'
  | 'connection_refused'
  | 'connection_closed'
  | 'name_not_resolved'
  | 'address_refused'
  | 'tls'
  | 'failed';

/** What came of one post. */
export interface PostResult {
  /** Null: no answer came. */
  readonly status: number | null;
  /** Null: delivered, which is an answer of 2xx. */
  readonly error: PostError | null;
  readonly durationMs: number;
  readonly headers: Readonly<Record<string, string>> | null;
  /** The beginning of the body. */
  readonly body: string | null;
}

/** One post to an endpoint. */
export interface Post {
  readonly endpoint: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends posts, over connections that are kept for each endpoint. */
export interface Poster {
  /** Never throws: whatever happens is a result. */
  post(post: Post): Promise<PostResult>;
  /** Lets go of connections that have been idle for a while. */
  sweep(): void;
  /** Ends all connections; what is under way on them fails. */
  close(): Promise<void>;
}

interface Line {
  /** The address that `path` is of. */
  readonly url: string;
  readonly origin: string;
  readonly path: string;
  readonly pool: Pool;
  /** Its address is written as such, and may not be connected to. */
  readonly isRefused: boolean;
  usedAt: number;
}

/** The code of the error with which a name's addresses are refused. */
const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';
/** How long the pool of an endpoint is kept without a send. */
const LINE_IDLE = 60_000 * MILLISECOND;

/**
 * Makes a poster. A name is resolved once, every address of it must be allowed, and the connection is made to
 * what was checked; redirects are answers like any other that is not 2xx.
 */
export function createPoster(
  config: Pick<WebhooksConfig, 'connectTimeoutMs' | 'answerTimeoutMs' | 'laneInFlight'>,
  mayConnect: MayConnect,
  clock: Clock,
): Poster {
  const lines = new Map<string, Line>();
  const resolve = checkedLookup(mayConnect);

  const lineFor = (endpoint: string, url: string): Line => {
    const known = lines.get(endpoint);
    if (known?.url === url) return known;
    const { origin, hostname, pathname, search } = new URL(url);
    const isSameOrigin = known?.origin === origin;
    if (!isSameOrigin) void known?.pool.close();
    // A literal address is never looked up, so it is judged here.
    const host = hostname.replace(/^\[|\]$/g, '');
    const line = {
      ...{ url, origin, path: `${pathname}${search}` },
      pool: isSameOrigin ? known.pool : connect(origin),
      isRefused: isIP(host) !== 0 && !mayConnect(host),
      usedAt: clock.now(),
    };
    lines.set(endpoint, line);
    return line;
  };

  const connect = (origin: string): Pool =>
    new Pool(origin, {
      connections: config.laneInFlight,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: { lookup: resolve, timeout: config.connectTimeoutMs },
    });

  const send = async ({ endpoint, url, headers, body }: Post): Promise<Omit<PostResult, 'durationMs'>> => {
    const line = lineFor(endpoint, url);
    if (line.isRefused) return nothing('address_refused');
    line.usedAt = clock.now();
    const { path, pool } = line;
    const answer = await exchange(pool, { path, method: 'POST', headers, body }, config.answerTimeoutMs);
    const { status } = answer;
    return {
      ...answer,
      error: status >= 200 && status < 300 ? null : status >= 300 && status < 400 ? 'redirect' : 'status',
    };
  };

  return {
    async post(post) {
      const from = clock.now();
      const result = await send(post).catch((error: unknown) => nothing(reasonOf(error)));
      return { ...result, durationMs: Math.max(0, Math.round((clock.now() - from) / MILLISECOND)) };
    },
    sweep() {
      const before = clock.now() - LINE_IDLE;
      for (const [endpoint, { usedAt, pool }] of lines) {
        if (usedAt >= before) continue;
        lines.delete(endpoint);
        void pool.close();
      }
    },
    async close() {
      const all = [...lines.values()];
      lines.clear();
      await Promise.all(all.map(({ pool }) => pool.destroy()));
    },
  };
}

/** Resolves a name for a connection, and refuses it when any of its addresses may not be connected to. */
function checkedLookup(mayConnect: MayConnect): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        done(error, '', 0);
        return;
      }
      const refused = addresses.length === 0 || !addresses.every(({ address }) => mayConnect(address));
      const [first] = addresses;
      if (refused || !first) {
        done(
          Object.assign(new Error(`${hostname} is not a public address`), { code: ADDRESS_REFUSED }),
          '',
          0,
        );
      } else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function nothing(error: PostError): Omit<PostResult, 'durationMs'> {
  return { status: null, error, headers: null, body: null };
}

type Answer = Pick<PostResult, 'headers' | 'body'> & { readonly status: number };

/**
 * Sends a request and reads the beginning of the answer's body, and the rest only as far as it takes to use
 * the connection again. That the body breaks off changes nothing: the status was the answer. The answer is
 * taken as the parser gives it, without a stream for each.
 */
function exchange(pool: Pool, request: Dispatcher.DispatchOptions, withinMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let length = 0;
    let head: Pick<Answer, 'status' | 'headers'> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (error?: Error): void => {
      clearTimeout(timer);
      if (head) resolve({ ...head, body: storable(Buffer.concat(kept).toString('utf8')) });
      else reject(error ?? new Error('an answer ended that had not begun'));
    };
    pool.dispatch(request, {
      // One time for all of the answer, from when there is a connection: what comes drop by drop could
      // otherwise outlive the claim to its delivery, and be sent once more meanwhile.
      onRequestStart(controller) {
        clearTimeout(timer);
        timer = setTimeout(() => controller.abort(new errors.HeadersTimeoutError()), withinMs);
      },
      onResponseStart(_controller, status, headers) {
        // What is not yet the answer: 100, 103.
        if (status < 200) return;
        head = { status, headers: keptHeaders(headers) };
      },
      onResponseData(controller, chunk) {
        if (length < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - length));
        length += chunk.length;
        if (length > DRAINED_BYTES) controller.abort(new Error('the body is too long'));
      },
      onResponseEnd: () => end(),
      onResponseError: (_controller, error) => end(error),
    });
  });
}

function keptHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .slice(0, KEPT_HEADERS)
      .map(([name, value]) => [
        storable(name.slice(0, KEPT_HEADER_LENGTH)),
        storable(String(value).slice(0, KEPT_HEADER_LENGTH)),
      ]),
  );
}

/** Postgres stores no NUL; a lone surrogate never comes out of bytes. */
function storable(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text;
}

const REASONS: Readonly<Record<string, PostError>> = {
  [ADDRESS_REFUSED]: 'address_refused',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_SOCKET: 'connection_closed',
  UND_ERR_HEADERS_OVERFLOW: 'failed',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_closed',
  EPIPE: 'connection_closed',
  ENOTFOUND: 'name_not_resolved',
  EAI_AGAIN: 'name_not_resolved',
  ETIMEDOUT: 'connect_timeout',
};

function reasonOf(error: unknown): PostError {
  // Several addresses of one name that all failed come as one error that holds theirs.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(inner instanceof Error)) return 'failed';
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  const known = REASONS[code];
  if (known) return known;
  if (inner instanceof errors.HTTPParserError) return 'connection_closed';
  return /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code) ? 'tls' : 'failed';
}
