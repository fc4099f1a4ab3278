import type { MessageRecord } from '@tpmall/acquiring/contract';
import type { Clock, Redacted } from '@tpmall/kernel';

/** Parameters of a request, as the form encoding names them: `card[number]`. */
export type Parameters = Readonly<Record<string, string | Redacted<string> | undefined>>;

/** One request. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly parameters: Parameters;
  /** The far side does a request of one key once, and repeats its answer. */
  readonly idempotencyKey?: string;
}

/** How one request ended. */
export type Reply = { readonly messages: readonly MessageRecord[] } & (
  | { readonly state: 'answered'; readonly status: number; readonly body: unknown }
  /** It may have reached the far side. */
  | { readonly state: 'lost'; readonly reason: string }
  /** There was no connection to send it on. */
  | { readonly state: 'not_sent'; readonly reason: string }
);

/** Speaks HTTP with the far side. */
export interface Api {
  readonly inFlight: number;
  /** Why the last request that got no answer got none; null once one was answered since. */
  readonly lastProblem: string | null;
  /**
   * Asks, and where the connection breaks asks once more by the same key, within the same time; never throws.
   * A line that was idle may be gone without anybody having noticed.
   */
  ask(question: Question, timeoutMs: number): Promise<Reply>;
  /** Gives up everything that is in flight. */
  stop(): void;
}

/** The largest answer that is read, in bytes; more is no answer of this API. */
const ANSWER_MAX_BYTES = 1_000_000;

/** Failures of a connection that was never made. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Whether a status turns a request away before its idempotency key is looked at: our secret is not good, or
 * we are too fast. It says nothing about an earlier request of that key.
 */
export function isTurnedAway(status: number): boolean {
  return status === 401 || status === 403 || status === 429;
}

/** Makes the client of one connector. */
export function createApi(options: { readonly secretKey: Redacted<string>; readonly clock: Clock }): Api {
  const { secretKey, clock } = options;
  const stopping = new AbortController();
  let inFlight = 0;
  let lastProblem: string | null = null;

  const exchange = async (
    question: Question,
    until: AbortSignal,
  ): Promise<{ status: number; body: unknown }> => {
    const { method, url, idempotencyKey } = question;
    const form = encode(question.parameters);
    const answer = await fetch(method === 'GET' && form !== '' ? `${url}?${form}` : url, {
      method,
      headers: {
        authorization: `Bearer ${secretKey.reveal()}`,
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(method === 'POST' ? { body: form } : {}),
      // Card data goes to the configured origin and nowhere else.
      redirect: 'error',
      signal: until,
    });
    const text = await readText(answer);
    return { status: answer.status, body: JSON.parse(text) as unknown };
  };

  const once = async (question: Question, until: AbortSignal): Promise<Reply> => {
    const out = record('out', clock, question);
    try {
      const { status, body } = await exchange(question, until);
      lastProblem = null;
      const fields = describe(body);
      const into: MessageRecord = { direction: 'in', at: clock.now(), type: String(status), fields };
      return { state: 'answered', status, body, messages: [out, into] };
    } catch (error) {
      const reason = reasonOf(error);
      lastProblem = reason;
      if (NOT_CONNECTED.has(codeOf(error))) return { state: 'not_sent', reason, messages: [] };
      return { state: 'lost', reason, messages: [out] };
    }
  };

  return {
    get inFlight() {
      return inFlight;
    },
    get lastProblem() {
      return lastProblem;
    },
    async ask(question, timeoutMs) {
      const until = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
      inFlight += 1;
      try {
        const first = await once(question, until);
        if (first.state !== 'lost' || until.aborted) return first;
        const second = await once(question, until);
        const messages = [...first.messages, ...second.messages];
        // What was perhaps sent the first time is not unsent by a second time that came to nothing.
        if (second.state === 'not_sent') return { state: 'lost', reason: second.reason, messages };
        if (second.state === 'answered' && isTurnedAway(second.status)) {
          return { state: 'lost', reason: `the repetition was answered ${second.status}`, messages };
        }
        return { ...second, messages };
      } finally {
        inFlight -= 1;
      }
    },
    stop: () => stopping.abort(new Error('the connector was stopped')),
  };
}

function encode(parameters: Parameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) form.append(name, typeof value === 'string' ? value : value.reveal());
  }
  return form.toString();
}

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.length;
    if (bytes > ANSWER_MAX_BYTES) throw new Error('the answer is too large');
    text += decoder.decode(part, { stream: true });
  }
  return text;
}

/** What was sent, as a log may keep it: a wrapped value is card data and stays hidden. */
function record(direction: 'out', clock: Clock, { method, url, parameters }: Question): MessageRecord {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) fields[name] = typeof value === 'string' ? value : '•••';
  }
  return { direction, at: clock.now(), type: `${method} ${new URL(url).pathname}`, fields };
}

/** What an answer said, in the few words that decide; nothing else of it is kept. */
function describe(body: unknown): Record<string, string> {
  const { error, ...object } = asRecord(body);
  const of = error === undefined ? object : asRecord(error);
  const fields: Record<string, string> = {};
  for (const name of ['id', 'object', 'status', 'amount', 'type', 'code', 'decline_code', 'param']) {
    const value = of[name];
    if (typeof value === 'string' || typeof value === 'number') fields[name] = String(value).slice(0, 200);
  }
  return fields;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
