import { HOUR, MINUTE, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dyingAt, Killed } from '../payments/world/crash.ts';
import { balanceOf, createWorld, type Desk, MERCHANT, openWith, order, TENANT, type World } from './world.ts';

/** No operation has more effects than this; the matrix ends where an operation survives. */
const EFFECTS_MAX = 60;

let world: World;

/** An operation that is killed, what comes before it, and where it must end however often it dies. */
interface Case {
  readonly name: string;
  /** What the operation is about: an order, a withdrawal, nothing. */
  prepare(alive: Desk, wallet: string): Promise<string>;
  act(desk: Desk, wallet: string, subject: string, command: string): Promise<unknown>;
  /** What the wallet, which had 100.00, has in the end. */
  readonly ends: { readonly available: bigint; readonly pending: bigint };
  readonly status: string;
}

const ask = (alive: Desk, wallet: string) =>
  alive.port.requestWithdrawal(world.context(), {
    ...{ wallet, currency: 'eur', amount: 40_00n, destination: 'bank' },
  });
const approved = async (alive: Desk, wallet: string): Promise<string> => {
  const { id } = unwrap(await ask(alive, wallet));
  const ada = world.context(undefined, TENANT, 'operator:person_ada');
  unwrap(await alive.staff.decideWithdrawal(ada, { id, to: 'approved', reason: 'checked' }));
  return id;
};
const decide =
  (to: 'paid' | 'failed', reference?: string) => (desk: Desk, _: string, id: string, command: string) =>
    desk.staff.decideWithdrawal(world.context(command, TENANT, 'operator:person_bob'), {
      ...{ id, to, reason: 'bank' },
      ...(reference !== undefined && { reference }),
    });
const pay = (desk: Desk, wallet: string, paymentIntent: string, command: string) =>
  desk.port.pay(world.context(command), { wallet, paymentIntent });

const cases: readonly Case[] = [
  {
    name: 'a top-up',
    prepare: async () => unwrap(await world.payments.createCustomer(world.context(), {})).id,
    act: (desk, wallet, customer, command) =>
      desk.port.topUp(world.context(command), {
        ...{ wallet, currency: 'eur', amount: 40_00n, paymentMethod: 'pm_visa' },
        ...{ customer, receiptEmail: 'ada@example.com' },
      }),
    ends: { available: 140_00n, pending: 0n },
    status: 'succeeded',
  },
  {
    name: 'a send',
    prepare: async () => '',
    act: (desk, wallet, _, command) =>
      desk.port.send(world.context(command), {
        wallet,
        handle: 'recipient',
        currency: 'eur',
        amount: 40_00n,
      }),
    ends: { available: 60_00n, pending: 0n },
    status: 'succeeded',
  },
  {
    name: 'a payment',
    prepare: () => order(world, 40_00n),
    act: pay,
    ends: { available: 60_00n, pending: 0n },
    status: 'succeeded',
  },
  {
    name: 'a payment that is held',
    prepare: () => order(world, 40_00n, 'manual'),
    act: pay,
    ends: { available: 60_00n, pending: 40_00n },
    status: 'authorised',
  },
  {
    name: 'a payment beyond the balance',
    prepare: () => order(world, 100_01n),
    act: pay,
    ends: { available: 100_00n, pending: 0n },
    status: 'failed',
  },
  {
    name: 'a withdrawal asked for',
    prepare: async () => '',
    act: (desk, wallet, _, command) =>
      desk.port.requestWithdrawal(world.context(command), {
        ...{ wallet, currency: 'eur', amount: 40_00n, destination: 'bank' },
      }),
    ends: { available: 60_00n, pending: 40_00n },
    status: 'requested',
  },
  {
    name: 'a withdrawal that is paid',
    prepare: approved,
    act: decide('paid', 'SEPA 1'),
    ends: { available: 60_00n, pending: 0n },
    status: 'paid',
  },
  {
    name: 'a withdrawal that fails',
    prepare: approved,
    act: decide('failed'),
    ends: { available: 100_00n, pending: 0n },
    status: 'failed',
  },
];

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

let people = 0;

describe.each(cases)('$name', ({ name, prepare, act, ends, status }) => {
  it.each(['before', 'after'] as const)(
    'killed %s any of its effects ends in one legal state',
    async (when) => {
      const alive = await world.start();
      let effect = 1;
      for (; effect <= EFFECTS_MAX; effect += 1) {
        const wallet = await openWith(world, alive, `crash_${(people += 1)}`, 100_00n);
        const subject = await prepare(alive, wallet);
        const due = await world.credit('merchant_payable', MERCHANT);
        const command = `crash ${when} ${effect} ${wallet}`;
        const dying = dyingAt(effect, when);
        const outcome = await act(
          await world.start({ ...dying, aroundPayments: true }),
          wallet,
          subject,
          command,
        ).catch((error: unknown) => error);
        if (dying.died()) expect(outcome).toBeInstanceOf(Killed);

        world.clock.advance(2 * MINUTE);
        const next = await world.start();
        await world.resolve();
        await next.sweep();
        // The client never had an answer, so it repeats its command: the outcome is the same.
        await act(next, wallet, subject, command);
        world.clock.advance(2 * MINUTE);
        await world.resolve();
        await next.sweep();
        await world.deliver();

        const kind = /top-up|send|payment|withdrawal/.exec(name)?.[0].replace('-', '_') as 'send';
        const { items } = unwrap(await next.port.listOperations(world.context(), { limit: 5, wallet, kind }));
        expect({ effect, status: items[0]?.status, movingTo: items[0]?.movingTo }).toEqual({
          ...{ effect, status, movingTo: null },
        });
        expect({ effect, ...(await balanceOf(world, next, wallet)) }).toEqual({ effect, ...ends });
        const use = unwrap(await next.port.readLimits(world.context(), { wallet, currency: 'eur' }));
        expect({ effect, bound: use.balanceBound }).toEqual({ effect, bound: ends.available + ends.pending });
        const paid = name === 'a payment' ? 36_00n : 0n;
        expect(await world.credit('merchant_payable', MERCHANT)).toBe(due + paid);
        if (!dying.died()) break;
      }
      expect(effect).toBeGreaterThan(3);
      expect(effect).toBeLessThan(EFFECTS_MAX);
    },
  );
});

it.each(['before', 'after'] as const)(
  'a top-up killed %s any of its effects is opened as it was asked for, and ends where nobody comes back',
  async (when) => {
    const alive = await world.start();
    const { id: customer } = unwrap(await world.payments.createCustomer(world.context(), {}));
    let effect = 1;
    for (; effect <= EFFECTS_MAX; effect += 1) {
      const wallet = await openWith(world, alive, `crash_${(people += 1)}`);
      const dying = dyingAt(effect, when);
      const desk = await world.start({ ...dying, aroundPayments: true });
      const asked = { wallet, currency: 'eur', amount: 40_00n, customer, receiptEmail: 'ada@example.com' };
      await desk.port.topUp(world.context(), asked).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Killed);
      });
      world.clock.advance(2 * MINUTE);
      await alive.sweep();
      const find = async () =>
        unwrap(await alive.port.listOperations(world.context(), { limit: 5, wallet })).items[0];
      const opened = await find();
      if (opened) {
        const intent = await world.payments.findIntent(world.context(), { id: opened.paymentIntent ?? '' });
        expect({ effect, ...unwrap(intent) }).toMatchObject({ customer, receiptEmail: asked.receiptEmail });
      }
      world.clock.advance(HOUR);
      await alive.sweep();
      expect({ effect, status: (await find())?.status }).toEqual({ effect, status: opened && 'canceled' });
      const use = unwrap(await alive.port.readLimits(world.context(), { wallet, currency: 'eur' }));
      expect(use.balanceBound).toBe(0n);
      if (!dying.died()) break;
    }
    expect(effect).toBeGreaterThan(3);
    expect(effect).toBeLessThan(EFFECTS_MAX);
  },
);
