import type { Redacted, Result } from '@tpmall/kernel';

/** A data key sealed under a key-encryption key. */
export interface WrappedKey {
  /** Version of the key-encryption key that sealed it. */
  readonly version: number;
  readonly bytes: Buffer;
}

/**
 * - `unknown_version`: this keystore has no such key-encryption key
 * - `retired_version`: it has, and may no longer use it (`CKA_END_DATE` has passed)
 * - `not_authentic`: the wrapped key, or what it is bound to, was altered (`CKR_WRAPPED_KEY_INVALID`)
 */
export type UnwrapRefusal = 'unknown_version' | 'retired_version' | 'not_authentic';

/**
 * Where the keys live that never leave: the provider port of the vault, in the words of PKCS#11, so that a
 * hardware module takes the encrypted file's place without a change elsewhere. Key-encryption keys are
 * versioned and are used to wrap data keys; the fingerprint key only signs.
 */
export interface KeyStore {
  /** Version of the key-encryption key that wraps from now on. */
  currentVersion(): Promise<number>;
  /**
   * `C_GenerateKey`: a new version of the key-encryption key. The same label (`CKA_LABEL`) never makes two.
   */
  generateKey(label: string): Promise<number>;
  /** `C_WrapKey` under the current version. `binding` must be given again to unwrap. */
  wrapKey(key: Redacted<Buffer>, binding: readonly string[]): Promise<WrappedKey>;
  /** `C_UnwrapKey`. */
  unwrapKey(
    wrapped: WrappedKey,
    binding: readonly string[],
  ): Promise<Result<Redacted<Buffer>, UnwrapRefusal>>;
  /** `C_Sign` with `CKM_SHA256_HMAC` and the fingerprint key, over length-prefixed parts. */
  sign(parts: readonly string[]): Promise<Buffer>;
}
