import type { Result } from '@tpmall/kernel';
import type { RateLimit } from '@tpmall/platform/http';

/** A bucket of declines. */
export interface Declines {
  readonly limit: RateLimit;
  /** Whose it is. */
  readonly name: string;
}

/**
 * Tries a card where there is room for another decline in every bucket. Each try takes its tokens before it
 * begins and gives them back unless the card is declined, so of tries that are sent together no more are let
 * in than may be declined.
 *
 * @returns undefined where the card has to wait, and nothing was tried
 */
export async function tryCard<T, Code extends string>(
  declines: readonly Declines[],
  attempt: () => Promise<Result<T, Code>>,
): Promise<Result<T, Code> | undefined> {
  const full = declines.findIndex(({ limit, name }) => limit.take(name) > 0);
  const taken = full < 0 ? declines : declines.slice(0, full);
  let isDeclined = false;
  try {
    if (full >= 0) return undefined;
    const tried = await attempt();
    isDeclined = !tried.ok && tried.error.code === 'card_declined';
    return tried;
  } finally {
    if (!isDeclined) for (const { limit, name } of taken) limit.giveBack(name);
  }
}
