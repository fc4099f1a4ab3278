import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@tpmall/kernel';

/** NIST SP 800-38D §8.2.2: a random 96-bit IV is safe for fewer than 2^32 seals under one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Every key of the envelope is a 256-bit AES key. */
export const KEY_BYTES = 32;

/**
 * Seals bytes with AES-256-GCM as `iv ‖ ciphertext ‖ tag`.
 *
 * @param binding what the bytes belong to: they open only with the same list of parts
 */
export function seal(key: Uint8Array, clear: Uint8Array, binding: readonly string[], random: Random): Buffer {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(bindingBytes(binding));
  return Buffer.concat([iv, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what {@link seal} made, or answers undefined when the key, the binding or any bit of it is another.
 */
export function open(key: Uint8Array, sealed: Uint8Array, binding: readonly string[]): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bindingBytes(binding));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const clear = decipher.update(sealed.subarray(IV_BYTES, tagAt));
  try {
    return Buffer.concat([clear, decipher.final()]);
  } catch {
    // `final` throws for one reason only: the tag does not fit.
    clear.fill(0);
    return undefined;
  }
}

/** Each part is preceded by its length, so that no two lists of parts give the same bytes. */
function bindingBytes(parts: readonly string[]): Buffer {
  return Buffer.from(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'utf8');
}
