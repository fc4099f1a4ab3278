import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { ApiError } from '../api/client.ts';

/** How long a server may be away before the replay gives up: time to start it again by hand. */
const PATIENCE_MS = 10 * 60_000;
/** Between two tries. */
const PAUSE_MS = 500;

/** Is told, again and again, while no answer comes, and since when. */
export type Waiting = (since: number) => void;

/**
 * Makes a request until it is answered: the server may be killed and started again meanwhile. The request
 * must carry an idempotency key of its own, because nobody knows what an unanswered one has done.
 */
export async function persist<T>(request: () => Promise<T>, waiting: Waiting): Promise<T> {
  const from = performance.now();
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      if (performance.now() - from > PATIENCE_MS) throw new ApiError(`no answer came: ${error.message}`);
      waiting(from);
      await sleep(PAUSE_MS);
    }
  }
}

function isUnanswered(error: unknown): error is Error {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { statusCode, code } = error;
  return statusCode === undefined || statusCode >= 500 || code === 'idempotency_key_in_use';
}
