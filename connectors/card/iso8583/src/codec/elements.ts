import type { Micros } from '@tpmall/kernel';

/** The largest amount that DE 4 can carry: twelve digits of minor units. */
export const MAX_DE4_AMOUNT = 999_999_999_999n;
/** The systems trace audit number wraps after this value. */
export const MAX_STAN = 999_999;

/** DE 4: twelve digits. The amount must have been checked against {@link MAX_DE4_AMOUNT}. */
export function amountElement(amount: bigint): string {
  return amount.toString().padStart(12, '0');
}

/** DE 7, 12 and 13 of an instant, in UTC. */
export function timeElements(at: Micros): { transmission: string; time: string; date: string } {
  const iso = new Date(Math.floor(at / 1000)).toISOString();
  const date = iso.slice(5, 7) + iso.slice(8, 10);
  const time = iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19);
  return { transmission: date + time, time, date };
}

/** DE 11 of a trace number. */
export function stanElement(stan: number): string {
  return String(stan).padStart(6, '0');
}

/**
 * DE 37: the second of the first message in seven digits of base 36, then its trace number in five. The same
 * for a payment's whole life, and unique for its terminal: the customary form (year, day, hour, trace number)
 * comes again as soon as an hour has more than a million messages.
 */
export function retrievalReference(at: Micros, stan: number): string {
  const base36 = (value: number, length: number): string =>
    value.toString(36).toUpperCase().padStart(length, '0');
  return base36(Math.floor(at / 1_000_000), 7) + base36(stan, 5);
}

/** What DE 90 says of the message that another one refers to. */
export interface OriginalData {
  readonly mti: string;
  /** DE 11. */
  readonly stan: string;
  /** DE 7. */
  readonly transmission: string;
  /** DE 32, without padding zeros. */
  readonly acquirer: string;
}

/** DE 90: original type, trace number, transmission time, acquirer and forwarder, 42 digits. */
export function originalElement(original: OriginalData): string {
  const acquirer = original.acquirer.padStart(11, '0');
  return original.mti + original.stan + original.transmission + acquirer + '0'.repeat(11);
}

/** The inverse of {@link originalElement}. */
export function readOriginalElement(de90: string): OriginalData {
  return {
    mti: de90.slice(0, 4),
    stan: de90.slice(4, 10),
    transmission: de90.slice(10, 20),
    acquirer: de90.slice(20, 31).replace(/^0+/, ''),
  };
}

/** DE 95: the amount that remains after a partial reversal, with the settlement amount and both fees zero. */
export function replacementElement(amount: bigint): string {
  return amountElement(amount).padEnd(42, '0');
}

/** The transaction amount of a DE 95. */
export function readReplacementElement(de95: string): bigint {
  return BigInt(de95.slice(0, 12));
}

/** The type of the answer to a message: 0100 → 0110, 0221 → 0230, 0401 → 0410, 0800 → 0810. */
export function answerMti(mti: string): string {
  return `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`;
}

/** The type of a repeat: 0220 → 0221, 0400 → 0401, 0420 → 0421. Its data elements stay the same. */
export function repeatMti(mti: string): string {
  return `${mti.slice(0, 3)}1`;
}
