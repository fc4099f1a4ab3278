import { createHmac, timingSafeEqual } from 'node:crypto';
import { Redacted } from '@tpmall/kernel';

/** Digits of a code: a million of them, of which a challenge lets five be tried. */
const CODE_DIGITS = 6;
const CODES = 10n ** BigInt(CODE_DIGITS);
const PROOF_BYTES = 16;

/** What a code derives from: neither the row nor the secret alone gives it. */
interface Coded {
  readonly id: string;
  readonly salt: Uint8Array;
}

/** The code of a challenge. 64 bits are reduced to a million codes: the bias is below 2⁻⁴⁴. */
export function codeOf({ id, salt }: Coded, secret: Redacted<string>): Redacted<string> {
  const digest = createHmac('sha256', secret.reveal()).update(`sign-in code:${id}:`).update(salt).digest();
  return new Redacted((digest.readBigUInt64BE() % CODES).toString().padStart(CODE_DIGITS, '0'));
}

/** What is kept of a code that was tried, so that the same one twice counts once. */
export function proofOf({ id }: Pick<Coded, 'id'>, code: string, secret: Redacted<string>): Buffer {
  const digest = createHmac('sha256', secret.reveal()).update(`sign-in try:${id}:${code}`).digest();
  return digest.subarray(0, PROOF_BYTES);
}

/** Whether a code is the challenge's, in constant time. */
export function isCodeOf(challenge: Coded, code: string, secret: Redacted<string>): boolean {
  const right = Buffer.from(codeOf(challenge, secret).reveal());
  const given = Buffer.from(code);
  return right.length === given.length && timingSafeEqual(right, given);
}
