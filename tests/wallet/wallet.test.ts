import { unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf, createWorld, type Desk, MERCHANT, openWith, order, TENANT, type World } from './world.ts';

let world: World;
let desk: Desk;
let people = 0;
const somebody = () => `shopper_${(people += 1)}`;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
});
afterAll(() => world.close());

const pay = (wallet: string, paymentIntent: string) =>
  desk.port.pay(world.context(), { wallet, paymentIntent });
const send = (wallet: string, handle: string, amount: bigint, command?: string) =>
  desk.port.send(world.context(command), { wallet, handle, currency: 'eur', amount });

describe('a wallet', () => {
  it('is opened once for a person who exists', async () => {
    const name = somebody();
    const first = unwrap(await desk.port.openWallet(world.context(), { person: `person_${name}` }));
    const again = unwrap(await desk.port.openWallet(world.context(), { person: `person_${name}` }));
    expect(again).toEqual(first);
    expect(first).toMatchObject({ status: 'active', tier: 'verified', tenant: TENANT });
    const nobody = await desk.port.openWallet(world.context(), { person: 'nobody' });
    expect(nobody).toMatchObject({ ok: false, error: { code: 'person_not_found', field: 'person' } });
    const foreign = await desk.port.findWallet(world.context(undefined, 'acct_other'), { id: first.id });
    expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

describe('a send', () => {
  it('moves both sides at once, tells both, and is repeated for nothing', async () => {
    const to = somebody();
    const from = await openWith(world, desk, somebody(), 50_00n);
    const ask = { wallet: from, handle: `@${to}`, currency: 'eur', amount: 20_00n, note: 'for tea' };
    const sent = unwrap(await desk.port.send(world.context(`send ${from}`), ask));
    expect(sent).toMatchObject({ status: 'succeeded', note: 'for tea' });
    expect(unwrap(await desk.port.send(world.context(`send ${from}`), ask))).toEqual(sent);
    const recipient = unwrap(await desk.port.findWallet(world.context(), { person: `person_${to}` }));
    expect(await balanceOf(world, desk, from)).toEqual({ available: 30_00n, pending: 0n });
    expect(await balanceOf(world, desk, recipient.id)).toEqual({ available: 20_00n, pending: 0n });
    const told = await world.look<{ type: string }>(
      'SELECT type FROM wallet.outbox WHERE aggregate_id = $1',
      [sent.id],
    );
    expect(told).toEqual([{ type: 'wallet.send.succeeded' }]);
    const inbox = unwrap(
      await desk.port.history(world.context(), { wallet: recipient.id, currency: 'eur', limit: 5 }),
    );
    expect(inbox.items).toMatchObject([
      { kind: 'received', amount: 20_00n, balance: 20_00n, counterparty: from, note: 'for tea' },
    ]);
  });

  it('is refused to oneself, to nobody, from and to a frozen wallet, and beyond the balance', async () => {
    const [name, other] = [somebody(), somebody()];
    const from = await openWith(world, desk, name, 50_00n);
    const to = await openWith(world, desk, other);
    const refused = async (handle: string, amount: bigint, code: string) =>
      expect(await send(from, handle, amount)).toMatchObject({ ok: false, error: { code } });
    await refused(name, 1n, 'send_to_self');
    await refused('nobody', 1n, 'handle_not_found');
    const short = await send(from, other, 50_01n);
    expect(short).toMatchObject({
      ok: false,
      error: { code: 'insufficient_funds', detail: { missing: '1', available: '5000' } },
    });
    const change = (id: string, status: 'frozen' | 'active') =>
      desk.staff.changeWallet(world.context(), { id, status, reason: 'test' });
    unwrap(await change(to, 'frozen'));
    await refused(other, 1n, 'recipient_unavailable');
    unwrap(await change(to, 'active'));
    unwrap(await change(from, 'frozen'));
    await refused(other, 1n, 'wallet_frozen');
    expect(await balanceOf(world, desk, from)).toEqual({ available: 50_00n, pending: 0n });
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: from, currency: 'eur' }));
    expect(use).toMatchObject({ dayUsed: 0n, monthUsed: 0n, balanceBound: 50_00n });
  });
});

describe('a payment from a wallet', () => {
  it('is taken, shared out and refunded in the ledger', async () => {
    const id = await openWith(world, desk, somebody(), 50_00n);
    const before = await world.credit('merchant_payable', MERCHANT);
    const intent = await order(world, 40_00n);
    const paid = unwrap(await pay(id, intent));
    expect(paid.paymentIntent).toMatchObject({ status: 'succeeded', paymentMethod: null });
    expect(paid.operation).toMatchObject({ status: 'succeeded', captured: 40_00n });
    expect(await world.credit('merchant_payable', MERCHANT)).toBe(before + 36_00n);
    expect(await balanceOf(world, desk, id)).toEqual({ available: 10_00n, pending: 0n });
    const refund = await world.payments.createRefund(world.context(), {
      paymentIntent: intent,
      amount: 15_00n,
    });
    expect(unwrap(refund)).toMatchObject({ status: 'succeeded' });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 25_00n, pending: 0n });
    await world.deliver();
    const operation = unwrap(await desk.port.findOperation(world.context(), { id: paid.operation.id }));
    expect(operation.refunded).toBe(15_00n);
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use).toMatchObject({ balanceBound: 25_00n, dayUsed: 40_00n });
    expect(await world.credit('payment_clearing', TENANT)).toBe(0n);
  });

  it('is held, captured in parts, and let go of', async () => {
    const id = await openWith(world, desk, somebody(), 100_00n);
    const intent = await order(world, 60_00n, 'manual');
    const held = unwrap(await pay(id, intent));
    expect(held.operation.status).toBe('authorised');
    expect(await balanceOf(world, desk, id)).toEqual({ available: 40_00n, pending: 60_00n });
    unwrap(await world.payments.captureIntent(world.context(), { id: intent, amountToCapture: 25_00n }));
    expect(await balanceOf(world, desk, id)).toEqual({ available: 75_00n, pending: 0n });
    const other = await order(world, 60_00n, 'manual');
    unwrap(await pay(id, other));
    unwrap(await world.payments.cancelIntent(world.context(), { id: other }));
    expect(await balanceOf(world, desk, id)).toEqual({ available: 75_00n, pending: 0n });
    await world.deliver();
    const statuses = unwrap(
      await desk.port.listOperations(world.context(), { limit: 9, wallet: id, kind: 'payment' }),
    ).items.map(({ status, captured }) => ({ status, captured }));
    expect(statuses).toEqual([
      { status: 'canceled', captured: 0n },
      { status: 'succeeded', captured: 25_00n },
    ]);
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use).toMatchObject({ balanceBound: 75_00n, dayUsed: 25_00n });
  });

  it('says what is missing and leaves the intent open for a card', async () => {
    const id = await openWith(world, desk, somebody(), 10_00n);
    const intent = await order(world, 25_00n);
    const command = `short ${intent}`;
    const ask = { wallet: id, paymentIntent: intent };
    const short = await desk.port.pay(world.context(command), ask);
    const expected = { code: 'insufficient_funds', detail: { missing: '1500', available: '1000' } };
    expect(short).toMatchObject({ ok: false, error: expected });
    unwrap(await desk.port.topUp(world.context(), { ...ask1(id), amount: 15_00n }));
    expect(await desk.port.pay(world.context(command), ask)).toMatchObject({ ok: false, error: expected });
    expect(unwrap(await pay(id, intent)).operation.status).toBe('succeeded');
    const other = await order(world, 25_00n);
    expect(await pay(id, other)).toMatchObject({ ok: false, error: { detail: { missing: '2500' } } });
    const card = await world.payments.confirmIntent(world.context(), { id: other, paymentMethod: 'pm_visa' });
    expect(unwrap(card).status).toBe('succeeded');
    expect(await pay(id, other)).toMatchObject({
      ok: false,
      error: { code: 'payment_intent_unexpected_state' },
    });
  });

  it('does not top a wallet up', async () => {
    const id = await openWith(world, desk, somebody(), 30_00n);
    const { paymentIntent } = unwrap(
      await desk.port.topUp(world.context(), { wallet: id, currency: 'eur', amount: 20_00n }),
    );
    expect(await pay(id, paymentIntent.id)).toMatchObject({
      ok: false,
      error: { code: 'payment_intent_not_payable' },
    });
    const asked = {
      amount: 1_00n,
      currency: 'eur',
      captureMethod: 'automatic',
      confirmationMethod: 'automatic',
    };
    const smuggled = await world.payments.createIntent(world.context(), {
      ...(asked as {
        amount: bigint;
        currency: string;
        captureMethod: 'automatic';
        confirmationMethod: 'automatic';
      }),
      split: [{ destination: id, amount: 1_00n }],
    });
    expect(smuggled).toMatchObject({ ok: false, error: { code: 'destination_not_found' } });
  });
});

const ask1 = (wallet: string) => ({ wallet, currency: 'eur', paymentMethod: 'pm_visa' });

describe('a withdrawal', () => {
  const request = async (wallet: string, amount: bigint) =>
    unwrap(
      await desk.port.requestWithdrawal(world.context(), {
        ...{ wallet, currency: 'eur', amount, destination: 'DE89 3704 0044 0532 0130 00' },
      }),
    );
  const decide = (id: string, to: 'approved' | 'refused' | 'paid' | 'failed' | 'returned', who: string) =>
    desk.staff.decideWithdrawal(world.context(undefined, TENANT, `operator:person_${who}`), {
      ...{ id, to, reason: 'checked' },
      ...(to === 'paid' && { reference: 'SEPA 1' }),
    });

  it('is held, approved by one person, paid by another, and may come back', async () => {
    const id = await openWith(world, desk, somebody(), 50_00n);
    const asked = await request(id, 30_00n);
    expect(asked.status).toBe('requested');
    expect(await balanceOf(world, desk, id)).toEqual({ available: 20_00n, pending: 30_00n });
    expect(await decide(asked.id, 'paid', 'bob')).toMatchObject({
      ok: false,
      error: { code: 'withdrawal_unexpected_state' },
    });
    unwrap(await decide(asked.id, 'approved', 'ada'));
    expect(await decide(asked.id, 'paid', 'ada')).toMatchObject({
      ok: false,
      error: { code: 'same_person' },
    });
    const paid = unwrap(await decide(asked.id, 'paid', 'bob'));
    expect(paid).toMatchObject({
      status: 'paid',
      approvedBy: 'operator:person_ada',
      paidBy: 'operator:person_bob',
    });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 20_00n, pending: 0n });
    expect(unwrap(await decide(asked.id, 'returned', 'ada')).status).toBe('returned');
    expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
    // What is there again counts against the limit of the balance again.
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use).toMatchObject({ balanceBound: 50_00n, dayUsed: 30_00n });
    expect(await world.credit('withdrawal_clearing', TENANT)).toBe(0n);
  });

  it('that comes back counts against the balance before it is there', async () => {
    const id = await openWith(world, desk, somebody(), 50_00n);
    const { id: withdrawal } = await request(id, 30_00n);
    unwrap(await decide(withdrawal, 'approved', 'ada'));
    unwrap(await decide(withdrawal, 'paid', 'bob'));
    const bound = async () =>
      unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' })).balanceBound;
    expect(await bound()).toBe(20_00n);
    const seen: bigint[] = [];
    const watched = await world.start({
      port: (_contract, port) =>
        'createTransfers' in port
          ? {
              ...port,
              createTransfers: async (...asked: Parameters<World['ledger']['createTransfers']>) => {
                seen.push(await bound());
                return (port as unknown as World['ledger']).createTransfers(...asked);
              },
            }
          : port,
    });
    const ask = { id: withdrawal, to: 'returned', reason: 'bank' } as const;
    unwrap(await watched.staff.decideWithdrawal(world.context(), ask));
    expect(seen).toEqual([50_00n]);
    expect(await bound()).toBe(50_00n);
  });

  it('that is refused, fails or is taken back is free again, and is audited', async () => {
    const id = await openWith(world, desk, somebody(), 50_00n);
    const [one, two, three] = [
      await request(id, 10_00n),
      await request(id, 15_00n),
      await request(id, 20_00n),
    ];
    expect(unwrap(await decide(one.id, 'refused', 'ada')).status).toBe('refused');
    unwrap(await decide(two.id, 'approved', 'ada'));
    expect(unwrap(await decide(two.id, 'failed', 'ada')).status).toBe('failed');
    expect(unwrap(await desk.port.cancelWithdrawal(world.context(), { id: three.id })).status).toBe(
      'canceled',
    );
    expect(await desk.port.cancelWithdrawal(world.context(), { id: two.id })).toMatchObject({
      ok: false,
      error: { code: 'withdrawal_unexpected_state' },
    });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
    const audited = await world.look<{ action: string }>(
      `SELECT payload->>'action' AS action FROM wallet.outbox
        WHERE type = 'audit.entry' AND aggregate_id = $1`,
      [two.id],
    );
    expect(audited.map(({ action }) => action)).toEqual(['withdrawal.approved', 'withdrawal.failed']);
    const use = unwrap(await desk.port.readLimits(world.context(), { wallet: id, currency: 'eur' }));
    expect(use).toMatchObject({ balanceBound: 50_00n, dayUsed: 0n });
  });

  it('from a wallet that never had the currency is refused for want of money, as all else is', async () => {
    const id = await openWith(world, desk, somebody());
    const lacking = (missing: string) => ({
      ok: false,
      error: { code: 'insufficient_funds', detail: { missing, available: '0' } },
    });
    const ask = { wallet: id, currency: 'eur', amount: 5_00n, destination: 'x' };
    expect(await desk.port.requestWithdrawal(world.context(), ask)).toMatchObject(lacking('500'));
    expect(await send(id, somebody(), 6_00n)).toMatchObject(lacking('600'));
    expect(await pay(id, await order(world, 7_00n))).toMatchObject(lacking('700'));
  });

  it('beyond the balance fails and holds nothing', async () => {
    const id = await openWith(world, desk, somebody(), 10_00n);
    const ask = { wallet: id, currency: 'eur', amount: 10_01n, destination: 'x' };
    expect(await desk.port.requestWithdrawal(world.context(), ask)).toMatchObject({
      ok: false,
      error: { code: 'insufficient_funds', detail: { missing: '1' } },
    });
    expect(await balanceOf(world, desk, id)).toEqual({ available: 10_00n, pending: 0n });
  });
});

it('nothing goes from a frozen wallet', async () => {
  const id = await openWith(world, desk, somebody(), 50_00n);
  const change = (status: 'frozen' | 'active') =>
    desk.staff.changeWallet(world.context(), { id, status, reason: 'test' });
  unwrap(await change('frozen'));
  const intent = await order(world, 5_00n);
  const asked = { wallet: id, currency: 'eur', amount: 5_00n, destination: 'bank' };
  const frozen = { ok: false, error: { code: 'wallet_frozen' } };
  expect(await pay(id, intent)).toMatchObject(frozen);
  expect(await desk.port.requestWithdrawal(world.context(), asked)).toMatchObject(frozen);
  expect(await balanceOf(world, desk, id)).toEqual({ available: 50_00n, pending: 0n });
  unwrap(await change('active'));
  expect(unwrap(await pay(id, intent)).operation.status).toBe('succeeded');
});

describe('history and statement', () => {
  it('add up, page by page and by kind', async () => {
    const id = await openWith(world, desk, somebody(), 90_00n);
    for (const amount of [5_00n, 7_00n, 11_00n]) unwrap(await send(id, somebody(), amount));
    unwrap(await pay(id, await order(world, 20_00n)));
    unwrap(await pay(id, await order(world, 10_00n, 'manual')));
    const ask = { wallet: id, currency: 'eur', limit: 2 };
    const seen: bigint[] = [];
    let startingAfter: string | undefined;
    for (let more = true; more; ) {
      const page = unwrap(
        await desk.port.history(world.context(), { ...ask, ...(startingAfter && { startingAfter }) }),
      );
      seen.push(...page.items.map(({ amount }) => amount));
      startingAfter = page.items.at(-1)?.id;
      more = page.hasMore;
    }
    expect(seen).toEqual([-20_00n, -11_00n, -7_00n, -5_00n, 90_00n]);
    const { available, pending } = await balanceOf(world, desk, id);
    expect(seen.reduce((sum, amount) => sum + amount, 0n)).toBe(available + pending);
    const sent = unwrap(await desk.port.history(world.context(), { ...ask, limit: 10, kind: 'sent' }));
    expect(sent.items.map(({ amount }) => amount)).toEqual([-11_00n, -7_00n, -5_00n]);
    expect(await desk.port.history(world.context(), { ...ask, startingAfter: 'wen_nothing' })).toMatchObject({
      ok: false,
      error: { code: 'cursor_not_found' },
    });
    const stranger = await openWith(world, desk, somebody(), 1_00n);
    const theirs = unwrap(await desk.port.history(world.context(), { ...ask, wallet: stranger }));
    const foreign = { ...ask, startingAfter: theirs.items[0]?.id ?? '' };
    expect(await desk.port.history(world.context(), foreign)).toMatchObject({
      error: { code: 'cursor_not_found' },
    });
    const month = new Date(world.clock.now() / 1000).toISOString().slice(0, 7);
    const statement = unwrap(
      await desk.port.statement(world.context(), { wallet: id, currency: 'eur', month }),
    );
    expect(statement).toMatchObject({ opening: 0n, totalIn: 90_00n, totalOut: 43_00n, closing: 47_00n });
    const before = await desk.port.statement(world.context(), {
      wallet: id,
      currency: 'eur',
      month: '2025-01',
    });
    expect(unwrap(before)).toMatchObject({ opening: 0n, entries: [], closing: 0n });
  });

  it('are told whole while more is being moved', async () => {
    const id = await openWith(world, desk, somebody(), 90_00n);
    const busy = await world.start({
      port: (_contract, port) =>
        'accountTransfers' in port
          ? {
              ...port,
              accountTransfers: async (...asked: Parameters<World['ledger']['accountTransfers']>) => {
                unwrap(await send(id, somebody(), 1_00n));
                return (port as unknown as World['ledger']).accountTransfers(...asked);
              },
            }
          : port,
    });
    const asked = { wallet: id, currency: 'eur' };
    const { items } = unwrap(await busy.port.history(world.context(), { ...asked, limit: 10 }));
    expect(items.map(({ amount, balance }) => ({ amount, balance }))).toEqual([
      { amount: -1_00n, balance: 89_00n },
      { amount: 90_00n, balance: 90_00n },
    ]);
  });

  it('of one month after the other leave nothing out and tell nothing twice', async () => {
    const id = await openWith(world, desk, somebody(), 90_00n);
    const monthOf = () => new Date(world.clock.now() / 1000).toISOString().slice(0, 7);
    const months = [monthOf()];
    unwrap(await send(id, somebody(), 5_00n));
    for (const amount of [7_00n, 11_00n]) {
      // To the first instant of the next month, where a statement must begin.
      const now = new Date(world.clock.now() / 1000);
      const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) * 1000;
      world.clock.advance(next - world.clock.now());
      months.push(monthOf());
      unwrap(await send(id, somebody(), amount));
      unwrap(await pay(id, await order(world, 2_00n)));
    }
    const statements = [];
    for (const month of months) {
      const asked = { wallet: id, currency: 'eur', month };
      statements.push(unwrap(await desk.port.statement(world.context(), asked)));
    }
    expect(statements).toMatchObject([
      { opening: 0n, totalIn: 90_00n, totalOut: 5_00n, closing: 85_00n },
      { opening: 85_00n, totalIn: 0n, totalOut: 9_00n, closing: 76_00n },
      { opening: 76_00n, totalIn: 0n, totalOut: 13_00n, closing: 63_00n },
    ]);
    const all = unwrap(await desk.port.history(world.context(), { wallet: id, currency: 'eur', limit: 100 }));
    const told = statements.flatMap(({ entries }) => entries.map(({ id: entry }) => entry));
    expect(told).toEqual(all.items.map(({ id: entry }) => entry).reverse());
  });
});
