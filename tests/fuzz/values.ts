import type { seededRandom } from '@tpmall/kernel';
import type { Schema } from './document.ts';

/** Where the fuzzer takes chance from. */
export type Chance = ReturnType<typeof seededRandom>;

/** Ids of objects that are there, by the name of the parameter or path that wants one. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

const LONG = 'x'.repeat(12_000);
/** Text that has broken somebody's server before. */
const NASTY_TEXT: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '🧾'.repeat(300),
  'שלום',
  '‮evil',
  "'; DROP TABLE payments.intent; --",
  '=cmd|calc',
  '../../etc/passwd',
  '%00',
  '%',
  '${7*7}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '1e3',
  '0x10',
  '-0',
  '1.5',
  '99999999999999999999999999999999999999999999',
  '9007199254740992',
  '340282366920938463463374607431768211456',
  LONG,
];

function deep(levels: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

const NASTY_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  -1,
  0,
  1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[]],
  [null],
  [1, 'a', {}],
  { a: { b: { c: 1 } } },
  deep(30),
  Array.from({ length: 300 }, (_unused, index) => index),
  ...NASTY_TEXT,
];

/** One of a list. */
export function pick<T>(chance: Chance, from: readonly T[]): T {
  const value = from[chance.below(from.length)];
  if (value === undefined && from.length === 0) throw new Error('nothing to pick from');
  return value as T;
}

/** True once in `times`. */
export function oneIn(chance: Chance, times: number): boolean {
  return chance.below(times) === 0;
}

/** A value that no schema asks for. */
export function nastyValue(chance: Chance): unknown {
  return pick(chance, NASTY_VALUES);
}

/** A value that a schema would take, mostly. */
function plausible(schema: Schema, name: string, chance: Chance, ids: KnownIds): unknown {
  const known = ids[name];
  if (known && known.length > 0 && !oneIn(chance, 8)) return pick(chance, known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(chance, schema.enum);
  if (schema.anyOf && schema.anyOf.length > 0)
    return plausible(pick(chance, schema.anyOf), name, chance, ids);
  switch (schema.type) {
    case 'integer':
      return plausibleInteger(schema, chance);
    case 'boolean':
      return oneIn(chance, 2);
    case 'array':
      return Array.from({ length: chance.below(4) }, () => plausible(schema.items ?? {}, name, chance, ids));
    case 'object':
      return plausibleObject(schema, chance, ids);
    default:
      return plausibleText(schema, name, chance);
  }
}

/** An object of which the required properties are there, and some of the others. */
export function plausibleObject(schema: Schema, chance: Chance, ids: KnownIds): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const required = new Set(schema.required ?? []);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (required.has(name) || oneIn(chance, 4)) out[name] = plausible(property, name, chance, ids);
  }
  if (!schema.properties && schema.maxProperties) out[`k${chance.below(9)}`] = `v${chance.below(9)}`;
  return out;
}

function plausibleInteger(schema: Schema, chance: Chance): number {
  const min = schema.minimum ?? 0;
  const max = Math.min(schema.maximum ?? 1_000_000, Number.MAX_SAFE_INTEGER);
  if (oneIn(chance, 12)) return pick(chance, [min, max]);
  return min + chance.below(Math.min(max - min, 20_000) + 1);
}

function plausibleText(schema: Schema, name: string, chance: Chance): string {
  if (schema.format === 'email') return `p${chance.below(100)}@example.org`;
  if (schema.format?.startsWith('uri')) return `https://shop.example/${chance.below(100)}`;
  if (schema.format === 'date-time') return '2026-11-23T12:00:00Z';
  if (name === 'currency' || name === 'default_currency') return pick(chance, ['eur', 'usd', 'jpy', 'bhd']);
  if (name === 'country') return pick(chance, ['DE', 'FR', 'US']);
  if (schema.pattern?.includes('0-9') || schema.pattern?.includes('\\d'))
    return String(1 + chance.below(3000));
  const length = Math.max(schema.minLength ?? 1, 1 + chance.below(Math.min(schema.maxLength ?? 20, 20)));
  return `t${chance.below(1000)}`.padEnd(length, 'x').slice(0, schema.maxLength ?? 40);
}
