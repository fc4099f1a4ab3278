/**
 * Contract values on the wire: JSON in which an integer of any size stands as `{"$int":"…"}`. Contract values
 * are plain data (strings, finite numbers, booleans, null, bigints, arrays, objects), and an object never has
 * a key that begins with `$`, so the mapping is exact both ways. An absent field and an undefined one are the
 * same.
 */
export function encode(value: unknown): string {
  return JSON.stringify(tagged(value));
}

/** The inverse of {@link encode}. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (item === null || typeof item !== 'object' || !('$int' in item)) return item;
    const digits = item.$int;
    if (typeof digits !== 'string' || !/^-?\d{1,80}$/.test(digits))
      throw new SyntaxError('bad integer on the wire');
    return BigInt(digits);
  });
}

function tagged(value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: value.toString() };
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('a number on the wire is finite');
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('not a contract value');
    return value;
  }
  if (Array.isArray(value)) return value.map(tagged);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('contract values are plain objects');
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('$')) throw new TypeError(`contract values have no keys that begin with $: ${key}`);
    if (item !== undefined) out[key] = tagged(item);
  }
  return out;
}
