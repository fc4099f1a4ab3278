import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundTree,
  MAX_PARAMETERS,
  type ParameterTree,
  parameterName,
  parseForm,
  parseJson,
} from './bracket-form.ts';

/** A form with numbered brackets, as the official client library writes it. */
function encode(tree: unknown, prefix = ''): string {
  if (typeof tree !== 'object' || tree === null) return `${prefix}=${encodeURIComponent(String(tree))}`;
  return Object.entries(tree)
    .map(([key, value]) => {
      const name = encodeURIComponent(key);
      return encode(value, prefix === '' ? name : `${prefix}[${name}]`);
    })
    .join('&');
}

const name = fc
  .string({ minLength: 1, maxLength: 10 })
  .filter((text) => !/[[\]]/.test(text) && !['__proto__', 'constructor', 'prototype'].includes(text));
const { tree } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.string({ maxLength: 20 }), tie('tree')),
  tree: fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4, depthIdentifier: 'tree' }),
}));

describe('forms with brackets', () => {
  it('read back what a client library wrote, whatever is in it', () => {
    fc.assert(
      fc.property(tree, (given) => {
        const read = parseForm(encode(given));
        // Nothing but depth can be wrong with it.
        if (!read.ok) expect(read.error.message).toContain('nested deeper');
        else expect(JSON.parse(JSON.stringify(read.value))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  it('answer anything at all without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'b', '[', ']', '=', '&', '%', '2', '0', '+', '_'),
          maxLength: 60,
        }),
        (text) => {
          const read = parseForm(text);
          if (!read.ok) expect(read.error.code).toBe('parameters_malformed');
        },
      ),
    );
  });

  it('number the items of name[]', () => {
    const read = parseForm('expand[]=a&expand[]=b&x[y][]=1');
    expect(read).toEqual({ ok: true, value: { expand: { 0: 'a', 1: 'b' }, x: { y: { 0: '1' } } } });
  });

  it.each([
    ['a[b', 'a[b'],
    ['a]b=1', 'a]b'],
    ['[a]=1', '[a]'],
    ['a[b]c=1', 'a[b]c'],
    ['a[][b]=1', 'a[][b]'],
    ['a=1&a=2', 'a'],
    ['a=1&a[b]=2', 'a[b]'],
    ['a[b]=1&a=2', 'a'],
    ['__proto__[x]=1', '__proto__[x]'],
    ['a[constructor]=1', 'a[constructor]'],
    [`a${'[b]'.repeat(9)}=1`, `a${'[b]'.repeat(9)}`],
  ])('refuse %s and name the parameter', (text, field) => {
    expect(parseForm(text)).toMatchObject({ ok: false, error: { code: 'parameters_malformed', field } });
  });

  it('refuse broken percent-encoding and too many parameters', () => {
    expect(parseForm('a=%zz').ok).toBe(false);
    expect(parseForm('a=%ED%A0%80').ok).toBe(false);
    const many = Array.from({ length: MAX_PARAMETERS + 1 }, (_unused, index) => `k${index}=1`).join('&');
    expect(parseForm(many).ok).toBe(false);
  });

  it('have no prototype', () => {
    const read = parseForm('a[b]=1');
    expect(read.ok && Object.getPrototypeOf(read.value)).toBeNull();
    expect(read.ok && Object.getPrototypeOf(read.value['a'])).toBeNull();
  });
});

describe('JSON bodies', () => {
  it('must be an object, or the array that an endpoint takes', () => {
    expect(parseJson('[1]').ok).toBe(false);
    expect(parseJson('{').ok).toBe(false);
    expect(parseJson('[1]', 'ids')).toEqual({ ok: true, value: { ids: [1] } });
    expect(parseJson('')).toEqual({ ok: true, value: {} });
  });

  it('are bounded in depth, width and names', () => {
    expect(boundTree(JSON.parse(`${'{"a":'.repeat(12)}1${'}'.repeat(12)}`) as ParameterTree).ok).toBe(false);
    expect(boundTree({ a: Array.from({ length: MAX_PARAMETERS + 1 }, () => 1) }).ok).toBe(false);
    expect(boundTree(JSON.parse('{"__proto__":1}') as ParameterTree).ok).toBe(false);
    expect(boundTree({ a: { b: [1, 2] } }).ok).toBe(true);
  });
});

it('parameters are named with brackets', () => {
  expect(parameterName(['split', 0, 'amount'])).toBe('split[0][amount]');
});
