/**
 * A parameter as Postgres reads it: text, bytes, or null. Arrays become array literals (PostgreSQL 8.15.2,
 * "Array Value Input"); plain data must have been made text before, because only its statement knows how.
 *
 * @throws TypeError for what is none of these
 */
export function toParameter(value: unknown): string | Buffer | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
      return null;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return arrayLiteral(value);
      if (value instanceof Uint8Array) return asBuffer(value);
      break;
    default:
  }
  throw new TypeError(`no parameter of a statement: ${Object.prototype.toString.call(value)}`);
}

function arrayLiteral(items: readonly unknown[]): string {
  let text = '{';
  for (const item of items) {
    if (text.length > 1) text += ',';
    if (Array.isArray(item)) {
      text += arrayLiteral(item);
      continue;
    }
    const one = toParameter(item);
    if (one === null) text += 'NULL';
    else if (typeof one === 'string') text += quoted(one);
    else text += `"\\\\x${one.toString('hex')}"`;
  }
  return `${text}}`;
}

/**
 * Controls, which JSON spells where an array literal holds them as they are, and surrogates, which it may
 * spell.
 */
const SPELT_IN_JSON = /[\p{Cc}\p{Surrogate}]/u;
const ESCAPED = /["\\]/g;

/** Quotes and backslashes get a backslash, as in JSON, whose writer takes half the time of a replacement. */
function quoted(text: string): string {
  return SPELT_IN_JSON.test(text) ? `"${text.replace(ESCAPED, '\\$&')}"` : JSON.stringify(text);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
