/**
 * Builds messages for Postgres in one growing buffer: frontend messages of the extended query protocol
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html) around rows in COPY's binary format
 * (https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS).
 */

const INITIAL_BYTES = 1 << 18;
/** No row is longer: 17 fields of at most 40 bytes, and a name of at most 255. */
const ROW_BYTES_MAX = 1_024;
/** CopyData messages are about this long, so that the server works on one while the next is under way. */
const FRAME_BYTES = 1 << 16;
const COPY_SIGNATURE = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);

/** See the module. A row is written by {@link fields} between `beginRow` and `endRow`. */
export interface CopyBuffer {
  /** `Bind` and `Execute` of a prepared COPY; rows follow. */
  beginCopy(statement: string): void;
  /** Where the row's bytes begin; there is room for {@link ROW_BYTES_MAX} in `view`. */
  beginRow(): number;
  /** What rows are written into; another one after `beginRow`. */
  readonly view: DataView;
  /** @param end where the row's bytes end */
  endRow(end: number): void;
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
  /** Where the length of the open CopyData message stands. */
  let frame = 0;

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
  const closeFrame = (): void => view.setUint32(frame, at - frame);
  const text = (value: string): void => {
    at += buffer.write(value, at, 'latin1');
  };
  const bind = (statement: string, parameters: readonly string[]): void => {
    room(64 + statement.length + parameters.reduce((sum, parameter) => sum + parameter.length + 4, 0));
    view.setUint8(at, 0x42);
    const length = at + 1;
    at += 5;
    text(`\0${statement}\0`);
    view.setInt16(at, 0);
    view.setInt16(at + 2, parameters.length);
    at += 4;
    for (const parameter of parameters) {
      view.setInt32(at, parameter.length);
      at += 4;
      text(parameter);
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

  return {
    beginCopy(statement) {
      bind(statement, []);
      room(ROW_BYTES_MAX);
      openFrame();
      at += COPY_SIGNATURE.copy(buffer, at);
    },
    beginRow() {
      room(ROW_BYTES_MAX + 16);
      if (at - frame > FRAME_BYTES) {
        closeFrame();
        openFrame();
      }
      return at;
    },
    get view() {
      return view;
    },
    endRow(end) {
      at = end;
    },
    endCopy() {
      room(16);
      view.setInt16(at, -1);
      at += 2;
      closeFrame();
      view.setUint8(at, 0x63);
      view.setUint32(at + 1, 4);
      at += 5;
    },
    execute: bind,
    sync() {
      room(5);
      view.setUint8(at, 0x53);
      view.setUint32(at + 1, 4);
      at += 5;
    },
    bytes: () => buffer.subarray(0, at),
    reset() {
      at = 0;
    },
  };
}
