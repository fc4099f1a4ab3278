import { createHmac, hash } from 'node:crypto';
import { Redacted } from '@tpmall/kernel';
import type { KeyKind } from '../contract/index.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of base 62 hold 190 bits; keys of the convention have 24 at least. */
const KEY_CHARACTERS = 32;
const PREFIXES: Readonly<Record<KeyKind, string>> = {
  secret: 'sk_test_',
  restricted: 'rk_test_',
  publishable: 'pk_test_',
  operator: 'ok_test_',
};
/** The largest multiple of 62 in a byte: taking the rest as well would favour some characters. */
const FAIR_BYTES = 248;

/**
 * The clear text of a key, from its random salt and the replay secret: neither alone gives it. Deterministic,
 * so that a repeated command answers the same key without the key having been stored.
 */
export function deriveKey(kind: KeyKind, salt: Uint8Array, replaySecret: Redacted<string>): Redacted<string> {
  let text = '';
  for (let block = 0; text.length < KEY_CHARACTERS; block += 1) {
    const bytes = createHmac('sha256', replaySecret.reveal())
      .update(`${kind}:${block}:`)
      .update(salt)
      .digest();
    for (const byte of bytes) {
      if (byte < FAIR_BYTES && text.length < KEY_CHARACTERS) text += BASE62[byte % 62];
    }
  }
  return new Redacted(PREFIXES[kind] + text);
}

/** What is stored of a key, and looked up. */
export function hashKey(key: Redacted<string>): Buffer {
  return hash('sha256', key.reveal(), 'buffer');
}

/** First characters and last four, to recognise a key by. */
export function hintOf(kind: KeyKind, key: Redacted<string>): string {
  return `${PREFIXES[kind]}…${key.reveal().slice(-4)}`;
}
