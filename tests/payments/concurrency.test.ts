import { type Result, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRealWorld } from './world/real-world.ts';
import { createWorld, type Instance, newIntent, type Stage } from './world/world.ts';

/** Two processes on one database, so that nothing rests on what one of them remembers. */
let world: Stage;
let shops: readonly Instance[];

const shop = (index: number): Instance => shops[index % shops.length] as Instance;

async function held(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, ...over });
  return unwrap(await shop(0).port.createIntent(world.context(), intent)).id;
}

const many = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** What any operation answers. */
type Answer = Result<{ readonly id: string }, string>;

/** Runs the resolver until nobody works on anything. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    world.clock.advance(120_000_000);
    await shop(round).sweep();
  }
}

const worlds = [
  { name: 'models of both', create: createWorld },
  { name: 'the real ledger and acquiring', create: createRealWorld },
] as const;

describe.each(worlds)('between $name', ({ create }) => {
  beforeAll(async () => {
    world = await create();
    shops = [await world.start(), await world.start()];
  });
  afterAll(() => world.close());

  describe('200 at once on one payment', () => {
    it('capture it once', async () => {
      const before = await world.books();
      const id = await held();
      const answers = await many(200, (index) =>
        shop(index).port.captureIntent(world.context(), { id, amountToCapture: BigInt(1 + (index % 100)) }),
      );
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
      const intent = unwrap(await shop(0).port.findIntent(world.context(), { id }));
      expect((await world.books()).captured - before.captured).toBe(intent.amountReceived);
    });

    it('capture or cancel it, never both', async () => {
      for (let round = 0; round < 5; round += 1) {
        const before = await world.books();
        const id = await held();
        const answers = await many(40, (index) =>
          index % 2 === 0
            ? shop(index).port.captureIntent(world.context(), { id })
            : shop(index).port.cancelIntent(world.context(), { id }),
        );
        expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
        await settle();
        const intent = unwrap(await shop(0).port.findIntent(world.context(), { id }));
        const taken = intent.status === 'succeeded' ? 100_00n : 0n;
        expect(['succeeded', 'canceled']).toContain(intent.status);
        expect(await world.books()).toEqual({
          ...before,
          captured: before.captured + taken,
          ledgerReceivable: before.ledgerReceivable + taken,
        });
      }
    });

    it('refund it up to what was captured, and no further', async () => {
      const before = await world.books();
      const id = await held({ captureMethod: 'automatic' });
      const answers = await many(200, (index) =>
        shop(index).port.createRefund(world.context(), { paymentIntent: id, amount: 97n }),
      );
      // 100.00 holds 103 refunds of 0.97.
      expect(answers.filter((answer) => answer.ok)).toHaveLength(103);
      for (const answer of answers) {
        if (!answer.ok) expect(answer.error.code).toBe('amount_too_large');
      }
      const rest = unwrap(await shop(0).port.createRefund(world.context(), { paymentIntent: id }));
      expect(rest.amount).toBe(9n);
      // One that has waited too long for the capture is taken up later.
      await settle();
      expect(await world.books()).toEqual({
        ...before,
        captured: before.captured + 100_00n,
        refunded: before.refunded + 100_00n,
      });
    });

    it('capture, increment, refund and cancel it into one legal history', async () => {
      const captureRequests = { multicapture: true, overcapture: true, incrementalAuthorisation: true };
      for (const cancels of [1, 0]) {
        const before = await world.books();
        const id = await held({ captureRequests });
        const first = { id, amountToCapture: 10_00n, finalCapture: false };
        unwrap(await shop(0).port.captureIntent(world.context(), first));
        const answers = await many<Answer>(200, (index) => {
          const { port } = shop(index);
          const context = world.context();
          if (index === 150 && cancels > 0) return port.cancelIntent(context, { id });
          switch (index % 4) {
            case 0:
              return port.captureIntent(context, { id, amountToCapture: 5_00n, finalCapture: false });
            case 1:
              return port.incrementIntent(context, { id, amount: 110_00n + BigInt(index) });
            default:
              return port.createRefund(context, { paymentIntent: id, amount: 37n });
          }
        });
        for (const answer of answers) {
          if (!answer.ok) {
            expect([
              'payment_intent_unexpected_state',
              'amount_too_large',
              'charge_already_refunded',
              'unavailable',
            ]).toContain(answer.error.code);
          }
        }
        await settle();
        const intent = unwrap(await shop(0).port.findIntent(world.context(), { id }));
        if (intent.status === 'requires_capture') {
          unwrap(await shop(0).port.captureIntent(world.context(), { id }));
        }
        const end = unwrap(await shop(0).port.findIntent(world.context(), { id }));
        expect(end.status).toBe('succeeded');
        const { items } = unwrap(
          await shop(0).port.listRefunds(world.context(), { paymentIntent: id, limit: 100 }),
        );
        const refunded = items.reduce(
          (sum, each) => sum + (each.status === 'succeeded' ? each.amount : 0n),
          0n,
        );
        expect(refunded <= end.amountReceived).toBe(true);
        expect(await world.books()).toEqual({
          ...before,
          captured: before.captured + end.amountReceived,
          refunded: before.refunded + refunded,
          ledgerReceivable: before.ledgerReceivable + end.amountReceived - refunded,
        });
      }
    });

    it('confirm it once', async () => {
      const asked = await world.asked();
      const { id } = unwrap(await shop(0).port.createIntent(world.context(), newIntent()));
      const answers = await many(60, (index) =>
        shop(index).port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' }),
      );
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
      expect(await world.asked()).toBe(asked + 1);
    });

    it('with one command are one request', async () => {
      const before = await world.books();
      const created = await many(40, (index) =>
        shop(index).port.createIntent(world.context('once'), newIntent()),
      );
      const [id, ...others] = new Set(created.map((answer) => unwrap(answer).id));
      expect(others).toEqual([]);
      await many(40, (index) =>
        shop(index).port.confirmIntent(world.context('once-confirmed'), {
          id: id ?? '',
          paymentMethod: 'pm_visa',
        }),
      );
      await many(40, (index) =>
        shop(index).port.captureIntent(world.context('once-captured'), { id: id ?? '' }),
      );
      const refunds = await many(40, (index) =>
        shop(index).port.createRefund(world.context('once-refunded'), {
          paymentIntent: id ?? '',
          amount: 10_00n,
        }),
      );
      expect(new Set(refunds.map((answer) => unwrap(answer).id)).size).toBe(1);
      await settle();
      expect(await world.books()).toEqual({
        ...before,
        captured: before.captured + 100_00n,
        refunded: before.refunded + 10_00n,
        ledgerReceivable: before.ledgerReceivable + 90_00n,
      });
    });

    it('with one key for two payments pay one of them', async () => {
      const intents = await many(
        2,
        async (index) => unwrap(await shop(index).port.createIntent(world.context(), newIntent())).id,
      );
      const answers = await many(20, (index) =>
        shop(index).port.confirmIntent(world.context('two-payments'), {
          id: intents[index % 2] ?? '',
          paymentMethod: 'pm_visa',
        }),
      );
      const mismatches = answers.filter(
        (answer) => !answer.ok && answer.error.code === 'idempotency_mismatch',
      );
      expect(mismatches).toHaveLength(10);
      await settle();
      const statuses = await many(
        2,
        async (index) =>
          unwrap(await shop(0).port.findIntent(world.context(), { id: intents[index] ?? '' })).status,
      );
      expect(statuses.toSorted()).toEqual(['requires_capture', 'requires_payment_method']);
    });
  });

  describe('many payments at once', () => {
    it('share their statements and each gets its own outcome', async () => {
      const before = await world.books();
      const methods = ['pm_visa', 'pm_insufficient', 'pm_mastercard'];
      const answers = await many(90, async (index) => {
        const intent = newIntent({ captureMethod: 'automatic', amount: 100_00n + BigInt(index) });
        const { id } = unwrap(await shop(index).port.createIntent(world.context(), intent));
        return shop(index).port.confirmIntent(world.context(), {
          id,
          paymentMethod: methods[index % 3] ?? '',
        });
      });
      let expected = 0n;
      for (const [index, answer] of answers.entries()) {
        expect(answer.ok).toBe(index % 3 !== 1);
        if (answer.ok) {
          expect(answer.value.amountReceived).toBe(100_00n + BigInt(index));
          expected += answer.value.amountReceived;
        }
      }
      expect((await world.books()).captured - before.captured).toBe(expected);
    });
  });
});
