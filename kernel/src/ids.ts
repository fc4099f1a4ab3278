import { hash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes ids that sort by the time of their making. */
export interface IdSource {
  /** `prefix_` and 26 characters of Crockford base 32 of a UUIDv7 (RFC 9562), for example `pi_01j…`. */
  next(prefix: string): string;
  /** A bare UUIDv7 as 128-bit integer. */
  next128(): bigint;
}

/** Ids from a clock and a random source; ids of one source never run backwards within one millisecond. */
export function createIds(clock: Clock, random: Random): IdSource {
  let lastMillis = -1;
  let sequence = 0;
  const advance = (): void => {
    let millis = Math.floor(clock.now() / 1000);
    if (millis <= lastMillis) {
      millis = lastMillis;
      sequence += 1;
      // RFC 9562 §6.2: a full counter borrows from the next millisecond rather than wrapping.
      if (sequence > 0xfff) {
        millis += 1;
        sequence = 0;
      }
    } else {
      sequence = 0;
    }
    lastMillis = millis;
  };
  return {
    next128: () => {
      advance();
      const { buffer, byteOffset } = random.bytes(8);
      const tail = new DataView(buffer, byteOffset).getBigUint64(0) & 0x3fff_ffff_ffff_ffffn;
      return (BigInt(lastMillis) << 80n) | (7n << 76n) | (BigInt(sequence) << 64n) | (2n << 62n) | tail;
    },
    next: (prefix) => {
      advance();
      return `${prefix}_${uuidText(lastMillis, sequence, random.bytes(8))}`;
    },
  };
}

/**
 * What {@link base32} makes of a UUIDv7, without arithmetic on large integers, which costs three times as
 * much: two zeros and the 48 bits of the time are ten characters, and the rest sixteen.
 */
function uuidText(millis: number, sequence: number, random: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = random;
  return (
    base32Of(Math.floor(millis / 2 ** 25), 5) +
    base32Of(millis % 2 ** 25, 5) +
    base32Of((7 << 16) | (sequence << 4) | (2 << 2) | ((a >> 4) & 3), 4) +
    base32Of(((a & 15) << 26) | (b << 18) | (c << 10) | (d << 2) | (e >> 6), 6) +
    base32Of(((e & 63) << 24) | (f << 16) | (g << 8) | h, 6)
  );
}

/** So many characters for the last bits of a number below 2^31. */
function base32Of(number: number, length: number): string {
  let text = '';
  for (let shift = (length - 1) * 5; shift >= 0; shift -= 5) text += BASE32[(number >> shift) & 31];
  return text;
}

/** 26 characters of Crockford base 32; sorts as the integer does. */
export function base32(value: bigint): string {
  let text = '';
  let rest = value;
  // Five characters at a time: arithmetic on large integers costs far more than on these.
  while (text.length < 26) {
    let bits = Number(rest & 0x1ff_ffffn);
    for (let i = 0; i < 5 && text.length < 26; i += 1) {
      text = BASE32[bits & 31] + text;
      bits >>= 5;
    }
    rest >>= 25n;
  }
  return text;
}

/** A UUID of version 4 (RFC 9562), where a protocol wants one; its randomness enters through the port. */
export function randomUuid(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * The first 128 bits of SHA-256 over the parts, each preceded by its length, so that no two lists collide.
 */
export function hash128(...parts: readonly string[]): bigint {
  let text = '';
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`;
  return BigInt(`0x${hash('sha256', text, 'hex').slice(0, 32)}`);
}

/**
 * The id of a ledger transfer that a command causes: 48 bits of the command's stored time in milliseconds,
 * then 80 bits of a hash of command, leg and attempt. Ordered in time, so that the log's index grows at its
 * right edge.
 *
 * @param commandId unique for ever
 * @param commandAt the instant stored with the command, in microseconds; the same on every repetition
 * @param leg which of the command's transfers this is
 * @param attempt rises only after a recorded typed refusal; a time-out repeats the same attempt
 */
export function transferId(commandId: string, commandAt: number, leg: string, attempt = 0): bigint {
  const millis = BigInt(Math.floor(commandAt / 1000));
  return (millis << 80n) | (hash128(commandId, leg, String(attempt)) >> 48n);
}
