import { type JsonSchema, jsonSchemaOf, unsettableOf } from '@tpmall/wire';
import { z } from 'zod';

/**
 * The JSON Schema of a route's parameters: of the zod schema that reads them, or as a batch route states it.
 */
export function parametersSchema(schema: z.ZodType | JsonSchema): JsonSchema {
  return withoutUnsupported(wholeSchema(schema)) as JsonSchema;
}

/**
 * A parameter that a route knows, by its path: `card.networks`, `line_items[].tax_rates`. It is refused, or
 * taken; where it is open, the client chooses the names in it.
 */
export interface KnownParameter {
  readonly path: string;
  readonly is: 'taken' | 'refused' | 'open';
}

/** The part of a JSON Schema in which parameters stand. */
interface Holder {
  readonly properties?: object;
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly additionalProperties?: unknown;
}

/** All parameters of a route, also those that stand in others and those that are refused. */
export function knownParameters(schema: z.ZodType | JsonSchema): KnownParameter[] {
  const known = new Map<string, KnownParameter['is']>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties = {}, items, anyOf = [], oneOf = [], additionalProperties }: Holder = value;
    if (typeof additionalProperties === 'object') known.set(path, 'open');
    for (const [name, item] of Object.entries(properties)) {
      const at = path === '' ? name : `${path}.${name}`;
      const isRefused = typeof item === 'object' && item !== null && 'x-unsupported' in item;
      known.set(at, isRefused ? 'refused' : 'taken');
      visit(item, at);
    }
    visit(items, `${path}[]`);
    for (const member of [...anyOf, ...oneOf]) visit(member, path);
  };
  visit(wholeSchema(schema), '');
  return [...known].map(([path, is]) => ({ path, is }));
}

/** The paths of the parameters that a route knows and refuses. */
export function refusedParameters(schema: z.ZodType | JsonSchema): string[] {
  return knownParameters(schema).flatMap(({ path, is }) => (is === 'refused' ? [path] : []));
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
