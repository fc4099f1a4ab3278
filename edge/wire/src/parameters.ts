import { findCurrency, formatPrice, parsePrice, wholePriceBelow } from '@tpmall/kernel';
import { returnAddress } from '@tpmall/platform/contract';
import { z } from 'zod';

/** Codes of a parameter at fault, as clients of the wire know them. */
export const PARAMETER_CODES = [
  'parameter_missing',
  'parameter_unknown',
  'parameter_unsupported',
  'parameter_invalid_integer',
  'parameter_invalid_empty',
  'parameter_invalid_string',
  'parameter_invalid_boolean',
  'parameter_invalid_enum',
  'parameter_invalid_array',
  'parameter_invalid_object',
  'parameters_exclusive',
  'amount_too_large',
  'email_invalid',
  'url_invalid',
] as const;
/** One of {@link PARAMETER_CODES}. */
export type ParameterCode = (typeof PARAMETER_CODES)[number];

/** The largest amount a JSON integer can carry without loss (RFC 8259 §6): 2^53 − 1 minor units. */
export const MAX_WIRE_AMOUNT = BigInt(Number.MAX_SAFE_INTEGER);

/** A JSON Schema (2020-12) of one parameter, for the OpenAPI document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a parameter reads as: its value, or why not. */
type Reading<T> = { readonly value: T } | { readonly code: ParameterCode; readonly message: string };

const jsonSchemas = new WeakMap<object, JsonSchema | 'unsupported'>();
const unsettables = new WeakMap<object, z.ZodType>();

/** The JSON Schema of a parameter made here; `unsupported` for one that is known and refused. */
export function jsonSchemaOf(schema: object): JsonSchema | 'unsupported' | undefined {
  return jsonSchemas.get(schema);
}

/** What a parameter made by {@link unsettable} holds where it is not taken away. */
export function unsettableOf(schema: object): z.ZodType | undefined {
  return unsettables.get(schema);
}

/**
 * A parameter of the wire: text in a form, a JSON value in a JSON body, a domain value after reading.
 *
 * @param json how the OpenAPI document shows it
 * @param read turns what came into a value; never sees `undefined`
 */
export function parameter<T>(json: JsonSchema, read: (value: unknown) => Reading<T>) {
  const schema = z.unknown().transform((value, context): T => {
    const reading: Reading<T> =
      value === undefined
        ? { code: 'parameter_missing', message: 'this parameter is required' }
        : read(value);
    if ('value' in reading) return reading.value;
    context.addIssue({ code: 'custom', message: reading.message, params: { code: reading.code } });
    return z.NEVER;
  });
  jsonSchemas.set(schema, json);
  return schema;
}

/** A whole number between two bounds, in a form as text. */
export function integer(min: number, max: number) {
  return parameter({ type: 'integer', minimum: min, maximum: max }, (value) => {
    const number = readInteger(value);
    if (number === undefined || number < BigInt(min) || number > BigInt(max)) {
      return { code: 'parameter_invalid_integer', message: `must be a whole number from ${min} to ${max}` };
    }
    return { value: Number(number) };
  });
}

/** An amount in the currency's minor unit, from `min` to `max`: 2^53 − 1 where nothing else is said. */
export function amount(min: bigint, max = MAX_WIRE_AMOUNT) {
  const json = { type: 'integer', minimum: Number(min), maximum: Number(max) };
  return parameter(json, (value) => {
    const number = readInteger(value);
    if (number === undefined || number < min) {
      return {
        code: 'parameter_invalid_integer',
        message: `must be a whole number of minor units, ${min} or more`,
      };
    }
    if (number > max) {
      return { code: 'amount_too_large', message: `must be at most ${max} minor units here` };
    }
    return { value: number };
  });
}

/** The largest amount of a price: twelve digits, which is what a card message holds (ISO 8583 DE 4). */
export const MAX_UNIT_AMOUNT = 999_999_999_999n;

/** An exact decimal of minor units with at most twelve decimals: text, because JSON numbers are not exact. */
export function exactDecimal() {
  const json = { type: 'string', pattern: '^\\d{1,12}(\\.\\d{1,12})?$' };
  return parameter(json, (value) => {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    const scaled = typeof text === 'string' ? parsePrice(text) : undefined;
    if (scaled === undefined || wholePriceBelow(scaled) > MAX_UNIT_AMOUNT) {
      return {
        code: 'parameter_invalid_string',
        message: 'must be decimal text of minor units, with at most twelve digits before and after the point',
      };
    }
    return { value: formatPrice(scaled) };
  });
}

/** A measure such as a length: a positive number with at most two decimals. */
export function measure() {
  return parameter({ type: 'number', exclusiveMinimum: 0 }, (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^\d{1,9}(\.\d{1,2})?$/.test(text) || Number(text) === 0) {
      return {
        code: 'parameter_invalid_integer',
        message: 'must be a positive number with at most two decimals',
      };
    }
    return { value: Number(text) };
  });
}

/** Text of 1 to `max` characters. */
export function text(max: number, format: JsonSchema = {}) {
  return parameter({ type: 'string', minLength: 1, maxLength: max, ...format }, (value) => {
    if (typeof value !== 'string') return { code: 'parameter_invalid_string', message: 'must be a string' };
    if (value.trim() === '') return { code: 'parameter_invalid_empty', message: 'must not be empty' };
    if (value.length > max) {
      return { code: 'parameter_invalid_string', message: `must be at most ${max} characters long` };
    }
    if (!isStorable(value)) {
      return { code: 'parameter_invalid_string', message: 'must be valid text without NUL characters' };
    }
    return { value };
  });
}

/** The id of an object, such as `pi_…`. */
export function objectId() {
  return text(64);
}

/** An e-mail address. */
export function email() {
  return checkedText(320, { format: 'email' }, z.email(), 'email_invalid', 'must be an e-mail address');
}

/** An absolute http or https address. */
export function webAddress(format: 'uri' | 'uri-template' = 'uri') {
  const rule = z.url({ protocol: /^https?$/ });
  return checkedText(2000, { format }, rule, 'url_invalid', 'must be an http or https address');
}

/** A web address in which `{CHECKOUT_SESSION_ID}` may stand, which makes it a URI template (RFC 6570). */
export const webAddressTemplate = () => webAddress('uri-template');

/** Where a shopper goes on: an absolute http or https address, or one of an app's own scheme. */
export function shopperAddress() {
  const message = 'must be an http or https address, or one that an app opens, such as myapp://paid';
  return checkedText(2000, { format: 'uri' }, returnAddress, 'url_invalid', message);
}

/** A three-letter currency code, in either case. */
export function currency() {
  return parameter({ type: 'string', pattern: '^[A-Za-z]{3}$' }, (value) => {
    const code = typeof value === 'string' ? value.toLowerCase() : '';
    if (!findCurrency(code)) {
      return { code: 'parameter_invalid_enum', message: 'must be the ISO 4217 code of a known currency' };
    }
    return { value: code };
  });
}

/** One of several words. */
export function oneOf<const Word extends string>(...words: readonly Word[]) {
  return parameter({ type: 'string', enum: words }, (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      return { code: 'parameter_invalid_enum', message: `must be one of ${words.join(', ')}` };
    }
    return { value: word };
  });
}

/**
 * One of several words, or one that clients know and that nothing here is: `none`, for the list of what is so
 * is empty.
 */
export function oneOfOrNone<const Word extends string>(words: readonly Word[], others: readonly string[]) {
  const all: readonly string[] = [...words, ...others];
  return parameter({ type: 'string', enum: all }, (value): Reading<Word | 'none'> => {
    if (!all.some((word) => word === value)) {
      return { code: 'parameter_invalid_enum', message: `must be one of ${all.join(', ')}` };
    }
    return { value: words.find((word) => word === value) ?? 'none' };
  });
}

/** True or false. */
export function flag() {
  return parameter({ type: 'boolean' }, readFlag);
}

/** True or false; one of several words says that it is true, and more than is acted on here. */
export function flagOr(...words: readonly string[]) {
  return parameter({ anyOf: [{ type: 'boolean' }, { type: 'string', enum: words }] }, (value) =>
    words.some((word) => word === value) ? { value: true } : readFlag(value),
  );
}

/** A flag that may be given with one value only, because the other asks for what is not supported. */
export function flagThatIs(only: boolean, otherwise: string) {
  return parameter({ type: 'boolean', const: only }, (value) => {
    const reading = readFlag(value);
    if ('value' in reading && reading.value !== only) {
      return { code: 'parameter_unsupported', message: otherwise };
    }
    return reading;
  });
}

/** Null, by an empty string (or JSON null), or else a value. */
export function unsettable<T>(schema: z.ZodType<T>) {
  const wrapped = z.unknown().transform((value, context): T | null => {
    if (value === '' || value === null) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });
  unsettables.set(wrapped, schema);
  return wrapped;
}

/** A list of at most `max` items: an array in JSON, `name[0]`, `name[1]`, … or `name[]` in a form. */
export function list<T>(item: z.ZodType<T>, max: number) {
  return z.preprocess(asArray, z.array(item, { error: 'must be an array' }).max(max));
}

/** Up to 50 pairs of text of a new object; keys without a value are left out. */
export function metadata() {
  return metadataAs((given) =>
    Object.fromEntries(
      Object.entries(given ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
  );
}

/**
 * Up to 50 changes of an object's pairs: an empty value, null here, removes its key; null removes them all.
 */
export function metadataPatch() {
  return metadataAs((given) => given);
}

type MetadataPatch = Record<string, string | null> | null;

function metadataAs<T>(make: (given: MetadataPatch) => T) {
  const json = {
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 500 },
    maxProperties: 50,
    propertyNames: { minLength: 1, maxLength: 40 },
  };
  return parameter(json, (value): Reading<T> => {
    if (value === '' || value === null) return { value: make(null) };
    if (typeof value !== 'object' || Array.isArray(value)) {
      return { code: 'parameter_invalid_object', message: 'must be an object of text values' };
    }
    const entries = Object.entries(value as Record<string, unknown>);
    const usable = entries.every(
      ([key, item]) =>
        key.length >= 1 &&
        key.length <= 40 &&
        isStorable(key) &&
        typeof item === 'string' &&
        item.length <= 500 &&
        isStorable(item),
    );
    if (!usable || entries.length > 50) {
      return {
        code: 'parameter_invalid_object',
        message: 'must have at most 50 keys of 1 to 40 characters, each with text of at most 500',
      };
    }
    const given = entries.map(([key, item]) => [key, item === '' ? null : String(item)] as const);
    return { value: make(Object.fromEntries(given)) };
  });
}

/** Parameters that clients of the wire know and this server does not support yet: never silently ignored. */
export function unsupported<const Name extends string>(...names: readonly Name[]) {
  const shape: Record<string, z.ZodType<undefined>> = {};
  for (const name of names) {
    const refused = z.unknown().transform((value, context): undefined => {
      if (value === undefined) return undefined;
      context.addIssue({
        code: 'custom',
        message: 'this parameter is known but not supported by this server',
        params: { code: 'parameter_unsupported' },
      });
      return z.NEVER;
    });
    jsonSchemas.set(refused, 'unsupported');
    const absent: z.ZodType<undefined> = refused.optional();
    jsonSchemas.set(absent, 'unsupported');
    shape[name] = absent;
  }
  return shape as { [K in Name]: z.ZodOptional<z.ZodType<undefined>> };
}

function checkedText(max: number, json: JsonSchema, rule: z.ZodType, code: ParameterCode, message: string) {
  const base = text(max);
  return parameter({ type: 'string', maxLength: max, ...json }, (value): Reading<string> => {
    const parsed = base.safeParse(value);
    if (!parsed.success) {
      return { code: value === '' ? 'parameter_invalid_empty' : code, message };
    }
    return rule.safeParse(value).success ? { value: parsed.data } : { code, message };
  });
}

function readInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,40}$/.test(value)) return undefined;
  return BigInt(value);
}

function readFlag(value: unknown): Reading<boolean> {
  if (value === true || value === 'true') return { value: true };
  if (value === false || value === 'false') return { value: false };
  return { code: 'parameter_invalid_boolean', message: 'must be true or false' };
}

/** Postgres stores neither NUL nor a lone surrogate; such text is refused here rather than failing there. */
function isStorable(value: string): boolean {
  return !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
}

function asArray(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (!keys.every((key) => /^\d{1,4}$/.test(key))) return value;
  const tree = value as Record<string, unknown>;
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => tree[key]);
}
