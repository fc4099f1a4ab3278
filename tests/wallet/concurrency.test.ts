import { unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf, createWorld, type Desk, openWith, order, type World } from './world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
});
afterAll(() => world.close());

const use = async (wallet: string) =>
  unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));

describe('at once', () => {
  it('200 sends from one balance take exactly what is there', async () => {
    const from = await openWith(world, desk, 'giver', 100_00n);
    const recipients = Array.from({ length: 10 }, (_, index) => `taker_${index}`);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        desk.port.send(world.context(), {
          ...{ wallet: from, handle: recipients[index % 10] ?? '', currency: 'eur', amount: 1_00n },
        }),
      ),
    );
    const codes = answers.map((answer) => (answer.ok ? answer.value.status : answer.error.code));
    expect(codes.filter((code) => code === 'succeeded')).toHaveLength(100);
    expect(codes.filter((code) => code === 'insufficient_funds')).toHaveLength(100);
    expect(await balanceOf(world, desk, from)).toEqual({ available: 0n, pending: 0n });
    const given = await Promise.all(
      recipients.map(async (name) => {
        const { id } = unwrap(await desk.port.findWallet(world.context(), { person: `person_${name}` }));
        return (await balanceOf(world, desk, id)).available;
      }),
    );
    expect(given.reduce((sum, each) => sum + each, 0n)).toBe(100_00n);
    expect(await use(from)).toMatchObject({ dayUsed: 100_00n, balanceBound: 0n });
  });

  it('two wallets that send to each other never wait for each other', async () => {
    const [a, b] = [
      await openWith(world, desk, 'left', 50_00n),
      await openWith(world, desk, 'right', 50_00n),
    ];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        desk.port.send(world.context(), {
          ...{
            wallet: index % 2 ? a : b,
            handle: index % 2 ? 'right' : 'left',
            currency: 'eur',
            amount: 3_00n,
          },
        }),
      ),
    );
    expect(answers.filter((answer) => !answer.ok && answer.error.code !== 'insufficient_funds')).toEqual([]);
    const [left, right] = [await balanceOf(world, desk, a), await balanceOf(world, desk, b)];
    expect(left.available + right.available).toBe(100_00n);
  });

  it('two wallets pay an order once, and the one that was second keeps its money', async () => {
    const [first, second] = [
      await openWith(world, desk, 'sooner', 50_00n),
      await openWith(world, desk, 'later', 50_00n),
    ];
    const paymentIntent = await order(world, 40_00n);
    const payments = world.paymentsFor('wallet');
    // Both have seen that it is to be paid when the first one pays it.
    const payFromWallet: typeof payments.payFromWallet = async (...asked) => {
      unwrap(await desk.port.pay(world.context(), { wallet: first, paymentIntent }));
      return payments.payFromWallet(...asked);
    };
    const overtaken = await world.start({
      port: (_contract, port) => ('payFromWallet' in port ? { ...port, payFromWallet } : port),
    });
    expect(await overtaken.port.pay(world.context(), { wallet: second, paymentIntent })).toMatchObject({
      error: { code: 'payment_intent_unexpected_state', detail: { status: 'succeeded' } },
    });
    const ask = { limit: 5, kind: 'payment' as const };
    for (const [wallet, status, available] of [
      [first, 'succeeded', 10_00n],
      [second, 'failed', 50_00n],
    ] as const) {
      const { items } = unwrap(await desk.port.listOperations(world.context(), { ...ask, wallet }));
      expect(items.map((each) => each.status)).toEqual([status]);
      expect(await balanceOf(world, desk, wallet)).toEqual({ available, pending: 0n });
      expect(await use(wallet)).toMatchObject({ balanceBound: available, dayUsed: 50_00n - available });
    }
  });

  it('two tabs that pay an order from one wallet leave it to the one that paid', async () => {
    const wallet = await openWith(world, desk, 'tabbed', 50_00n);
    const ask = { wallet, paymentIntent: await order(world, 40_00n) };
    const payments = world.paymentsFor('wallet');
    type Pay = typeof payments.payFromWallet;
    const startWith = (payFromWallet: Pay) =>
      world.start({
        port: (_contract, port) => ('payFromWallet' in port ? { ...port, payFromWallet } : port),
      });
    // The first tab's attempt is made once the second tab's is accepted.
    const first: Pay = async (...sooner) => {
      const second = await startWith(async (...later) => {
        unwrap(await payments.payFromWallet(...sooner));
        return payments.payFromWallet(...later);
      });
      expect(await second.port.pay(world.context(), ask)).toMatchObject({
        error: { code: 'payment_intent_unexpected_state' },
      });
      return payments.payFromWallet(...sooner);
    };
    const paid = unwrap(await (await startWith(first)).port.pay(world.context(), ask));
    expect(paid.operation.status).toBe('succeeded');
    const { paymentIntent } = ask;
    unwrap(await world.payments.createRefund(world.context(), { paymentIntent, amount: 5_00n }));
    const asked = { wallet, currency: 'eur', limit: 2 };
    const { items } = unwrap(await desk.port.history(world.context(), asked));
    expect(items.map(({ kind, operation }) => ({ kind, operation }))).toEqual([
      { kind: 'refund', operation: paid.operation.id },
      { kind: 'payment', operation: paid.operation.id },
    ]);
  });

  it('one command is one send', async () => {
    const from = await openWith(world, desk, 'repeater', 50_00n);
    const ask = { wallet: from, handle: 'taker_1', currency: 'eur', amount: 10_00n };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => desk.port.send(world.context('the same send'), ask)),
    );
    expect(new Set(answers.map((answer) => unwrap(answer).id)).size).toBe(1);
    expect(await balanceOf(world, desk, from)).toEqual({ available: 40_00n, pending: 0n });
  });

  it('the limit of a day is kept to the cent, and a balance’s', async () => {
    const limit = { tier: 'verified', currency: 'eur', transactionMax: 5_000_00n, source: 'test' } as const;
    const caps = { balanceMax: 20_000_00n, dayMax: 55_00n, monthMax: null, yearMax: null, verified: false };
    unwrap(await desk.staff.setLimit(world.context(), { ...limit, ...caps }));
    const from = await openWith(world, desk, 'limited', 100_00n);
    const sends = await Promise.all(
      Array.from({ length: 20 }, () =>
        desk.port.send(world.context(), {
          ...{ wallet: from, handle: 'taker_2', currency: 'eur', amount: 10_00n },
        }),
      ),
    );
    expect(sends.filter((answer) => answer.ok)).toHaveLength(5);
    const refused = sends.find((answer) => !answer.ok);
    expect(refused).toMatchObject({
      error: { code: 'limit_exceeded', detail: { limit: 'day', maximum: '5500', left: '500' } },
    });
    const rest = { wallet: from, handle: 'taker_2', currency: 'eur', amount: 5_00n };
    expect(unwrap(await desk.port.send(world.context(), rest)).status).toBe('succeeded');
    expect(await desk.port.send(world.context(), { ...rest, amount: 1n })).toMatchObject({
      error: { code: 'limit_exceeded' },
    });
    expect(
      await desk.port.pay(world.context(), { wallet: from, paymentIntent: await order(world, 1n) }),
    ).toMatchObject({ error: { code: 'limit_exceeded', detail: { left: '0' } } });
    unwrap(
      await desk.staff.setLimit(world.context(), { ...limit, ...caps, dayMax: null, balanceMax: 60_00n }),
    );
    const full = await openWith(world, desk, 'full');
    const topUps = await Promise.all(
      Array.from({ length: 10 }, () =>
        desk.port.topUp(world.context(), {
          ...{ wallet: full, currency: 'eur', amount: 25_00n, paymentMethod: 'pm_visa' },
        }),
      ),
    );
    expect(topUps.filter((answer) => answer.ok)).toHaveLength(2);
    expect((await balanceOf(world, desk, full)).available).toBe(50_00n);
    const given = await Promise.all(
      Array.from({ length: 5 }, () =>
        desk.port.send(world.context(), {
          ...{ wallet: from, handle: 'full', currency: 'eur', amount: 4_00n },
        }),
      ),
    );
    expect(given.map((answer) => (answer.ok ? 'sent' : answer.error.code)).sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'recipient_unavailable'),
      ...Array.from({ length: 2 }, () => 'sent'),
    ]);
    expect((await balanceOf(world, desk, full)).available).toBe(58_00n);
  });

  it.each(['dayMax', 'monthMax', 'yearMax', 'transactionMax'] as const)(
    'withdrawals and payments keep %s, where nothing looks before it takes',
    async (cap) => {
      const wide = { transactionMax: 5_000_00n, dayMax: null, monthMax: null, yearMax: null };
      const set = (over: object) =>
        desk.staff.setLimit(world.context(), {
          ...{ tier: 'verified', currency: 'eur', balanceMax: 20_000_00n, source: 'test', verified: false },
          ...{ ...wide, ...over },
        });
      unwrap(await set({}));
      const wallet = await openWith(world, desk, `capped_${cap.toLowerCase()}`, 100_00n);
      const isEach = cap === 'transactionMax';
      unwrap(await set({ [cap]: isEach ? 9_99n : 25_00n }));
      const orders = await Promise.all([1, 2, 3].map(() => order(world, 10_00n)));
      const asked = { wallet, currency: 'eur', amount: 10_00n, destination: 'bank' };
      const answers = await Promise.all([
        ...orders.map((paymentIntent) => desk.port.pay(world.context(), { wallet, paymentIntent })),
        ...orders.map(() => desk.port.requestWithdrawal(world.context(), asked)),
      ]);
      const limit = cap.replace('Max', '');
      expect(answers.filter((answer) => answer.ok)).toHaveLength(isEach ? 0 : 2);
      expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.error]))).toMatchObject(
        Array.from({ length: isEach ? 6 : 4 }, () => ({ code: 'limit_exceeded', detail: { limit } })),
      );
      const { available } = await balanceOf(world, desk, wallet);
      expect(available).toBe(isEach ? 100_00n : 80_00n);
    },
  );

  it('two people who decide about one withdrawal are one decision', async () => {
    unwrap(
      await desk.staff.setLimit(world.context(), {
        ...{ tier: 'verified', currency: 'eur', balanceMax: 20_000_00n, transactionMax: 5_000_00n },
        ...{ dayMax: null, monthMax: null, yearMax: null, source: 'test', verified: false },
      }),
    );
    const wallet = await openWith(world, desk, 'decided', 100_00n);
    const decide = (id: string, to: 'approved' | 'paid' | 'failed', who: string) =>
      desk.staff.decideWithdrawal(world.context(undefined, undefined, `operator:person_${who}`), {
        ...{ id, to, reason: 'checked' },
        ...(to === 'paid' && { reference: 'SEPA' }),
      });
    let left = 100_00n;
    for (let round = 0; round < 5; round += 1) {
      const asked = { wallet, currency: 'eur', amount: 10_00n, destination: 'bank' };
      const { id } = unwrap(await desk.port.requestWithdrawal(world.context(), asked));
      unwrap(await decide(id, 'approved', 'ada'));
      const [paid, failed] = await Promise.all([decide(id, 'paid', 'bob'), decide(id, 'failed', 'cleo')]);
      expect([paid.ok, failed.ok].filter(Boolean)).toHaveLength(1);
      const refused = paid.ok ? failed : paid;
      expect(refused).toMatchObject({ error: { code: 'withdrawal_unexpected_state' } });
      const after = unwrap(await desk.port.findOperation(world.context(), { id }));
      expect(after).toMatchObject({ status: paid.ok ? 'paid' : 'failed', movingTo: null });
      if (paid.ok) left -= 10_00n;
      expect(await balanceOf(world, desk, wallet)).toEqual({ available: left, pending: 0n });
    }
  });
});
