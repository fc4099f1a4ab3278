import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random, Redacted } from '@tpmall/kernel';
import { redacted } from '@tpmall/kernel';

/** What stands before the key in the text of a secret. */
const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks asks for 24 to 64 bytes; 24 need no padding in base 64. */
const SECRET_BYTES = 24;

/** Makes a secret: `whsec_` and base 64, which both signature schemes take. */
export function newSecret(random: Random): Redacted<string> {
  return redacted(SECRET_PREFIX + Buffer.from(random.bytes(SECRET_BYTES)).toString('base64'));
}

/** A secret as both schemes sign with it, read once for many messages; what it holds does not print. */
export interface SigningKey {
  /** The bytes of its whole text. */
  readonly text: KeyObject;
  /** What stands behind the prefix, decoded. */
  readonly decoded: KeyObject;
}

/** Reads a secret. */
export function signingKey(secret: Redacted<string>): SigningKey {
  const text = secret.reveal();
  return {
    text: createSecretKey(text, 'utf8'),
    decoded: createSecretKey(text.slice(SECRET_PREFIX.length), 'base64'),
  };
}

/** A message to be signed. */
export interface SignedMessage {
  /** The event's id: the same for every attempt, so that a receiver knows a repetition. */
  readonly id: string;
  /** Seconds since the epoch at which this attempt leaves. */
  readonly timestamp: number;
  /** The exact bytes of the body, which are UTF-8 text. */
  readonly body: string;
}

/**
 * The headers that prove a body: `Stripe-Signature` as the payments API has it, and those of Standard
 * Webhooks 1.0. While a secret is being rotated both secrets sign, and a receiver may know either.
 */
export function signatureHeaders(
  message: SignedMessage,
  keys: readonly SigningKey[],
): Record<string, string> {
  const { id, timestamp, body } = message;
  const v1 = keys.map(({ text }) => `v1=${mac(text, `${timestamp}.${body}`, 'hex')}`);
  const standard = keys.map(({ decoded }) => `v1,${mac(decoded, `${id}.${timestamp}.${body}`, 'base64')}`);
  return {
    'stripe-signature': [`t=${timestamp}`, ...v1].join(','),
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standard.join(' '),
  };
}

function mac(key: KeyObject, text: string, as: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(as);
}

/** What a sealed secret is bound to: it opens only in its own row. */
export function secretPlace(endpoint: string): readonly string[] {
  return ['endpoint', endpoint];
}
