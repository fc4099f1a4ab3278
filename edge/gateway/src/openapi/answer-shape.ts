import type { JsonSchema } from '@tpmall/wire';
import { z } from 'zod';
import { reference } from './answer-schema.ts';

/**
 * Shapes of the house's own objects: what is answered is typed by them, and the document's schemas are made
 * of them, so that neither can say what the other does not.
 */
const shapes = z.registry<{ readonly id: string }>();

/** What has a shape, as a mapping returns it. */
export type Shaped<S extends z.ZodType> = Unchanging<z.output<S>>;
type Unchanging<T> = T extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;

/** Gives a shape the name of its schema in the document. */
export function named<S extends z.ZodType>(id: string, shape: S): S {
  shapes.add(shape, { id });
  return shape;
}

/** The name of a shape's schema. Throws for a shape without one. */
export function nameOfShape(shape: z.ZodType): string {
  const known = shapes.get(shape);
  if (!known) throw new Error('what an operation answers has no name');
  return known.id;
}

/** An object whose schema is made from samples. */
export const sampled = (name: string) => z.unknown().meta(reference(name));

/** A list of the house, all of it in one answer. */
export const listOf = <S extends z.ZodType>(item: S) => z.object({ data: z.array(item) });

/** A page of the house's own lists. */
export const pageOf = <S extends z.ZodType>(item: S) => listOf(item).extend({ has_more: z.boolean() });

/** A number without a fraction. */
export const whole = z.number().meta({ type: 'integer' });
/** A number that JSON's may not hold, as its digits. */
export const digits = z.string().meta({ pattern: '^-?\\d+$' });
/** An instant as RFC 3339 text. */
export const instant = z.string().meta({ format: 'date-time' });

/** The schemas of all shapes, by name. */
export function shapeSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(shapes, { io: 'input', uri: (id) => reference(id).$ref });
  const plain = Object.entries(schemas).map(
    ([name, { $schema: _dialect, $id: _place, ...schema }]) => [name, schema] as const,
  );
  // The order in which files were read says nothing.
  return Object.fromEntries(plain.sort(([one], [other]) => (one < other ? -1 : 1)));
}
