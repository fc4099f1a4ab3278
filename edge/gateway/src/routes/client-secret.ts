import { timingSafeEqual } from 'node:crypto';
import { type Answer, refuse } from '../pipeline/answer.ts';
import type { Call } from '../pipeline/route.ts';

/** What of a confirmation decides when money is taken and how sure one must be of the shopper. */
const SELLERS_TO_SAY = [
  'capture_method',
  'error_on_requires_action',
  'off_session',
  'payment_method_options',
];

/** Refuses what a shopper's browser may not say of a confirmation: it is the seller's alone. */
export function refuseSellersTerms({ principal }: Call, parameters: object): Answer | undefined {
  if (principal?.kind !== 'publishable') return undefined;
  const said: Readonly<Record<string, unknown>> = { ...parameters };
  const param = SELLERS_TO_SAY.find((name) => said[name] !== undefined);
  if (param === undefined) return undefined;
  const message = `a publishable key may not say ${param}; the secret key may`;
  return refuse('permission_denied', { message, param });
}

/** Whether a browser has the client secret of an object. */
export function isSameSecret(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
