import { CONNECTION_BUDGET, connectionsFor, POOL_MAX, sql } from '@tpmall/platform/db';
import { testDatabase } from '@tpmall/platform/testing';
import { expect, test } from 'vitest';
import { modulesWithData } from '../tools/schema-modules.ts';
import { ask } from './setup/postgres-tools.ts';

test('under load every module keeps to its three connections, and all together to the budget', async () => {
  const modules = modulesWithData();
  const database = await testDatabase({ modules });
  const hold = sql('test.hold', 'SELECT pg_sleep(0.02)');
  const names = [...modules.map(({ name }) => name), 'relay'];
  const load = Promise.all(
    names.flatMap((name) => Array.from({ length: 25 }, () => database.db(name).run(hold))),
  );
  let most = 0;
  let loaded = true;
  const watching = (async () => {
    while (loaded) {
      const rows = await ask<{ role: string; n: number }>(
        database.url,
        `SELECT usename AS role, count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND usename <> current_user GROUP BY usename`,
      );
      for (const { role, n } of rows) expect(n, role).toBeLessThanOrEqual(POOL_MAX);
      most = Math.max(
        most,
        rows.reduce((sum, { n }) => sum + n, 0),
      );
    }
  })();
  await load;
  loaded = false;
  await watching;
  expect(most).toBeGreaterThan(names.length);
  expect(most).toBeLessThanOrEqual(connectionsFor(modules.length));
  expect(connectionsFor(modules.length)).toBeLessThanOrEqual(CONNECTION_BUDGET);
  await database.close();
});
