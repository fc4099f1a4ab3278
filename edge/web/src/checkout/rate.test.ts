import { currencies, currencyOf } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherPrices, rateText } from './rate.ts';

const rate = (a: bigint, one: string, b: bigint, other: string) =>
  rateText({ amount: a, currency: one }, { amount: b, currency: other })?.replaceAll('\u00a0', ' ');

describe('the rate that follows of two prices', () => {
  it.each([
    // 1.00 and 7.00; 0.70 and 5.00, which has no end.
    [100n, 'usd', 700n, 'cny', '1 USD = 7.0000 CNY'],
    [70n, 'usd', 500n, 'cny', '1 USD = 7.1429 CNY'],
    // The same rate, whichever of the two is paid.
    [500n, 'cny', 70n, 'usd', '1 USD = 7.1429 CNY'],
    // No decimals: 15,025 yen for 100.00; three of them: 0.375 dinars for 1.00.
    [100_00n, 'eur', 15_025n, 'jpy', '1 EUR = 150.2500 JPY'],
    [1_00n, 'usd', 375n, 'bhd', '1 BHD = 2.6667 USD'],
    [1n, 'jpy', 3n, 'bhd', '1 BHD = 333.3333 JPY'],
    [3n, 'bhd', 1n, 'jpy', '1 BHD = 333.3333 JPY'],
    [1_000n, 'kwd', 1_000n, 'bhd', '1 KWD = 1.0000 BHD'],
    // Half up, at the fifth decimal.
    [200_000n, 'usd', 200_009n, 'eur', '1 USD = 1.0000 EUR'],
    [200_000n, 'usd', 200_010n, 'eur', '1 USD = 1.0001 EUR'],
    [10n ** 38n, 'usd', 1n, 'idr', `1 IDR = ${'1'.padEnd(39, '0')}.0000 USD`],
  ] as const)('of %s %s and %s %s is %s', (a, one, b, other, text) => {
    expect(rate(a, one, b, other)).toBe(text);
  });

  it('is none where one of them is nothing', () => {
    expect(rate(0n, 'usd', 700n, 'cny')).toBeUndefined();
    expect(rate(100n, 'usd', 0n, 'cny')).toBeUndefined();
    expect(rate(0n, 'jpy', 0n, 'bhd')).toBeUndefined();
  });

  it('is exact to half of its last decimal, the same both ways, and not below one', () => {
    const code = fc.constantFrom(...currencies.keys());
    const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(code, code, amount, amount, (one, other, a, b) => {
        fc.pre(one !== other);
        const text = rate(a, one, b, other) ?? '';
        // Of two that are worth the same, the one that is paid stands first.
        if (!text.includes(' 1.0000 ')) expect(rate(b, other, a, one)).toBe(text);
        const [, base = '', whole = '', part = '', quote = ''] =
          /^1 ([A-Z]{3}) = (\d+)\.(\d{4}) ([A-Z]{3})$/.exec(text) ?? [];
        const isSwapped = base !== one.toUpperCase();
        const [from, to] = isSwapped ? [b, a] : [a, b];
        const exponents = [base, quote].map((name) => BigInt(currencyOf(name.toLowerCase()).exponent));
        // In units of 10^-4: |shown − to·10^eb ÷ (from·10^eq)| ≤ ½, multiplied out.
        const below = from * 10n ** (exponents[1] ?? 0n);
        const exact = to * 10n ** (exponents[0] ?? 0n) * 10_000n;
        const shown = BigInt(whole + part);
        const off = shown * below - exact;
        expect((off < 0n ? -off : off) * 2n <= below).toBe(true);
        expect(shown >= 10_000n).toBe(true);
      }),
      { numRuns: Number(process.env['RATE_RUNS'] ?? 300) },
    );
  });
});

describe('what goods come to in other currencies', () => {
  const cny = currencyOf('cny');

  it('is told of those that every line has a price in', () => {
    const goods = [
      { cny: 168_00n, usd: 24_00n, eur: 22_00n },
      { cny: 32_00n, usd: 4_00n },
    ];
    expect(otherPrices(cny, goods)).toMatchObject([{ currency: { code: 'usd' }, total: 28_00n }]);
    expect(otherPrices(currencyOf('usd'), goods)).toMatchObject([{ currency: { code: 'cny' } }]);
    expect(otherPrices(currencyOf('eur'), goods)).toEqual([]);
    expect(otherPrices(cny, [])).toEqual([]);
  });

  it('counts a line that costs nothing, and says nothing where all of them do', () => {
    const gift = { cny: 0n, usd: 0n };
    expect(otherPrices(cny, [gift])).toEqual([]);
    expect(otherPrices(cny, [gift, { cny: 7_00n, usd: 1_00n }])).toMatchObject([{ total: 1_00n }]);
  });

  it('names three at most', () => {
    const goods = { cny: 1n, usd: 1n, eur: 1n, gbp: 1n, jpy: 1n };
    expect(otherPrices(cny, [goods]).map(({ currency }) => currency.code)).toEqual(['usd', 'eur', 'gbp']);
  });
});
