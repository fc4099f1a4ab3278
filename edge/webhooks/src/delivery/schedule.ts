import { type Micros, type Random, SECOND } from '@tpmall/kernel';
import type { WebhooksConfig } from '../config.ts';

/** How much longer each pause is than the one before. */
const FACTOR = 3;
/** A pause is shortened by up to this share, so that what failed together does not come back together. */
const JITTER = 0.25;

/** When a delivery is tried again, or that it is not. */
export type Next = { readonly kind: 'again'; readonly at: Micros } | { readonly kind: 'give_up' };

/**
 * The next attempt after a failure: pauses grow from seconds to hours, and end three days after the round
 * began.
 *
 * @param attempts how often it has been tried in this round
 */
export function nextAfterFailure(
  config: Pick<WebhooksConfig, 'retryFirstSeconds' | 'retryLastSeconds' | 'giveUpSeconds'>,
  random: Random,
  round: { readonly at: Micros; readonly attempts: number },
  now: Micros,
): Next {
  const { retryFirstSeconds, retryLastSeconds, giveUpSeconds } = config;
  const grown = retryFirstSeconds * FACTOR ** Math.min(round.attempts - 1, 20);
  const pause = Math.min(grown, retryLastSeconds) * (1 - JITTER * share(random));
  const at = now + Math.round(pause * SECOND);
  return at > round.at + giveUpSeconds * SECOND ? { kind: 'give_up' } : { kind: 'again', at };
}

/** A number from 0 to just below 1. */
export function share(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_536;
}
