import { DAY, type Micros } from '@tpmall/kernel';
import type { PaymentsDeps } from './deps.ts';

/** Until when a hold on a card may be captured, from the instant at which it was asked for. */
export function captureBefore(
  { config }: Pick<PaymentsDeps, 'config'>,
  brand: string | null,
  from: Micros,
): Micros {
  const { days, brands } = config.holds;
  return from + (brands.find((each) => each.brand === brand)?.days ?? days) * DAY;
}
