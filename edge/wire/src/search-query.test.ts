import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paymentIntentSearchFields, searchParameters, searchResultToWire } from './search.ts';
import { parseSearchQuery } from './search-query.ts';

const fields = { ...paymentIntentSearchFields, name: ['name', 'string'] } as const;
const parse = (text: string) => parseSearchQuery(text, fields);

describe('the search grammar', () => {
  const term = { kind: 'term', negated: false } as const;
  it.each([
    ['status:"succeeded"', 'all', [{ ...term, field: 'status', value: 'succeeded' }]],
    ["status:'succeeded'", 'all', [{ ...term, field: 'status', value: 'succeeded' }]],
    ['status:succeeded', 'all', [{ ...term, field: 'status', value: 'succeeded' }]],
    ['-currency:"eur"', 'all', [{ ...term, field: 'currency', value: 'eur', negated: true }]],
    ['customer:null', 'all', [{ ...term, field: 'customer', value: null }]],
    ['customer:"null"', 'all', [{ ...term, field: 'customer', value: 'null' }]],
    ['metadata["a b"]:"c"', 'all', [{ ...term, field: 'metadata.a b', value: 'c' }]],
    [`metadata['a"b']:"c\\"d"`, 'all', [{ ...term, field: 'metadata.a"b', value: 'c"d' }]],
    ['metadata["k"]:null', 'all', [{ ...term, field: 'metadata.k', value: null }]],
    ['name~"Ada L"', 'all', [{ kind: 'text', field: 'name', value: 'Ada L', negated: false }]],
    ['amount>100', 'all', [{ kind: 'range', field: 'amount', from: 101n, to: null, negated: false }]],
    ['amount>=100', 'all', [{ kind: 'range', field: 'amount', from: 100n, to: null, negated: false }]],
    ['amount<100', 'all', [{ kind: 'range', field: 'amount', from: null, to: 100n, negated: false }]],
    ['amount<="100"', 'all', [{ kind: 'range', field: 'amount', from: null, to: 101n, negated: false }]],
    ['amount=100', 'all', [{ kind: 'range', field: 'amount', from: 100n, to: 101n, negated: false }]],
    [
      'created:2',
      'all',
      [{ kind: 'range', field: 'created', from: 2_000_000n, to: 3_000_000n, negated: false }],
    ],
    [
      'status:"a" AND currency:"b"',
      'all',
      [
        { ...term, field: 'status', value: 'a' },
        { ...term, field: 'currency', value: 'b' },
      ],
    ],
    [
      'status:"a" currency:"b"',
      'all',
      [
        { ...term, field: 'status', value: 'a' },
        { ...term, field: 'currency', value: 'b' },
      ],
    ],
    [
      'status:"a" OR -currency:"b"',
      'any',
      [
        { ...term, field: 'status', value: 'a' },
        { ...term, field: 'currency', value: 'b', negated: true },
      ],
    ],
  ])('reads %s', (text, join, clauses) => {
    expect(parse(text)).toEqual({ ok: true, value: { join, clauses } });
  });

  it.each([
    ['', /must name a field/],
    ['   ', /must name a field/],
    ['AND status:"a"', /begin with AND/],
    ['status:"a" AND', /cannot be read/],
    ['status:"a" AND currency:"b" OR customer:"c"', /both AND and OR/],
    ['(status:"a")', /cannot be read at character 1/],
    ['nothing:"a"', /nothing cannot be searched here; what can: amount, created/],
    ['status~"suc"', /status can be compared with : only/],
    ['name>3', /name can be compared with : and ~/],
    ['name~"ab"', /at least 3/],
    ['amount~"123"', /a whole number/],
    ['status="succeeded"', /status can be compared with : only/],
    ['amount>1.5', /a whole number/],
    ['metadata:"a"', /by its key/],
    ['metadata["a"]~"abc"', /as a whole/],
    ['status["a"]:"b"', /cannot be searched/],
    ['status:"a', /cannot be read/],
    ['__proto__:"a"', /cannot be read/],
    ['constructor:"a"', /cannot be searched/],
    [Array.from({ length: 11 }, () => 'amount>1').join(' AND '), /at most 10/],
  ])('refuses %s', (text, message) => {
    expect(parse(text)).toMatchObject({
      ok: false,
      error: { code: 'search_query_invalid', message: expect.stringMatching(message), field: 'query' },
    });
  });

  it('reads back any value that is quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const quoted = value.replaceAll(/(["\\])/g, '\\$1');
        expect(parse(`metadata["k"]:"${quoted}"`)).toMatchObject({
          ok: true,
          value: { clauses: [{ value }] },
        });
      }),
    );
  });

  it('answers any text at once, with a search or a refusal', () => {
    const piece = fc.constantFrom(
      'status',
      ':',
      '"',
      "'",
      '\\',
      ' ',
      'AND',
      'OR',
      '-',
      '[',
      ']',
      '>',
      'a',
      '5',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(typeof parse(pieces.join('')).ok).toBe('boolean');
      }),
    );
  });
});

it('a page’s token reads as the place it stands for, and nothing else does', () => {
  const next = { createdAt: 1_795_435_200_123_456, id: 'pi_1' };
  const { next_page } = searchResultToWire('/v1/x/search', [], { items: [], next, total: null });
  expect(searchParameters.parse({ query: 'a', page: next_page })).toMatchObject({ page: next });
  for (const page of ['', 'x', Buffer.from('{}').toString('base64url'), 'bnVsbA']) {
    expect(searchParameters.safeParse({ query: 'a', page }).success).toBe(false);
  }
});
