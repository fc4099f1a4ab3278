import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module that has data, as it lies in the repository. */
export interface ModuleWithData {
  /** Also its schema. */
  readonly name: string;
  /** The module's folder, absolute. */
  readonly folder: string;
  readonly migrations: URL;
}

/** The repository's root. */
export const root = join(import.meta.dirname, '..');

/** Every module of the repository that has migrations, by name. */
export function modulesWithData(): readonly ModuleWithData[] {
  const tiers = folders(join(root, 'modules'));
  return tiers
    .flatMap(folders)
    .concat(folders(join(root, 'edge')))
    .filter((folder) => existsSync(join(folder, 'migrations')))
    .map((folder) => ({
      name: packageName(folder),
      folder,
      migrations: pathToFileURL(`${join(folder, 'migrations')}/`),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function folders(parent: string): string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(parent, entry.name));
}

function packageName(folder: string): string {
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
  return name.replace('@tpmall/', '');
}
