import { DAY, err, HOUR, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf, createWorld, type Desk, openWith, type World } from './world.ts';

let world: World;
let desk: Desk;
let people = 0;
const somebody = () => `shopper_${(people += 1)}`;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
});
afterAll(() => world.close());

const send = (wallet: string, handle: string, amount: bigint) =>
  desk.port.send(world.context(), { wallet, handle, currency: 'eur', amount });

describe('a top-up', () => {
  it('credits the wallet with what the card paid, and once', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n, paymentMethod: 'pm_visa' };
    const first = unwrap(await desk.port.topUp(world.context(`top-up ${id}`), input));
    const again = unwrap(await desk.port.topUp(world.context(`top-up ${id}`), input));
    expect(first.operation).toMatchObject({ status: 'succeeded', captured: 50_00n });
    expect(again.operation).toEqual(first.operation);
    expect(first.paymentIntent).toMatchObject({ status: 'succeeded', amount: 50_00n });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
  });

  it('stays its wallet’s, whatever else is asked of its payment', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n };
    const { paymentIntent } = unwrap(await desk.port.topUp(world.context(), input));
    for (const change of [{ split: [] }, { amount: 60_00n }, { applicationFee: 1n }]) {
      const [field] = Object.keys(change);
      const changed = await world.payments.updateIntent(world.context(), { id: paymentIntent.id, ...change });
      expect(changed).toMatchObject({ ok: false, error: { code: 'invalid_input', field } });
    }
    const told = { id: paymentIntent.id, description: 'For the holidays' };
    unwrap(await world.payments.updateIntent(world.context(), told));
    unwrap(await world.payments.confirmIntent(world.context(), { id: told.id, paymentMethod: 'pm_visa' }));
    expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
  });

  it('that is declined ends, and frees its room', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n, paymentMethod: 'pm_insufficient' };
    const declined = await desk.port.topUp(world.context(`declined ${id}`), input);
    expect(declined).toMatchObject({ ok: false, error: { code: 'card_declined' } });
    expect(await desk.port.topUp(world.context(`declined ${id}`), input)).toMatchObject({
      ok: false,
      error: { code: 'card_declined' },
    });
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(0n);
    expect(await balanceOf(world, desk, id)).toEqual({ available: 0n, pending: 0n });
  });

  it('that is declined goes on where it cannot be called off, and is paid by another card', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n, paymentMethod: 'pm_insufficient' };
    const state = async () => {
      const { items } = unwrap(await desk.port.listOperations(world.context(), { limit: 5, wallet: id }));
      const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
      return { operations: items.map(({ status }) => status), balanceBound: use.balanceBound };
    };
    for (const code of ['unavailable', 'unknown'] as const) {
      const away = await world.start({
        port: (_contract, port) =>
          'cancelIntent' in port ? { ...port, cancelIntent: async () => err(code, 'no answer') } : port,
      });
      const asked = await away.port.topUp(world.context(`kept ${id}`), input);
      expect(asked).toMatchObject({ ok: false, error: { code } });
      expect(await state()).toEqual({ operations: ['pending'], balanceBound: 50_00n });
    }
    const [kept] = unwrap(await desk.port.listOperations(world.context(), { limit: 1, wallet: id })).items;
    const intent = kept?.paymentIntent ?? '';
    unwrap(await world.payments.confirmIntent(world.context(), { id: intent, paymentMethod: 'pm_visa' }));
    await world.deliver();
    expect(await state()).toEqual({ operations: ['succeeded'], balanceBound: 50_00n });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
  });

  it('that is declined ends when it is asked for again, where it could not be called off', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n, paymentMethod: 'pm_insufficient' };
    const away = await world.start({
      port: (_contract, port) =>
        'cancelIntent' in port ? { ...port, cancelIntent: async () => err('unavailable', 'away') } : port,
    });
    const command = `again ${id}`;
    expect(await away.port.topUp(world.context(command), input)).toMatchObject({ ok: false });
    expect(await desk.port.topUp(world.context(command), input)).toMatchObject({
      error: { code: 'card_declined' },
    });
    const [ended] = unwrap(await desk.port.listOperations(world.context(), { limit: 1, wallet: id })).items;
    expect(ended).toMatchObject({ status: 'canceled', failure: 'card_declined' });
    const intent = await world.payments.findIntent(world.context(), { id: ended?.paymentIntent ?? '' });
    expect(unwrap(intent).status).toBe('canceled');
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(0n);
  });

  it('that is declined is what another attempt makes of it, where that is ahead', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 50_00n, paymentMethod: 'pm_insufficient' };
    const beside = await world.start({
      port: (_contract, port) =>
        'cancelIntent' in port
          ? {
              ...port,
              cancelIntent: async (...asked: Parameters<typeof world.payments.cancelIntent>) => {
                const other = { id: asked[1].id, paymentMethod: 'pm_visa' };
                unwrap(await world.payments.confirmIntent(world.context(), other));
                return world.payments.cancelIntent(...asked);
              },
            }
          : port,
    });
    const made = unwrap(await beside.port.topUp(world.context(), input));
    expect(made.operation).toMatchObject({ status: 'succeeded', captured: 50_00n, failure: null });
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(50_00n);
  });

  it('of a customer who is unknown or gone is refused, and leaves nothing behind', async () => {
    const id = await openWith(world, desk, somebody());
    const gone = unwrap(await world.payments.createCustomer(world.context(), { name: 'Gone' })).id;
    unwrap(await world.payments.deleteCustomer(world.context(), { id: gone }));
    for (const customer of ['cus_none', gone]) {
      const input = { wallet: id, currency: 'eur', amount: 50_00n, customer };
      expect(await desk.port.topUp(world.context(), input)).toMatchObject({
        ok: false,
        error: { code: 'customer_not_found', field: 'customer' },
      });
    }
    const listed = await desk.port.listOperations(world.context(), { wallet: id, limit: 10 });
    expect(unwrap(listed).items).toEqual([]);
  });

  it('that nobody pays ends by itself; one that is paid on the page is learnt of', async () => {
    const id = await openWith(world, desk, somebody());
    const ask = { wallet: id, currency: 'eur', amount: 30_00n };
    const [forgotten, paid] = [
      unwrap(await desk.port.topUp(world.context(), ask)),
      unwrap(await desk.port.topUp(world.context(), ask)),
    ];
    const { id: intent } = paid.paymentIntent;
    unwrap(await world.payments.confirmIntent(world.context(), { id: intent, paymentMethod: 'pm_visa' }));
    await world.deliver();
    const found = await desk.port.findOperation(world.context(), { id: paid.operation.id });
    expect(unwrap(found).status).toBe('succeeded');
    world.clock.advance(DAY);
    await desk.sweep();
    const ended = await desk.port.findOperation(world.context(), { id: forgotten.operation.id });
    expect(unwrap(ended).status).toBe('canceled');
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(30_00n);
    expect(await balanceOf(world, desk, id)).toEqual({ available: 30_00n, pending: 0n });
  });

  it('counts what was paid, where the platform has taken less than was asked for', async () => {
    const id = await openWith(world, desk, somebody());
    const asked = unwrap(
      await desk.port.topUp(world.context(), { wallet: id, currency: 'eur', amount: 30_00n }),
    );
    const intent = asked.paymentIntent.id;
    const held = { id: intent, paymentMethod: 'pm_visa', captureMethod: 'manual' as const };
    unwrap(await world.payments.confirmIntent(world.context(), held));
    unwrap(await world.payments.captureIntent(world.context(), { id: intent, amountToCapture: 20_00n }));
    await world.deliver();
    const found = unwrap(await desk.port.findOperation(world.context(), { id: asked.operation.id }));
    expect(found).toMatchObject({ status: 'succeeded', captured: 20_00n });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 20_00n, pending: 0n });
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(20_00n);
  });

  it('counts what came back of it before the last of it was taken', async () => {
    const id = await openWith(world, desk, somebody());
    const ask = { wallet: id, currency: 'eur', amount: 30_00n };
    const { operation, paymentIntent } = unwrap(await desk.port.topUp(world.context(), ask));
    unwrap(
      await world.payments.confirmIntent(world.context(), {
        ...{ id: paymentIntent.id, paymentMethod: 'pm_visa', captureMethod: 'manual' },
        captureRequests: { multicapture: true },
      }),
    );
    const capture = (amountToCapture: bigint, finalCapture: boolean) =>
      world.payments.captureIntent(world.context(), { id: paymentIntent.id, amountToCapture, finalCapture });
    const counted = async () => {
      await world.deliver();
      const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
      const found = unwrap(await desk.port.findOperation(world.context(), { id: operation.id }));
      const { status, captured, refunded } = found;
      return { status, captured, refunded, balanceBound: use.balanceBound };
    };
    unwrap(await capture(20_00n, false));
    const refund = { paymentIntent: paymentIntent.id, amount: 5_00n };
    expect(unwrap(await world.payments.createRefund(world.context(), refund)).status).toBe('succeeded');
    expect(await counted()).toEqual({
      ...{ status: 'pending', captured: 20_00n, refunded: 5_00n, balanceBound: 25_00n },
    });
    unwrap(await capture(4_00n, true));
    expect(await counted()).toEqual({
      ...{ status: 'succeeded', captured: 24_00n, refunded: 5_00n, balanceBound: 19_00n },
    });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 19_00n, pending: 0n });
  });

  it('goes on where payments was away while its card was asked', async () => {
    const id = await openWith(world, desk, somebody());
    const input = { wallet: id, currency: 'eur', amount: 30_00n, paymentMethod: 'pm_visa' };
    const away = await world.start({
      port: (_contract, port) =>
        'confirmIntent' in port
          ? { ...port, confirmIntent: async () => err('unavailable', 'payments is away') }
          : port,
    });
    expect(await away.port.topUp(world.context(`away ${id}`), input)).toMatchObject({
      error: { code: 'unavailable' },
    });
    const again = unwrap(await desk.port.topUp(world.context(`away ${id}`), input));
    expect(again.operation).toMatchObject({ status: 'succeeded', captured: 30_00n });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 30_00n, pending: 0n });
  });

  it('goes back to its card as far as it was not spent', async () => {
    const id = await openWith(world, desk, somebody(), 50_00n);
    const [topUp] = unwrap(
      await desk.port.listOperations(world.context(), { limit: 1, wallet: id, kind: 'top_up' }),
    ).items;
    const paymentIntent = topUp?.paymentIntent ?? '';
    unwrap(await send(id, somebody(), 30_00n));
    const tooMuch = await world.payments.createRefund(world.context(), { paymentIntent, amount: 30_00n });
    expect(unwrap(tooMuch)).toMatchObject({ status: 'failed', failureReason: 'insufficient_funds' });
    const declined = await world.payments.createRefund(world.context(), { paymentIntent, amount: 10_07n });
    expect(unwrap(declined)).toMatchObject({ status: 'failed', failureReason: 'declined' });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 20_00n, pending: 0n });
    const refund = await world.payments.createRefund(world.context(), { paymentIntent, amount: 15_00n });
    expect(unwrap(refund)).toMatchObject({ status: 'succeeded' });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 5_00n, pending: 0n });
    await world.deliver();
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use.balanceBound).toBe(5_00n);
  });

  it('counts as gone back once it has, whatever is said of its charge meanwhile', async () => {
    const id = await openWith(world, desk, somebody(), 100_00n);
    const [topUp] = unwrap(
      await desk.port.listOperations(world.context(), { limit: 1, wallet: id, kind: 'top_up' }),
    ).items;
    const paymentIntent = topUp?.paymentIntent ?? '';
    const ask = (amount: bigint) => world.payments.createRefund(world.context(), { paymentIntent, amount });
    const late = unwrap(await ask(30_13n));
    expect(late.status).toBe('pending');
    const counted = async () => {
      await world.deliver();
      const { balanceBound } = unwrap(
        await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }),
      );
      const found = unwrap(await desk.port.findOperation(world.context(), { id: topUp?.id ?? '' }));
      return { balanceBound, refunded: found.refunded };
    };
    unwrap(await world.payments.updateCharge(world.context(), { id: late.charge, metadata: { seen: '1' } }));
    expect(await counted()).toEqual({ balanceBound: 100_00n, refunded: 0n });
    unwrap(await ask(20_00n));
    expect(await counted()).toEqual({ balanceBound: 80_00n, refunded: 20_00n });
    world.acquirer.resolve('reversed');
    world.clock.advance(HOUR);
    await world.resolve();
    expect(await balanceOf(world, desk, id)).toEqual({ available: 80_00n, pending: 0n });
    expect(await counted()).toEqual({ balanceBound: 80_00n, refunded: 20_00n });
  });
});
