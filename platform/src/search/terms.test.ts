import { expect, it } from 'vitest';
import { presenceTerm } from './terms.ts';

it('keeps the terms that are stored: the first 64 bits of SHA-256, signed', () => {
  const scope = { kind: 'intent', tenant: 'acct_1' };
  expect(presenceTerm(scope, 'colour')).toBe(6_726_589_891_010_029_147n);
  expect(presenceTerm(scope, '色')).toBe(-2_181_053_938_164_397_919n);
});
