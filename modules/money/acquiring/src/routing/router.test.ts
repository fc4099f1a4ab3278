import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BRANDS, type RoutedPayment } from './payment.ts';
import { createRouter } from './router.ts';
import { routing } from './rules.ts';

const NAMES = ['one', 'two', 'three'];

const payment = (more: Partial<RoutedPayment> = {}): RoutedPayment => ({
  command: 'acct_mall cmd_1',
  amount: 50_00n,
  currency: 'eur',
  merchant: 'acct_kiln',
  card: { brand: 'visa', bin: '424242', country: 'DE' },
  ...more,
});

const routerOf = (rules: object[], more: object = {}) =>
  createRouter(routing.parse({ rules, ...more }), NAMES);
const to = (...connectors: string[]): object => ({ strategy: 'order', connectors });

/** Each condition with a payment that it lets through and one that it does not, at its edges. */
const CONDITIONS: [string, object, Partial<RoutedPayment>[], Partial<RoutedPayment>[]][] = [
  [
    'brand',
    { brands: ['unionpay', 'jcb'] },
    [{ card: { brand: 'jcb', bin: '356600', country: 'JP' } }],
    [{}, { card: null }],
  ],
  [
    'number range',
    { bins: [{ from: '424242', to: '424250' }] },
    [{}, { card: { brand: 'visa', bin: '424250', country: 'DE' } }],
    [
      { card: { brand: 'visa', bin: '424241', country: 'DE' } },
      { card: { brand: 'visa', bin: '424251', country: 'DE' } },
      { card: null },
    ],
  ],
  ['country', { countries: ['DE', 'AT'] }, [{}], [{ card: { brand: 'visa', bin: '424242', country: 'US' } }]],
  ['currency', { currencies: ['eur'] }, [{}], [{ currency: 'cny' }]],
  ['merchant', { merchants: ['acct_kiln'] }, [{}], [{ merchant: 'acct_other' }]],
  [
    'amount',
    { currencies: ['eur'], amount: { from: '1000', to: '5000' } },
    [{ amount: 1000n }, { amount: 5000n }],
    [{ amount: 999n }, { amount: 5001n }, { amount: 2000n, currency: 'jpy' }],
  ],
  [
    'amount from',
    { currencies: ['eur'], amount: { from: '1000' } },
    [{ amount: 10n ** 30n }],
    [{ amount: 999n }],
  ],
];

describe('rules', () => {
  test.each(CONDITIONS)('by %s', (_name, when, fitting, others) => {
    const router = routerOf([{ name: 'special', when, to: to('three') }]);
    for (const more of fitting) expect(router.route(payment(more))).toEqual(['three']);
    for (const more of others) expect(router.route(payment(more))).toEqual(NAMES);
  });

  test('the first that applies decides, and conditions of one rule hold together', () => {
    const router = routerOf([
      { name: 'both', when: { currencies: ['eur'], brands: ['amex'] }, to: to('one') },
      { name: 'euro', when: { currencies: ['eur'] }, to: to('two', 'one') },
      { name: 'rest', to: to('three') },
    ]);
    expect(router.route(payment())).toEqual(['two', 'one']);
    expect(router.route(payment({ card: { brand: 'amex', bin: '378282', country: 'US' } }))).toEqual(['one']);
    expect(router.route(payment({ currency: 'cny' }))).toEqual(['three']);
  });

  test('the card is asked for only where something depends on it', () => {
    const cheapest = { name: 'cheap', to: { strategy: 'cost', connectors: ['one', 'two'] } };
    const plain = { connector: 'one', currency: 'eur', basisPoints: 10, fixed: '5' };
    expect(routerOf([]).asksForCard).toBe(false);
    expect(routerOf([{ name: 'a', when: { currencies: ['eur'] }, to: to('one') }]).asksForCard).toBe(false);
    expect(routerOf([cheapest], { prices: [plain] }).asksForCard).toBe(false);
    expect(routerOf([cheapest], { prices: [{ ...plain, brands: ['visa'] }] }).asksForCard).toBe(true);
    for (const when of [
      { brands: ['visa'] },
      { countries: ['DE'] },
      { bins: [{ from: '1'.repeat(6), to: '2'.repeat(6) }] },
    ])
      expect(routerOf([{ name: 'a', when, to: to('one') }]).asksForCard).toBe(true);
  });
});

describe('volume', () => {
  const shares = [
    { connector: 'one', percent: 70 },
    { connector: 'two', percent: 25 },
    { connector: 'three', percent: 5 },
  ];
  const router = routerOf([{ name: 'split', to: { strategy: 'volume', shares } }]);

  test('a command goes the same way for ever, and every connector is behind the drawn one', () => {
    fc.assert(
      fc.property(fc.string(), fc.bigInt({ min: 1n, max: 10n ** 12n }), (command, amount) => {
        const route = router.route(payment({ command }));
        expect(router.route(payment({ command, amount }))).toEqual(route);
        expect([...route].sort()).toEqual([...NAMES].sort());
      }),
    );
  });

  test('the shares are kept', () => {
    const drawn = Array.from({ length: 20_000 }, (_, index) =>
      router.route(payment({ command: `acct cmd_${index}` })).at(0),
    );
    for (const { connector, percent } of shares) {
      const share = (drawn.filter((name) => name === connector).length / drawn.length) * 100;
      expect(Math.abs(share - percent)).toBeLessThan(1.5);
    }
  });
});

describe('cost', () => {
  const connectors = NAMES;
  const priced = fc.array(
    fc.record({
      connector: fc.constantFrom(...NAMES),
      currency: fc.constantFrom('eur', 'cny'),
      brands: fc.option(fc.subarray([...BRANDS], { minLength: 1 }), { nil: undefined }),
      basisPoints: fc.integer({ min: 0, max: 500 }),
      fixed: fc.integer({ min: 0, max: 100 }).map(String),
    }),
    { maxLength: 8 },
  );

  test('no connector before another is dearer, and those without a price come last', () => {
    fc.assert(
      fc.property(
        priced,
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.constantFrom(...BRANDS),
        (prices, amount, brand) => {
          const router = routerOf([{ name: 'cheap', to: { strategy: 'cost', connectors } }], {
            prices: prices.map(({ brands, ...rest }) => (brands ? { ...rest, brands } : rest)),
          });
          const of = payment({ amount, card: { brand, bin: '424242', country: 'DE' } });
          const route = router.route(of);
          expect([...route].sort()).toEqual([...NAMES].sort());
          // The naive model; without a price it is dearer than anything.
          const costs = route.map((name) => {
            const found = prices.find(
              (each) =>
                each.connector === name &&
                each.currency === 'eur' &&
                (!each.brands || each.brands.includes(brand)),
            );
            return found ? amount * BigInt(found.basisPoints) + BigInt(found.fixed) * 10_000n : 10n ** 30n;
          });
          expect(costs).toEqual([...costs].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        },
      ),
    );
  });

  test('a high fixed price loses on small amounts and wins on large ones', () => {
    const router = routerOf([{ name: 'cheap', to: { strategy: 'cost', connectors } }], {
      prices: [
        { connector: 'one', currency: 'eur', basisPoints: 100, fixed: '0' },
        { connector: 'two', currency: 'eur', basisPoints: 20, fixed: '30' },
      ],
    });
    // 1 % of 37.50 is 0.375; 0.2 % and 30 cents are 0.375 too: the order of the setting decides.
    expect(router.route(payment({ amount: 3749n }))).toEqual(['one', 'two', 'three']);
    expect(router.route(payment({ amount: 3750n }))).toEqual(['one', 'two', 'three']);
    expect(router.route(payment({ amount: 3751n }))).toEqual(['two', 'one', 'three']);
    expect(router.route(payment({ currency: 'cny' }))).toEqual(NAMES);
  });
});
