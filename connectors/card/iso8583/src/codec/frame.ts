/** The largest message either side may send; more is a broken or hostile peer. */
export const MAX_MESSAGE_BYTES = 4096;

/** Bytes of the length header: an unsigned big-endian count of the message bytes that follow. */
const HEADER_BYTES = 2;

/** Puts the two-byte length header in front of a message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_BYTES + message.length);
  framed.writeUInt16BE(message.length, 0);
  framed.set(message, HEADER_BYTES);
  return framed;
}

/** Cuts a byte stream into messages. */
export interface Deframer {
  /**
   * Takes bytes as they came and gives the messages that are whole by now.
   *
   * @returns `broken` when a header announces nothing or more than {@link MAX_MESSAGE_BYTES}: the stream has
   *   lost its place and the connection must be closed
   */
  push(bytes: Uint8Array): { readonly messages: readonly Buffer[]; readonly broken: boolean };
}

/** A deframer for one connection. Holds at most one unfinished message. */
export function createDeframer(): Deframer {
  let rest = Buffer.alloc(0);
  return {
    push(bytes) {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      const messages: Buffer[] = [];
      let at = 0;
      while (rest.length - at >= HEADER_BYTES) {
        const length = rest.readUInt16BE(at);
        if (length === 0 || length > MAX_MESSAGE_BYTES) return { messages, broken: true };
        if (rest.length - at - HEADER_BYTES < length) break;
        messages.push(rest.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length));
        at += HEADER_BYTES + length;
      }
      rest = rest.subarray(at);
      return { messages, broken: false };
    },
  };
}
