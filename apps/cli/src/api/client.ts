import { resolve } from 'node:path';
import { type DevFile, noServer, readRunningDev } from '@tpmall/server/instance';
import { UsageError } from '@tpmall/server/options';
import type { ApiCommandLine } from './command-line.ts';

/** Who may call an operation; by it the key is chosen, where none is given. */
export type Access = 'secret' | 'operator';
/** What is sent: a method, a path with or without its query, and the form. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly parameters?: readonly (readonly [name: string, value: string])[];
  readonly access?: Access;
}
/** What came back; the body is text that was not JSON where it is a text. */
export interface ApiAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly requestId: string | null;
  readonly body: unknown;
}

/** A running server's API, with the key of whoever types. */
export interface ApiClient {
  readonly url: string;
  send(request: ApiRequest): Promise<ApiAnswer>;
}

/** The server could not be reached, or refused what was asked; told in words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** What it answered, where that is to be printed as it came. */
  readonly answer: string | undefined;

  constructor(message: string, answer?: string) {
    super(message);
    this.answer = answer;
  }
}

/** The server does not answer, or not now: it may do so later. */
export class UnreachableError extends ApiError {}

/**
 * Finds the server and the key: `--url` and `--key`, else `TPMALL_API_URL` and `TPMALL_API_KEY`, else what
 * the server that runs in the data folder wrote into its `dev.json`.
 *
 * @throws UsageError where neither says it
 */
export function createApiClient({ own }: Pick<ApiCommandLine, 'own'>): ApiClient {
  const dataDir = resolve(own['data-dir'] ?? process.env['TPMALL_DATA_DIR'] ?? '.tpmall');
  const dev = readRunningDev(dataDir);
  const givenUrl = own.url ?? process.env['TPMALL_API_URL'];
  const givenKey = own.key ?? process.env['TPMALL_API_KEY'];
  const url = (givenUrl === undefined ? dev?.apiUrl : originOf(givenUrl))?.replace(/\/$/, '');
  if (url === undefined) {
    throw new UsageError(`${noServer(dataDir)}, or say --url and --key (TPMALL_API_URL, TPMALL_API_KEY)`);
  }
  // A key of this folder is no key of a server elsewhere, and must not be sent there.
  if (givenKey === undefined && url !== dev?.apiUrl) {
    throw new UsageError(`Say the key for ${url}: --key, or TPMALL_API_KEY`);
  }
  return {
    url,
    async send(request) {
      const key = givenKey ?? keyOf(dev, request.access ?? accessOf(request.path));
      return exchange(url, key, request, own.idempotency);
    },
  };
}

/** Without its scheme, an address is none: `localhost:4400` reads as one of a scheme `localhost`. */
function originOf(given: string): string {
  if (/^https?:\/\/./i.test(given) && URL.canParse(given)) return given;
  const meant = `http://${given}`;
  const hint = !given.includes('://') && URL.canParse(meant) ? `; did you mean ${meant}?` : '';
  throw new UsageError(
    `--url (TPMALL_API_URL) wants an address such as http://localhost:4400, not ${given}${hint}`,
  );
}

function keyOf(dev: DevFile | undefined, access: Access): string {
  if (!dev) throw new UsageError('Say a --key');
  return access === 'operator' ? dev.operatorKey : dev.secretKey;
}

/** Paths that only operators may call; the rest are a merchant's. */
function accessOf(path: string): Access {
  return /^\/v1\/(ledger|risk|audit|operations|keys)\b/.test(path) ? 'operator' : 'secret';
}

async function exchange(
  url: string,
  key: string,
  { method, path, parameters = [] }: ApiRequest,
  idempotency: string | undefined,
): Promise<ApiAnswer> {
  const form = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  const inQuery = method !== 'POST' && form !== '';
  const target = inQuery ? `${path}${path.includes('?') ? '&' : '?'}${form}` : path;
  const response = await fetch(url + target, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(method === 'POST' && idempotency !== undefined && { 'idempotency-key': idempotency }),
    },
    ...(method === 'POST' && { body: form }),
  }).catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new UnreachableError(`${url} does not answer (${String(cause)}); npm start starts a server`);
  });
  const text = await response.text();
  return {
    ok: response.ok,
    status: response.status,
    requestId: response.headers.get('request-id'),
    body: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Pages and files are answered as they are.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Prints an answer; a refusal goes to the error output in words, with `--json` as it came. */
export function printAnswer({ ok, status, requestId, body }: ApiAnswer, json: boolean): number {
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, json ? undefined : 2);
  if (ok || json) process.stdout.write(`${text}\n`);
  else process.stderr.write(`${refusalText(status, body)}\nrequest ${requestId ?? 'without an id'}\n`);
  return ok ? 0 : 1;
}

/** A refusal in one line. */
export function refusalText(status: number, body: unknown): string {
  const { error, code, detail } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: { code?: string; message?: string };
    code?: string;
    detail?: string;
  };
  const message = error?.message ?? detail ?? JSON.stringify(body);
  return `${status} ${error?.code ?? code ?? ''}: ${message}`.replace(' :', ':');
}
