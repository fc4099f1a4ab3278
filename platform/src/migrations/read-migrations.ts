import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MigrationError } from './errors.ts';
import type { Tenancy } from './roles.ts';

/** One step of a schema, as it lies in its folder. */
export interface Migration {
  /** The folder's name, for example `0001-accounts`. */
  readonly name: string;
  readonly up: string;
  /** Checks that run right after, and leave nothing behind. */
  readonly testAfter: string | undefined;
  /** Of `up.sql` as written, with Unix line ends; templates are not part of it. */
  readonly sha256: string;
}

/** What a line `-- tpmall:<name>` in an up.sql stands for. */
const TEMPLATES: Readonly<Record<string, URL>> = {
  outbox: new URL('../events/outbox.sql', import.meta.url),
  cursor: new URL('../events/cursor.sql', import.meta.url),
  command: new URL('../command/command.sql', import.meta.url),
  'forgotten-commands': new URL('../command/forgotten-commands.sql', import.meta.url),
  search: new URL('../search/search.sql', import.meta.url),
};

const FOLDER_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/;
const DIRECTIVE = /^-- tpmall:(.*)$/gm;

/** Reads a module's migrations in order. Throws {@link MigrationError} `bad_migration`. */
export function readMigrations(folder: URL, tenancy: Tenancy): readonly Migration[] {
  const root = fileURLToPath(folder);
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return names.map((name) => readMigration(join(root, name), name, tenancy));
}

function readMigration(folder: string, name: string, tenancy: Tenancy): Migration {
  const where = `${tenancy.module}/${name}`;
  if (!FOLDER_NAME.test(name)) {
    throw new MigrationError('bad_migration', `${where} is not named like 0001-what-it-does`);
  }
  const upPath = join(folder, 'up.sql');
  if (!existsSync(upPath)) throw new MigrationError('bad_migration', `${where} has no up.sql`);
  const text = readText(upPath);
  const testPath = join(folder, 'test-after.sql');
  return {
    name,
    up: expand(text, where, tenancy),
    testAfter: existsSync(testPath) ? readText(testPath) : undefined,
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

function expand(text: string, where: string, tenancy: Tenancy): string {
  return text.replace(DIRECTIVE, (_line, name: string) => {
    const template = TEMPLATES[name.trim()];
    if (template === undefined) {
      throw new MigrationError('bad_migration', `${where} uses the unknown template tpmall:${name}`);
    }
    return readText(fileURLToPath(template))
      .replaceAll('{app}', tenancy.app)
      .replaceAll('{schema}', tenancy.schema);
  });
}

function readText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
