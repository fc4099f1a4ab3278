import { createHmac } from 'node:crypto';
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
  secrets: readonly Redacted<string>[],
): Record<string, string> {
  const { id, timestamp, body } = message;
  const v1 = secrets.map((secret) => `v1=${mac(secret.reveal(), `${timestamp}.${body}`).toString('hex')}`);
  const standard = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(SECRET_PREFIX.length), 'base64');
    return `v1,${mac(key, `${id}.${timestamp}.${body}`).toString('base64')}`;
  });
  return {
    'stripe-signature': [`t=${timestamp}`, ...v1].join(','),
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standard.join(' '),
  };
}

function mac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
