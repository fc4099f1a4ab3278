import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapComments } from '../../tools/format/wrap-comments.ts';

it('lets words flow into the next line of the paragraph', () => {
  const text = ' * one two three four\n * five\n *\n * six';
  expect(wrapComments(text, 16)).toBe(' * one two three\n * four five\n *\n * six');
});

it('opens a comment of one line', () => {
  expect(wrapComments('/** one two three four */', 16)).toBe('/**\n * one two three\n * four\n */');
});

it('keeps list items apart and indents what follows', () => {
  const text = '// - one two three\n// - four';
  expect(wrapComments(text, 12)).toBe('// - one two\n//   three\n// - four');
});

it('changes neither code nor short comments', () => {
  const text = "const a = 'a long text that is not a comment';\n// short\n";
  expect(wrapComments(text, 20)).toBe(text);
});

it('keeps every word in its order, and ends with lines that fit', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(words, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 20, max: 40 }),
      (lines, width) => {
        const text = lines.map((line) => ` * ${line.join(' ')}`).join('\n');
        const wrapped = wrapComments(text, width);
        expect(wrapped.replaceAll(' * ', ' ').split(/\s+/)).toEqual(text.replaceAll(' * ', ' ').split(/\s+/));
        for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});
