import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, currencies, currencyOf, formatAmount, parseAmount } from './money.ts';

describe('allocate', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));

  it('always adds up, and no part is further than one unit from its exact share', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), weights, (amount, list) => {
        const parts = allocate(amount, list);
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        parts.forEach((part, index) => {
          const exact = (amount * (list[index] ?? 0n)) / total;
          expect(part === exact || part === exact + 1n).toBe(true);
        });
      }),
    );
  });

  it('gives the odd unit to the largest remainder, and a tie to the earlier part', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(10n, [1n, 2n, 4n])).toEqual([1n, 3n, 6n]);
  });

  it('refuses weights that add up to nothing', () => {
    expect(() => allocate(1n, [0n, 0n])).toThrow(/weights/);
  });
});

describe('formatAmount', () => {
  it('shows every decimal of the currency', () => {
    expect(formatAmount(5n, currencyOf('eur'))).toBe('0.05');
    expect(formatAmount(1234n, currencyOf('jpy'))).toBe('1234');
    expect(formatAmount(1234n, currencyOf('bhd'))).toBe('1.234');
    expect(formatAmount(-1234n, currencyOf('usd'))).toBe('\u221212.34');
  });
});

it('has one currency a code and a number', () => {
  const numbers = [...currencies.values()].map((currency) => currency.number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

describe('parseAmount', () => {
  it('reads what formatAmount writes, in every currency', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 27n });
    fc.assert(
      fc.property(amount, fc.constantFrom(...currencies.values()), (value, currency) => {
        expect(parseAmount(formatAmount(value, currency), currency)).toBe(value);
      }),
    );
  });

  it.each(['', '-1', '+1', '1e3', '0x10', '1,000', '1.', '.5', '1.005', '１', ' 1', '1'.repeat(31)])(
    'reads no amount of euros in %j',
    (text) => {
      expect(parseAmount(text, currencyOf('eur'))).toBeUndefined();
    },
  );

  it.each(['1,000', '1.000,50', '1,000.50', '1,000,50', '1.5,5', '1,', ',5', '1,5,', '12,345', '1,0000'])(
    'guesses in no currency what %j means',
    (text) => {
      for (const code of ['eur', 'jpy', 'kwd']) expect(parseAmount(text, currencyOf(code))).toBeUndefined();
    },
  );

  it('reads a comma that cannot part thousands as a point', () => {
    expect(parseAmount('25,50', currencyOf('eur'))).toBe(25_50n);
    expect(parseAmount('1234,5', currencyOf('eur'))).toBe(1234_50n);
    expect(parseAmount('0,05', currencyOf('eur'))).toBe(5n);
    expect(parseAmount('1,25', currencyOf('kwd'))).toBe(1250n);
    expect(parseAmount('12,5', currencyOf('jpy'))).toBeUndefined();
  });

  it('has no decimals where the currency has none', () => {
    expect(parseAmount('12', currencyOf('jpy'))).toBe(12n);
    expect(parseAmount('12.0', currencyOf('jpy'))).toBeUndefined();
    expect(parseAmount('12.5', currencyOf('eur'))).toBe(1250n);
  });
});
