import {
  type ExpandableObject,
  expandable,
  expandableKind,
  isEmptyPart,
  type JsonSchema,
} from '@tpmall/wire';
import type { Sample } from '../pipeline/route.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that are always there; any other may be null on another object. */
const NEVER_NULL = new Set([
  'id',
  'object',
  'amount',
  'currency',
  'created',
  'data',
  'has_more',
  'livemode',
  'metadata',
  'status',
]);
/** Objects whose fields depend on what they are about, and the schema of each. */
const OPEN: Readonly<Record<string, true | JsonSchema>> = {
  metadata: { type: 'string' },
  response_headers: { type: 'string' },
  previous_attributes: true,
};
const ANY_OBJECT = { type: 'object', additionalProperties: true };

/** The lists that are shown where they are expanded, by the names of their schemas. */
const LISTS: Partial<Record<ExpandableObject, string>> = {
  charge_refunds: 'RefundList',
  customer_sources: 'CardSourceList',
  link_lines: 'LineItemList',
  session_lines: 'LineItemList',
};

/**
 * The schemas of what operations answer, by name. What is an object of another sample refers to its schema,
 * and what a client may expand is either the id or the object.
 *
 * @param otherwise what is answered instead at times, and never stands in another object
 */
export function answerSchemas(
  samples: readonly Sample[],
  otherwise: readonly Sample[],
): Record<string, JsonSchema> {
  const shapes = new Map<string, Set<unknown>>();
  for (const { name, value, others = [] } of [...samples, ...otherwise]) {
    const known = shapes.get(name) ?? new Set();
    for (const one of [value, ...others]) known.add(one);
    shapes.set(name, known);
  }
  const names = nameSamples(samples);
  const write = createWriter(names);
  return Object.fromEntries([...shapes].map(([name, values]) => [name, write.whole([...values])]));
}

/** A reference to a named schema of the document. */
export function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

interface Names {
  /** The name of a sample, wherever it stands in another. */
  readonly bySample: ReadonlyMap<unknown, string>;
  /** The names of schemas by what their objects call themselves. */
  readonly byKind: ReadonlyMap<string, ReadonlySet<string>>;
}

function nameSamples(samples: readonly Sample[]): Names {
  const bySample = new Map(samples.map(({ name, value }) => [value, name]));
  const byKind = new Map<string, Set<string>>();
  for (const { name, value } of samples) {
    const kind = kindOf(value);
    if (kind !== undefined) byKind.set(kind, (byKind.get(kind) ?? new Set()).add(name));
  }
  return { bySample, byKind };
}

/** What an object is, as `expand` calls it. */
function kindOf(value: unknown): ExpandableObject | undefined {
  if (!isFields(value) || typeof value['object'] !== 'string') return undefined;
  const kind = value['object'] === 'item' ? 'line_item' : value['object'].replace('.', '_');
  return Object.hasOwn(expandable, kind) ? (kind as ExpandableObject) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function createWriter({ bySample, byKind }: Names) {
  /** The schema of something that looked like each of these. */
  const anyOf = (values: readonly unknown[], kind?: ExpandableObject): JsonSchema => {
    const [name, ...otherNames] = new Set(values.map((value) => bySample.get(value)));
    if (name !== undefined && otherNames.length === 0) return reference(name);
    const parts = [...new Set(values.map(typeOf))].map((type): JsonSchema => {
      if (type === 'array') return { type, items: anyOf(values.filter(Array.isArray).flat(), kind) };
      if (type === 'object') return objects(values.filter(isFields), kind);
      return { type };
    });
    const schema = Object.assign({}, ...parts) as JsonSchema;
    const types = parts.map((part) => part['type'] as string);
    // Of what was null in each of them, nothing is known.
    if (types.every((type) => type === 'null')) return {};
    return types.length === 1 ? schema : { ...schema, type: types };
  };

  const objects = (values: readonly Fields[], kind?: ExpandableObject): JsonSchema => {
    const called = new Set(values.map((value) => value['object']).filter((name) => typeof name === 'string'));
    if (called.size > 1)
      return { ...ANY_OBJECT, required: ['object'], properties: { object: { type: 'string' } } };
    const of = kind ?? values.map(kindOf)[0];
    const keys = [...new Set(values.flatMap((value) => Object.keys(value)))];
    const properties = Object.fromEntries(keys.map((key) => [key, field(values, key, of)]));
    const required = keys.filter((key) => values.every((value) => Object.hasOwn(value, key)));
    return { type: 'object', required, properties: { ...properties, ...shownWhereExpanded(of, keys) } };
  };

  const field = (values: readonly Fields[], key: string, kind: ExpandableObject | undefined): JsonSchema => {
    const given = values.filter((value) => Object.hasOwn(value, key)).map((value) => value[key]);
    if (key === 'object' && typeof given[0] === 'string') return { type: 'string', const: given[0] };
    if (Object.hasOwn(OPEN, key)) {
      return { type: given.includes(null) ? ['object', 'null'] : 'object', additionalProperties: OPEN[key] };
    }
    const inner = kind && expandableKind(kind, key);
    const schema = nullable(key, anyOf(given, inner));
    // What is no id is a part, which stands in its object.
    const isPart = given.some((value) => typeof value === 'object' && value !== null);
    if (inner === undefined || inner === 'nothing' || isPart) return schema;
    return { anyOf: [schema.type ? schema : { type: ['string', 'null'] }, ...expanded(inner)] };
  };

  const expanded = (kind: ExpandableObject): JsonSchema[] => {
    const list = LISTS[kind];
    const names = list === undefined ? byKind.get(kind) : [list];
    return names ? [...names].map(reference) : [ANY_OBJECT];
  };

  /** What stands in an object only where it is expanded. */
  const shownWhereExpanded = (kind: ExpandableObject | undefined, known: readonly string[]) => {
    const all = Object.entries<ExpandableObject>(kind ? expandable[kind] : {});
    const hidden = all.filter(([key]) => !known.includes(key));
    return Object.fromEntries(
      hidden.map(([key, inner]) => {
        const [schema = {}] = inner === 'nothing' || isEmptyPart(inner) ? [] : expanded(inner);
        return [key, schema];
      }),
    );
  };

  return {
    /** The schema of an object whose samples these are, which refers to others but not to itself. */
    whole(values: readonly unknown[]): JsonSchema {
      return values.every(isFields) ? objects(values) : anyOf(values);
    },
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}

function nullable(key: string, schema: JsonSchema): JsonSchema {
  if (NEVER_NULL.has(key)) return schema;
  if (schema['$ref'] !== undefined) return { anyOf: [schema, { type: 'null' }] };
  return typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
}
