import { expect, test } from 'vitest';
import { sql } from '../db/index.ts';
import { testDatabase } from './test-database.ts';

const modules = [{ name: 'sample', migrations: new URL('./sample-migrations/', import.meta.url) }];

test('a database has the modules’ schemas, and each module works in its own', async () => {
  const t = await testDatabase({ modules });
  try {
    const { rows } = await t
      .db('sample')
      .run<{ who: string }>(sql('sample.who', 'SELECT current_user AS who'));
    expect(rows).toEqual([{ who: 'sample_app' }]);
    await t.db('sample').run(sql('sample.put', "INSERT INTO sample.item (id, name) VALUES ('a', 'one')"));
    const read = await t.db('sample').run(sql('sample.get', 'SELECT id, name FROM sample.item'));
    expect(read.rows).toEqual([{ id: 'a', name: 'one' }]);
  } finally {
    await t.close();
  }
});

test('databases of the same modules are independent copies', async () => {
  const [one, other] = await Promise.all([testDatabase({ modules }), testDatabase({ modules })]);
  await one.db('sample').run(sql('sample.put', "INSERT INTO sample.item (id, name) VALUES ('a', 'one')"));
  const read = await other.db('sample').run(sql('sample.get', 'SELECT id FROM sample.item'));
  expect(read.count).toBe(0);
  await Promise.all([one.close(), other.close()]);
});
