import { builtinModules } from 'node:module';
import { importsOf } from '../source/parse.ts';
import { type Finding, isCode, isEquipment, type Tree } from '../source/tree.ts';
import { type Package, readWorkspace, splitSpecifier, type Workspace } from '../source/workspace.ts';

const SCOPE = '@tpmall/';
const EXACT = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const BUILT_IN = new Set(builtinModules);
/** What every package's manifest says, and why it is not left to chance. */
const FIXED: readonly [string, unknown][] = [
  ['private', true],
  ['license', 'Apache-2.0'],
  ['type', 'module'],
];

/** Dependencies match imports, versions are exact and the same everywhere, manifests say what they must. */
export function packageFindings(tree: Tree): Finding[] {
  const workspace = readWorkspace(tree);
  const findings: Finding[] = [];
  const used = new Map<string, Set<string>>();
  for (const [path, text] of tree) {
    if (!isCode(path)) continue;
    const owner = workspace.owner(path);
    for (const { specifier, line } of importsOf(path, text)) {
      const name = npmName(specifier);
      if (name === undefined) continue;
      used.set(owner.name, (used.get(owner.name) ?? new Set()).add(name));
      if (!isDeclared(workspace, owner, path, name)) {
        const message = `${owner.name} does not declare ${name} in its package.json`;
        findings.push({ rule: 'undeclared', path, line, message });
      }
    }
  }
  for (const item of workspace.packages) {
    const names = [...item.dependencies.keys()].filter((name) => !name.startsWith(SCOPE));
    for (const name of names) {
      if (used.get(item.name)?.has(name) || used.get(item.name)?.has(name.replace('@types/', ''))) continue;
      findings.push(manifest(item, 'unused', `declares ${name} and never imports it`));
    }
  }
  return [...findings, ...versionFindings(workspace), ...manifestFindings(tree, workspace)];
}

function npmName(specifier: string): string | undefined {
  if (/^[./#]|^node:/.test(specifier) || specifier.startsWith(SCOPE)) return undefined;
  const { name } = splitSpecifier(specifier);
  return BUILT_IN.has(name) ? undefined : name;
}

function isDeclared(workspace: Workspace, owner: Package, path: string, name: string): boolean {
  const { root } = workspace;
  if (owner.dependencies.has(name)) return true;
  // Tests use what the root brings for all (vitest, fast-check); products never lean on hoisting.
  if (owner !== root && !isEquipment(path)) return false;
  const optional = root.manifest['optionalDependencies'];
  return (
    owner.devDependencies.has(name) ||
    root.dependencies.has(name) ||
    root.devDependencies.has(name) ||
    (typeof optional === 'object' && optional !== null && name in optional) ||
    // Tests across packages may use what any of the packages uses.
    (owner === root && workspace.packages.some((item) => item.dependencies.has(name)))
  );
}

function versionFindings(workspace: Workspace): Finding[] {
  const findings: Finding[] = [];
  const first = new Map<string, { version: string; by: string }>();
  for (const item of [workspace.root, ...workspace.packages]) {
    for (const [name, version] of [...item.dependencies, ...item.devDependencies]) {
      if (name.startsWith(SCOPE)) {
        if (version !== '*')
          findings.push(manifest(item, 'version', `${name} is one of us: its version is "*"`));
        continue;
      }
      if (!EXACT.test(version)) findings.push(manifest(item, 'version', `${name} ${version} is not exact`));
      const known = first.get(name) ?? { version, by: item.name };
      first.set(name, known);
      if (known.version !== version) {
        const message = `${name} ${version} here and ${known.version} in ${known.by}`;
        findings.push(manifest(item, 'version', message));
      }
    }
  }
  return findings;
}

function manifestFindings(tree: Tree, workspace: Workspace): Finding[] {
  const findings: Finding[] = [];
  for (const item of workspace.packages) {
    for (const [key, value] of FIXED) {
      if (item.manifest[key] === value) continue;
      findings.push(manifest(item, 'manifest', `"${key}" must be ${JSON.stringify(value)}`));
    }
    for (const [entry, target] of item.exports) {
      const path = `${item.folder}/${target.replace('./', '')}`;
      if (!tree.has(path))
        findings.push(manifest(item, 'exports', `exports ${entry} from ${target}, which is not there`));
    }
    if (item.isModule && item.description === '') {
      findings.push(manifest(item, 'manifest', 'a module says in "description" what it is'));
    }
    if (!tree.has(`${item.folder}/README.md`)) findings.push(manifest(item, 'readme', 'has no README.md'));
  }
  return findings;
}

function manifest(item: Package, rule: string, message: string): Finding {
  return {
    rule,
    path: item.folder === '' ? 'package.json' : `${item.folder}/package.json`,
    line: 0,
    message,
  };
}
