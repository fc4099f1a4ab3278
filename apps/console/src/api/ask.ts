/** What the gateway knows this page by: no form can send it, and no other origin may. */
const HEADERS = { 'tpmall-console': '1', accept: 'application/json' };

/** Values of a query; what is not given or empty is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A body, as JSON writes it. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What the API says of a refusal. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The parameter at fault, where it is one. */
  readonly param: string | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
}

/** The API has refused something, in its own words. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor({ message, ...refusal }: Refusal) {
    super(message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.param = refusal.param;
    this.requestId = refusal.requestId;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** Reads from the API. A list is sent as `name[]=…` for each of its values. */
export function read<T>(path: string, parameters: Query = {}, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue;
    if (typeof value === 'object') for (const one of value) query.append(`${name}[]`, one);
    else query.set(name, String(value));
  }
  const target = query.size > 0 ? `${path}?${query.toString()}` : path;
  return ask<T>(target, { headers: HEADERS, ...(signal && { signal }) });
}

/**
 * Changes something. A repetition with the same command changes nothing more.
 */
export function send<T>(
  method: 'POST' | 'DELETE',
  path: string,
  parameters: Parameters = {},
  command?: string,
): Promise<T> {
  return ask<T>(path, {
    method,
    headers: {
      ...HEADERS,
      'content-type': 'application/json',
      ...(command !== undefined && { 'idempotency-key': command }),
    },
    body: JSON.stringify(parameters),
  });
}

/** 128 bits. */
const COMMAND_WORDS = 4;

/** The id of a command that is about to be given. */
export function newCommand(): string {
  const parts = crypto.getRandomValues(new Uint32Array(COMMAND_WORDS));
  return `console-${Array.from(parts, (part) => part.toString(36)).join('')}`;
}

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetch(path, { ...request, credentials: 'same-origin' });
  const body: unknown = await response.json();
  if (response.ok) return body as T;
  throw refusedBy(response, body);
}

/**
 * Errors come in two shapes: the one that clients of the payments API know, and problem details (RFC 9457).
 */
function refusedBy(response: Response, body: unknown): Refused {
  const outer = asRecord(body);
  const error = asRecord(outer['error'] ?? outer);
  const message = error['message'] ?? error['detail'] ?? response.statusText;
  const pause = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Refused({
    status: response.status,
    code: textOf(error['code']) ?? 'unknown',
    message: textOf(message) ?? '',
    param: textOf(error['param']),
    requestId: response.headers.get('request-id'),
    retryAfterSeconds: Number.isFinite(pause) ? pause : null,
  });
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
