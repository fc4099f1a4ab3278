import { MINUTE, unwrap } from '@tpmall/kernel';
import type { MailValues } from '@tpmall/mail/contract';
import type { Order, Return } from '@tpmall/mall/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MallWorld, openMall } from './mall.ts';

let world: MallWorld;
beforeAll(async () => {
  world = await openMall();
});
afterAll(() => world.close());

const CNY = 156;
const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
const owed = (merchant: string) => world.ledger.credit('merchant_payable', merchant, CNY);
const kiln = () => world.merchants[0];
const lantern = () => world.merchants[1];

/**
 * A paid order: two bowls of CNY 168.00 and one cup of CNY 30.00 from the kiln, a lamp of CNY 640.00 from the
 * other.
 */
const bought = async (card = 'pm_visa') => {
  const [bowl = '', cup = ''] = await world.list({
    merchant: kiln(),
    prices: [
      [16_800, 9],
      [3_000, 9],
    ],
  });
  const [lamp = ''] = await world.list({ merchant: lantern(), prices: [[64_000, 9]] });
  const order = await world.order({ [bowl]: 2, [cup]: 1, [lamp]: 1 });
  unwrap(await world.desk.port.paySession(world.context(), { id: order.session ?? '', paymentMethod: card }));
  await world.deliverAll();
  return { order: await world.find(order), bowl, cup, lamp };
};
const ask = (
  order: Order,
  lines: readonly (readonly [position: number, quantity: number])[],
  command?: string,
) =>
  world.mall.askReturn(world.context(command), {
    order: order.id,
    owner: order.owner,
    lines: lines.map(([position, quantity]) => ({ position, quantity })),
    reason: 'The glaze has run',
  });
const decide = (one: Return | undefined, accept: boolean, command?: string) =>
  world.operator.decideReturn(world.context(command), {
    id: one?.id ?? '',
    accept,
    reason: 'Seen the picture',
  });
const payBack = async (one: Return | undefined) => {
  await world.send({ return: one?.id });
  await world.deliverAll();
};
const ship = (order: Order, merchant: string) =>
  world.operator.shipParcel(world.context(), { order: order.id, merchant, tracking: 'SF 1234' });

describe('a return', () => {
  it('that the merchant accepts is paid back from this merchant’s share and commission', async () => {
    const { order } = await bought();
    const before = { kiln: owed(kiln()), lantern: owed(lantern()) };
    const [one] = unwrap(await ask(order, [[0, 1]]));
    expect(one).toMatchObject({ state: 'asked', merchant: kiln(), amount: 16_800n, delivery: 0n });
    expect(unwrap(await decide(one, true)).state).toBe('accepted');
    await payBack(one);
    const after = await world.find(order);
    expect(after).toMatchObject({ state: 'paid', refunded: 16_800n });
    expect(after.returns).toMatchObject([{ state: 'refunded', refund: expect.stringMatching(/^re_/) }]);
    expect(before.kiln - owed(kiln())).toBe(15_120n);
    expect(before.lantern - owed(lantern())).toBe(0n);
    expect(await world.told('mall', order.id)).toEqual([
      'order.placed',
      'order.paid',
      'return.asked',
      'return.accepted',
      'return.refunded',
    ]);
    const [receipt, accepted, refund] = world.mails;
    const values = receipt?.message.values as MailValues<'receipt'>;
    expect(receipt).toMatchObject({ to: order.email, message: { template: 'receipt' } });
    expect(values).toMatchObject({ order: order.number, total: order.total });
    expect(values.lines[0]).toEqual({ text: 'Tea bowl · Size 0', quantity: 2, amount: 33_600n });
    expect(values.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(order.total);
    expect(refund?.message).toMatchObject({
      ...{ template: 'refund', values: { order: order.number, amount: 16_800n } },
    });
    expect(accepted?.message).toMatchObject({
      template: 'return',
      values: { step: 'accepted', shop: 'Kiln & Reed', answer: 'Seen the picture' },
    });
    expect(world.mails).toHaveLength(3);
    const audited = await world.look('SELECT 1 FROM mall.outbox WHERE type = $1 AND aggregate_id = $2', [
      'audit.entry',
      one?.id,
    ]);
    expect(audited).toHaveLength(1);
  });

  it('is paid back once, however often it is sent, asked for and decided', async () => {
    const { order } = await bought();
    const before = world.acquirer.totals().refunded;
    const asked = await Promise.all(Array.from({ length: 3 }, () => ask(order, [[0, 2]], 'ask-once')));
    expect(new Set(asked.map((result) => unwrap(result)[0]?.id)).size).toBe(1);
    const [one] = unwrap(await ask(order, [[0, 2]], 'ask-once'));
    expect(errorOf(await ask(order, [[0, 1]]))).toMatchObject({
      code: 'line_not_returnable',
      field: 'lines[0].quantity',
      detail: { position: 0, left: 0 },
    });
    const decided = await Promise.all([decide(one, true), decide(one, false), decide(one, true)]);
    expect(decided.filter((result) => result.ok)).toHaveLength(1);
    const final = unwrap(await world.operator.findReturn(world.context(), { id: one?.id ?? '' }));
    await Promise.all([1, 2, 3].map(() => world.send({ return: one?.id })));
    await world.deliverAll();
    world.clock.advance(2 * MINUTE);
    await world.sweep();
    // A day later the key of the refund's command is free again: the refund is found by what it is of.
    await world.look(
      "UPDATE mall.return_request SET state = 'accepted', refund = NULL WHERE id = $1 AND state = 'refunded'",
      [one?.id],
    );
    world.clock.advance(26 * 60 * MINUTE);
    await world.sweep();
    const expected = final.state === 'accepted' ? 33_600n : 0n;
    expect(world.acquirer.totals().refunded - before).toBe(expected);
    expect((await world.find(order)).refunded).toBe(expected);
  });

  it('of small worth is accepted by the merchant’s rule, all of a parcel together', async () => {
    const { order, cup } = await bought();
    const [one] = unwrap(await ask(order, [[1, 1]]));
    expect(one).toMatchObject({ state: 'accepted', decidedBy: 'policy', amount: 3_000n });
    // It had not left: it is on the shelf again.
    expect(await world.stock(cup)).toEqual({ available: 9, reserved: 0 });
    await payBack(one);
    expect((await world.find(order)).refunded).toBe(3_000n);
    const [big] = unwrap(await ask(order, [[0, 1]]));
    expect(big?.state).toBe('asked');
  });

  it('of everything gives back each delivery once, stops what has not left, and ends the order', async () => {
    const { order } = await bought();
    const returns = unwrap(
      await ask(order, [
        [0, 2],
        [1, 1],
        [2, 1],
      ]),
    );
    expect(returns.map(({ merchant, amount, delivery }) => [merchant, amount, delivery])).toEqual([
      [kiln(), 38_400n, 1800n],
      [lantern(), 65_800n, 1800n],
    ]);
    for (const one of returns) unwrap(await decide(one, true));
    expect((await world.find(order)).parcels.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    for (const one of returns) await payBack(one);
    expect(await world.find(order)).toMatchObject({ state: 'refunded', refunded: order.total });
    expect((await world.told('mall', order.id)).at(-1)).toBe('order.refunded');
    // Each return has its mail, and no other one says the same money again.
    const refunds = world.mails
      .filter(({ to, message }) => to === order.email && message.template === 'refund')
      .map(({ message }) => message.values as MailValues<'refund'>)
      .filter(({ order: number }) => number === order.number);
    expect(refunds.map(({ amount }) => amount)).toEqual([38_400n, 65_800n]);
    expect(errorOf(await ask(order, [[0, 1]]))).toMatchObject({ code: 'order_not_returnable' });
    expect(errorOf(await ship(order, kiln()))).toMatchObject({ code: 'parcel_unexpected_state' });
  });

  it('of what has left may be paid back once it is back, and is counted into stock again', async () => {
    const { order, bowl } = await bought();
    unwrap(await ship(order, kiln()));
    const [one] = unwrap(await ask(order, [[0, 1]]));
    const before = [world.acquirer.totals().refunded, (await world.stock(bowl)).available] as const;
    const wait = { id: one?.id ?? '', accept: true, whenReceived: true, reason: 'Please send it back' };
    const receive = (command?: string) =>
      world.operator.receiveReturn(world.context(command), { id: wait.id, merchant: kiln(), restock: true });
    expect(errorOf(await receive())).toMatchObject({ code: 'return_unexpected_state' });
    expect(unwrap(await world.operator.decideReturn(world.context(), wait)).state).toBe('awaited');
    await payBack(one);
    expect(world.acquirer.totals().refunded).toBe(before[0]);
    const foreign = { id: wait.id, merchant: lantern(), restock: false };
    expect(errorOf(await world.operator.receiveReturn(world.context(), foreign))).toMatchObject({
      code: 'not_found',
    });
    const [first, again] = await Promise.all([receive('receive-once'), receive('receive-once')]);
    expect([unwrap(first).state, unwrap(again).state]).toEqual(['accepted', 'accepted']);
    await payBack(one);
    expect(world.acquirer.totals().refunded - before[0]).toBe(16_800n);
    expect((await world.stock(bowl)).available - before[1]).toBe(1);
    const after = await world.find(order);
    expect(after.returns).toMatchObject([{ state: 'refunded', decisionReason: 'Please send it back' }]);
    expect(after.returns[0]?.receivedAt).not.toBeNull();
    const steps = world.mails
      .filter(({ to, message }) => to === order.email && message.template === 'return')
      .map(({ message }) => message.values as MailValues<'return'>)
      .filter(({ order: number }) => number === order.number);
    expect(steps.map(({ step, answer }) => [step, answer])).toEqual([
      ['awaited', 'Please send it back'],
      ['received', null],
    ]);
  });

  it('that was waited for may still be refused or withdrawn; what has not left is not', async () => {
    const { order } = await bought();
    const wait = (one: Return | undefined) =>
      world.operator.decideReturn(world.context(), {
        ...{ id: one?.id ?? '', accept: true, whenReceived: true, reason: 'Send it' },
      });
    const [unsent] = unwrap(await ask(order, [[2, 1]]));
    expect(unwrap(await wait(unsent)).state).toBe('accepted');
    unwrap(await ship(order, kiln()));
    const [first] = unwrap(await ask(order, [[0, 1]]));
    unwrap(await wait(first));
    expect(unwrap(await decide(first, false)).state).toBe('refused');
    const [second] = unwrap(await ask(order, [[0, 2]]));
    unwrap(await wait(second));
    const gone = { id: second?.id ?? '', owner: order.owner };
    expect(unwrap(await world.mall.withdrawReturn(world.context(), gone)).state).toBe('withdrawn');
    expect((await world.find(order)).lines.map(({ returning }) => returning)).toEqual([0, 0, 1]);
  });

  it('that is refused or withdrawn leaves its pieces to be asked for again, the delivery once', async () => {
    const { order } = await bought();
    const [first] = unwrap(await ask(order, [[0, 2]]));
    const [last] = unwrap(await ask(order, [[1, 1]]));
    expect(last).toMatchObject({ delivery: 0n, amount: 3_000n, state: 'accepted' });
    expect(unwrap(await decide(first, false)).state).toBe('refused');
    const [again] = unwrap(await ask(order, [[0, 2]]));
    expect(again).toMatchObject({ delivery: 1800n, amount: 35_400n });
    const withdraw = () =>
      world.mall.withdrawReturn(world.context(), { id: again?.id ?? '', owner: order.owner });
    expect(unwrap(await withdraw()).state).toBe('withdrawn');
    expect(errorOf(await withdraw())).toMatchObject({ code: 'return_unexpected_state' });
    expect((await world.find(order)).lines.map(({ returning }) => returning)).toEqual([0, 1, 0]);
  });

  it('gives the delivery back only where the shopper keeps nothing, whichever is accepted last', async () => {
    const deliveries = async (order: Order) =>
      (await world.find(order)).returns.map(({ delivery, amount }) => [delivery, amount]);
    const { order } = await bought();
    const [bowl] = unwrap(await ask(order, [[0, 1]]));
    world.clock.advance(1000);
    const [rest] = unwrap(
      await ask(order, [
        [0, 1],
        [1, 1],
      ]),
    );
    expect(rest).toMatchObject({ delivery: 1800n, amount: 21_600n });
    expect(unwrap(await decide(rest, true))).toMatchObject({ delivery: 0n, amount: 19_800n });
    expect(await deliveries(order)).toEqual([
      [1800n, 18_600n],
      [0n, 19_800n],
    ]);
    unwrap(await world.mall.withdrawReturn(world.context(), { id: bowl?.id ?? '', owner: order.owner }));
    await payBack(rest);
    // The shopper keeps a bowl, and its delivery with it.
    expect((await world.find(order)).refunded).toBe(19_800n);
    const [again] = unwrap(await ask(order, [[0, 1]]));
    unwrap(await decide(again, true));
    await payBack(again);
    expect(await world.find(order)).toMatchObject({
      refunded: 19_800n + 16_800n + 1800n,
      parcels: [{ state: 'cancelled' }, { state: 'preparing' }],
    });
  });

  it('whose money could not be sent stops its parcel all the same', async () => {
    const { order } = await bought();
    const [bowls] = unwrap(await ask(order, [[0, 2]]));
    unwrap(await decide(bowls, true));
    world.refuseRefunds('charge_not_refundable');
    await payBack(bowls);
    world.refuseRefunds(undefined);
    world.clock.advance(1000);
    unwrap(await ask(order, [[1, 1]]));
    const after = await world.find(order);
    expect(after.returns.map(({ state }) => state)).toEqual(['failed', 'accepted']);
    expect(after.parcels[0]?.state).toBe('cancelled');
  });

  /** The issuer sends a refund back that had succeeded. */
  const comesBack = async (refund: string | null | undefined): Promise<void> => {
    expect(refund).toMatch(/^re_/);
    await world.look(
      `INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
       SELECT 'refund.failed', aggregate_id, tenant, at,
         payload || '{"status":"failed","failureReason":"declined"}' FROM payments.outbox
       WHERE type = 'refund.updated' AND payload ->> 'id' = $1`,
      [refund],
    );
    await world.deliverAll();
  };

  it('whose money comes back from the issuer says so', async () => {
    const { order } = await bought();
    const [one] = unwrap(await ask(order, [[1, 1]]));
    await payBack(one);
    await comesBack((await world.find(order)).returns[0]?.refund);
    const after = await world.find(order);
    expect(after.returns).toMatchObject([{ state: 'failed', failure: 'declined' }]);
    expect(after.refunded).toBe(0n);
  });

  it('whose money comes back leaves its order as its parcels have it, not as given back', async () => {
    const { order } = await bought();
    for (const merchant of [kiln(), lantern()]) {
      unwrap(await ship(order, merchant));
      unwrap(await world.operator.deliverParcel(world.context(), { order: order.id, merchant }));
    }
    const lines = [0, 1, 2].map((position) => [position, position === 0 ? 2 : 1] as const);
    for (const one of unwrap(await ask(order, lines))) {
      if (one.state === 'asked') unwrap(await decide(one, true));
      await payBack(one);
    }
    const given = await world.find(order);
    expect(given).toMatchObject({ state: 'refunded', refunded: given.total });
    const [first] = given.returns;
    await comesBack(first?.refund);
    const after = await world.find(order);
    expect(after).toMatchObject({ state: 'delivered', refunded: given.total - (first?.amount ?? 0n) });
    expect(after.returns.map(({ state }) => state)).toEqual(['failed', 'refunded']);
  });

  it('is another merchant’s and another owner’s to nobody', async () => {
    const { order } = await bought();
    const [one] = unwrap(await ask(order, [[0, 1]]));
    const foreign = { id: one?.id ?? '', accept: true, reason: 'x' };
    expect(
      errorOf(await world.operator.decideReturn(world.context(), { ...foreign, merchant: lantern() })),
    ).toMatchObject({
      code: 'not_found',
    });
    const elsewhere = world.context(undefined, 'acct_other');
    expect(errorOf(await world.operator.decideReturn(elsewhere, foreign))).toMatchObject({
      code: 'not_found',
    });
    expect(
      errorOf(await world.mall.withdrawReturn(world.context(), { id: foreign.id, owner: world.guest() })),
    ).toMatchObject({ code: 'not_found' });
  });
});

describe('parcels', () => {
  it('leave and arrive one by one, and the order follows', async () => {
    const { order } = await bought();
    const deliver = (merchant: string) =>
      world.operator.deliverParcel(world.context(), { order: order.id, merchant });
    expect(errorOf(await deliver(kiln()))).toMatchObject({ code: 'parcel_unexpected_state' });
    expect(unwrap(await ship(order, kiln()))).toMatchObject({
      state: 'part_shipped',
      parcels: [{ state: 'shipped', tracking: 'SF 1234' }, { state: 'preparing' }],
    });
    expect(unwrap(await deliver(kiln())).state).toBe('part_shipped');
    expect(unwrap(await ship(order, lantern())).state).toBe('shipped');
    expect(unwrap(await deliver(lantern())).state).toBe('delivered');
    const [one] = unwrap(await ask(order, [[2, 1]]));
    unwrap(await decide(one, true));
    await payBack(one);
    expect(await world.find(order)).toMatchObject({ state: 'delivered', refunded: 65_800n });
  });

  it('are packed, leave with a carrier and arrive, and the shopper is written to each time', async () => {
    const { order } = await bought();
    const of = { order: order.id, merchant: kiln() };
    const lamp = { order: order.id, merchant: lantern() };
    const before = world.mails.length;
    unwrap(await world.operator.packParcel(world.context('pack-once'), of));
    unwrap(await world.operator.packParcel(world.context('pack-once'), of));
    expect(errorOf(await world.operator.packParcel(world.context(), of))).toMatchObject({
      code: 'parcel_unexpected_state',
      detail: { state: 'packed' },
    });
    const sent = { ...of, carrier: 'SF Express', tracking: 'SF 1' };
    unwrap(await world.operator.shipParcel(world.context(), sent));
    // The other leaves unpacked: the same step of another parcel is another mail.
    unwrap(await world.operator.shipParcel(world.context(), lamp));
    unwrap(await world.operator.deliverParcel(world.context(), of));
    await world.deliverAll();
    await world.deliverAll();
    const shown = await world.find(order);
    expect(shown.parcels).toMatchObject([
      { state: 'delivered', carrier: 'SF Express', tracking: 'SF 1' },
      { state: 'shipped', carrier: null, tracking: null, packedAt: null },
    ]);
    const mails = world.mails.slice(before).map(({ message }) => message.values as MailValues<'parcel'>);
    expect(mails.map(({ step, shop, carrier }) => [step, shop, carrier])).toEqual([
      ['packed', 'Kiln & Reed', 'SF Express'],
      ['shipped', 'Kiln & Reed', 'SF Express'],
      ['shipped', 'Paper Lantern', null],
      ['delivered', 'Kiln & Reed', 'SF Express'],
    ]);
    for (const bad of ['two\nlines', '\u0000', ' ']) {
      expect(
        errorOf(await world.operator.shipParcel(world.context(), { ...lamp, carrier: bad })),
      ).toMatchObject({
        code: 'invalid_input',
        field: 'carrier',
      });
    }
    const others = world.operator.findOrder(world.context(), { id: order.id, merchant: 'acct_nobody' });
    expect(errorOf(await others)).toMatchObject({ code: 'not_found' });
  });

  it('of which nothing is left do not hold the order up', async () => {
    const { order } = await bought();
    unwrap(await ship(order, kiln()));
    const [one] = unwrap(await ask(order, [[2, 1]]));
    unwrap(await decide(one, true));
    expect((await world.find(order)).state).toBe('shipped');
  });
});

describe('lists', () => {
  it('show a shopper the own orders and a merchant those with a parcel of theirs, newest first', async () => {
    const { order } = await bought();
    world.clock.advance(1000);
    const [lamp = ''] = await world.list({ merchant: lantern(), prices: [[100, 9]] });
    const second = await world.order({ [lamp]: 1 }, { owner: order.owner });
    const list = async (input: object) =>
      unwrap(await world.mall.listOrders(world.context(), { limit: 10, ...input })).items.map(({ id }) => id);
    expect(await list({ owner: order.owner })).toEqual([second.id, order.id]);
    expect(await list({ owner: order.owner, merchant: kiln() })).toEqual([order.id]);
    // How one merchant's parcel stands says nothing of how another's does.
    const packed = { order: order.id, merchant: kiln() };
    unwrap(await world.operator.packParcel(world.context(), packed));
    const those = (merchant: string, state: string) =>
      list({ owner: order.owner, parcel: { merchant, state } });
    expect(await those(kiln(), 'packed')).toEqual([order.id]);
    expect(await those(kiln(), 'preparing')).toEqual([]);
    expect(await those(lantern(), 'packed')).toEqual([]);
    expect(await those(lantern(), 'preparing')).toEqual([order.id]);
    expect(await list({ owner: order.owner, startingAfter: second.id })).toEqual([order.id]);
    const [summary] = unwrap(
      await world.mall.listOrders(world.context(), {
        limit: 1,
        owner: order.owner,
        startingAfter: second.id,
      }),
    ).items;
    expect(summary).toMatchObject({ pieces: 4, total: order.total, refunded: 0n, number: order.number });
    expect(summary?.lines).toHaveLength(3);
  });
});
