import { DAY, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Desk, openWith, type World } from './world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
});
afterAll(() => world.close());

const CAPS = { dayMax: 30_00n, monthMax: null, yearMax: null, source: 'test', verified: true };
const set = (over: object, command?: string) =>
  desk.staff.setLimit(world.context(command), {
    ...{ tier: 'verified', currency: 'eur', balanceMax: 9_000_00n, transactionMax: 20_00n, ...CAPS, ...over },
  });
const send = (wallet: string, amount: bigint) =>
  desk.port.send(world.context(), { wallet, handle: 'somebody', currency: 'eur', amount });

describe('limits', () => {
  it('are kept to the cent, by transaction and by day, and begin anew with the day', async () => {
    const wallet = await openWith(world, desk, 'edge', 90_00n);
    unwrap(await set({}));
    expect(await send(wallet, 20_01n)).toMatchObject({
      error: { code: 'limit_exceeded', field: 'amount', detail: { limit: 'transaction', left: '2000' } },
    });
    unwrap(await send(wallet, 20_00n));
    unwrap(await send(wallet, 10_00n));
    expect(await send(wallet, 1n)).toMatchObject({ error: { detail: { limit: 'day', left: '0' } } });
    world.clock.advance(DAY);
    unwrap(await send(wallet, 20_00n));
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));
    expect(use).toMatchObject({ dayUsed: 20_00n, yearUsed: 50_00n });
  });

  it('refuse any amount that there is, however large', async () => {
    const wallet = await openWith(world, desk, 'large', 10_00n);
    const asked = { wallet, currency: 'eur', destination: 'DE89' };
    for (const amount of [2n ** 31n, 2n ** 53n - 1n, 2n ** 64n]) {
      const refused = { error: { code: 'limit_exceeded', detail: { limit: 'transaction' } } };
      expect(await send(wallet, amount)).toMatchObject(refused);
      expect(await desk.port.requestWithdrawal(world.context(), { ...asked, amount })).toMatchObject(refused);
    }
  });

  it('that refuse a send leave no trace on the other side', async () => {
    const wallet = await openWith(world, desk, 'traceless', 10_00n);
    const traces = () =>
      world.look(
        `SELECT (SELECT count(*) FROM wallet.limit_use) AS currencies,
          (SELECT count(*) FROM wallet.wallet) AS wallets`,
      );
    const before = await traces();
    const bahraini = { wallet, handle: 'somebody', currency: 'bhd', amount: 1n };
    expect(await desk.port.send(world.context(), bahraini)).toMatchObject({
      error: { code: 'currency_not_offered' },
    });
    expect(await send(wallet, 21_00n)).toMatchObject({ error: { code: 'limit_exceeded' } });
    expect(await traces()).toEqual(before);
  });

  it('that refuse a top-up, and a wallet that is frozen, leave no trace', async () => {
    unwrap(await set({}));
    const wallet = await openWith(world, desk, 'untouched');
    const traces = () =>
      world.look<{ currencies: number; accounts: number }>(
        `SELECT (SELECT count(*)::int FROM wallet.limit_use) AS currencies,
          (SELECT count(*)::int FROM ledger.account) AS accounts`,
      );
    const before = await traces();
    const topUp = (amount: bigint, currency = 'eur') =>
      desk.port.topUp(world.context(), { wallet, currency, amount });
    expect(await topUp(20_01n)).toMatchObject({
      error: { code: 'limit_exceeded', field: 'amount', detail: { limit: 'transaction', left: '2000' } },
    });
    expect(await topUp(1_00n, 'bhd')).toMatchObject({ error: { code: 'currency_not_offered' } });
    const change = (status: 'active' | 'frozen') =>
      desk.staff.changeWallet(world.context(), { id: wallet, status, reason: 'seen' });
    unwrap(await change('frozen'));
    expect(await topUp(1_00n)).toMatchObject({ error: { code: 'wallet_frozen' } });
    expect(await traces()).toEqual(before);
    unwrap(await change('active'));
    unwrap(await topUp(20_00n));
    expect(await traces()).toEqual(
      before.map(({ currencies, accounts }) => ({ currencies: currencies + 1, accounts: accounts + 1 })),
    );
  });

  it('of a month and a year outlast the day', async () => {
    unwrap(await set({ dayMax: null, transactionMax: 90_00n }));
    const wallet = await openWith(world, desk, 'lasting', 90_00n);
    unwrap(await set({ dayMax: null, monthMax: null, yearMax: 25_00n }));
    unwrap(await send(wallet, 20_00n));
    world.clock.advance(DAY);
    expect(await send(wallet, 6_00n)).toMatchObject({ error: { detail: { limit: 'year', left: '500' } } });
  });

  it('count the latest rule that has begun, are added once, and never to the past', async () => {
    unwrap(await set({ dayMax: null, transactionMax: 11_00n }));
    const wallet = await openWith(world, desk, 'ruled', 10_00n);
    unwrap(await set({ dayMax: null, transactionMax: 1_00n, effectiveFrom: world.clock.now() + DAY }));
    unwrap(await send(wallet, 2_00n));
    world.clock.advance(DAY);
    expect(await send(wallet, 2_00n)).toMatchObject({ error: { detail: { limit: 'transaction' } } });
    expect(await set({ effectiveFrom: world.clock.now() - 1 })).toMatchObject({
      error: { code: 'effective_in_the_past', field: 'effectiveFrom' },
    });
    const later = world.clock.now() + DAY;
    const first = unwrap(await set({ effectiveFrom: later }, 'set once'));
    expect(unwrap(await set({ effectiveFrom: later }, 'set once'))).toEqual(first);
    expect(await set({ effectiveFrom: later })).toMatchObject({ error: { code: 'limit_exists' } });
  });

  it('of a tier are nobody else’s, and follow who changes tiers', async () => {
    unwrap(await set({ dayMax: null, transactionMax: 90_00n }));
    const wallet = await openWith(world, desk, 'riser', 90_00n);
    const tierTo = async (tier: 'basic' | 'verified') =>
      unwrap(await desk.staff.changeWallet(world.context(), { id: wallet, tier, reason: 'seen' }));
    await tierTo('basic');
    unwrap(await set({ tier: 'basic', dayMax: 5_00n }));
    unwrap(await send(wallet, 5_00n));
    expect(await send(wallet, 1n)).toMatchObject({ error: { detail: { limit: 'day', maximum: '500' } } });
    await tierTo('verified');
    unwrap(await send(wallet, 40_00n));
    await tierTo('basic');
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));
    expect(use).toMatchObject({ limit: { tier: 'basic', dayMax: 5_00n }, dayUsed: 45_00n });
  });

  it('get back what did not go out on the day it was asked for, and on no other', async () => {
    unwrap(await set({ dayMax: null, transactionMax: 90_00n }));
    const wallet = await openWith(world, desk, 'undecided', 90_00n);
    unwrap(await set({ dayMax: 30_00n }));
    const withdraw = (amount: bigint) =>
      desk.port.requestWithdrawal(world.context(), { wallet, currency: 'eur', amount, destination: 'bank' });
    const yesterday = unwrap(await withdraw(20_00n));
    world.clock.advance(DAY);
    const today = unwrap(await withdraw(20_00n));
    unwrap(await withdraw(10_00n));
    unwrap(await desk.port.cancelWithdrawal(world.context(), { id: yesterday.id }));
    expect(await withdraw(1n)).toMatchObject({ error: { detail: { limit: 'day', left: '0' } } });
    unwrap(await desk.port.cancelWithdrawal(world.context(), { id: today.id }));
    unwrap(await withdraw(20_00n));
    expect(await withdraw(1n)).toMatchObject({ error: { detail: { limit: 'day', left: '0' } } });
  });

  it('begin anew at the first instant of a day, a month and a year, in a leap year too', async () => {
    unwrap(await set({ dayMax: null, transactionMax: 90_00n }));
    const wallet = await openWith(world, desk, 'calendar', 90_00n);
    const sendAt = async (instant: string) => {
      world.clock.advance(Date.parse(instant) * 1000 - world.clock.now());
      unwrap(await send(wallet, 1_00n));
      const use = unwrap(await desk.port.readLimits(world.context(), { wallet, currency: 'eur' }));
      return [use.dayUsed, use.monthUsed, use.yearUsed];
    };
    expect(await sendAt('2026-11-30T23:00:00Z')).toEqual([1_00n, 1_00n, 1_00n]);
    expect(await sendAt('2026-12-01T00:00:00Z')).toEqual([1_00n, 1_00n, 2_00n]);
    expect(await sendAt('2026-12-30T23:00:00Z')).toEqual([1_00n, 2_00n, 3_00n]);
    expect(await sendAt('2026-12-31T00:00:00Z')).toEqual([1_00n, 3_00n, 4_00n]);
    expect(await sendAt('2027-01-01T00:00:00Z')).toEqual([1_00n, 1_00n, 1_00n]);
    expect(await sendAt('2028-02-28T23:00:00Z')).toEqual([1_00n, 1_00n, 1_00n]);
    expect(await sendAt('2028-02-29T00:00:00Z')).toEqual([1_00n, 2_00n, 2_00n]);
    expect(await sendAt('2028-03-01T00:00:00Z')).toEqual([1_00n, 1_00n, 3_00n]);
  });

  it('say which currencies are offered', async () => {
    const wallet = await openWith(world, desk, 'traveller');
    const ask = { wallet, amount: 1_00n, paymentMethod: 'pm_visa' };
    expect(await desk.port.topUp(world.context(), { ...ask, currency: 'isk' })).toMatchObject({
      error: { code: 'currency_not_offered', field: 'currency' },
    });
    for (const currency of ['jpy', 'cny', 'sgd']) {
      unwrap(await desk.port.topUp(world.context(), { ...ask, currency }));
    }
    const balances = unwrap(await desk.port.readBalances(world.context(), { wallet }));
    expect(balances.map(({ currency }) => currency)).toEqual(['cny', 'jpy', 'sgd']);
  });
});
