import { assert, type Random } from '@tpmall/kernel';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 45 bits: with a million people the next one meets a taken handle once in 35 million times. */
const CHARACTERS = 9;

/** Words that others would take for the house. */
const RESERVED: ReadonlySet<string> = new Set([
  'admin',
  'administrator',
  'help',
  'mall',
  'merchant',
  'operator',
  'payments',
  'root',
  'security',
  'shopper',
  'staff',
  'support',
  'system',
  'tpmall',
  'wallet',
]);

/** A handle for somebody who has not chosen one; it says nothing of them. */
export function drawHandle(random: Random): string {
  let text = 'shopper_';
  for (const byte of random.bytes(CHARACTERS)) {
    const letter = ALPHABET[byte % ALPHABET.length];
    assert(letter, 'the alphabet divides a byte');
    text += letter;
  }
  return text;
}

/** Whether a handle may be chosen. */
export function isReserved(handle: string): boolean {
  return RESERVED.has(handle.replace(/[_\d]+$/, ''));
}
