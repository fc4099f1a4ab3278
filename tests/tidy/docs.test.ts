import { expect, it } from 'vitest';
import { renderPages, type Section } from '../../tools/docs/pages.ts';

const section = (marker: string, content: string): Section => ({
  path: 'PAGE.md',
  marker,
  heading: `## ${marker}`,
  render: () => content,
});

it('replaces what stands between the markers and leaves the rest', () => {
  const page = '# Page\n\nBefore.\n\n<!-- list:begin -->\nold\n<!-- list:end -->\n\nAfter.\n';
  const rendered = renderPages(new Map([['PAGE.md', page]]), [section('list', 'new')]);
  expect(rendered.get('PAGE.md')).toBe(page.replace('old', 'new'));
});

it('adds a section that is not there yet, and then changes nothing more', () => {
  const sections = [section('list', 'one'), section('map', 'two')];
  const once = renderPages(new Map([['PAGE.md', '# Page\n']]), sections);
  expect(once.get('PAGE.md')).toContain('## map\n\n<!-- map:begin -->\ntwo\n<!-- map:end -->\n');
  expect(renderPages(once, sections)).toEqual(once);
});
