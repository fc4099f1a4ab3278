import type { Micros } from '@tpmall/kernel';
import { MAX_WIRE_AMOUNT } from './parameters.ts';

/** What the shapes of the wire depend on besides the object itself. */
export interface WireView {
  /** The public origin of the API, without a slash at its end. */
  readonly apiUrl: string;
  /** The origin of shoppers' pages, without a slash at its end. */
  readonly webUrl: string;
  /** False for a sandbox. */
  readonly livemode: boolean;
}

/** An amount of an object that a JSON integer cannot carry exactly. */
export class AmountNotRepresentable extends Error {
  override readonly name = 'AmountNotRepresentable';
}

/**
 * A domain amount as JSON integer.
 *
 * @throws AmountNotRepresentable above 2^53 − 1, which the gateway answers with `amount_not_representable`
 */
export function amountToWire(amount: bigint): number {
  if (amount > MAX_WIRE_AMOUNT) {
    throw new AmountNotRepresentable(`${amount} minor units are above ${MAX_WIRE_AMOUNT}`);
  }
  return Number(amount);
}

/** An instant as whole seconds since the epoch. */
export function secondsToWire(at: Micros): number {
  return Math.floor(at / 1_000_000);
}
