import type { Charge } from './types.ts';

/** What is asked of a charge here. */
type Taken = Pick<Charge, 'status' | 'amount' | 'amountCaptured' | 'amountRefunded' | 'captureBefore'>;

/** Minor units of an approved charge that were let go of, uncaptured; 0 while any of it is still held. */
export function releasedOf({ status, amount, amountCaptured, captureBefore }: Taken): bigint {
  if (status !== 'succeeded' || captureBefore !== null || amountCaptured >= amount) return 0n;
  return amount - amountCaptured;
}

/** Whether the shopper has all of an approved charge back: let go of, or captured and refunded. */
export function isGivenBack(charge: Omit<Taken, 'amount'>): boolean {
  const { status, captureBefore, amountCaptured, amountRefunded } = charge;
  return status === 'succeeded' && captureBefore === null && amountRefunded === amountCaptured;
}
