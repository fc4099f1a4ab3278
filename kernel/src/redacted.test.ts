import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { redacted } from './redacted.ts';

it('prints as [redacted] in every way, and gives its value only when asked', () => {
  const secret = redacted('swordfish');
  const printed = [`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ deep: { secret } })];
  expect(printed.every((text) => text.includes('[redacted]') && !text.includes('swordfish'))).toBe(true);
  expect(Object.keys(secret)).toEqual([]);
  expect(secret.reveal()).toBe('swordfish');
});
