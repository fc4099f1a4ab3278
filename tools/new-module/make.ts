import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readTree } from '../source/tree.ts';
import { readWorkspace } from '../source/workspace.ts';

/** The lines of the floor plan on which modules stand. */
const MODULE_TIERS = ['foundation', 'money', 'control', 'flow', 'commerce'];
/** The name is also the schema's and the stem of two roles; Postgres folds anything else. */
const NAME = /^[a-z][a-z0-9]{1,29}$/;

/** Why a module cannot be made so; the message is for whoever typed the command. */
export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused';
}

/** Makes `modules/<tier>/<name>` with all its rooms. Returns the files it wrote, from the root. */
export function makeModule(root: string, where: string, template: string): string[] {
  const [tier = '', name = '', ...more] = where.split('/');
  if (!MODULE_TIERS.includes(tier) || !NAME.test(name) || more.length > 0) {
    throw new ModuleRefused(
      `say <tier>/<name>: a tier of ${MODULE_TIERS.join(', ')}, a name of lower-case letters`,
    );
  }
  const workspace = readWorkspace(readTree(root));
  if (workspace.byName.has(`@tpmall/${name}`)) throw new ModuleRefused(`@tpmall/${name} is there already`);
  const folder = join(root, 'modules', tier, name);
  if (existsSync(folder)) throw new ModuleRefused(`modules/${tier}/${name} is there already`);
  const zod = workspace.byName.get('@tpmall/platform')?.dependencies.get('zod') ?? '';
  const fill = (text: string): string =>
    text
      .replaceAll('__name__', name)
      .replaceAll('__Name__', name.charAt(0).toUpperCase() + name.slice(1))
      .replaceAll('__description__', `Entries of ${name}`)
      .replaceAll('__zod__', zod);
  const written: string[] = [];
  for (const path of filesUnder(template)) {
    const target = join(folder, path.replace(/\.tpl$/, ''));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fill(readFileSync(join(template, path), 'utf8')));
    written.push(relative(root, target).split(sep).join('/'));
  }
  addWorkspace(root, `modules/${tier}/*`);
  return written;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The first module of a tier brings its folder into the workspaces. */
function addWorkspace(root: string, pattern: string): void {
  const path = join(root, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { workspaces: string[] };
  if (manifest.workspaces.includes(pattern)) return;
  const last = manifest.workspaces.findLastIndex((item) => item.startsWith('modules/'));
  manifest.workspaces.splice(last + 1, 0, pattern);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
