import type { Clock } from '@tpmall/kernel';
import type { Rendered } from './render.ts';
import type { GivenAnswer, ReplayCache } from './replay.ts';

/** Where given answers go: to memory for repetition, and behind the request to the database. */
export interface Keeping {
  readonly cache: ReplayCache;
  readonly writeBehind: { add(given: GivenAnswer): void };
}

/** A request with an idempotency key. */
export interface KeyedRequest {
  readonly tenant: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly requestId: string;
}

/** What became of it. */
export type Once =
  | { readonly kind: 'done'; readonly rendered: Rendered }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_flight' };

/**
 * Runs a request once for its key. A repetition with the same parameters gets the first answer again; one
 * with others, or one that comes while the first is under way, is refused. What may turn out otherwise the
 * next time (409, 429, 5xx) is not kept.
 */
export async function runOnce(
  request: KeyedRequest,
  keeping: Keeping,
  clock: Clock,
  run: () => Promise<Rendered>,
): Promise<Once> {
  const { tenant, key, fingerprint, requestId } = request;
  const turn = keeping.cache.begin(tenant, key, fingerprint);
  if (turn.kind === 'mismatch' || turn.kind === 'in_flight') return turn;
  if (turn.kind === 'replay') return { kind: 'done', rendered: repeat(turn.given) };
  let given: GivenAnswer | undefined;
  try {
    const rendered = await run();
    const { status, contentType, body } = rendered;
    if (isFinal(status)) {
      given = { tenant, key, fingerprint, requestId, status, contentType, body, at: clock.now() };
    }
    return { kind: 'done', rendered };
  } finally {
    if (given) {
      keeping.cache.finish(given);
      keeping.writeBehind.add(given);
    } else {
      keeping.cache.abandon(tenant, key);
    }
  }
}

function isFinal(status: number): boolean {
  return status < 500 && status !== 409 && status !== 429;
}

function repeat(given: GivenAnswer): Rendered {
  return {
    status: given.status,
    contentType: given.contentType,
    body: given.body,
    headers: { 'idempotent-replayed': 'true', 'original-request': given.requestId },
  };
}
