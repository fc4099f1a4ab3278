import { catalogue } from '@tpmall/catalogue';
import { catalogueContract } from '@tpmall/catalogue/contract';
import { checkout } from '@tpmall/checkout';
import { checkoutContract } from '@tpmall/checkout/contract';
import { MINUTE, systemClock, unwrap } from '@tpmall/kernel';
import type { Contract, Port } from '@tpmall/platform/contract';
import { createRelay } from '@tpmall/platform/events';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog } from '@tpmall/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parts, portFor } from '../commerce/world.ts';
import { dyingAt, Killed } from '../payments/world/crash.ts';
import { createTestVault } from '../payments/world/vault.ts';
import type { Between } from './world.ts';
import {
  balanceOf,
  createWorld,
  type Desk,
  MERCHANT,
  merchants,
  openWith,
  TENANT,
  type World,
} from './world.ts';

/** Paying has no more effects than this; the matrix ends where it survives. */
const EFFECTS_MAX = 60;

let world: World;
let desk: Desk;
let till: Awaited<ReturnType<typeof openTill>>;
beforeAll(async () => {
  world = await createWorld([catalogue, checkout]);
  desk = await world.start();
  till = await openTill();
});
afterAll(async () => {
  await till.stop();
  await world.close();
});

/** Checkout on the real wallets; it dies with them, as one process. */
async function openTill() {
  const { database, clock } = world;
  const common = parts(clock);
  const shelves = await catalogue.create({
    ...common,
    config: {},
    db: database.db('catalogue'),
    ports: { accounts: merchants },
  });
  const running = async (between: Between, below: Desk) => {
    const put = <C extends Contract>(contract: C, port: Port<C>): Port<C> =>
      between.port?.(contract, port) ?? port;
    const { needs } = checkout;
    return checkout.create({
      ...common,
      config: checkout.config.parse({}),
      db: between.db?.(database.db('checkout')) ?? database.db('checkout'),
      ports: {
        accounts: put(needs.accounts, merchants),
        catalogue: put(
          needs.catalogue,
          portFor(catalogueContract, shelves.implementation, clock, 'checkout'),
        ),
        payments: put(needs.payments, world.paymentsFor('checkout')),
        vault: createTestVault(TENANT).port,
        wallet: put(needs.wallet, below.portFor('checkout')),
      },
    });
  };
  const listener = await running({}, desk);
  const relay = createRelay({
    reader: database.db('relay'),
    consumers: (listener.subscriptions ?? []).map((subscription) => ({
      ...{ module: 'checkout', db: database.db('checkout'), subscription },
    })),
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  });
  const start = async (between: Between = {}, below = desk) => {
    const { implementation } = await running(between, below);
    return {
      shop: portFor(checkoutContract, implementation, clock, 'gateway'),
      page: portFor(checkoutContract, implementation, clock, 'web'),
    };
  };
  return { start, deliver: () => relay.drain(), stop: () => relay.stop() };
}

type Counter = Awaited<ReturnType<(typeof till)['start']>>;

async function place(at: Counter, amount: string): Promise<string> {
  const priceData = {
    ...{ currency: 'eur', unitAmountDecimal: amount, productData: { name: 'Tea', merchant: MERCHANT } },
  };
  const lines = [{ priceData, quantity: 1 }];
  return unwrap(await at.shop.createSession(world.context(), { lines })).id;
}

/** As the page of somebody's own session asks. */
const pay = (at: Counter, id: string, wallet: string, person: string, command?: string) =>
  at.page.paySessionFromWallet(world.context(command, TENANT, `person_${person}`), { id, wallet });

const find = async (at: Counter, id: string) => unwrap(await at.shop.findSession(world.context(), { id }));

describe('an order that is paid from a wallet', () => {
  it('is complete, and what comes back of it is in the wallet again', async () => {
    const at = await till.start();
    const wallet = await openWith(world, desk, 'order_ada', 100_00n);
    const id = await place(at, '4000');
    const paid = unwrap(await pay(at, id, wallet, 'order_ada', 'pay once'));
    expect(paid.session).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(await pay(at, id, wallet, 'order_ada', 'pay once')).toMatchObject({ ok: true });
    expect(await pay(at, id, wallet, 'order_ada')).toMatchObject({ error: { code: 'session_not_open' } });
    expect((await balanceOf(world, desk, wallet)).available).toBe(60_00n);
    const { paymentIntent } = await find(at, id);
    const refund = { paymentIntent: paymentIntent ?? '', amount: 15_00n };
    unwrap(await world.payments.createRefund(world.context(), refund));
    await world.deliver();
    expect((await balanceOf(world, desk, wallet)).available).toBe(75_00n);
  });

  it('stays open where the balance is too small, says what is missing, and takes a card', async () => {
    const at = await till.start();
    const wallet = await openWith(world, desk, 'order_bo', 10_00n);
    const id = await place(at, '1250');
    expect(await pay(at, id, wallet, 'order_bo')).toMatchObject({
      error: { code: 'insufficient_funds', detail: { missing: '250', available: '1000' } },
    });
    expect(await find(at, id)).toMatchObject({ status: 'open' });
    unwrap(await at.shop.paySession(world.context(), { id, paymentMethod: 'pm_visa' }));
    expect(await find(at, id)).toMatchObject({ status: 'complete' });
    expect(await balanceOf(world, desk, wallet)).toEqual({ available: 10_00n, pending: 0n });
  });

  it('is paid by nobody but the person whose wallet it is', async () => {
    const at = await till.start();
    const wallet = await openWith(world, desk, 'order_cy', 50_00n);
    const id = await place(at, '2000');
    for (const somebody of ['order_di', 'nobody']) {
      const refused = await pay(at, id, wallet, somebody);
      expect(refused).toMatchObject({ error: { code: 'wallet_not_found' } });
    }
    const asKey = await at.page.paySessionFromWallet(world.context(), { id, wallet });
    expect(asKey).toMatchObject({ error: { code: 'wallet_not_found' } });
    expect(await balanceOf(world, desk, wallet)).toEqual({ available: 50_00n, pending: 0n });
    expect(await find(at, id)).toMatchObject({ status: 'open' });
  });

  it('is paid once, whoever of twenty tabs is first', async () => {
    const at = await till.start();
    const wallet = await openWith(world, desk, 'order_ed', 100_00n);
    const id = await place(at, '3000');
    const all = await Promise.all(Array.from({ length: 20 }, () => pay(at, id, wallet, 'order_ed')));
    expect(all.some(({ ok }) => ok)).toBe(true);
    await world.deliver();
    await till.deliver();
    expect(await find(at, id)).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(await balanceOf(world, desk, wallet)).toEqual({ available: 70_00n, pending: 0n });
  });

  it.each(['before', 'after'] as const)('killed %s any of its effects is paid once', async (when) => {
    let effect = 1;
    for (; effect <= EFFECTS_MAX; effect += 1) {
      const person = `order_${when}_${effect}`;
      const wallet = await openWith(world, desk, person, 100_00n);
      const alive = await till.start();
      const id = await place(alive, '4000');
      const dying = dyingAt(effect, when);
      const below = await world.start({ ...dying, aroundPayments: true });
      const command = `kill ${when} ${effect}`;
      const outcome = await pay(await till.start(dying, below), id, wallet, person, command).catch(
        (error: unknown) => error,
      );
      if (dying.died()) expect(outcome).toBeInstanceOf(Killed);

      world.clock.advance(2 * MINUTE);
      await world.resolve();
      await desk.sweep();
      // The page never had an answer, so its form is sent once more.
      await pay(alive, id, wallet, person, command);
      world.clock.advance(2 * MINUTE);
      await world.resolve();
      await desk.sweep();
      await world.deliver();
      await till.deliver();
      expect({ effect, ...(await find(alive, id)) }).toMatchObject({ effect, status: 'complete' });
      expect({ effect, ...(await balanceOf(world, desk, wallet)) }).toEqual({
        ...{ effect, available: 60_00n, pending: 0n },
      });
      if (!dying.died()) break;
    }
    expect(effect).toBeGreaterThan(8);
    expect(effect).toBeLessThan(EFFECTS_MAX);
  });
});
