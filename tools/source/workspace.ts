import { posix } from 'node:path';
import type { Tree } from './tree.ts';

/** The lines of the floor plan from the top: code on a later line may call code on an earlier one. */
export const TIERS = [
  'kernel',
  'platform',
  'foundation',
  'money',
  'control',
  'flow',
  'commerce',
  'edge',
  'apps',
] as const;

/** What a package is by where it stands. Connectors and simulators stand beside the lines. */
export type Tier = (typeof TIERS)[number] | 'connectors' | 'simulators' | 'unknown';

/** One workspace package. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly tier: Tier;
  /** Its code is an implementation behind a contract or a composition: only apps may import it. */
  readonly isModule: boolean;
  readonly exports: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
  readonly description: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** The packages of a tree, and which of them a file belongs to. */
export interface Workspace {
  /** The root itself, which holds tests, bench and tools. */
  readonly root: Package;
  readonly packages: readonly Package[];
  readonly byName: ReadonlyMap<string, Package>;
  owner(path: string): Package;
}

/** Reads the packages that the root's `workspaces` name. */
export function readWorkspace(tree: Tree): Workspace {
  const root = readPackage('', tree.get('package.json') ?? '{}');
  const patterns = strings(root.manifest['workspaces']).map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escapeRegExp).join('[^/]+')}$`),
  );
  const packages: Package[] = [];
  for (const [path, text] of tree) {
    if (!path.endsWith('/package.json')) continue;
    const folder = posix.dirname(path);
    if (patterns.some((pattern) => pattern.test(folder))) packages.push(readPackage(folder, text));
  }
  const byFolder = new Map(packages.map((item) => [item.folder, item]));
  return {
    root,
    packages,
    byName: new Map(packages.map((item) => [item.name, item])),
    owner(path) {
      for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
        const found = byFolder.get(folder);
        if (found) return found;
      }
      return root;
    },
  };
}

function readPackage(folder: string, text: string): Package {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  const exports = new Map(Object.entries(record(manifest['exports'])));
  return {
    name: plain(manifest['name']) || folder,
    folder,
    tier: tierOf(folder),
    isModule: folder.startsWith('modules/') || exports.get('.')?.endsWith('/module.ts') === true,
    exports,
    dependencies: new Map(Object.entries(record(manifest['dependencies']))),
    devDependencies: new Map(Object.entries(record(manifest['devDependencies']))),
    description: plain(manifest['description']),
    manifest,
  };
}

function tierOf(folder: string): Tier {
  const [first = '', second = ''] = folder.split('/');
  const label = first === 'modules' ? second : first;
  if (label === 'connectors' || label === 'simulators') return label;
  return TIERS.find((tier) => tier === label) ?? 'unknown';
}

function record(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The package part and the export part of a bare import: `@tpmall/ledger/contract` → name and `./contract`.
 */
export function splitSpecifier(specifier: string): { name: string; entry: string } {
  const parts = specifier.split('/');
  const size = specifier.startsWith('@') ? 2 : 1;
  const rest = parts.slice(size).join('/');
  return { name: parts.slice(0, size).join('/'), entry: rest === '' ? '.' : `./${rest}` };
}
