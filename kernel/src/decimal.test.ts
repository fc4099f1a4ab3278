import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPrice, parsePrice, priceOf, wholePrice } from './decimal.ts';

const scaled = fc.bigInt({ min: 0n, max: 10n ** 24n });

describe('prices with a fraction of the minor unit', () => {
  it('are read and written exactly, in one form', () => {
    fc.assert(fc.property(scaled, (value) => parsePrice(formatPrice(value)) === value));
    expect(formatPrice(parsePrice('012.50') ?? -1n)).toBe('12.5');
    expect(formatPrice(parsePrice('7.000') ?? -1n)).toBe('7');
  });

  it.each(['', '-1', '1.', '.5', '1e3', ' 1', '1.1234567890123', '1,5', '9'.repeat(16)])(
    'refuse %j',
    (text) => {
      expect(parsePrice(text)).toBeUndefined();
    },
  );

  it('round a line once, half up, and by less than a minor unit', () => {
    expect(priceOf(parsePrice('0.5') ?? 0n, 1)).toBe(1n);
    expect(priceOf(parsePrice('0.4') ?? 0n, 1)).toBe(0n);
    expect(priceOf(parsePrice('33.333333333333') ?? 0n, 3)).toBe(100n);
    fc.assert(
      fc.property(scaled, fc.integer({ min: 1, max: 999_999 }), (price, quantity) => {
        const off = priceOf(price, quantity) * 10n ** 12n - price * BigInt(quantity);
        expect(off > -(10n ** 12n) / 2n && off <= 10n ** 12n / 2n).toBe(true);
      }),
    );
  });

  it('know whether they are whole', () => {
    expect(wholePrice(parsePrice('12') ?? 0n)).toBe(12n);
    expect(wholePrice(parsePrice('12.5') ?? 0n)).toBeUndefined();
  });
});
