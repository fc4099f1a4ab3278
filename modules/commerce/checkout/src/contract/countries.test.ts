import { expect, it } from 'vitest';
import { COUNTRIES, isPostalCode } from './countries.ts';

it.each([
  ['CN', ['215000', '215 000'], ['21500', '2150000', 'SUZHOU']],
  ['DE', ['24103', 'D-24103'], ['2410', '24103-1']],
  ['GB', ['SW1A 1AA', 'm11ae', 'EC1A1BB'], ['12345', 'SW1A']],
  ['US', ['94103', '94103-1234'], ['9410', '94103-12', 'ABCDE']],
  ['CA', ['K1A 0B1', 'k1a-0b1'], ['K1A', '123456']],
  ['JP', ['100-0001', '1000001'], ['100']],
  ['NL', ['1012 AB', '1012ab'], ['1012']],
  ['PT', ['1000-001', '1000'], ['100']],
])('knows a postal code of %s from none', (country, good, bad) => {
  for (const code of good) expect(isPostalCode(country, code), code).toBe(true);
  for (const code of bad) expect(isPostalCode(country, code), code).toBe(false);
});

it('takes what is written where the form of the codes is not known', () => {
  expect(COUNTRIES.filter((country) => isPostalCode(country, 'LV-1010')).length).toBeGreaterThan(200);
  expect(isPostalCode('nowhere', '?')).toBe(true);
});
