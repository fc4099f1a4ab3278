import { seededRandom } from '@tpmall/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binFacts } from './bins.ts';
import { brandOf } from './brands.ts';
import { luhnCheckDigit, luhnValid } from './luhn.ts';
import { drawToken } from './token.ts';
import { readCard } from './typed-card.ts';

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));
const november2026 = Date.UTC(2026, 10, 23) * 1000;

const good = { number: `400000000000000${luhnCheckDigit('400000000000000')}`, expMonth: '11', expYear: '26' };
const amex = `37000000000000${luhnCheckDigit('37000000000000')}`;

it('knows the example of ISO/IEC 7812-1: 7992739871 has the check digit 3', () => {
  expect(luhnCheckDigit('7992739871')).toBe('3');
  expect(luhnValid('79927398713')).toBe(true);
});

it('finds every single wrong digit, and accepts one check digit only', () => {
  fc.assert(
    fc.property(digits(11, 18), fc.nat(), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
      const number = body + luhnCheckDigit(body);
      expect(luhnValid(number)).toBe(true);
      const at = place % number.length;
      const wrong = String((Number(number[at]) + change) % 10);
      expect(luhnValid(number.slice(0, at) + wrong + number.slice(at + 1))).toBe(false);
    }),
  );
});

it('refuses what is not digits', () => {
  for (const text of ['', '0', 'x0', '4 2', '４２']) expect(luhnValid(text)).toBe(false);
});

it('draws tokens that never pass for a card number', () => {
  const random = seededRandom(7);
  const tokens = Array.from({ length: 5_000 }, () => drawToken(random));
  for (const token of tokens) {
    expect(token).toMatch(/^99\d{17}$/);
    expect(luhnValid(token)).toBe(false);
    expect(brandOf(token)).toBe('unknown');
  }
  const read = readCard({ ...good, number: tokens[0] ?? '', cvc: undefined }, november2026);
  expect(read).toMatchObject({ error: { code: 'incorrect_number' } });
  expect(new Set(tokens).size).toBe(5_000);
});

it('says so when the random source is broken, and does not wait for it for ever', () => {
  const zeros = '0'.repeat(16);
  const valid = (zeros + luhnCheckDigit(`99${zeros}`)).split('').map(Number);
  expect(() => drawToken({ bytes: () => Uint8Array.from(valid) })).toThrow(/random source/);
  expect(() => drawToken({ bytes: (length) => new Uint8Array(length).fill(255) })).toThrow(/random source/);
});

it.each([
  ['4', 'visa'],
  ['51', 'mastercard'],
  ['55', 'mastercard'],
  ['50', 'unknown'],
  ['56', 'unknown'],
  ['2220', 'unknown'],
  ['2221', 'mastercard'],
  ['2720', 'mastercard'],
  ['2721', 'unknown'],
  ['34', 'amex'],
  ['37', 'amex'],
  ['35', 'unknown'],
  ['3527', 'unknown'],
  ['3528', 'jcb'],
  ['3589', 'jcb'],
  ['3590', 'unknown'],
  ['6011', 'discover'],
  ['6012', 'unknown'],
  ['643', 'unknown'],
  ['644', 'discover'],
  ['649', 'discover'],
  ['65', 'discover'],
  ['62', 'unionpay'],
  ['80', 'unknown'],
  ['81', 'unionpay'],
  ['300', 'diners'],
  ['305', 'diners'],
  ['306', 'unknown'],
  ['3095', 'diners'],
  ['36', 'diners'],
  ['38', 'diners'],
  ['39', 'diners'],
  ['9', 'unknown'],
])('puts numbers that begin with %s under %s', (prefix, brand) => {
  expect(brandOf(prefix.padEnd(16, '0'))).toBe(brand);
});

it('tells country and funding where the range is listed, and does not guess elsewhere', () => {
  expect(binFacts('4242420000000000')).toEqual({
    bin: '424242',
    brand: 'visa',
    country: 'US',
    funding: 'credit',
  });
  expect(binFacts('4999990000000000')).toMatchObject({ country: 'ZZ', funding: 'unknown' });
  expect(binFacts('6299990000000000')).toMatchObject({ brand: 'unionpay', country: 'CN' });
});

it.each([
  [{}, undefined],
  [{ number: good.number.replace(/(.{4})/g, '$1 ') }, undefined],
  [{ number: good.number.replace(/(.{4})(?=.)/g, '$1-') }, undefined],
  [{ expMonth: '1', expYear: '2027' }, undefined],
  [{ number: amex, cvc: '1234' }, undefined],
  [{ number: '' }, 'invalid_number'],
  [{ number: 'four' }, 'invalid_number'],
  [{ number: `${good.number.slice(0, -1)}${(Number(good.number.at(-1)) + 1) % 10}` }, 'incorrect_number'],
  [{ number: good.number.slice(0, 12) }, 'incorrect_number'],
  [{ expMonth: '0' }, 'invalid_expiry_month'],
  [{ expMonth: '13' }, 'invalid_expiry_month'],
  [{ expMonth: '1.5' }, 'invalid_expiry_month'],
  [{ expMonth: '10' }, 'invalid_expiry_month'],
  [{ expYear: '25' }, 'invalid_expiry_year'],
  [{ expYear: '2025' }, 'invalid_expiry_year'],
  [{ expYear: '2077' }, 'invalid_expiry_year'],
  [{ expYear: '026' }, 'invalid_expiry_year'],
  [{ cvc: '' }, 'invalid_cvc'],
  [{ cvc: '12' }, 'invalid_cvc'],
  [{ cvc: '1234' }, 'invalid_cvc'],
  [{ cvc: '12a' }, 'invalid_cvc'],
  [{ number: amex, cvc: '123' }, 'invalid_cvc'],
])('reads a card with %o: %s', (change, code) => {
  const read = readCard({ ...good, cvc: '123', ...change }, november2026);
  expect(read.ok ? undefined : read.error.code).toBe(code);
});

it('never puts what was typed into a refusal', () => {
  fc.assert(
    fc.property(digits(13, 19), digits(3, 4), (number, cvc) => {
      const read = readCard({ number, expMonth: '1', expYear: '20', cvc }, november2026);
      if (!read.ok) expect(JSON.stringify(read.error)).not.toContain(number);
      else expect(JSON.stringify(read.value)).not.toContain(number);
    }),
  );
});
