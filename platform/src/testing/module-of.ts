import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module of a test, with one migration. */
export function moduleOf(name: string, up: string): { name: string; migrations: URL } {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const migration = join(folder, '0001-begin');
  mkdirSync(migration);
  writeFileSync(join(migration, 'up.sql'), up);
  writeFileSync(join(migration, 'notes.md'), 'A module of a test.\n');
  writeFileSync(join(migration, 'test-after.sql'), 'SELECT 1;\n');
  return { name, migrations: pathToFileURL(`${folder}/`) };
}
