import type { Tree } from '../source/tree.ts';
import { type Package, readWorkspace, TIERS, type Workspace } from '../source/workspace.ts';
import { readSubscriptions } from './subscriptions.ts';

/** Everything stands on these two, so that drawing the arrows to them would hide the others. */
const GROUND = new Set(['@tpmall/kernel', '@tpmall/platform']);

/** The declared graph as a mermaid picture: an arrow for a call, a dotted one for a subscription. */
export function drawGraph(tree: Tree): string {
  const workspace = readWorkspace(tree);
  const shown = workspace.packages.filter((item) => !GROUND.has(item.name));
  const lines = ['flowchart BT'];
  for (const tier of [...TIERS, 'connectors', 'simulators'] as const) {
    const members = shown.filter((item) => item.tier === tier).sort(byName);
    if (members.length === 0) continue;
    lines.push(`  subgraph ${tier}`, ...members.map((item) => `    ${short(item.name)}`), '  end');
  }
  const calls = shown.flatMap((item) =>
    [...item.dependencies.keys()]
      .filter((name) => workspace.byName.has(name) && !GROUND.has(name))
      .map((name) => `  ${short(item.name)} --> ${short(name)}`),
  );
  return ['```mermaid', ...lines, ...calls.sort(), ...subscriptionArrows(tree, workspace), '```'].join('\n');
}

function subscriptionArrows(tree: Tree, workspace: Workspace): string[] {
  const arrows = readSubscriptions(tree, workspace)
    .filter((item) => !item.envelopesOnly)
    .map((item) => `  ${short(item.from)} -. ${item.types.join(' ')} .-> ${short(item.subscriber.name)}`);
  return [...new Set(arrows)].sort();
}

/** One line for each package: its name, its folder and what it says of itself. */
export function listPackages(tree: Tree): string {
  const { packages } = readWorkspace(tree);
  const rank = (item: Package): number => [...TIERS, 'connectors', 'simulators'].indexOf(item.tier);
  const rows = [...packages]
    .sort((a, b) => rank(a) - rank(b) || byName(a, b))
    .map((item) => `| \`${item.name}\` | [${item.folder}](${item.folder}) | ${item.description} |`);
  return ['| package | folder | what it is |', '|---|---|---|', ...rows].join('\n');
}

function short(name: string): string {
  return name.replace('@tpmall/', '');
}

function byName(a: Package, b: Package): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
