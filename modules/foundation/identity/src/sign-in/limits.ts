import type { Clock } from '@tpmall/kernel';
import { createRateLimit, networkOf, type RateLimit } from '@tpmall/platform/http';
import type { IdentityConfig } from '../config.ts';

/** How fast sign-ins may be begun and tried, in memory: the first line before the daily one in the rows. */
export interface SignInLimits {
  /** Seconds to wait before a sign-in may be begun for the address from there; 0 where it may. */
  begin(address: string, ip: string): number;
  /** Seconds to wait before a code may be tried from there; 0 where it may. */
  attempt(ip: string): number;
  /** Seconds to wait before another guest may come from there; 0 where one may. */
  guest(ip: string): number;
}

/** The whole house counts as one. */
const INSTANCE = 'instance';

/** Creates limits with full buckets. */
export function createSignInLimits(clock: Clock, settings: IdentityConfig['signIn']): SignInLimits {
  const perAddress = createRateLimit(clock, settings.perAddressAndNetwork);
  const perIp = createRateLimit(clock, settings.perIp);
  const perInstance = createRateLimit(clock, settings.perInstance);
  const guests = createRateLimit(clock, settings.guestsPerIp);
  return {
    // In this order, so that one network address cannot use up what belongs to all.
    begin: (address, ip) =>
      firstWait([
        [perIp, networkOf(ip)],
        [perAddress, `${networkOf(ip)} ${address}`],
        [perInstance, INSTANCE],
      ]),
    attempt: (ip) => perIp.take(networkOf(ip)),
    guest: (ip) => guests.take(networkOf(ip)),
  };
}

function firstWait(buckets: readonly (readonly [RateLimit, string])[]): number {
  for (const [limit, name] of buckets) {
    const wait = limit.take(name);
    if (wait > 0) return wait;
  }
  return 0;
}
