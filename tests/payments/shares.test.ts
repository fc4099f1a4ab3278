import { unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Instance, MERCHANTS, newIntent, TENANT, type World } from './world/world.ts';

/**
 * The ledger's balances of every merchant against a model that knows nothing of postings, over any order of
 * captures, increments, over-captures, refunds and failures.
 */
let world: World;
let shop: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterAll(() => world.close());

const ALL = { multicapture: true, overcapture: true, incrementalAuthorisation: true };

/** Largest remainder, ties to the earlier, written as the method is told in words. */
function divide(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (amount === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (amount * weight) / whole);
  for (;;) {
    const missing = amount - parts.reduce((sum, part) => sum + part, 0n);
    if (missing === 0n) return parts;
    let best = 0;
    const lack = (index: number): bigint => amount * (weights[index] ?? 0n) - (parts[index] ?? 0n) * whole;
    for (const index of weights.keys()) if (lack(index) > lack(best)) best = index;
    parts[best] = (parts[best] ?? 0n) + 1n;
  }
}

/** What is each one's, in the order first, second, platform; commission apart. */
interface Model {
  /** For each leg what it keeps and pays, then the platform's own: as planned, taken and given back. */
  planned: bigint[];
  taken: bigint[];
  returned: bigint[];
}

const less = (a: readonly bigint[], b: readonly bigint[]): bigint[] => a.map((x, i) => x - (b[i] ?? 0n));
const plus = (a: readonly bigint[], b: readonly bigint[]): bigint[] => a.map((x, i) => x + (b[i] ?? 0n));
const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);

/** One capture: by leg first, then each leg's part by what it keeps and what it pays. */
function take(model: Model, amount: bigint): void {
  const left = less(model.planned, model.taken);
  const within = amount < sum(left) ? amount : sum(left);
  const share = (of: readonly bigint[], what: bigint): bigint[] => {
    const [k1 = 0n, f1 = 0n, k2 = 0n, f2 = 0n, own = 0n] = of;
    const [one = 0n, two = 0n, rest = 0n] = divide(what, [k1 + f1, k2 + f2, own]);
    const [fee1 = 0n, keep1 = 0n] = divide(one, [f1, k1]);
    const [fee2 = 0n, keep2 = 0n] = divide(two, [f2, k2]);
    return [keep1, fee1, keep2, fee2, rest];
  };
  model.taken = plus(model.taken, plus(share(left, within), share(model.planned, amount - within)));
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('increment' as const), by: fc.bigInt(1n, 50_00n) }),
  fc.record({
    kind: fc.constant('capture' as const),
    permille: fc.integer({ min: 1, max: 1200 }),
    final: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('refund' as const), permille: fc.integer({ min: 1, max: 1000 }) }),
);

const plan = fc.record({
  first: fc.bigInt(1n, 70_00n),
  second: fc.bigInt(1n, 30_00n),
  fee: fc.integer({ min: 0, max: 100 }),
  steps: fc.array(step, { minLength: 1, maxLength: 10 }),
});

const credits = () => [
  world.ledger.credit('merchant_payable', MERCHANTS[0]),
  world.ledger.credit('merchant_payable', MERCHANTS[1]),
  world.ledger.credit('platform_commission', TENANT),
  world.ledger.credit('merchant_payable', TENANT),
];

it('every merchant has what the captures took for it less what refunds gave back', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ first, second, fee, steps }) => {
      const before = credits();
      const feeOf = (amount: bigint): bigint => (amount * BigInt(fee)) / 100n;
      const split = [first, second].map((amount, index) => ({
        destination: MERCHANTS[index] ?? '',
        amount,
        applicationFee: feeOf(amount),
      }));
      const intent = newIntent({ split, paymentMethod: 'pm_visa', confirm: {}, captureRequests: ALL });
      const { id } = unwrap(await shop.port.createIntent(world.context(), intent));
      let amount = intent.amount;
      const own = amount - first - second;
      const planned = [first - feeOf(first), feeOf(first), second - feeOf(second), feeOf(second), own];
      const model: Model = { planned, taken: planned.map(() => 0n), returned: planned.map(() => 0n) };
      for (const each of steps) {
        if (each.kind === 'increment') {
          const raised = await shop.port.incrementIntent(world.context(), { id, amount: amount + each.by });
          if (!raised.ok || raised.value.status === 'processing') break;
          amount = raised.value.amount;
          // What nobody was promised is the platform's own.
          model.planned = [...model.planned.slice(0, 4), amount - first - second];
        } else if (each.kind === 'capture') {
          const wanted = (amount * BigInt(each.permille)) / 1000n || 1n;
          const input = { id, amountToCapture: wanted, finalCapture: each.final };
          const captured = await shop.port.captureIntent(world.context(), input);
          if (captured.ok) take(model, wanted);
        } else {
          const left = less(model.taken, model.returned);
          const wanted = (sum(left) * BigInt(each.permille)) / 1000n;
          if (wanted === 0n) continue;
          const input = { paymentIntent: id, amount: wanted };
          const refund = unwrap(await shop.port.createRefund(world.context(), input));
          if (refund.status === 'pending') break;
          if (refund.status === 'succeeded') model.returned = plus(model.returned, divide(wanted, left));
        }
      }
      world.acquirer.resolve('reversed');
      world.clock.advance(600_000_000);
      await shop.sweep();
      const [keep1 = 0n, fee1 = 0n, keep2 = 0n, fee2 = 0n, rest = 0n] = less(model.taken, model.returned);
      expect(less(credits(), before)).toEqual([keep1, keep2, fee1 + fee2, rest]);
      expect(world.ledger.credit('payment_clearing', TENANT)).toBe(0n);
      expect(world.ledger.credit('refund_clearing', TENANT)).toBe(0n);
      const { held, captured, refunded } = world.acquirer.totals();
      expect(world.ledger.openHolds()).toBe(held);
      expect(-world.ledger.credit('acquirer_receivable', TENANT)).toBe(captured - refunded);
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

it('a refund of one merchant’s part takes of that alone, and never more than is left of it', async () => {
  const [first, second] = MERCHANTS;
  const before = credits();
  const split = [
    { destination: first, amount: 60_00n, applicationFee: 6_00n },
    { destination: second, amount: 30_00n, applicationFee: 0n },
  ];
  const sale = { captureMethod: 'automatic' as const, paymentMethod: 'pm_visa', confirm: {}, split };
  const { id } = unwrap(await shop.port.createIntent(world.context(), newIntent(sale)));
  const refund = (input: object) => shop.port.createRefund(world.context(), { paymentIntent: id, ...input });
  const gained = () => less(credits(), before);
  expect(gained()).toEqual([54_00n, 30_00n, 6_00n, 10_00n]);

  unwrap(await refund({ destination: first, amount: 20_00n }));
  expect(gained()).toEqual([36_00n, 30_00n, 4_00n, 10_00n]);
  // Of all parts in proportion: 40.00, 30.00 and 10.00 are left.
  unwrap(await refund({ amount: 8_00n }));
  expect(gained()).toEqual([32_40n, 27_00n, 3_60n, 9_00n]);
  expect(await refund({ destination: first, amount: 36_01n })).toMatchObject({
    error: { code: 'amount_too_large', field: 'amount', detail: { maximum: '3600' } },
  });
  expect(unwrap(await refund({ destination: first })).amount).toBe(36_00n);
  expect(gained()).toEqual([0n, 27_00n, 0n, 9_00n]);
  expect(await refund({ destination: first })).toMatchObject({ error: { code: 'charge_already_refunded' } });
  expect(unwrap(await refund({})).amount).toBe(36_00n);
  expect(gained()).toEqual([0n, 0n, 0n, 0n]);
});
