import { createHash, createHmac } from 'node:crypto';
import { Redacted } from '@tpmall/kernel';

/** Bytes of a salt: as many as a token has. */
export const SALT_BYTES = 32;

/**
 * The token of a session: 256 bits as base64url, from the random salt of its row and the secret.
 * Deterministic, so that a repeated command answers the same token without it having been stored.
 */
export function tokenOf(salt: Uint8Array, secret: Redacted<string>): Redacted<string> {
  return new Redacted(
    createHmac('sha256', secret.reveal()).update('session token:').update(salt).digest('base64url'),
  );
}

/** What is stored of a token, and looked up. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
