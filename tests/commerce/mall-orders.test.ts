import { MINUTE, unwrap } from '@tpmall/kernel';
import type { Order } from '@tpmall/mall/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MallWorld, openMall } from './mall.ts';

let world: MallWorld;
beforeAll(async () => {
  world = await openMall();
});
afterAll(() => world.close());

const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
const kiln = () => world.merchants[0];
const lantern = () => world.merchants[1];
const one = async (fen: number, stock: number, merchant = kiln()) => {
  const [variant = ''] = await world.list({ merchant, prices: [[fen, stock]] });
  return variant;
};
const pay = ({ session }: Order, card = 'pm_visa') =>
  world.desk.port.paySession(world.context(), { id: session ?? '', paymentMethod: card });
/** Lists goods anew at another price, as their merchant would. */
const reprice = async (id: string, fen: string) => {
  const goods = unwrap(await world.operator.findGoods(world.context(), { id })).goods;
  const price = unwrap(
    await world.catalogue.createPrice(world.context(), {
      product: goods.product,
      currency: 'cny',
      unitAmountDecimal: fen,
    }),
  );
  const { tenant: _tenant, merchant: _merchant, createdAt: _createdAt, ...said } = goods;
  const variants = goods.variants.map(({ sku, values }) => ({ sku, values, price: price.id, stock: 0 }));
  unwrap(await world.operator.putGoods(world.context(), { goods: [{ ...said, variants } as never] }));
};
const paid = async (pieces: Readonly<Record<string, number>>) => {
  const order = await world.order(pieces);
  unwrap(await pay(order));
  await world.deliverAll();
  return world.find(order);
};
const CNY = 156;
const owed = (merchant: string) => world.ledger.credit('merchant_payable', merchant, CNY);
const told = ({ id }: { id: string }) => world.told('mall', id);

describe('a person’s orders', () => {
  const customerOf = async (order: Order) =>
    unwrap(await world.desk.port.findSession(world.context(), { id: order.session ?? '' })).customer;
  const made = async (person: string) =>
    (
      await world.look<{ count: number }>(
        `SELECT count(*)::int AS count FROM payments.customer WHERE metadata->>'person' = $1`,
        [person],
      )
    )[0]?.count;

  it('go with one customer, however many pages are opened at once; a guest’s go with none', async () => {
    const bowl = await one(5_000, 50);
    const orders: Order[] = [];
    for (let index = 0; index < 5; index += 1) orders.push(await world.order({ [bowl]: 1 }));
    expect(await Promise.all(orders.map(customerOf))).toEqual([null, null, null, null, null]);
    // As if all had been placed by one person while nobody could open their pages.
    const owner = 'person:person_lin';
    await world.look('UPDATE mall.customer_order SET owner = $1, session = NULL WHERE id = ANY ($2)', [
      owner,
      orders.map(({ id }) => id),
    ]);
    const opened = await Promise.all(
      orders.map(async ({ id }) => unwrap(await world.mall.openPayment(world.context(), { id, owner }))),
    );
    const customers = new Set(await Promise.all(opened.map(customerOf)));
    expect(customers.size).toBe(1);
    expect(await made('person_lin')).toBe(1);
    const next = await world.order({ [bowl]: 1 }, { owner });
    expect(customers).toContain(await customerOf(next));
    expect(await made('person_lin')).toBe(1);
    const other = await world.order({ [bowl]: 1 }, { owner: 'person:person_wu' });
    expect(customers).not.toContain(await customerOf(other));
    const [row] = await world.look<object>(
      `SELECT email, name FROM mall.shopper WHERE person = 'person_lin'`,
    );
    expect(row).toEqual({ email: null, name: null });
  });

  it('have another customer after theirs was deleted', async () => {
    const bowl = await one(5_000, 50);
    const owner = 'person:person_gone';
    const customer = (await customerOf(await world.order({ [bowl]: 1 }, { owner }))) ?? '';
    unwrap(await world.payments.deleteCustomer(world.context(), { id: customer }));
    const next = await world.order({ [bowl]: 1 }, { owner });
    expect(next.session).not.toBeNull();
    expect(await customerOf(next)).toMatch(/^cus_/);
    expect(await customerOf(next)).not.toBe(customer);
  });

  it('have another customer also where the order that had theirs made has no page yet', async () => {
    const owner = 'person:person_early';
    const order = await world.order({ [await one(5_000, 50)]: 1 }, { owner });
    const customer = (await customerOf(order)) ?? '';
    // As if its page could not be opened before the customer was deleted.
    await world.look('UPDATE mall.customer_order SET session = NULL WHERE id = $1', [order.id]);
    await world.look('DELETE FROM checkout.command WHERE key LIKE $1', [`%${order.id}.session%`]);
    unwrap(await world.payments.deleteCustomer(world.context(), { id: customer }));
    const opened = unwrap(await world.mall.openPayment(world.context(), { id: order.id, owner }));
    expect(await customerOf(opened)).toMatch(/^cus_/);
    expect(await customerOf(opened)).not.toBe(customer);
  });
});

describe('an order', () => {
  it('has a page although the version before opened another one and lost it unseen', async () => {
    const order = await world.order({ [await one(5_000, 5)]: 1 });
    const lost = order.session ?? '';
    await world.look('UPDATE mall.customer_order SET session = NULL WHERE id = $1', [order.id]);
    // As if that version had described the delivery in other words.
    const changed = await world.look<object>(
      `UPDATE checkout.command SET request_hash = sha256('other words') WHERE key LIKE $1 RETURNING key`,
      [`%${order.id}.session%`],
    );
    expect(changed).toHaveLength(1);
    const open = async () =>
      unwrap(await world.mall.openPayment(world.context(), { id: order.id, owner: order.owner }));
    const { session } = await open();
    expect(session).toMatch(/^cs_/);
    expect(session).not.toBe(lost);
    expect((await open()).session).toBe(session);
    unwrap(await pay({ ...order, session }));
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({ state: 'paid', session });
  });

  it('of two merchants is paid once, and each gets the own lines and delivery', async () => {
    const [bowl, lamp] = [await one(16_800, 5), await one(128_000, 3, lantern())];
    const order = await world.order({ [bowl]: 2, [lamp]: 1 });
    // The lamp's delivery is free from CNY 1,000.00 on.
    expect(order).toMatchObject({ state: 'placed', stock: 'held', goods: 161_600n, delivery: 1800n });
    expect(order.total).toBe(163_400n);
    expect(order.tax).toBe(3_865n + 207n + 14_726n);
    expect(order.number).toMatch(/^\d{4}-\d{4}$/);
    expect(await world.stock(bowl)).toEqual({ available: 3, reserved: 2 });
    const session = unwrap(await world.desk.port.findSession(world.context(), { id: order.session ?? '' }));
    expect(session).toMatchObject({
      amountTotal: order.total,
      currency: 'cny',
      clientReferenceId: order.number,
      metadata: { order: order.id, order_number: order.number },
      expiresAt: order.heldUntil,
    });
    expect(session.successUrl).toBe(`http://localhost:4405/orders/${order.id}`);
    const before = [owed(kiln()), owed(lantern())];
    unwrap(await pay(order));
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({ state: 'paid', stock: 'sold' });
    // Ten percent is the platform's commission.
    expect(owed(kiln()) - (before[0] ?? 0n)).toBe(31_860n);
    expect(owed(lantern()) - (before[1] ?? 0n)).toBe(115_200n);
    expect(await world.stock(bowl)).toEqual({ available: 3, reserved: 0 });
    await world.deliverAll();
    expect(await told(order)).toEqual(['order.placed', 'order.paid']);
  });

  it('is placed once, however often the command comes, and empties the cart', async () => {
    const variant = await one(1000, 10);
    const owner = world.guest();
    unwrap(await world.mall.addToCart(world.context(), { owner, variant, quantity: 3, currency: 'cny' }));
    const input = world.placing(owner, 4800n);
    const all = await Promise.all(
      Array.from({ length: 4 }, () => world.mall.placeOrder(world.context('place-once'), input)),
    );
    const orders = all.map(unwrap);
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    expect(new Set(orders.map(({ session }) => session)).size).toBe(1);
    expect(await world.stock(variant)).toEqual({ available: 7, reserved: 3 });
    expect(unwrap(await world.mall.countCart(world.context(), { owner }))).toBe(0);
    expect(errorOf(await world.mall.placeOrder(world.context(), input))).toMatchObject({
      code: 'cart_is_empty',
    });
  });

  it('is refused with a total or prices that the shopper has not seen', async () => {
    const id = 'changing-bowl';
    const [variant = ''] = await world.list({ merchant: kiln(), prices: [[1000, 9]], id });
    const owner = world.guest();
    unwrap(await world.mall.addToCart(world.context(), { owner, variant, quantity: 1, currency: 'cny' }));
    expect(errorOf(await world.mall.placeOrder(world.context(), world.placing(owner, 2799n)))).toMatchObject({
      code: 'total_changed',
      field: 'expectedTotal',
      detail: { total: '2800' },
    });
    await reprice(id, '1200');
    const cart = unwrap(await world.mall.readCart(world.context(), { owner, currency: 'cny' }));
    expect(cart).toMatchObject({ pricesChanged: true, total: 3000n });
    expect(cart.parcels[0]?.lines[0]).toMatchObject({ unitAmount: 1200n, unitAmountBefore: 1000n });
    expect(errorOf(await world.mall.placeOrder(world.context(), world.placing(owner, 3000n)))).toMatchObject({
      code: 'prices_changed',
      field: 'acceptPrices',
    });
    const accepted = world.placing(owner, 3000n, { acceptPrices: true });
    expect(unwrap(await world.mall.placeOrder(world.context(), accepted)).total).toBe(3000n);
    // The stock was counted when it was first listed.
    expect(await world.stock(variant)).toEqual({ available: 8, reserved: 1 });
  });

  it('is refused where something is sold no more, or short, and changes nothing', async () => {
    const [plenty, scarce] = [await one(1000, 10), await one(1000, 2)];
    const owner = world.guest();
    for (const [variant, quantity] of [
      [plenty, 1],
      [scarce, 3],
    ] as const) {
      unwrap(await world.mall.addToCart(world.context(), { owner, variant, quantity, currency: 'cny' }));
    }
    const place = (total: bigint) => world.mall.placeOrder(world.context(), world.placing(owner, total));
    expect(errorOf(await place(5800n))).toMatchObject({
      code: 'out_of_stock',
      detail: { variant: scarce, available: 2 },
    });
    expect(await world.stock(plenty)).toEqual({ available: 10, reserved: 0 });
    expect(unwrap(await world.mall.countCart(world.context(), { owner }))).toBe(4);
    const [{ price } = { price: '' }] = await world.look<{ price: string }>(
      'SELECT price FROM mall.variant WHERE id = $1',
      [scarce],
    );
    unwrap(await world.catalogue.updatePrice(world.context(), { id: price, active: false }));
    await world.deliverAll();
    expect(errorOf(await place(2800n))).toMatchObject({ code: 'not_sold', detail: { variant: scarce } });
  });

  it('is another tenant’s or another owner’s to nobody', async () => {
    const order = await world.order({ [await one(1000, 1)]: 1 });
    const { id } = order;
    const elsewhere = world.context(undefined, 'acct_other');
    expect(errorOf(await world.operator.findOrder(elsewhere, { id }))).toMatchObject({ code: 'not_found' });
    const owner = world.guest();
    for (const call of [
      world.mall.findOrder(world.context(), { id, owner }),
      world.mall.openPayment(world.context(), { id, owner }),
      world.mall.followPayment(world.context(), { id, owner }),
      world.mall.cancelOrder(world.context(), { id, owner }),
      world.mall.askReturn(world.context(), {
        order: id,
        owner,
        lines: [{ position: 0, quantity: 1 }],
        reason: 'x',
      }),
    ]) {
      expect(errorOf(await call)).toMatchObject({ code: 'not_found' });
    }
  });
});

describe('stock', () => {
  it('is never oversold: 200 buyers of 50 pieces', { timeout: 120_000 }, async () => {
    const variant = await one(1000, 50);
    const buyers = Array.from({ length: 200 }, () => world.guest());
    await Promise.all(
      buyers.map((owner) =>
        world.mall.addToCart(world.context(), { owner, variant, quantity: 1, currency: 'cny' }),
      ),
    );
    const placed = await Promise.all(
      buyers.map((owner) => world.mall.placeOrder(world.context(), world.placing(owner, 2800n))),
    );
    const orders = placed.filter((result) => result.ok).map(unwrap);
    expect(orders).toHaveLength(50);
    const refusals = placed.filter((result) => !result.ok).map(({ error }) => error.code);
    expect(refusals).toEqual(Array.from({ length: 150 }, () => 'out_of_stock'));
    expect(await world.stock(variant)).toEqual({ available: 0, reserved: 50 });
    const paying = await Promise.all(orders.slice(0, 20).map((order) => pay(order)));
    expect(paying.every((result) => result.ok)).toBe(true);
    await world.deliverAll();
    expect(await world.stock(variant)).toEqual({ available: 0, reserved: 30 });
  });

  it('of crossing orders is taken without a deadlock', async () => {
    const variants = await world.list({
      merchant: kiln(),
      prices: [
        [100, 500],
        [200, 500],
        [300, 500],
      ],
    });
    const orders = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        world.order(
          Object.fromEntries((index % 2 ? variants : variants.toReversed()).map((variant) => [variant, 2])),
        ),
      ),
    );
    expect(orders.every(({ state }) => state === 'placed')).toBe(true);
    for (const variant of variants)
      expect(await world.stock(variant)).toEqual({ available: 452, reserved: 48 });
  });

  it('of an order that is not paid comes back with the end of its page, and so does the cart', async () => {
    const variant = await one(1000, 4);
    const order = await world.order({ [variant]: 3 });
    world.clock.advance(16 * MINUTE);
    await world.desk.sweep();
    await world.deliverAll();
    await world.sweep();
    expect(await world.find(order)).toMatchObject({ state: 'cancelled', stock: 'released' });
    expect(await world.stock(variant)).toEqual({ available: 4, reserved: 0 });
    expect(unwrap(await world.mall.countCart(world.context(), { owner: order.owner }))).toBe(3);
    expect(errorOf(await pay(order))).toMatchObject({ code: 'session_not_open' });
    expect(await told(order)).toEqual(['order.placed', 'order.cancelled']);
  });

  it('comes back at once where the shopper gives the order up, once', async () => {
    const variant = await one(1000, 4);
    const order = await world.order({ [variant]: 2 });
    const cancel = (command: string) =>
      world.mall.cancelOrder(world.context(command), { id: order.id, owner: order.owner });
    const [first, again] = await Promise.all([cancel('give-up'), cancel('give-up')]);
    expect([unwrap(first).state, unwrap(again).state]).toEqual(['cancelled', 'cancelled']);
    await world.deliverAll();
    expect(await world.stock(variant)).toEqual({ available: 4, reserved: 0 });
    expect(errorOf(await cancel('another'))).toMatchObject({ code: 'order_not_open' });
    expect(errorOf(await pay(order))).toMatchObject({ code: 'session_not_open' });
  });

  it('comes back to the cart at the price it was ordered at, and says what it costs now', async () => {
    const id = 'dearer-bowl';
    const [variant = ''] = await world.list({ merchant: kiln(), prices: [[1000, 9]], id });
    const order = await world.order({ [variant]: 2 });
    await reprice(id, '1200');
    unwrap(await world.mall.cancelOrder(world.context(), { id: order.id, owner: order.owner }));
    const changed = { unitAmount: 1200n, unitAmountBefore: 1000n, quantity: 2 };
    const cartOf = async (owner: string, currency = 'cny') =>
      unwrap(await world.mall.readCart(world.context(), { owner, currency }));
    expect((await cartOf(order.owner)).parcels[0]?.lines).toMatchObject([changed]);
    // It was ordered in yuan: what it cost in dollars nobody has seen.
    expect(await cartOf(order.owner, 'usd')).toMatchObject({ pricesChanged: false });
    const to = 'person:person_who_signs_in';
    unwrap(await world.mall.adopt(world.context(), { from: order.owner, to }));
    expect((await cartOf(to)).parcels[0]?.lines).toMatchObject([changed]);
    expect(
      errorOf(await world.mall.placeOrder(world.context(), world.placing(to, (await cartOf(to)).total))),
    ).toMatchObject({ code: 'prices_changed' });
  });

  it('is taken again by a payment that lands late, where there is some', async () => {
    const variant = await one(1000, 3);
    const order = await world.order({ [variant]: 3 });
    unwrap(await pay(order, 'pm_lost'));
    world.clock.advance(16 * MINUTE);
    await world.desk.sweep();
    await world.sweep();
    expect(await world.find(order)).toMatchObject({ state: 'placed', stock: 'released' });
    expect(await world.stock(variant)).toEqual({ available: 3, reserved: 0 });
    world.acquirer.resolve('approved');
    await world.resolve();
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({ state: 'paid', stock: 'sold' });
    expect(await world.stock(variant)).toEqual({ available: 0, reserved: 0 });
  });

  it('that has gone meanwhile sends all of a late payment back, and the order says so', async () => {
    const variant = await one(1000, 3);
    const order = await world.order({ [variant]: 3 });
    unwrap(await pay(order, 'pm_lost'));
    world.clock.advance(16 * MINUTE);
    await world.sweep();
    await paid({ [variant]: 1 });
    const before = world.acquirer.totals().refunded;
    world.acquirer.resolve('approved');
    await world.resolve();
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({ state: 'refunding', stock: 'released', refunded: 0n });
    // Its own job sends it; were that lost, the sweep would a minute later.
    world.clock.advance(2 * MINUTE);
    await Promise.all([world.send({ order: order.id }), world.sweep(), world.send({ order: order.id })]);
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({ state: 'refunded', refunded: order.total });
    expect(world.acquirer.totals().refunded - before).toBe(order.total);
    expect(await told(order)).toEqual(['order.placed', 'order.ran_out', 'order.refunded']);
    expect(await world.stock(variant)).toEqual({ available: 2, reserved: 0 });
    // The issuer sends it back: nobody has the money, and people have to look.
    await world.look(
      `INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
       SELECT 'refund.failed', aggregate_id, tenant, at,
         payload || '{"status":"failed","failureReason":"declined"}' FROM payments.outbox
       WHERE type = 'refund.updated' AND payload -> 'metadata' ->> 'mall_refund_of' = $1`,
      [order.id],
    );
    await world.deliverAll();
    expect(await world.find(order)).toMatchObject({
      ...{ state: 'refunding', refundFailure: 'declined', refunded: 0n },
    });
    expect((await told(order)).at(-1)).toBe('order.refund_failed');
  });

  it('that has gone is given back by hand as well, and nothing tries for ever', async () => {
    const ranOut = async () => {
      const variant = await one(1000, 3);
      const order = await world.order({ [variant]: 3 });
      unwrap(await pay(order, 'pm_lost'));
      world.clock.advance(16 * MINUTE);
      await world.sweep();
      await paid({ [variant]: 1 });
      world.acquirer.resolve('approved');
      await world.resolve();
      await world.deliverAll();
      return world.find(order);
    };
    const byHand = (order: Order, amount?: bigint) =>
      world.payments.createRefund(world.context(), {
        paymentIntent: order.paymentIntent ?? '',
        reason: null,
        metadata: {},
        ...(amount !== undefined && { amount }),
      });
    // All of it, before the mall's own job has run: its refund would be refused.
    const first = await ranOut();
    unwrap(await byHand(first));
    await world.send({ order: first.id });
    await world.deliverAll();
    await world.send({ order: first.id });
    expect(await world.find(first)).toMatchObject({ state: 'refunded', refunded: first.total });
    // A part of it: the mall sends back the rest.
    const second = await ranOut();
    unwrap(await byHand(second, 500n));
    const before = world.acquirer.totals().refunded;
    await world.send({ order: second.id });
    await world.deliverAll();
    expect(await world.find(second)).toMatchObject({ state: 'refunded', refunded: second.total });
    expect(world.acquirer.totals().refunded - before).toBe(second.total - 500n);
    // One that cannot be sent back says why, once, and the sweep leaves it to people.
    const third = await ranOut();
    world.refuseRefunds('charge_not_refundable');
    world.clock.advance(2 * MINUTE);
    await world.sweep();
    expect(await world.find(third)).toMatchObject({
      state: 'refunding',
      refundFailure: expect.stringContaining('charge_not_refundable'),
    });
    world.clock.advance(2 * MINUTE);
    await world.sweep();
    expect(world.refusedRefunds()).toBe(1);
    world.refuseRefunds(undefined);
    unwrap(await byHand(third));
    await world.deliverAll();
    await world.send({ order: third.id });
    expect(await world.find(third)).toMatchObject({ state: 'refunded', refundFailure: null });
    expect((await told(third)).filter((type) => type === 'order.refund_failed')).toHaveLength(1);
  });

  it('is counted in and out, and never below what is ordered', async () => {
    const variant = await one(1000, 2);
    await world.order({ [variant]: 2 });
    const count = (by: number) => world.operator.changeStock(world.context(), { variant, by });
    expect(errorOf(await count(-1))).toMatchObject({ code: 'out_of_stock', field: 'by' });
    expect(unwrap(await count(5))).toEqual({ variant, available: 5 });
    expect(await world.stock(variant)).toEqual({ available: 5, reserved: 2 });
  });
});

describe('a payment page', () => {
  it('is opened later where checkout was out of reach, by the shopper who asks again', async () => {
    const order = await world.order({ [await one(1000, 5)]: 1 });
    await world.look('UPDATE mall.customer_order SET session = NULL WHERE id = $1', [order.id]);
    const open = () => world.mall.openPayment(world.context(), { id: order.id, owner: order.owner });
    expect(unwrap(await open()).session).toBe(order.session);
    unwrap(await pay(order));
    expect(
      unwrap(await world.mall.followPayment(world.context(), { id: order.id, owner: order.owner })),
    ).toMatchObject({
      state: 'paid',
    });
    await world.deliverAll();
    expect(await told(order)).toEqual(['order.placed', 'order.paid']);
    expect(errorOf(await open())).toMatchObject({ code: 'order_not_open', detail: { state: 'paid' } });
  });
});
