import { withConnection } from '@tpmall/platform/db';
import type { SearchInput } from '@tpmall/platform/search';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, createWatch } from '../harness/plans.ts';
import { createWorld, type Instance, TENANT, type World } from './world/world.ts';

/**
 * So many that Postgres, left to itself, looks through all of them for what none has: it believes that one in
 * two hundred has whatever is not among the most common.
 */
const DOCUMENTS = 600_000;
/** The newest that are looked through, and what an index finds. */
const BLOCKS_OF_A_SEARCH = 5_000;

let world: World;
let shop: Instance;
const watch = createWatch();
beforeAll(async () => {
  world = await createWorld();
  await withConnection({ connectionString: world.database.url }, async (client) => {
    // Made after the rows, an index takes a fraction of the time.
    await client.query('DROP INDEX payments.search_document_by_term');
    await client.query(
      `INSERT INTO payments.search_document (id, kind, tenant, created_at, amount, terms, texts)
      SELECT 'pi_' || n, 'intent', $1, now() - n * interval '1 second', 100 + n % 5000,
        ARRAY[1, 2, 100000 + n]::bigint[], '{}'
      FROM generate_series(1, $2::int) AS n`,
      [TENANT, DOCUMENTS],
    );
    await client.query('CREATE INDEX search_document_by_term ON payments.search_document USING gin (terms)');
    await client.query('ANALYZE payments.search_document');
  });
  shop = await world.start({ db: watch.watched });
});
afterAll(() => world.close());

describe('a search for what hardly any of many have', () => {
  const term = (value: string) => ({ kind: 'term' as const, field: 'status', value, negated: false });
  const hardlyAny = {
    kind: 'range' as const,
    field: 'amount' as const,
    from: 4_999n,
    to: 5_000n,
    negated: false,
  };
  it.each<[string, SearchInput['join'], SearchInput['clauses']]>([
    ['a term', 'all', [term('x')]],
    ['one of two terms', 'any', [term('x'), term('y')]],
    [
      'a term and an amount',
      'all',
      [term('x'), { kind: 'range', field: 'amount', from: 200n, to: null, negated: false }],
    ],
    ['an amount', 'all', [hardlyAny]],
    ['all but a status', 'all', [{ ...term('succeeded'), negated: true }]],
    ['a term or an amount', 'any', [term('x'), hardlyAny]],
    [
      'a text or an amount',
      'any',
      [{ kind: 'text', field: 'description', value: 'hardly', negated: false }, hardlyAny],
    ],
  ])('looks at few of them: %s', async (_what, join, clauses) => {
    const input = { join, clauses, limit: 10, count: true };
    const sent = await watch.sentBy(() => shop.port.searchIntents(world.context(), input));
    for (const each of sent)
      expect(await blocksOf(world.database.url, each), each.statement.text).toBeLessThan(BLOCKS_OF_A_SEARCH);
  });
});
