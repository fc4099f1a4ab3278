import type { Principal } from '@tpmall/identity/contract';
import type { Clock } from '@tpmall/kernel';
import { createRateLimit, networkOf, type Rate } from '@tpmall/platform/http';

/** What a refused card costs, in tokens: a shopper mistypes now and then, a thief tries lists of numbers. */
const REFUSED_COST = 5;

/**
 * Slows down whoever tries out card numbers: by the API key, and by the address that a browser's key comes
 * from. A secret key's address is its owner's server, behind which all of a merchant's shoppers are.
 */
export interface CardTestingGuard {
  /** Seconds to wait before this card may be taken, or 0. */
  waitFor(who: CardSender, ip: string): number;
  /** The card was no card, or its code or date none. */
  refused(who: CardSender, ip: string): void;
}

/** Who sends a card: a key, or a form that was opened for a shopper. */
export type CardSender = Pick<Principal, 'keyId' | 'kind'>;

/** A guard in memory of this process, of bounded size. */
export function createCardTestingGuard(
  clock: Clock,
  limits: { readonly perKey: Rate; readonly perIp: Rate },
): CardTestingGuard {
  const keys = createRateLimit(clock, limits.perKey);
  const addresses = createRateLimit(clock, limits.perIp);
  return {
    waitFor({ keyId, kind }, ip) {
      const wait = kind === 'publishable' ? addresses.take(networkOf(ip)) : 0;
      return wait > 0 ? wait : keys.take(keyId);
    },
    refused({ keyId, kind }, ip) {
      // A browser's key is that of all shoppers: what one of them mistypes does not shut the others out.
      if (kind === 'publishable') addresses.charge(networkOf(ip), REFUSED_COST);
      else keys.charge(keyId, REFUSED_COST);
    },
  };
}
