import { importsOf } from '../source/parse.ts';
import { type Finding, isCode, isEquipment, isTest, type Tree } from '../source/tree.ts';
import { type Package, readWorkspace, splitSpecifier, TIERS, type Workspace } from '../source/workspace.ts';
import { findCycles } from './cycles.ts';
import { readSubscriptions } from './subscriptions.ts';

const SCOPE = '@tpmall/';
/** The kernel holds values only; digests and inspection are the two things of Node that a value needs. */
const KERNEL_MAY = new Set(['node:crypto', 'node:util']);

/** Holds the packages' declared graph against their imports. */
export function importFindings(tree: Tree): Finding[] {
  const workspace = readWorkspace(tree);
  const findings: Finding[] = [];
  const used = new Map<string, Set<string>>();
  for (const [path, text] of tree) {
    if (!isCode(path)) continue;
    const from = workspace.owner(path);
    for (const { specifier, line } of importsOf(path, text)) {
      const messages = specifier.startsWith(SCOPE)
        ? packageImport(workspace, from, path, specifier)
        : kernelImport(from, path, specifier);
      for (const { rule, message } of messages) findings.push({ rule, path, line, message });
      if (specifier.startsWith(SCOPE)) {
        const names = used.get(from.name) ?? new Set();
        used.set(from.name, names.add(splitSpecifier(specifier).name));
      }
    }
  }
  return [
    ...findings,
    ...subscriptionFindings(tree, workspace, used),
    ...declarationFindings(workspace, used),
  ];
}

interface Message {
  readonly rule: string;
  readonly message: string;
}

function packageImport(workspace: Workspace, from: Package, path: string, specifier: string): Message[] {
  const { name, entry } = splitSpecifier(specifier);
  const to = workspace.byName.get(name);
  if (!to) return [{ rule: 'unknown-package', message: `${name} is not a package of this repository` }];
  const messages: Message[] = [];
  if (!to.exports.has(entry)) {
    messages.push({ rule: 'deep-import', message: `${name} does not export ${entry}` });
  }
  if (isEquipment(path) && from === workspace.root) return messages;
  if (to === from) {
    if (!isTest(path)) messages.push({ rule: 'self-import', message: 'imports its own package by name' });
    return messages;
  }
  // Simulators, and the connectors that reach them, are equipment of tests, as vitest is: no declaration is
  // needed.
  if (isEquipment(path) && (to.tier === 'simulators' || to.tier === 'connectors')) return messages;
  const declared = from.dependencies.has(name) || (isEquipment(path) && from.devDependencies.has(name));
  if (!declared) {
    messages.push({
      rule: 'undeclared',
      message: `${from.name} does not declare ${name} in its package.json`,
    });
  }
  if (to.isModule && entry !== './contract' && from.tier !== 'apps') {
    messages.push({ rule: 'implementation', message: `only apps import ${specifier}; use ${name}/contract` });
  }
  return messages;
}

function kernelImport(from: Package, path: string, specifier: string): Message[] {
  if (from.tier !== 'kernel' || isEquipment(path) || specifier.startsWith('.')) return [];
  if (KERNEL_MAY.has(specifier)) return [];
  return [{ rule: 'kernel', message: `the kernel imports nothing but ${[...KERNEL_MAY].join(' and ')}` }];
}

function subscriptionFindings(tree: Tree, workspace: Workspace, used: Map<string, Set<string>>): Finding[] {
  const findings: Finding[] = [];
  for (const { path, line, subscriber, from, envelopesOnly } of readSubscriptions(tree, workspace)) {
    if (envelopesOnly || from === subscriber.name) continue;
    used.set(subscriber.name, (used.get(subscriber.name) ?? new Set()).add(from));
    if (subscriber.dependencies.has(from)) continue;
    const message = `${subscriber.name} subscribes to ${from} and does not declare it in its package.json`;
    findings.push({ rule: 'undeclared', path, line, message });
  }
  return findings;
}

/** What the manifests say by themselves: unused entries, calls up the floor plan, circles. */
function declarationFindings(
  workspace: Workspace,
  used: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  const findings: Finding[] = [];
  const graph = new Map<string, string[]>();
  for (const item of workspace.packages) {
    const path = `${item.folder}/package.json`;
    const names = [...item.dependencies.keys()].filter((name) => name.startsWith(SCOPE));
    graph.set(item.name, names);
    for (const name of [...names, ...item.devDependencies.keys()]) {
      if (!name.startsWith(SCOPE) || used.get(item.name)?.has(name)) continue;
      findings.push({ rule: 'unused', path, line: 0, message: `declares ${name} and never uses it` });
    }
    for (const name of names) {
      const to = workspace.byName.get(name);
      const message = to && tierMessage(item, to);
      if (message) findings.push({ rule: 'tier', path, line: 0, message });
    }
    if (item.tier === 'unknown') {
      findings.push({ rule: 'tier', path, line: 0, message: 'stands on no line of the floor plan' });
    }
    if (item.tier === 'connectors') findings.push(...connectorFindings(workspace, item, names));
  }
  for (const cycle of findCycles(graph)) {
    const path = `${workspace.byName.get(cycle[0] ?? '')?.folder}/package.json`;
    findings.push({
      rule: 'package-cycle',
      path,
      line: 0,
      message: `depends in a circle: ${cycle.join(' → ')}`,
    });
  }
  return findings;
}

/** Why `from` may not depend on `to`, or nothing. */
function tierMessage(from: Package, to: Package): string | undefined {
  if (from.tier === 'simulators') {
    const fine = to.tier === 'kernel' || to.tier === 'connectors';
    return fine ? undefined : `a simulator stands on the kernel and connectors' codecs, not on ${to.name}`;
  }
  if (to.tier === 'simulators') {
    return from.tier === 'apps' ? undefined : `${to.name} is a simulator: only apps and tests start one`;
  }
  if (to.tier === 'connectors') {
    return from.tier === 'apps'
      ? undefined
      : `only apps wire connectors; depend on the port that ${to.name} implements`;
  }
  if (from.tier === 'connectors') {
    return to.tier === 'edge' || to.tier === 'apps' ? `a connector may not depend on ${to.name}` : undefined;
  }
  return rank(to) > rank(from)
    ? `${from.tier} may not call ${to.tier} (${to.name}): calls run up the floor plan`
    : undefined;
}

function connectorFindings(workspace: Workspace, item: Package, names: readonly string[]): Finding[] {
  const modules = names.filter((name) => workspace.byName.get(name)?.isModule);
  if (modules.length <= 1) return [];
  const message = `implements ports of several modules: ${modules.join(', ')}; a connector serves one`;
  return [{ rule: 'tier', path: `${item.folder}/package.json`, line: 0, message }];
}

function rank(item: Package): number {
  return TIERS.findIndex((tier) => tier === item.tier);
}
