import { hash128 } from '@tpmall/kernel';
import { z } from 'zod';
import type { RoutedPayment } from '../payment.ts';
import { connectorName } from './connector-name.ts';

const PERCENT = 100;

/** A share of the payments for each connector, in whole percent that add up to 100. */
export const byVolume = z.strictObject({
  strategy: z.literal('volume'),
  shares: z
    .array(z.strictObject({ connector: connectorName, percent: z.number().int().min(1).max(PERCENT) }))
    .min(1)
    .max(20)
    .refine(
      (shares) => shares.reduce((sum, { percent }) => sum + percent, 0) === PERCENT,
      'shares must add up to 100 percent',
    ),
});

/**
 * Draws a connector by a hash of the command, so that a repetition draws the same; the others follow in the
 * order of the setting, for failover.
 */
export function goByVolume(
  { shares }: z.output<typeof byVolume>,
  { command }: RoutedPayment,
): readonly string[] {
  const drawn = Number(hash128('volume', command) % BigInt(PERCENT));
  let upTo = 0;
  const first = shares.find(({ percent }) => {
    upTo += percent;
    return drawn < upTo;
  });
  const others = shares.filter((share) => share !== first);
  return [...(first ? [first] : []), ...others].map(({ connector }) => connector);
}
