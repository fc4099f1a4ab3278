/** What characters a data element may hold (ISO 8583-1:1987, table 2). */
export type Alphabet = 'n' | 'an' | 'ans' | 'x+n' | 'z' | 'b';

/** One data element: how long it is and what it may hold. */
export interface FieldFormat {
  readonly name: string;
  readonly alphabet: Alphabet;
  /** Exact length where `prefix` is 0, else the largest length. In characters. */
  readonly length: number;
  /** Digits of the length prefix: 0 fixed, 2 LLVAR, 3 LLLVAR. */
  readonly prefix: 0 | 2 | 3;
  /** How a log may show it. Absent: as it is. */
  readonly mask?: 'pan' | 'hidden' | 'additional';
}

const fixed = (name: string, alphabet: Alphabet, length: number): FieldFormat => ({
  name,
  alphabet,
  length,
  prefix: 0,
});
const llvar = (name: string, alphabet: Alphabet, length: number): FieldFormat => ({
  name,
  alphabet,
  length,
  prefix: 2,
});
const lllvar = (name: string, alphabet: Alphabet, length: number): FieldFormat => ({
  name,
  alphabet,
  length,
  prefix: 3,
});

/**
 * The data elements this connector speaks, as ISO 8583:1987 defines them, character-encoded throughout: what
 * is binary there (`b`) is hexadecimal digits here. A
 * data element that is not here is refused when packing and when unpacking, because its length cannot be
 * known.
 */
export const FIELDS: Readonly<Record<number, FieldFormat>> = {
  2: { ...llvar('primary account number', 'n', 19), mask: 'pan' },
  3: fixed('processing code', 'n', 6),
  4: fixed('amount, transaction', 'n', 12),
  5: fixed('amount, settlement', 'n', 12),
  6: fixed('amount, cardholder billing', 'n', 12),
  7: fixed('transmission date and time', 'n', 10),
  9: fixed('conversion rate, settlement', 'n', 8),
  10: fixed('conversion rate, cardholder billing', 'n', 8),
  11: fixed('systems trace audit number', 'n', 6),
  12: fixed('time, local transaction', 'n', 6),
  13: fixed('date, local transaction', 'n', 4),
  14: { ...fixed('date, expiration', 'n', 4), mask: 'hidden' },
  15: fixed('date, settlement', 'n', 4),
  18: fixed("merchant's type", 'n', 4),
  19: fixed('acquiring institution country code', 'n', 3),
  22: fixed('point of service entry mode', 'n', 3),
  23: fixed('card sequence number', 'n', 3),
  25: fixed('point of service condition code', 'n', 2),
  26: fixed('point of service PIN capture code', 'n', 2),
  28: fixed('amount, transaction fee', 'x+n', 9),
  32: llvar('acquiring institution identification code', 'n', 11),
  33: llvar('forwarding institution identification code', 'n', 11),
  35: { ...llvar('track 2 data', 'z', 37), mask: 'hidden' },
  37: fixed('retrieval reference number', 'an', 12),
  38: fixed('authorization identification response', 'an', 6),
  39: fixed('response code', 'an', 2),
  41: fixed('card acceptor terminal identification', 'ans', 8),
  42: fixed('card acceptor identification code', 'ans', 15),
  43: fixed('card acceptor name/location', 'ans', 40),
  44: llvar('additional response data', 'ans', 25),
  45: { ...llvar('track 1 data', 'ans', 76), mask: 'hidden' },
  48: { ...lllvar('additional data, private', 'ans', 999), mask: 'additional' },
  49: fixed('currency code, transaction', 'n', 3),
  50: fixed('currency code, settlement', 'n', 3),
  51: fixed('currency code, cardholder billing', 'n', 3),
  53: fixed('security related control information', 'n', 16),
  54: lllvar('additional amounts', 'ans', 120),
  60: lllvar('reserved, private', 'ans', 999),
  61: lllvar('reserved, private', 'ans', 999),
  62: lllvar('reserved, private', 'ans', 999),
  63: lllvar('reserved, private', 'ans', 999),
  64: fixed('message authentication code', 'b', 16),
  70: fixed('network management information code', 'n', 3),
  73: fixed('date, action', 'n', 6),
  90: fixed('original data elements', 'n', 42),
  95: fixed('replacement amounts', 'an', 42),
  100: llvar('receiving institution identification code', 'n', 11),
  102: llvar('account identification 1', 'ans', 28),
  103: llvar('account identification 2', 'ans', 28),
  123: lllvar('reserved, private', 'ans', 999),
  128: fixed('message authentication code', 'b', 16),
};
