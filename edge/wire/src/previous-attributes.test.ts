import fc from 'fast-check';
import { expect, test } from 'vitest';
import { previousAttributes } from './previous-attributes.ts';

test('of nested objects only what has changed is told, of lists the whole', () => {
  const before = {
    id: 'x',
    name: 'A',
    list: [1, 2],
    address: { city: 'Wien', line1: 'Ring 1' },
    shipping: null,
  };
  const after = {
    id: 'x',
    name: 'B',
    list: [1, 3],
    address: { city: 'Graz', line1: 'Ring 1' },
    shipping: {},
  };
  expect(previousAttributes(before, after)).toEqual({
    name: 'A',
    list: [1, 2],
    address: { city: 'Wien' },
    shipping: null,
  });
});

test('a field that comes is told as null, one that goes as it was', () => {
  expect(previousAttributes({ metadata: { gone: '1' } }, { metadata: { come: '2' } })).toEqual({
    metadata: { gone: '1', come: null },
  });
});

/** Objects whose fields are there or not, and never null: then what was told undoes the change exactly. */
const { fields: plain } = fc.letrec<{ value: unknown; fields: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.string(), fc.array(fc.integer()), tie('fields')),
  fields: fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { noNullPrototype: true, maxKeys: 4 }),
}));

test('put back on what is, what was told gives what was', () => {
  fc.assert(
    fc.property(plain, plain, (before, after) => {
      expect(undone(after, previousAttributes(before, after))).toEqual(before);
    }),
  );
});

test('nothing is told of what stays', () => {
  fc.assert(
    fc.property(plain, (same) => {
      expect(previousAttributes(same, structuredClone(same))).toEqual({});
    }),
  );
});

function undone(after: unknown, previous: unknown): unknown {
  if (!isFields(after) || !isFields(previous)) return previous;
  const fields = new Map(Object.entries(after));
  for (const [name, was] of Object.entries(previous)) {
    if (was === null) fields.delete(name);
    else fields.set(name, undone(fields.get(name), was));
  }
  return Object.fromEntries(fields);
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
