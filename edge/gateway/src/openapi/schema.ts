import { type JsonSchema, jsonSchemaOf, unsettableOf } from '@tpmall/wire';
import { z } from 'zod';

/**
 * The JSON Schema of a route's parameters: of the zod schema that reads them, or as a batch route states it.
 */
export function parametersSchema(schema: z.ZodType | JsonSchema): JsonSchema {
  return withoutUnsupported(wholeSchema(schema)) as JsonSchema;
}

/** The paths of the parameters that a route knows and refuses: `card.networks`, `line_items[].tax_rates`. */
export function refusedParameters(schema: z.ZodType | JsonSchema): string[] {
  const paths: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const {
      properties = {},
      items,
      anyOf = [],
    } = value as Partial<Record<'properties', object>> & {
      readonly items?: unknown;
      readonly anyOf?: readonly unknown[];
    };
    for (const [name, item] of Object.entries(properties)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (typeof item === 'object' && item !== null && 'x-unsupported' in item) paths.push(at);
      else visit(item, at);
    }
    visit(items, `${path}[]`);
    for (const member of anyOf) visit(member, path);
  };
  visit(wholeSchema(schema), '');
  return [...new Set(paths)];
}

/** With the parameters that are refused, marked. */
function wholeSchema(schema: z.ZodType | JsonSchema): JsonSchema {
  if (!(schema instanceof z.ZodType)) return schema;
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const set = unsettableOf(zodSchema);
      const known = set
        ? { anyOf: [wholeSchema(set), { type: 'string', maxLength: 0 }] }
        : jsonSchemaOf(zodSchema);
      if (known === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key];
      Object.assign(jsonSchema, known === 'unsupported' ? { 'x-unsupported': true } : structuredClone(known));
    },
  });
  return json;
}

/** Parameters that are known and refused do not stand in the document. */
function withoutUnsupported(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnsupported);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'object' && item !== null && 'x-unsupported' in item) continue;
    out[key] = withoutUnsupported(item);
  }
  return out;
}

/** A schema of what an answer looks like, from an object that was made by the same mapping. */
export function sampleSchema(value: unknown): JsonSchema {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array', items: value.length > 0 ? sampleSchema(value[0]) : {} };
  switch (typeof value) {
    case 'string':
      return { type: 'string' };
    case 'number':
      return { type: 'integer' };
    case 'boolean':
      return { type: 'boolean' };
    case 'object':
      return {
        type: 'object',
        required: Object.keys(value),
        properties: Object.fromEntries(
          Object.entries(value).map(([key, item]) => [key, nullable(key, sampleSchema(item))]),
        ),
      };
    default:
      return {};
  }
}

/** Fields that are always there; any other may be null on another object. */
const NEVER_NULL = new Set([
  'id',
  'object',
  'amount',
  'currency',
  'created',
  'livemode',
  'metadata',
  'status',
]);

function nullable(key: string, schema: JsonSchema): JsonSchema {
  if (NEVER_NULL.has(key) || typeof schema.type !== 'string') return schema;
  return { ...schema, type: [schema.type, 'null'] };
}
