import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { openDatabase } from './pool.ts';
import { createRecordTable } from './record-table.ts';
import { type Database, sql } from './types.ts';

/** A record with a column of every type, in either form. */
interface Thing {
  readonly tenant: string;
  readonly id: string;
  readonly createdAt: number;
  readonly order: string | null;
  readonly isOpen: boolean | null;
  readonly pieces: number;
  readonly totalAmount: bigint;
  readonly lines: readonly { readonly amount: bigint }[] | null;
  readonly paidAt: number | null;
  readonly note: Readonly<Record<string, string>> | null;
}

const things = createRecordTable<Thing>({
  table: 'kept.thing',
  columns: {
    tenant: 'text',
    id: 'text',
    createdAt: 'timestamptz',
    order: { type: 'text', name: 'order_id' },
    isOpen: 'boolean',
    pieces: 'integer',
    totalAmount: 'numeric',
    lines: {
      type: 'jsonb',
      read: (lines: readonly { readonly amount: string }[]) =>
        lines.map(({ amount }) => ({ amount: BigInt(amount) })),
    },
    paidAt: 'timestamptz',
    note: 'jsonb',
  },
  changing: ['isOpen', 'totalAmount', 'paidAt', 'note'],
  key: ['tenant', 'id'],
});

const insert = sql('kept.insert', things.insert);
const update = sql('kept.update', things.update);
const all = sql('kept.all', `SELECT ${things.names} FROM kept.thing ORDER BY tenant, id`);
const one = sql('kept.one', `SELECT ${things.names} FROM kept.thing WHERE tenant = $1 AND id = $2`);
const clear = sql('kept.clear', 'DELETE FROM kept.thing');

let t: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
beforeAll(async () => {
  t = await testDatabase({ modules: [] });
  db = openDatabase({ url: t.url, name: 'record table' });
  await db.run(sql('', 'CREATE SCHEMA kept'));
  await db.run(
    sql(
      '',
      `CREATE TABLE kept.thing (tenant text, id text, created_at timestamptz, order_id text, is_open boolean,
        pieces integer, total_amount numeric(39,0), lines jsonb, paid_at timestamptz, note jsonb,
        PRIMARY KEY (tenant, id))`,
    ),
  );
});
afterAll(async () => {
  await db.close();
  await t.close();
});

const at = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
const words = fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0'));
const amounts = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const changing = {
  isOpen: fc.option(fc.boolean()),
  totalAmount: amounts,
  paidAt: fc.option(at),
  note: fc.option(fc.dictionary(words, words, { maxKeys: 3, noNullPrototype: true })),
};
const thing: fc.Arbitrary<Thing> = fc.record({
  tenant: fc.constantFrom('one', 'two'),
  id: fc.constantFrom('a', 'b', 'c'),
  createdAt: at,
  order: fc.option(words),
  pieces: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  lines: fc.option(fc.array(fc.record({ amount: amounts }), { maxLength: 3 })),
  ...changing,
});
const thingsOfMany = fc.uniqueArray(thing, { minLength: 1, maxLength: 6, selector: keyOf });

function keyOf({ tenant, id }: Thing): string {
  return `${tenant} ${id}`;
}

test('what is stored is read as it was, and an update changes what may change of its row alone', async () => {
  await fc.assert(
    fc.asyncProperty(thingsOfMany, thing, async (records, other) => {
      await db.run(clear);
      await db.run(insert, [things.rows(records)]);
      const sorted = [...records].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      expect(await things.all(db, all, [])).toEqual(sorted);

      await db.run(update, [things.row(other)]);
      const { isOpen, totalAmount, paidAt, note } = other;
      const changed = (record: Thing): Thing =>
        keyOf(record) === keyOf(other) ? { ...record, isOpen, totalAmount, paidAt, note } : record;
      expect(await things.all(db, all, [])).toEqual(sorted.map(changed));
      const found = sorted.find((record) => keyOf(record) === keyOf(other));
      expect(await things.first(db, one, [other.tenant, other.id])).toEqual(found && changed(found));
    }),
    { numRuns: Number(process.env['TPMALL_RECORD_RUNS'] ?? 50) },
  );
});
