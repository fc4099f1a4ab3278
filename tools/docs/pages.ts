import { drawGraph, listPackages } from '../boundaries/graph.ts';
import type { Tree } from '../source/tree.ts';
import { listChart } from './chart-of-accounts.ts';
import { drawStates } from './states.ts';

/** A part of a page that a program writes, between two marker comments. */
export interface Section {
  readonly path: string;
  readonly marker: string;
  /** What stands above the section in a page that does not exist yet. */
  readonly heading: string;
  readonly render: (tree: Tree) => string;
}

/** The list of generated sections; whoever generates another part of a page adds it here. */
const SECTIONS: readonly Section[] = [
  {
    path: 'ARCHITECTURE.md',
    marker: 'graph',
    heading: '## Who calls whom',
    render: drawGraph,
  },
  {
    path: 'ARCHITECTURE.md',
    marker: 'packages',
    heading: '## Packages',
    render: listPackages,
  },
  {
    path: 'docs/chart-of-accounts.md',
    marker: 'chart',
    heading: '## Accounts and reasons',
    render: listChart,
  },
  {
    path: 'docs/states.md',
    marker: 'states',
    heading: '## What can happen to what',
    render: drawStates,
  },
];

/** The pages as they should stand, by path. */
export function renderPages(tree: Tree, sections: readonly Section[] = SECTIONS): Map<string, string> {
  const pages = new Map<string, string>();
  for (const section of sections) {
    const text = pages.get(section.path) ?? tree.get(section.path) ?? `# ${titleOf(section.path)}\n`;
    pages.set(section.path, withSection(text, section, section.render(tree)));
  }
  return pages;
}

function withSection(text: string, section: Section, content: string): string {
  const begin = `<!-- ${section.marker}:begin -->`;
  const end = `<!-- ${section.marker}:end -->`;
  const block = `${begin}\n${content}\n${end}`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) return `${text.trimEnd()}\n\n${section.heading}\n\n${block}\n`;
  return text.slice(0, from) + block + text.slice(to + end.length);
}

/** `docs/chart-of-accounts.md` is called Chart of accounts. */
function titleOf(path: string): string {
  const name = path
    .slice(path.lastIndexOf('/') + 1, -'.md'.length)
    .toLowerCase()
    .replaceAll('-', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
