import { timingSafeEqual } from 'node:crypto';

/** Whether a browser has the client secret of an object. */
export function isSameSecret(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
