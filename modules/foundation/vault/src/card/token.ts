import { assert, type Random } from '@tpmall/kernel';
import { luhnValid } from './luhn.ts';

/** Digits of a token: as many as the longest card number, so that it fits wherever one does. */
const TOKEN_DIGITS = 19;
/**
 * First digit 9 is national use (ISO/IEC 7812-1), followed by a country code; 9xx is left to users by ISO
 * 3166-1, so no card scheme of any country has numbers that begin with 99.
 */
const TOKEN_PREFIX = '99';
/** One draw in ten is Luhn-valid; a hundred in a row means the random source is broken. */
const MAX_DRAWS = 100;

/**
 * A new token: 19 random digits from a range no network uses, Luhn-invalid, so that it never passes for a
 * card.
 */
export function drawToken(random: Random): string {
  for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
    const token = TOKEN_PREFIX + randomDigits(random, TOKEN_DIGITS - TOKEN_PREFIX.length);
    if (!luhnValid(token)) return token;
  }
  assert(false, 'the random source gives only Luhn-valid digits');
}

function randomDigits(random: Random, count: number): string {
  let digits = '';
  for (let draw = 0; draw < MAX_DRAWS && digits.length < count; draw += 1) {
    for (const byte of random.bytes(count)) {
      // 250 is the largest multiple of ten in a byte: taking the rest as well would favour 0 to 5.
      if (byte < 250 && digits.length < count) digits += String(byte % 10);
    }
  }
  assert(digits.length === count, 'the random source gives no digits');
  return digits;
}
