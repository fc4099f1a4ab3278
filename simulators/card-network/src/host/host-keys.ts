import {
  type IsoMessage,
  isSealed,
  KEY_BYTES,
  type MacKey,
  pack,
  packAdditionalData,
  packSealed,
  wrapKey,
} from '@tpmall/connector-iso8583';
import { type Random, Redacted, unwrap } from '@tpmall/kernel';

/** DE 70 of an exchange of keys. */
const KEY_CHANGE = '101';
/** DE 39: this host gives no keys. */
const NOT_SUPPORTED = '12';
/** The number of a key wraps after this one. */
const MAX_INDEX = 99;

/** What working keys are wrapped with, and drawn from. */
export interface HostMac {
  readonly wrapping: Redacted<Buffer>;
  readonly random: Random;
}

/** The working keys of one connection, as its host keeps them. */
export interface HostKeys {
  /** Whether a message may be heard: from the first key on all must be authenticated, and payments always. */
  accepts(bytes: Buffer, message: IsoMessage): boolean;
  /** An answer with what it owes to the question: a new key, where one was asked for. */
  complete(question: IsoMessage, answer: IsoMessage): IsoMessage;
  /** An answer is authenticated by the key of its question. */
  packAnswer(question: IsoMessage, answer: IsoMessage): Buffer;
  /** What the host says by itself, by the key that the other side was last seen to use. */
  packOwn(message: IsoMessage): Buffer;
}

/** The keys of a connection that was just made; without `mac` messages carry no code. */
export function createHostKeys(mac: HostMac | undefined): HostKeys {
  let keys: readonly MacKey[] = [];
  let seen: MacKey | undefined;
  const find = (index: number): MacKey | undefined => keys.find((key) => key.index === index);
  const packWith = (key: MacKey | undefined, message: IsoMessage): Buffer =>
    unwrap(key ? packSealed(message, key) : pack(message));
  return {
    accepts(bytes, message) {
      if (!mac) return true;
      if (keys.length === 0) return message.mti === '0800';
      if (!isSealed(bytes, message, find)) return false;
      seen = find(Number(message.fields[53]));
      return true;
    },
    complete(question, answer) {
      if (question.fields[70] !== KEY_CHANGE) return answer;
      if (!mac) return { ...answer, fields: { ...answer.fields, 39: NOT_SUPPORTED } };
      const index = ((keys[0]?.index ?? 0) % MAX_INDEX) + 1;
      const key: MacKey = { index, key: new Redacted(Buffer.from(mac.random.bytes(KEY_BYTES))) };
      // The one before is good for what is still on its way.
      keys = [key, ...keys].slice(0, 2);
      const keyBlock = wrapKey(mac.wrapping, key);
      return { ...answer, fields: { ...answer.fields, 48: packAdditionalData({ keyBlock }) ?? '' } };
    },
    packAnswer(question, answer) {
      const index = question.fields[53];
      return packWith(mac && index !== undefined ? find(Number(index)) : undefined, answer);
    },
    packOwn: (message) => packWith(seen, message),
  };
}
