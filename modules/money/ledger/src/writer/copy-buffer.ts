/**
 * Builds messages for Postgres in one growing buffer: frontend messages of the extended query protocol
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html) around rows in COPY's binary format
 * (https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS).
 */

const INITIAL_BYTES = 1 << 18;
/** No row here needs more: 17 fields of at most 40 bytes and two texts. */
const ROW_BYTES_MAX = 1_024;
/** CopyData messages are about this long, so that the server works on one while the next is under way. */
const FRAME_BYTES = 1 << 16;
const COPY_SIGNATURE = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);

const NULL_LENGTH = 0xffff_ffff;
const WORD = 0x1_0000_0000;

/** See the module. Fields are written in the order of the table's columns. */
export interface CopyBuffer {
  /** `Bind` and `Execute` of a prepared COPY; rows follow. */
  beginCopy(statement: string): void;
  beginRow(fields: number): void;
  nil(): void;
  int16(value: number): void;
  int32(value: number): void;
  /** A whole number below 2^53, as int8. */
  int64(value: number): void;
  bigint64(value: bigint): void;
  uuid(value: bigint): void;
  /** The same, where the value is at hand as four words, highest first. */
  uuidWords(words: Uint32Array): void;
  numeric(value: bigint): void;
  bool(value: boolean): void;
  text(value: string): void;
  endCopy(): void;
  /** `Bind` (text parameters) and `Execute` of any other prepared statement. */
  execute(statement: string, parameters: readonly string[]): void;
  sync(): void;
  /** The bytes so far; they stay valid until {@link CopyBuffer.reset}. */
  bytes(): Uint8Array;
  reset(): void;
}

/** A buffer that is used again for batch after batch. */
export function createCopyBuffer(): CopyBuffer {
  let buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  let view = new DataView(buffer.buffer);
  let at = 0;
  /** Where the length of the open CopyData message stands, or -1. */
  let frame = -1;
  const scratch = new BigUint64Array(2);

  const room = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
    view = new DataView(buffer.buffer);
  };
  const openFrame = (): void => {
    view.setUint8(at, 0x64);
    frame = at + 1;
    at += 5;
  };
  const closeFrame = (): void => {
    view.setUint32(frame, at - frame);
    frame = -1;
  };
  const cstring = (value: string): void => {
    at += buffer.write(value, at, 'latin1');
    view.setUint8(at, 0);
    at += 1;
  };
  const int32 = (value: number): void => {
    view.setInt32(at, value);
    at += 4;
  };
  const bind = (statement: string, parameters: readonly string[]): void => {
    room(64 + statement.length + parameters.reduce((sum, parameter) => sum + parameter.length + 4, 0));
    view.setUint8(at, 0x42);
    const length = at + 1;
    at += 5;
    cstring('');
    cstring(statement);
    view.setInt16(at, 0);
    view.setInt16(at + 2, parameters.length);
    at += 4;
    for (const parameter of parameters) {
      int32(parameter.length);
      at += buffer.write(parameter, at, 'latin1');
    }
    view.setInt16(at, 0);
    at += 2;
    view.setUint32(length, at - length);
    view.setUint8(at, 0x45);
    view.setUint32(at + 1, 9);
    view.setUint8(at + 5, 0);
    view.setUint32(at + 6, 0);
    at += 10;
  };
  /** Postgres keeps a numeric as base-10,000 digits (numeric_recv). */
  const numericNumber = (value: number): void => {
    if (value < 10_000) {
      view.setInt32(at, 10);
      view.setInt16(at + 4, 1);
      view.setInt32(at + 6, 0);
      view.setInt16(at + 10, 0);
      view.setInt16(at + 12, value);
      at += 14;
      return;
    }
    let digits = 0;
    for (let rest = value; rest > 0; rest = Math.floor(rest / 10_000)) digits += 1;
    numericHead(digits);
    let rest = value;
    for (let position = at + 2 * digits - 2; position >= at; position -= 2) {
      const higher = Math.floor(rest / 10_000);
      view.setInt16(position, rest - higher * 10_000);
      rest = higher;
    }
    at += 2 * digits;
  };
  const numericHead = (digits: number): void => {
    view.setInt32(at, 8 + 2 * digits);
    view.setInt16(at + 4, digits);
    view.setInt16(at + 6, digits - 1);
    view.setInt16(at + 8, 0);
    view.setInt16(at + 10, 0);
    at += 12;
  };
  const numericLarge = (value: bigint): void => {
    const text = value.toString();
    const digits = Math.ceil(text.length / 4);
    numericHead(digits);
    let from = text.length - 4 * digits;
    for (let digit = 0; digit < digits; digit += 1, from += 4) {
      view.setInt16(at, Number(text.slice(Math.max(from, 0), from + 4)));
      at += 2;
    }
  };

  return {
    beginCopy(statement) {
      bind(statement, []);
      room(ROW_BYTES_MAX);
      openFrame();
      at += COPY_SIGNATURE.copy(buffer, at);
    },
    beginRow(fields) {
      room(ROW_BYTES_MAX);
      if (at - frame > FRAME_BYTES) {
        closeFrame();
        openFrame();
      }
      view.setInt16(at, fields);
      at += 2;
    },
    nil() {
      view.setUint32(at, NULL_LENGTH);
      at += 4;
    },
    int16(value) {
      view.setInt32(at, 2);
      view.setInt16(at + 4, value);
      at += 6;
    },
    int32(value) {
      view.setInt32(at, 4);
      view.setInt32(at + 4, value);
      at += 8;
    },
    int64(value) {
      const high = Math.floor(value / WORD);
      view.setInt32(at, 8);
      view.setUint32(at + 4, high);
      view.setUint32(at + 8, value - high * WORD);
      at += 12;
    },
    bigint64(value) {
      view.setInt32(at, 8);
      view.setBigInt64(at + 4, value);
      at += 12;
    },
    uuid(value) {
      scratch[0] = value;
      scratch[1] = value >> 64n;
      view.setInt32(at, 16);
      view.setBigUint64(at + 4, scratch[1]);
      view.setBigUint64(at + 12, scratch[0]);
      at += 20;
    },
    uuidWords(words) {
      view.setInt32(at, 16);
      view.setUint32(at + 4, words[0] as number);
      view.setUint32(at + 8, words[1] as number);
      view.setUint32(at + 12, words[2] as number);
      view.setUint32(at + 16, words[3] as number);
      at += 20;
    },
    numeric(value) {
      if (value <= 9_007_199_254_740_991n) numericNumber(Number(value));
      else numericLarge(value);
    },
    bool(value) {
      view.setInt32(at, 1);
      view.setUint8(at + 4, value ? 1 : 0);
      at += 5;
    },
    text(value) {
      const bytes = Buffer.byteLength(value);
      room(ROW_BYTES_MAX + bytes);
      int32(bytes);
      at += buffer.write(value, at, 'utf8');
    },
    endCopy() {
      room(ROW_BYTES_MAX);
      view.setInt16(at, -1);
      at += 2;
      closeFrame();
      view.setUint8(at, 0x63);
      view.setUint32(at + 1, 4);
      at += 5;
    },
    execute(statement, parameters) {
      bind(statement, parameters);
    },
    sync() {
      room(5);
      view.setUint8(at, 0x53);
      view.setUint32(at + 1, 4);
      at += 5;
    },
    bytes: () => buffer.subarray(0, at),
    reset() {
      at = 0;
      frame = -1;
    },
  };
}
