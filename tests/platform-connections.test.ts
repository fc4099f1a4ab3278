import {
  CONNECTION_BUDGET,
  connectionsFor,
  PLATFORM_CONNECTIONS,
  POOL_MAX,
  PROCESSES_MAX,
  sql,
} from '@tpmall/platform/db';
import { expect, test } from 'vitest';
import { modulesWithData } from '../tools/schema-modules.ts';
import { startTestSystem } from './harness/system.ts';
import { ask } from './setup/postgres-tools.ts';

test('under load every module keeps to its three connections, and a process to its budget', async () => {
  const modules = modulesWithData();
  const { system, close } = await startTestSystem();
  const hold = sql('test.hold', 'SELECT pg_sleep(0.02)');
  const load = Promise.all(
    modules.flatMap(({ name }) => Array.from({ length: 25 }, async () => system.databaseOf(name)?.run(hold))),
  );
  const most = new Map<string, number>();
  let loaded = true;
  const watching = (async () => {
    let isLast = false;
    // The last look comes when all connections that were needed are open; the pools keep them.
    while (!isLast) {
      isLast = !loaded;
      const rows = await ask<{ role: string; n: number }>(
        system.databaseUrl,
        `SELECT usename AS role, count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND usename <> current_user GROUP BY usename`,
      );
      for (const { role, n } of rows) most.set(role, Math.max(most.get(role) ?? 0, n));
    }
  })();
  await load;
  loaded = false;
  await watching;
  let beside = 0;
  for (const [role, n] of most) {
    const isModule = modules.some(({ name }) => role === `${name}_app`);
    // The ledger writes its log on a connection of its own.
    const allowed = role === 'ledger_app' ? POOL_MAX + 1 : POOL_MAX;
    if (isModule) expect(n, role).toBeLessThanOrEqual(allowed);
    beside += isModule ? Math.max(0, n - POOL_MAX) : n;
  }
  expect([...most.keys()]).toEqual(expect.arrayContaining(['relay', 'jobs_app', 'upkeep_app']));
  expect(most.get('ledger_app')).toBe(POOL_MAX + 1);
  expect(beside).toBeLessThanOrEqual(PLATFORM_CONNECTIONS);
  expect(connectionsFor(modules.length, PROCESSES_MAX)).toBeLessThanOrEqual(CONNECTION_BUDGET);
  await close();
});
