import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../db/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { createSearch } from './create-search.ts';
import type { SearchClause, SearchDocument, SearchInput } from './types.ts';

const index = createSearch('shop');
const folder = mkdtempSync(join(tmpdir(), 'tpmall-search-'));
let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  const migration = join(folder, '0001-search');
  mkdirSync(migration);
  writeFileSync(join(migration, 'up.sql'), '-- tpmall:search\n');
  test = await testDatabase({ modules: [{ name: 'shop', migrations: pathToFileURL(`${folder}/`) }] });
  db = test.db('shop');
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true });
});

/** What the index must agree with: the clauses applied to each document, one after the other. */
function matches(document: SearchDocument, { join: how, clauses }: SearchInput): boolean {
  const hold = clauses.map((clause) => holds(document, clause) !== clause.negated);
  return how === 'all' ? hold.every(Boolean) : hold.some(Boolean);
}

function holds(document: SearchDocument, clause: SearchClause): boolean {
  if (clause.kind === 'range') {
    const value = clause.field === 'amount' ? document.amount : BigInt(document.createdAt);
    return (clause.from === null || value >= clause.from) && (clause.to === null || value < clause.to);
  }
  const metadata = clause.field.startsWith('metadata.')
    ? (document.metadata[clause.field.slice('metadata.'.length)] ?? null)
    : undefined;
  const value =
    metadata === undefined
      ? (document.fields[clause.field] ?? document.texts[clause.field] ?? null)
      : metadata;
  if (clause.kind === 'term') return (value?.toLowerCase() ?? null) === (clause.value?.toLowerCase() ?? null);
  return value?.toLowerCase().includes(clause.value.toLowerCase()) ?? false;
}

const word = fc.constantFrom(
  'Ada',
  'ada lovelace',
  'LOVE',
  'ace',
  'Grace Hopper',
  'ac',
  '日本語テキスト',
  '本語テ',
);
const document = fc.record({
  createdAt: fc.integer({ min: 1, max: 40 }),
  amount: fc.bigInt({ min: 0n, max: 20n }),
  status: fc.constantFrom('open', 'Paid', null),
  state: fc.constantFrom('Draft', 'sent', 'void'),
  name: fc.option(word, { nil: null }),
  order: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
});
const negated = fc.boolean();
const bound = fc.option(fc.bigInt({ min: 0n, max: 40n }), { nil: null });
const clause: fc.Arbitrary<SearchClause> = fc.oneof(
  fc.record({
    kind: fc.constant('term' as const),
    field: fc.constantFrom('status', 'state', 'name', 'metadata.order'),
    value: fc.option(fc.oneof(word, fc.constantFrom('paid', 'draft', 'void', '1', '2')), { nil: null }),
    negated,
  }),
  fc.record({
    kind: fc.constant('text' as const),
    field: fc.constant('name'),
    value: word.filter((text) => Array.from(text).length >= 3),
    negated,
  }),
  fc.record({
    kind: fc.constant('range' as const),
    field: fc.constantFrom('amount' as const, 'created' as const),
    from: bound,
    to: bound,
    negated,
  }),
);
const query = fc.record({
  join: fc.constantFrom('all' as const, 'any' as const),
  clauses: fc.array(clause, { minLength: 1, maxLength: 4 }),
});

describe('search', () => {
  let tenants = 0;
  it.each([
    ['among the newest', index],
    ['among the newest or by an index', createSearch('shop', { lookedThroughPerRow: 1 })],
    [
      'by the other values',
      createSearch('shop', {
        lookedThroughPerRow: 1,
        closed: { sale: { state: ['Draft', 'sent', 'void'] } },
      }),
    ],
  ])('finds %s what a look at every document finds, in pages, newest first', async (_where, searched) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 25 }),
        fc.array(query, { minLength: 1, maxLength: 6 }),
        async (drawn, queries) => {
          tenants += 1;
          const tenant = `acct_${tenants}`;
          const documents = drawn.map(
            ({ order, status, state, name, ...rest }, at): SearchDocument => ({
              ...rest,
              id: `${tenant}_${at}`,
              kind: 'sale',
              tenant,
              fields: { status, state },
              texts: { name },
              metadata: order === undefined ? {} : { order },
            }),
          );
          await searched.put(db, documents);
          for (const asked of queries) {
            const input: SearchInput = { ...asked, limit: 4, count: true };
            const expected = documents
              .filter((one) => matches(one, input))
              .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
              .map(({ id }) => id);
            const found: string[] = [];
            let after: SearchInput['after'];
            for (;;) {
              const page = await searched.find(
                db,
                { kind: 'sale', tenant },
                { ...input, ...(after && { after }) },
                async (ids) => documents.filter(({ id }) => ids.includes(id)),
              );
              expect(page.total).toBe(expected.length);
              found.push(...page.items.map(({ id }) => id));
              if (!page.next) break;
              after = page.next;
            }
            expect(found).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('follows changes and removals, and keeps tenants and kinds apart', async () => {
    const one = (fields: Partial<SearchDocument> = {}): SearchDocument => ({
      id: 'x_1',
      kind: 'sale',
      tenant: 'acct_x',
      createdAt: 1,
      amount: 5n,
      fields: { status: 'open' },
      texts: {},
      metadata: {},
      ...fields,
    });
    const ask = async (value: string, kind = 'sale', tenant = 'acct_x') => {
      const term = { kind: 'term' as const, field: 'status', value, negated: false };
      const input = { join: 'all' as const, clauses: [term], limit: 10, count: false };
      const page = await index.find(db, { kind, tenant }, input, async (ids) => ids.map((id) => ({ id })));
      return page.items.length;
    };
    await index.put(db, [one()]);
    expect(await ask('open')).toBe(1);
    expect(await ask('open', 'refund')).toBe(0);
    expect(await ask('open', 'sale', 'acct_y')).toBe(0);
    await index.put(db, [one({ fields: { status: 'paid' } })]);
    expect([await ask('open'), await ask('paid')]).toEqual([0, 1]);
    await index.remove(db, ['x_1']);
    expect(await ask('paid')).toBe(0);
  });
});
