import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { ok, Redacted, type Result } from '@tpmall/kernel';
import { type CodecCode, type IsoMessage, pack } from './message.ts';

/** A working key that messages are authenticated with, and the number by which both sides know it. */
export interface MacKey {
  /** 1 to 99. */
  readonly index: number;
  /** {@link KEY_BYTES} bytes. */
  readonly key: Redacted<Buffer>;
}

/** Of working keys and of the key that they are wrapped with. */
export const KEY_BYTES = 32;
/** DE 64 and 128: 64 bits, as 16 hexadecimal digits like the bitmaps. */
const MAC_DIGITS = 16;
/** DE 53: sixteen digits, the last two of which say the key. */
const CONTROL_DIGITS = 16;
/** RFC 3394, 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);

/**
 * Packs a message with its authentication code: DE 53 says the key, and the last element (DE 128 where there
 * is one above 64, else DE 64) is the HMAC-SHA-256 of all bytes before it, cut to 64 bits (ISO 16609 with
 * ISO/IEC 9797-2).
 */
export function packSealed(message: IsoMessage, key: MacKey): Result<Buffer, CodecCode> {
  const element = Object.keys(message.fields).some((de) => Number(de) > 64) ? 128 : 64;
  const control = String(key.index).padStart(CONTROL_DIGITS, '0');
  const packed = pack({
    ...message,
    fields: { ...message.fields, 53: control, [element]: '0'.repeat(MAC_DIGITS) },
  });
  if (!packed.ok) return packed;
  const bytes = packed.value;
  bytes.write(codeOf(bytes, key), bytes.length - MAC_DIGITS, 'latin1');
  return ok(bytes);
}

/**
 * Whether a message is authenticated by one of our keys.
 *
 * @param bytes as they came
 * @param message what they were unpacked to
 */
export function isSealed(
  bytes: Buffer,
  message: IsoMessage,
  findKey: (index: number) => MacKey | undefined,
): boolean {
  const { 53: control } = message.fields;
  const key = control === undefined ? undefined : findKey(Number(control));
  // Whatever element stands last: only who has the key can have made it the code of all before it.
  return key !== undefined && timingSafeEqual(bytes.subarray(-MAC_DIGITS), Buffer.from(codeOf(bytes, key)));
}

function codeOf(bytes: Buffer, { key }: MacKey): string {
  const covered = bytes.subarray(0, -MAC_DIGITS);
  return createHmac('sha256', key.reveal()).update(covered).digest('hex').slice(0, MAC_DIGITS).toUpperCase();
}

/** A working key for the other side: its number, and the key wrapped (RFC 3394) in hexadecimal digits. */
export function wrapKey(wrapping: Redacted<Buffer>, { index, key }: MacKey): string {
  const cipher = createCipheriv('id-aes256-wrap', wrapping.reveal(), WRAP_IV);
  const wrapped = Buffer.concat([cipher.update(key.reveal()), cipher.final()]);
  return String(index).padStart(2, '0') + wrapped.toString('hex').toUpperCase();
}

/** The inverse of {@link wrapKey}; undefined where it was altered, or wrapped with another key. */
export function unwrapKey(wrapping: Redacted<Buffer>, block: string): MacKey | undefined {
  const [, index, wrapped] = /^(\d\d)([0-9A-F]{80})$/.exec(block) ?? [];
  if (index === undefined || wrapped === undefined || index === '00') return undefined;
  try {
    const decipher = createDecipheriv('id-aes256-wrap', wrapping.reveal(), WRAP_IV);
    const key = Buffer.concat([decipher.update(Buffer.from(wrapped, 'hex')), decipher.final()]);
    return { index: Number(index), key: new Redacted(key) };
  } catch {
    // The integrity check of RFC 3394: this is no key of ours.
    return undefined;
  }
}

/** The wrapping key of a key file: 64 hexadecimal digits; undefined where it holds anything else. */
export function readWrappingKey(text: string): Redacted<Buffer> | undefined {
  const digits = text.trim();
  return /^[0-9A-Fa-f]{64}$/.test(digits) ? new Redacted(Buffer.from(digits, 'hex')) : undefined;
}
