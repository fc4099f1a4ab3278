import { hash } from 'node:crypto';
import { type Clock, DAY, type Micros } from '@tpmall/kernel';

/** How long an answer is repeated. */
export const REPLAY_TIME: Micros = DAY;
/** All answers kept in memory together; beyond it the oldest go. */
const MAX_BYTES = 128 * 1024 * 1024;

/** An answer that was given, for its repetition. */
export interface GivenAnswer {
  readonly tenant: string;
  readonly key: string;
  /** Of method, path and parameters. */
  readonly fingerprint: string;
  readonly requestId: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly at: Micros;
}

/** What is to be done with a request that carries an idempotency key. */
export type Turn =
  | { readonly kind: 'first' }
  | { readonly kind: 'replay'; readonly given: GivenAnswer }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_flight' };

/** Answers by tenant and key. Only a cache: the modules' own command tables are the truth. */
export interface ReplayCache {
  /** Asks what to do; `first` claims the key until {@link finish} or {@link abandon}. */
  begin(tenant: string, key: string, fingerprint: string): Turn;
  /** Keeps the answer and lets the key go. */
  finish(given: GivenAnswer): void;
  /** Lets the key go without an answer to repeat. */
  abandon(tenant: string, key: string): void;
  /** Takes in answers of an earlier process. */
  load(answers: readonly GivenAnswer[]): void;
}

/** Creates an empty cache of at most `maxEntries` answers. */
export function createReplayCache(clock: Clock, maxEntries: number): ReplayCache {
  const answers = new Map<string, GivenAnswer>();
  const inFlight = new Set<string>();
  let bytes = 0;
  const slot = (tenant: string, key: string): string => `${tenant}\n${key}`;

  const drop = (at: string): void => {
    const given = answers.get(at);
    if (!given) return;
    bytes -= given.body.length;
    answers.delete(at);
  };
  const keep = (given: GivenAnswer): void => {
    const at = slot(given.tenant, given.key);
    drop(at);
    answers.set(at, given);
    bytes += given.body.length;
    while (answers.size > maxEntries || bytes > MAX_BYTES) {
      const oldest = answers.keys().next().value;
      if (oldest === undefined) break;
      drop(oldest);
    }
  };

  return {
    begin(tenant, key, fingerprint) {
      const at = slot(tenant, key);
      if (inFlight.has(at)) return { kind: 'in_flight' };
      const given = answers.get(at);
      if (given && given.at + REPLAY_TIME > clock.now()) {
        return given.fingerprint === fingerprint ? { kind: 'replay', given } : { kind: 'mismatch' };
      }
      drop(at);
      inFlight.add(at);
      return { kind: 'first' };
    },
    finish(given) {
      keep(given);
      inFlight.delete(slot(given.tenant, given.key));
    },
    abandon(tenant, key) {
      inFlight.delete(slot(tenant, key));
    },
    load(given) {
      for (const one of given) keep(one);
    },
  };
}

/** A digest of what a request asks for: equal for equal parameters in any order. */
export function requestFingerprint(method: string, path: string, parameters: object): string {
  return hash('sha256', `${method} ${path}\n${JSON.stringify(sorted(parameters))}`, 'base64');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const from = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(from)
      .sort()
      .map((key) => [key, sorted(from[key])]),
  );
}
