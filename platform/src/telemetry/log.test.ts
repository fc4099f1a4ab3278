import { expect, it } from 'vitest';
import { createLog, maskCardNumbers } from './log.ts';

/** Digits in groups of these sizes, so that no card number stands in the code. */
const digits = (sizes: readonly number[], separator: string): string =>
  sizes.map((size) => '4242'.repeat(5).slice(0, size)).join(separator);

it.each([
  ['whole', digits([16], '')],
  ['of 13 digits', digits([13], '')],
  ['of 19 digits', digits([19], '')],
  ['in groups of four', digits([4, 4, 4, 4], ' ')],
  ['with dashes', digits([4, 4, 4, 4], '-')],
  ['of 19 digits in groups', digits([4, 4, 4, 4, 3], ' ')],
  ['grouped as American Express does', digits([4, 6, 5], ' ')],
])('masks a card number %s', (_how, number) => {
  const bare = number.replaceAll(/\D/g, '');
  const masked = `${bare.slice(0, 4)}••••${bare.slice(-4)}`;
  expect(maskCardNumbers(`of ${number}, refused`)).toBe(`of ${masked}, refused`);
});

it('leaves shorter and longer numbers, and what is part of a word', () => {
  for (const text of [digits([12], ''), digits([20], ''), `pi_${digits([16], '')}`, '2026-11-29 15:14:44']) {
    expect(maskCardNumbers(text)).toBe(text);
  }
});

it('masks card numbers in messages and in errors', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const number = digits([4, 4, 4, 4], ' ');
  log.info({}, `a card ${number}`);
  log.error({ error: new Error(`no card ${number}`) }, 'failed');
  expect(lines.join('')).not.toContain(number);
  expect(lines).toEqual([expect.stringContaining('4242••••4242'), expect.stringContaining('4242••••4242')]);
});
