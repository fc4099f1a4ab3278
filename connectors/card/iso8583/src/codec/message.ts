import { err, ok, type Result } from '@tpmall/kernel';
import { type Alphabet, FIELDS, type FieldFormat } from './fields.ts';

/** A message as data: its type and the data elements it carries, by number. Bitmaps are derived. */
export interface IsoMessage {
  /** Message type indicator, four digits, the first of which is 0 for the 1987 edition. */
  readonly mti: string;
  readonly fields: Fields;
}

/** Data elements by number; values are characters, without length prefixes. */
export type Fields = Readonly<Record<number, string>>;

/**
 * Why a message cannot be packed or unpacked; `detail.de` names the data element.
 *
 * - `bad_mti`: not four digits beginning with 0
 * - `bad_bitmap`: not hexadecimal, or a tertiary bitmap is announced
 * - `unknown_field`: a data element outside the table
 * - `bad_length`: a fixed element of another length, or a variable one beyond its largest
 * - `bad_character`: outside the element's alphabet
 * - `truncated`: the bytes end inside an element
 * - `trailing_bytes`: bytes follow the last element that the bitmap announces
 */
export type CodecCode =
  | 'bad_mti'
  | 'bad_bitmap'
  | 'unknown_field'
  | 'bad_length'
  | 'bad_character'
  | 'truncated'
  | 'trailing_bytes';

const MTI = /^0\d{3}$/;
const BITMAP = /^[0-9A-F]{16}$/;
const alphabets: Readonly<Record<Alphabet, RegExp>> = {
  n: /^\d*$/,
  an: /^[0-9A-Za-z ]*$/,
  ans: /^[\x20-\x7e]*$/,
  'x+n': /^[CD]\d*$/,
  z: /^[0-9D=]*$/,
  b: /^[0-9A-F]*$/,
};

/**
 * Packs a message: type, primary bitmap and, where an element above 64 is carried, secondary bitmap (each as
 * 16 hexadecimal digits), then the elements in order. Nothing is padded or cut: a value of the wrong length
 * is refused.
 */
export function pack(message: IsoMessage): Result<Buffer, CodecCode> {
  if (!MTI.test(message.mti)) return err('bad_mti', `not a message type of the 1987 edition: ${message.mti}`);
  // Integer keys of an object are visited in ascending order, which is the order on the wire.
  const present = Object.keys(message.fields);
  const bitmap = new Uint8Array(16);
  let body = '';
  for (const key of present) {
    const de = Number(key);
    const value = message.fields[de];
    const format = FIELDS[de];
    if (!format || value === undefined) return refuse('unknown_field', de, 'is not a known data element');
    const problem = check(format, value);
    if (problem) return refuse(problem, de, `${format.name} does not fit its format`);
    setBit(bitmap, de);
    body += format.prefix === 0 ? value : String(value.length).padStart(format.prefix, '0') + value;
  }
  const secondary = bitmap.subarray(8).some((byte) => byte !== 0);
  if (secondary) setBit(bitmap, 1);
  const bits = Buffer.from(bitmap.buffer, 0, secondary ? 16 : 8)
    .toString('hex')
    .toUpperCase();
  return ok(Buffer.from(message.mti + bits + body, 'latin1'));
}

/**
 * The inverse of {@link pack}. Every byte must be accounted for: what is cut short or too long is refused.
 */
export function unpack(bytes: Uint8Array): Result<IsoMessage, CodecCode> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const mti = text.slice(0, 4);
  if (!MTI.test(mti)) return err('bad_mti', 'the message does not begin with a type of the 1987 edition');
  const present = readBitmaps(text);
  if (!present.ok) return present;
  let at = present.value.end;
  const fields: Record<number, string> = {};
  for (const de of present.value.elements) {
    const format = FIELDS[de];
    if (!format) return refuse('unknown_field', de, 'is not a known data element');
    let length = format.length;
    if (format.prefix > 0) {
      const digits = text.slice(at, at + format.prefix);
      if (digits.length < format.prefix) return refuse('truncated', de, 'ends inside its length');
      if (!alphabets.n.test(digits)) return refuse('bad_length', de, 'has a length that is no number');
      length = Number(digits);
      at += format.prefix;
    }
    const value = text.slice(at, at + length);
    if (value.length < length) return refuse('truncated', de, 'ends early');
    const problem = check(format, value);
    if (problem) return refuse(problem, de, `${format.name} does not fit its format`);
    fields[de] = value;
    at += length;
  }
  if (at !== text.length) return err('trailing_bytes', `${text.length - at} bytes follow the last element`);
  return ok({ mti, fields });
}

function readBitmaps(text: string): Result<{ elements: readonly number[]; end: number }, CodecCode> {
  const primary = text.slice(4, 20);
  if (!BITMAP.test(primary)) return err('bad_bitmap', 'the primary bitmap is not 16 hexadecimal digits');
  const elements: number[] = [];
  if (!hasBit(primary, 1)) {
    collect(primary, 0, elements);
    return ok({ elements, end: 20 });
  }
  const secondary = text.slice(20, 36);
  if (!BITMAP.test(secondary)) return err('bad_bitmap', 'the secondary bitmap is not 16 hexadecimal digits');
  if (hasBit(secondary, 1)) return err('bad_bitmap', 'a tertiary bitmap is not part of the 1987 edition');
  collect(primary, 0, elements);
  collect(secondary, 64, elements);
  return ok({ elements, end: 36 });
}

function collect(bitmap: string, offset: number, into: number[]): void {
  for (let bit = 2; bit <= 64; bit += 1) if (hasBit(bitmap, bit)) into.push(bit + offset);
}

function hasBit(bitmap: string, bit: number): boolean {
  const digit = Number.parseInt(bitmap[(bit - 1) >> 2] ?? '0', 16);
  return (digit & (8 >> ((bit - 1) & 3))) !== 0;
}

function setBit(bitmap: Uint8Array, bit: number): void {
  const index = (bit - 1) >> 3;
  bitmap[index] = (bitmap[index] ?? 0) | (0x80 >> ((bit - 1) & 7));
}

function check(format: FieldFormat, value: string): 'bad_length' | 'bad_character' | undefined {
  const fits = format.prefix === 0 ? value.length === format.length : value.length <= format.length;
  if (!fits) return 'bad_length';
  return alphabets[format.alphabet].test(value) ? undefined : 'bad_character';
}

/** The refusal names the element and never quotes its value, which may be card data. */
function refuse<Code extends CodecCode>(code: Code, de: number, what: string) {
  return err(code, `DE ${de} ${what}`, { detail: { de } });
}
