import type { World } from './world.ts';

/**
 * Whether an imported transfer's instant is not after every transfer's, or is that of an account. The
 * reference's documents name transfers only; its newest model says expiries too, without which the past would
 * change.
 */
export function regresses(world: World, timestamp: bigint): boolean {
  return (
    world.transfers.some((entry) => timestamp <= entry.transfer.timestamp) ||
    world.accounts.some((account) => timestamp === account.timestamp) ||
    world.expiries.some((expiry) => timestamp <= expiry.timestamp)
  );
}
