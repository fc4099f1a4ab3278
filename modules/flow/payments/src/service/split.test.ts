import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pricedLeg } from './price-split.ts';
import { addParts, addShares, partsOf, shareOut, shareRefund } from './split.ts';

const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);

const payment = fc
  .record({
    legs: fc.array(fc.tuple(fc.bigInt(1n, 10_000n), fc.nat(100)), { maxLength: 6 }),
    own: fc.bigInt(0n, 10_000n),
    part: fc.nat(1000),
  })
  .filter(({ legs, own }) => legs.length > 0 || own > 0n)
  .map(({ legs, own, part }) => {
    const split = legs.map(([amount, percent], index) => ({
      destination: `acct_${index}`,
      amount,
      applicationFee: (amount * BigInt(percent)) / 100n,
    }));
    const amount = own + total(split.map((leg) => leg.amount));
    const captured = (amount * BigInt(part)) / 1000n || 1n;
    return { split, amount, captured };
  });

describe('sharing out a capture', () => {
  it('adds up, keeps every part within its leg, and gives each commission at most its share', () => {
    fc.assert(
      fc.property(payment, ({ split, amount, captured }) => {
        const { shares, rest } = shareOut(captured, amount, split);
        expect(total(shares.map((share) => share.amount)) + rest).toBe(captured);
        for (const [index, share] of shares.entries()) {
          expect(share.amount <= (split[index]?.amount ?? 0n)).toBe(true);
          expect(share.fee >= 0n && share.fee <= share.amount).toBe(true);
        }
        expect(total(partsOf(captured, shares))).toBe(captured);
      }),
    );
  });

  it('of the whole amount is the split itself', () => {
    fc.assert(
      fc.property(payment, ({ split, amount }) => {
        const { shares } = shareOut(amount, amount, split);
        expect(shares).toEqual(
          split.map((leg) => ({
            destination: leg.destination,
            amount: leg.amount,
            fee: leg.applicationFee,
          })),
        );
      }),
    );
  });
});

describe('sharing out several captures', () => {
  const permilles = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 8 });

  it('takes each part exactly once all is captured, whatever the captures were', () => {
    fc.assert(
      fc.property(payment, permilles, ({ split, amount }, parts) => {
        let taken = { amount: 0n, shares: [] as ReturnType<typeof addShares> };
        const capture = (wanted: bigint): void => {
          const { shares, rest } = shareOut(wanted, amount, split, taken);
          expect(total(shares.map((share) => share.amount)) + rest).toBe(wanted);
          for (const share of shares) expect(share.fee >= 0n && share.fee <= share.amount).toBe(true);
          taken = { amount: taken.amount + wanted, shares: addShares(taken.shares, shares) };
        };
        for (const permille of parts) {
          const wanted = ((amount - taken.amount) * BigInt(permille)) / 1000n;
          if (wanted > 0n) capture(wanted);
        }
        if (taken.amount < amount) capture(amount - taken.amount);
        expect(taken.shares).toEqual(
          split.map((leg) => ({
            destination: leg.destination,
            amount: leg.amount,
            fee: leg.applicationFee,
          })),
        );
      }),
    );
  });

  it('shares what goes beyond the amount by the split itself', () => {
    const split = [
      { destination: 'acct_a', amount: 50n, applicationFee: 5n },
      { destination: 'acct_b', amount: 30n, applicationFee: 0n },
    ];
    const first = shareOut(60n, 100n, split);
    const taken = { amount: 60n, shares: first.shares };
    const last = shareOut(60n, 100n, split, taken);
    expect(last).toEqual({
      shares: [
        { destination: 'acct_a', amount: 30n, fee: 3n },
        { destination: 'acct_b', amount: 18n, fee: 0n },
      ],
      rest: 12n,
    });
    expect(addShares(first.shares, last.shares)[0]).toEqual({ destination: 'acct_a', amount: 60n, fee: 6n });
  });
});

describe('sharing out refunds', () => {
  it('never asks a part for more than is left, and ends at the whole, failures included', () => {
    fc.assert(
      fc.property(
        payment,
        fc.array(fc.record({ permille: fc.integer({ min: 1, max: 1000 }), fails: fc.boolean() }), {
          maxLength: 12,
        }),
        ({ split, amount, captured }, refunds) => {
          const parts = partsOf(captured, shareOut(captured, amount, split).shares);
          let refunded: readonly bigint[] = [];
          const failing: bigint[][] = [];
          const refund = (asked: bigint): bigint[] => {
            const taken = shareRefund(asked, parts, refunded);
            expect(total(taken)).toBe(asked);
            refunded = addParts(refunded, taken);
            for (const [index, part] of parts.entries()) {
              expect((taken[index] ?? 0n) >= 0n).toBe(true);
              expect((refunded[index] ?? 0n) <= part).toBe(true);
            }
            return taken;
          };
          for (const { permille, fails } of refunds) {
            const asked = ((captured - total(refunded)) * BigInt(permille)) / 1000n;
            if (asked === 0n) continue;
            const taken = refund(asked);
            if (fails) failing.push(taken);
          }
          for (const taken of failing) refunded = addParts(refunded, taken, -1n);
          const left = captured - total(refunded);
          if (left > 0n) refund(left);
          expect(refunded).toEqual(parts);
        },
      ),
    );
  });
});

describe('a commission by a fee plan', () => {
  it.each([
    ['below half a unit', 49n, 100, 0n, 0n],
    ['half a unit, which is rounded up', 50n, 100, 0n, 1n],
    ['just below one and a half', 149n, 100, 0n, 1n],
    ['one and a half', 150n, 100, 0n, 2n],
    ['with its fixed part', 1_000n, 290, 25n, 54n],
    ['never more than the part it is of', 20n, 290, 25n, 20n],
  ])('%s', (_name, amount, basisPoints, fixed, fee) => {
    const merchant = { feePlan: { basisPoints, fixed }, defaultCurrency: 'eur' };
    expect(pricedLeg({ destination: 'acct_1', amount }, 'eur', merchant).applicationFee).toBe(fee);
  });

  it('has its fixed part in the merchant’s own currency alone, and is what was said where it was', () => {
    const merchant = { feePlan: { basisPoints: 290, fixed: 25n }, defaultCurrency: 'usd' };
    const leg = { destination: 'acct_1', amount: 1_000n };
    expect(pricedLeg(leg, 'eur', merchant).applicationFee).toBe(29n);
    expect(pricedLeg({ ...leg, applicationFee: 0n }, 'usd', merchant).applicationFee).toBe(0n);
  });
});
