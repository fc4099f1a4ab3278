import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { withConnection } from '@tpmall/platform/db';
import { CLUSTER_FOLDER, removeClusters, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { modulesWithData, root } from './schema-modules.ts';
import { schemaText } from './schema-text.ts';

/*
 * Writes schema.sql beside each module's migrations: what they add up to, for reading and for review. With
 * --check it writes nothing and fails where a file is not what the migrations make. Names of modules limit it
 * to those.
 */
const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const folder = mkdtempSync(join(tmpdir(), 'tpmall-schema-'));
process.env[CLUSTER_FOLDER] ??= folder;
const modules = modulesWithData().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
let stale = 0;
try {
  stale = await dumpAll(await testDatabase({ modules }));
} finally {
  await removeClusters(folder);
}
if (check && stale > 0) {
  console.error('Run `npx tsx tools/schema-dump.ts` and review the difference.');
  process.exitCode = 1;
}

async function dumpAll(database: TestDatabase): Promise<number> {
  let differing = 0;
  await withConnection({ connectionString: database.url }, async (client) => {
    for (const module of modules) {
      const path = join(module.folder, 'schema.sql');
      const text = await schemaText(client, module.name);
      if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
      differing += 1;
      if (!check) writeFileSync(path, text);
      console.log(`${check ? 'stale' : 'written'}: ${relative(root, path)}`);
    }
  });
  await database.close();
  return differing;
}
