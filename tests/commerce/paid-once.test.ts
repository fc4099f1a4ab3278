import { MINUTE, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dyingAt, Killed } from '../payments/world/crash.ts';
import { type Desk, openTill, shelve, type Till } from './till.ts';

/** No operation of checkout has more effects than this; the matrix ends where one survives. */
const EFFECTS_MAX = 40;

let till: Till;
let desk: Desk;
let price: string;
beforeAll(async () => {
  till = await openTill();
  desk = await till.start();
  price = await shelve(till, '1000');
});
afterAll(() => till.close());

let orders = 0;
const open = async () =>
  unwrap(
    await desk.port.createSession(till.context(), {
      lines: [{ price, quantity: 1 }],
      expiresAt: till.clock.now() + 30 * MINUTE,
      intentData: { metadata: { order: String((orders += 1)) } },
    }),
  );

/** Lets everything that is undecided come to its end, and answers what became of a session. */
async function settle(id: string) {
  till.acquirer.resolve('approved');
  till.clock.advance(10 * MINUTE);
  await till.resolve();
  await till.deliver();
  return unwrap(await desk.port.findSession(till.context(), { id }));
}

/** How many intents a session has opened, and how many of them have money. */
async function intentsOf({ intentData }: { intentData: { metadata: object } }) {
  const [row] = await till.look<{ opened: number; paid: number }>(
    `SELECT count(*)::int AS opened,
  (count(*) FILTER (WHERE status IN ('succeeded', 'requires_capture')))::int AS paid
FROM payments.intent WHERE metadata = $1`,
    [JSON.stringify(intentData.metadata)],
  );
  return row ?? { opened: 0, paid: 0 };
}

type Act = { readonly kind: 'pay'; readonly card: string } | { readonly kind: 'expire' | 'sweep' | 'late' };
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      card: fc.constantFrom('pm_visa', 'pm_insufficient', 'pm_lost'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('expire' as const, 'sweep' as const, 'late' as const) }),
  },
);

async function perform(id: string, one: Act): Promise<unknown> {
  switch (one.kind) {
    case 'pay':
      return desk.port.paySession(till.context(), { id, paymentMethod: one.card });
    case 'expire':
      return desk.port.expireSession(till.context(), { id });
    case 'late':
      till.clock.advance(31 * MINUTE);
      return desk.sweep();
    case 'sweep':
      return desk.sweep();
  }
}

describe('a session is paid at most once', () => {
  it('whatever comes at once: tabs, cards, expiry by wish and by time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          const { id } = await open();
          const before = till.acquirer.totals().captured;
          for (const round of rounds) await Promise.all(round.map((one) => perform(id, one)));
          const session = await settle(id);
          const taken = till.acquirer.totals().captured - before;
          expect(taken).toBe(session.status === 'complete' ? 1000n : 0n);
          const intents = await intentsOf(session);
          expect(intents.opened).toBeLessThanOrEqual(1);
          expect(intents.paid).toBe(session.status === 'complete' ? 1 : 0);
          const told = await till.told('checkout', id);
          expect(told).toEqual(
            { complete: ['checkout.session.completed'], expired: ['checkout.session.expired'], open: [] }[
              session.status
            ],
          );
        },
      ),
      { numRuns: Number(process.env['TPMALL_RUNS'] ?? 40) },
    );
  });

  it('or expired with nothing held, where one pays and one expires at once', async () => {
    const ends = { complete: 0, expired: 0 };
    for (let round = 0; round < 50; round += 1) {
      const captureMethod = round % 2 === 0 ? 'automatic' : 'manual';
      const lines = [{ price, quantity: 1 }];
      const metadata = { order: String((orders += 1)) };
      const intentData = { captureMethod, metadata } as const;
      const { id } = unwrap(await desk.port.createSession(till.context(), { lines, intentData }));
      // A session that was tried before has an intent to cancel; one that was not has none yet.
      if (round % 3 === 0) {
        await desk.port.paySession(till.context(), { id, paymentMethod: 'pm_insufficient' });
      }
      const before = till.acquirer.totals();
      const pay = () => desk.port.paySession(till.context(), { id, paymentMethod: 'pm_visa' });
      const expire = () => desk.port.expireSession(till.context(), { id });
      const [first, second] = round % 4 < 2 ? ([pay, expire] as const) : ([expire, pay] as const);
      // Of either order one round is not at once, so that both ends come up whoever wins the others.
      if (round === 0 || round === 2) {
        await first();
        await second();
      } else await Promise.all([first(), second()]);
      // Whoever had to give way may try again: the end stands.
      await expire();
      const session = await settle(id);
      const { paid } = await intentsOf(session);
      const after = till.acquirer.totals();
      const taken = after.captured - before.captured;
      const held = after.held - before.held;
      if (session.status === 'open') throw new Error(`round ${round} ended nothing`);
      ends[session.status] += 1;
      const isComplete = session.status === 'complete';
      expect(paid, `round ${round}`).toBe(isComplete ? 1 : 0);
      expect(taken, `round ${round}`).toBe(isComplete && captureMethod === 'automatic' ? 1000n : 0n);
      expect(held, `round ${round}`).toBe(isComplete && captureMethod === 'manual' ? 1000n : 0n);
    }
    expect(Math.min(ends.complete, ends.expired), JSON.stringify(ends)).toBeGreaterThan(0);
  });

  it('where it is ended by somebody who looked before another began to pay', async () => {
    const { id } = await open();
    let paying: Promise<unknown> | undefined;
    const slow = await till.start({
      db: (db) => ({
        ...db,
        transaction: async (work) => {
          paying ??= desk.port.paySession(till.context(), { id, paymentMethod: 'pm_lost' });
          await paying;
          return db.transaction(work);
        },
      }),
    });
    const ended = await slow.port.expireSession(till.context(), { id });
    expect(paying).toBeDefined();
    expect(ended.ok ? ended : ended.error.code).toBe('unavailable');
    expect((await settle(id)).status).toBe('complete');
  });

  it.each(['before', 'after'] as const)('by a process that dies %s any effect of paying', async (when) => {
    for (let effect = 1; effect <= EFFECTS_MAX; effect += 1) {
      const { id } = await open();
      const before = till.acquirer.totals().captured;
      const plan = dyingAt(effect, when);
      const mortal = await till.start(plan);
      const command = `pay-${id}`;
      const pay = (at: Desk) => at.port.paySession(till.context(command), { id, paymentMethod: 'pm_visa' });
      const first = await pay(mortal).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      const again = unwrap(await pay(desk));
      expect(again.session, `effect ${effect}`).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
      await settle(id);
      expect(till.acquirer.totals().captured - before, `effect ${effect}`).toBe(1000n);
      expect(await till.told('checkout', id)).toEqual(['checkout.session.completed']);
      if (!plan.died()) {
        expect(first).toBeDefined();
        expect(effect).toBeGreaterThan(5);
        return;
      }
    }
    throw new Error(`paying has more than ${EFFECTS_MAX} effects`);
  });

  it.each(['before', 'after'] as const)('or not at all, where expiry dies %s any effect', async (when) => {
    for (let effect = 1; effect <= EFFECTS_MAX; effect += 1) {
      const { id } = await open();
      await desk.port.paySession(till.context(), { id, paymentMethod: 'pm_insufficient' });
      const before = till.acquirer.totals().captured;
      const plan = dyingAt(effect, when);
      const mortal = await till.start(plan);
      const expire = (at: Desk) => at.port.expireSession(till.context(`end-${id}`), { id });
      await expire(mortal).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      const raced = await desk.port.paySession(till.context(), { id, paymentMethod: 'pm_visa' });
      till.clock.advance(31 * MINUTE);
      await desk.sweep();
      const session = await settle(id);
      const paid = raced.ok ? 1000n : 0n;
      expect(till.acquirer.totals().captured - before, `effect ${effect}`).toBe(paid);
      expect(session.status, `effect ${effect}`).toBe(raced.ok ? 'complete' : 'expired');
      if (!plan.died()) return;
    }
    throw new Error(`expiring has more than ${EFFECTS_MAX} effects`);
  });
});
