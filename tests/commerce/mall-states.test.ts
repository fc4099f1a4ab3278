import { MINUTE } from '@tpmall/kernel';
import { ORDER_TRANSITIONS, type Order, type OrderState } from '@tpmall/mall/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MallWorld, openMall } from './mall.ts';

/** Pieces of each of the two variants at the beginning. */
const PIECES = 6;

let world: MallWorld;
beforeAll(async () => {
  world = await openMall();
});
afterAll(() => world.close());

type Act =
  | { readonly kind: 'pay'; readonly card: 'pm_visa' | 'pm_insufficient' | 'pm_lost' }
  | { readonly kind: 'cancel' | 'late' | 'resolve' | 'deliver' | 'sweep' | 'snatch' }
  | { readonly kind: 'pack' | 'ship' | 'arrive'; readonly merchant: 0 | 1 }
  | { readonly kind: 'ask'; readonly position: 0 | 1; readonly quantity: number }
  | { readonly kind: 'decide'; readonly accept: boolean; readonly whenReceived: boolean }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'receive' };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('pay' as const),
    card: fc.constantFrom(
      'pm_visa' as const,
      'pm_visa' as const,
      'pm_insufficient' as const,
      'pm_lost' as const,
    ),
  }),
  fc.record({
    kind: fc.constantFrom(
      'cancel' as const,
      'late' as const,
      'resolve' as const,
      'deliver' as const,
      'sweep' as const,
      'snatch' as const,
    ),
  }),
  fc.record({
    kind: fc.constantFrom('pack' as const, 'ship' as const, 'ship' as const, 'arrive' as const),
    merchant: fc.constantFrom(0 as const, 1 as const),
  }),
  fc.record({
    kind: fc.constant('ask' as const),
    position: fc.constantFrom(0 as const, 1 as const),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('decide' as const), accept: fc.boolean(), whenReceived: fc.boolean() }),
  fc.record({ kind: fc.constant('withdraw' as const) }),
  fc.record({ kind: fc.constant('receive' as const) }),
);

/** One act; whether it is refused does not matter: what it leaves behind does. */
async function perform(order: Order, variants: readonly string[], one: Act): Promise<unknown> {
  const { owner, id } = order;
  const context = world.context();
  switch (one.kind) {
    case 'pay':
      return world.desk.port.paySession(context, { id: order.session ?? '', paymentMethod: one.card });
    case 'cancel':
      return world.mall.cancelOrder(context, { id, owner });
    case 'late':
      world.clock.advance(16 * MINUTE);
      await world.desk.sweep();
      return world.sweep();
    case 'resolve':
      world.acquirer.resolve('approved');
      world.clock.advance(MINUTE);
      return world.resolve();
    case 'deliver':
      return world.deliverAll();
    case 'sweep':
      world.clock.advance(2 * MINUTE);
      return world.sweep();
    case 'snatch':
      return world.operator.changeStock(context, { variant: variants[0] ?? '', by: -PIECES + 3 });
    case 'pack':
    case 'ship':
    case 'arrive': {
      const input = { order: id, merchant: world.merchants[one.merchant] };
      if (one.kind === 'pack') return world.operator.packParcel(context, input);
      return one.kind === 'ship'
        ? world.operator.shipParcel(context, input)
        : world.operator.deliverParcel(context, input);
    }
    case 'ask': {
      const lines = [{ position: one.position, quantity: one.quantity }];
      return world.mall.askReturn(context, { order: id, owner, lines, reason: 'Changed my mind' });
    }
    case 'receive': {
      const awaited = (await world.find(order)).returns.find(({ state }) => state === 'awaited');
      // Nothing goes back on the shelf, so that what has left can be counted.
      return awaited && world.operator.receiveReturn(context, { id: awaited.id, restock: false });
    }
    case 'decide':
    case 'withdraw': {
      const asked = (await world.find(order)).returns.find(({ state }) => state === 'asked');
      if (!asked) return undefined;
      return one.kind === 'withdraw'
        ? world.mall.withdrawReturn(context, { id: asked.id, owner })
        : world.operator.decideReturn(context, {
            ...{ id: asked.id, accept: one.accept, whenReceived: one.whenReceived, reason: 'So' },
          });
    }
  }
}

/** Every state that some row of transitions leads to from another. */
const reachable = (from: OrderState): Set<OrderState> => {
  const seen = new Set<OrderState>([from]);
  for (let size = 0; size < seen.size; ) {
    size = seen.size;
    for (const { from: sources, to } of Object.values(ORDER_TRANSITIONS)) {
      if ((sources as readonly OrderState[]).some((state) => seen.has(state))) seen.add(to);
    }
  }
  return seen;
};

it('an order loses no piece and no cent, whatever comes in whatever order', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        const [first = ''] = await world.list({ merchant: world.merchants[0], prices: [[4_000, PIECES]] });
        const [second = ''] = await world.list({ merchant: world.merchants[1], prices: [[9_000, PIECES]] });
        const before = world.acquirer.totals();
        let order = await world.order({ [first]: 3, [second]: 3 });
        let snatched = 0;
        for (const round of rounds) {
          const done = await Promise.all(
            round.map((one) => perform(order, [first, second], one).then((result) => ({ one, result }))),
          );
          snatched += done.filter(
            ({ one, result }) => one.kind === 'snatch' && (result as { ok: boolean }).ok,
          ).length;
          const after = await world.find(order);
          expect(reachable(order.state)).toContain(after.state);
          order = after;
        }
        // Lets everything come to its end.
        world.acquirer.resolve('approved');
        world.clock.advance(20 * MINUTE);
        await world.resolve();
        await world.deliverAll();
        await world.desk.sweep();
        await world.deliverAll();
        world.clock.advance(2 * MINUTE);
        await world.sweep();
        await world.deliverAll();
        const end = await world.find(order);
        const { captured, refunded } = world.acquirer.totals();
        const isPaid = end.paidAt !== null;
        expect(captured - before.captured).toBe(isPaid ? end.total : 0n);
        expect(refunded - before.refunded).toBe(end.refunded);
        expect(['placed', 'refunding']).not.toContain(end.state);
        for (const [index, variant] of [first, second].entries()) {
          const { available, reserved } = await world.stock(variant);
          const gone = index === 0 ? snatched * (PIECES - 3) : 0;
          const line = end.lines.find((one) => one.variant === variant);
          const back = await restocked(end, line?.position ?? 0);
          const sold = end.stock === 'sold' ? 3 - back : 0;
          expect({ reserved, pieces: available + sold + gone }).toEqual({ reserved: 0, pieces: PIECES });
        }
      },
    ),
    { numRuns: Number(process.env['TPMALL_RUNS'] ?? 20) },
  );
});

/** Pieces of a line that went back to the shelf, because they were given back before they had left. */
async function restocked(order: Order, position: number): Promise<number> {
  const line = order.lines[position];
  const parcel = order.parcels.find(({ merchant }) => merchant === line?.merchant);
  const shippedAt = parcel?.shippedAt ?? Number.POSITIVE_INFINITY;
  return order.returns
    .filter(
      ({ state, decidedAt }) => ['accepted', 'refunded'].includes(state) && (decidedAt ?? 0) <= shippedAt,
    )
    .flatMap(({ lines }) => lines)
    .reduce((sum, one) => (one.position === position ? sum + one.quantity : sum), 0);
}
