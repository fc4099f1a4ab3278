import { DAY, HOUR, MINUTE, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openTill, shelve, type Till } from './till.ts';

let till: Till;
let desk: Desk;
beforeAll(async () => {
  till = await openTill();
  desk = await till.start();
});
afterAll(() => till.close());

type Create = Parameters<Desk['port']['createSession']>[1];
const errorOf = (result: { ok: boolean; error?: object }) => result.error ?? result;
const open = async (over: Partial<Create> = {}) => {
  const input = { lines: [{ price: await shelve(till, '1500'), quantity: 2 }], ...over };
  return unwrap(await desk.port.createSession(till.context(), input));
};
const pay = (id: string, paymentMethod: string, command?: string) =>
  desk.port.paySession(till.context(command), { id, paymentMethod });
const find = async (id: string) => unwrap(await desk.port.findSession(till.context(), { id }));
const captured = () => till.acquirer.totals().captured;

describe('a session', () => {
  it('is priced to the last fraction, and made once', async () => {
    const input: Create = {
      lines: [
        { price: await shelve(till, '33.335'), quantity: 3 },
        {
          priceData: { currency: 'eur', unitAmountDecimal: '250', productData: { name: 'Wrapping' } },
          quantity: 1,
        },
      ],
      clientReferenceId: 'order-1',
      metadata: { a: 'b' },
    };
    const made = unwrap(await desk.port.createSession(till.context('same'), input));
    expect(made).toMatchObject({
      status: 'open',
      paymentStatus: 'unpaid',
      currency: 'eur',
      amountTotal: 350n,
      paymentIntent: null,
      expiresAt: made.createdAt + DAY,
    });
    expect(made.id).toMatch(/^cs_test_[0-9a-z]{26}$/);
    expect(made.lines.map(({ amount, description }) => [amount, description])).toEqual([
      [100n, 'Tea'],
      [250n, 'Wrapping'],
    ]);
    till.clock.advance(1_000);
    expect(unwrap(await desk.port.createSession(till.context('same'), input))).toEqual(made);
    expect(await find(made.id)).toEqual(made);
    const other = await desk.port.createSession(till.context('same'), { ...input, metadata: {} });
    expect(errorOf(other)).toMatchObject({ code: 'idempotency_mismatch' });
  });

  it('is paid in a currency that all its prices have', async () => {
    const price = unwrap(
      await till.catalogue.createPrice(till.context(), {
        currency: 'eur',
        unitAmountDecimal: '1000',
        currencyOptions: { cny: { unitAmountDecimal: '7900' } },
        productData: { name: 'Cup' },
      }),
    ).id;
    expect(await open({ lines: [{ price, quantity: 2 }], currency: 'cny' })).toMatchObject({
      currency: 'cny',
      amountTotal: 15_800n,
    });
    const mixed = await desk.port.createSession(till.context(), {
      lines: [
        { price, quantity: 1 },
        { price: await shelve(till, '5'), quantity: 1 },
      ],
      currency: 'cny',
    });
    expect(errorOf(mixed)).toMatchObject({ code: 'currency_mismatch', field: 'lines[1]' });
  });

  it('refuses what nobody could pay, before a shopper is sent to it', async () => {
    const refusal = async (over: Partial<Create>) =>
      errorOf(
        await desk.port.createSession(till.context(), {
          lines: [{ price: await shelve(till, '10'), quantity: 1 }],
          ...over,
        }),
      );
    const line = (price: string) => ({ lines: [{ price, quantity: 1 }] });
    expect(await refusal(line('price_none'))).toMatchObject({
      code: 'price_not_found',
      field: 'lines[0].price',
    });
    expect(await refusal(line(await shelve(till, '1', { active: false })))).toMatchObject({
      code: 'price_inactive',
    });
    expect(await refusal(line(await shelve(till, '1', { recurring: true })))).toMatchObject({
      code: 'price_recurring',
    });
    expect(await refusal({ customer: 'cus_none' })).toMatchObject({ code: 'customer_not_found' });
    const now = till.clock.now();
    for (const expiresAt of [now + 5 * MINUTE, now + 25 * HOUR, now - 1]) {
      expect(await refusal({ expiresAt })).toMatchObject({ code: 'expires_at_out_of_bounds' });
    }
    expect(await refusal({ intentData: { split: [{ destination: 'acct_none' }] } })).toMatchObject({
      code: 'destination_not_found',
      field: 'intentData.split[0].destination',
    });
    const [merchant] = till.merchants;
    expect(
      await refusal({ intentData: { split: [{ destination: merchant, applicationFee: 11n }] } }),
    ).toMatchObject({ code: 'split_exceeds_amount' });
    expect(
      await refusal({
        ...line(await shelve(till, '10', { merchant })),
        intentData: { split: [{ destination: merchant }] },
      }),
    ).toMatchObject({ code: 'split_conflict' });
    expect(
      await refusal({ lines: [{ price: await shelve(till, '999999999999'), quantity: 2 }] }),
    ).toMatchObject({ code: 'amount_too_large' });
  });

  it('shares the order out over the merchants of its products', async () => {
    const [one, two] = till.merchants;
    const session = await open({
      lines: [
        { price: await shelve(till, '1000', { merchant: one }), quantity: 2 },
        { price: await shelve(till, '500', { merchant: two }), quantity: 1 },
        { price: await shelve(till, '300', { merchant: one }), quantity: 1 },
        { price: await shelve(till, '200'), quantity: 1 },
      ],
    });
    const paid = unwrap(await pay(session.id, 'pm_visa'));
    expect(paid.paymentIntent?.split).toEqual([
      { destination: one, amount: 2300n, applicationFee: 230n },
      { destination: two, amount: 500n, applicationFee: 50n },
    ]);
    expect(till.ledger.credit('merchant_payable', one)).toBe(2070n);
    expect(till.ledger.credit('merchant_payable', two)).toBe(450n);
  });
});

describe('paying a session', () => {
  it('completes it once, and says so once', async () => {
    const session = await open({ customerCreation: 'always', customerEmail: 'ada@example.org' });
    const paid = unwrap(await pay(session.id, 'pm_visa', 'pay-1'));
    expect(paid.session).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(paid.paymentIntent).toMatchObject({ status: 'succeeded', amountReceived: 3000n });
    expect(paid.session.customer).toMatch(/^cus_/);
    expect(unwrap(await pay(session.id, 'pm_visa', 'pay-1'))).toEqual(paid);
    await till.deliver();
    expect(await find(session.id)).toEqual(paid.session);
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.completed']);
    expect(errorOf(await pay(session.id, 'pm_visa'))).toMatchObject({
      code: 'session_not_open',
      detail: { status: 'complete' },
    });
  });

  it('leaves it open after a decline, for another card', async () => {
    const session = await open();
    expect(errorOf(await pay(session.id, 'pm_insufficient'))).toMatchObject({ code: 'card_declined' });
    const between = await find(session.id);
    expect(between).toMatchObject({ status: 'open', paymentStatus: 'unpaid' });
    const paid = unwrap(await pay(session.id, 'pm_visa'));
    expect(paid.session).toMatchObject({ status: 'complete', paymentIntent: between.paymentIntent });
  });

  it('refuses another total than the shopper saw', async () => {
    const session = await open();
    const refused = await desk.port.paySession(till.context(), {
      id: session.id,
      paymentMethod: 'pm_visa',
      expectedAmount: 2999n,
    });
    expect(errorOf(refused)).toMatchObject({ code: 'expected_amount_mismatch' });
    expect((await find(session.id)).paymentIntent).toBeNull();
  });

  it('holds, and is paid once the hold is captured', async () => {
    const session = await open({ intentData: { captureMethod: 'manual' } });
    const held = unwrap(await pay(session.id, 'pm_visa'));
    expect(held.session).toMatchObject({ status: 'complete', paymentStatus: 'unpaid' });
    unwrap(await till.payments.captureIntent(till.context(), { id: held.paymentIntent?.id ?? '' }));
    await till.deliver();
    expect(await find(session.id)).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.completed']);
  });

  it('costs nothing where nothing is due', async () => {
    const session = await open({ lines: [{ price: await shelve(till, '0.2'), quantity: 1 }] });
    expect(session).toMatchObject({ amountTotal: 0n, paymentStatus: 'no_payment_required' });
    const done = unwrap(await desk.port.paySession(till.context(), { id: session.id }));
    expect(done).toMatchObject({ session: { status: 'complete' }, paymentIntent: null });
  });

  it('waits for an outcome that nobody knows, and neither expires nor takes another card', async () => {
    const session = await open();
    const lost = unwrap(await pay(session.id, 'pm_lost'));
    expect(lost).toMatchObject({ session: { status: 'open' }, paymentIntent: { status: 'processing' } });
    expect(errorOf(await pay(session.id, 'pm_visa'))).toMatchObject({ code: 'session_not_open' });
    const expire = () => desk.port.expireSession(till.context(), { id: session.id });
    expect(errorOf(await expire())).toMatchObject({ code: 'session_not_open', detail: { status: 'open' } });
    till.clock.advance(DAY + MINUTE);
    await desk.sweep();
    expect(await find(session.id)).toMatchObject({ status: 'open' });
    till.acquirer.resolve('approved');
    await till.resolve();
    await till.deliver();
    expect(await find(session.id)).toMatchObject({ status: 'complete', paymentStatus: 'paid' });
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.completed']);
  });

  it('is possible for the shopper without a tenant, and for no other tenant', async () => {
    const session = await open();
    const foreign = till.context(undefined, 'acct_other');
    for (const result of [
      await desk.port.findSession(foreign, { id: session.id }),
      await desk.port.expireSession(foreign, { id: session.id }),
      await desk.port.updateSession(till.context(undefined, 'acct_other'), {
        id: session.id,
        metadata: null,
      }),
      await desk.port.paySession(foreign, { id: session.id, paymentMethod: 'pm_visa' }),
    ]) {
      expect(errorOf(result)).toMatchObject({ code: 'not_found' });
    }
    const shopper = till.context(undefined, '');
    expect(unwrap(await desk.port.showSession(shopper, { id: session.id })).id).toBe(session.id);
    const paid = await desk.port.paySession(shopper, { id: session.id, paymentMethod: 'pm_visa' });
    expect(unwrap(paid).session.status).toBe('complete');
  });
});

describe('the end of a session', () => {
  it('comes by its owner’s wish, and takes the payment with it', async () => {
    const session = await open();
    expect(errorOf(await pay(session.id, 'pm_insufficient'))).toMatchObject({ code: 'card_declined' });
    const expired = unwrap(await desk.port.expireSession(till.context('end'), { id: session.id }));
    expect(expired.status).toBe('expired');
    expect(unwrap(await desk.port.expireSession(till.context('end'), { id: session.id }))).toEqual(expired);
    expect(errorOf(await desk.port.expireSession(till.context(), { id: session.id }))).toMatchObject({
      code: 'session_not_open',
    });
    expect(errorOf(await pay(session.id, 'pm_visa'))).toMatchObject({ code: 'session_not_open' });
    const intent = { id: expired.paymentIntent ?? '', paymentMethod: 'pm_visa' };
    expect(errorOf(await till.payments.confirmIntent(till.context(), intent))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    await till.deliver();
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.expired']);
  });

  it('comes by itself when its time is over', async () => {
    const session = await open({ expiresAt: till.clock.now() + 30 * MINUTE });
    till.clock.advance(30 * MINUTE);
    expect(errorOf(await pay(session.id, 'pm_visa'))).toMatchObject({ code: 'session_not_open' });
    await desk.sweep();
    await desk.sweep();
    expect((await find(session.id)).status).toBe('expired');
    expect(await till.told('checkout', session.id)).toEqual(['checkout.session.expired']);
  });

  it('comes although no payment could be opened for it', async () => {
    const customer = async () => unwrap(await till.payments.createCustomer(till.context(), {})).id;
    const [wished, late] = [await customer(), await customer()];
    const expiresAt = till.clock.now() + 30 * MINUTE;
    const sessions = [await open({ customer: wished }), await open({ customer: late, expiresAt })] as const;
    for (const id of [wished, late]) unwrap(await till.payments.deleteCustomer(till.context(), { id }));
    for (const { id } of sessions) {
      expect(errorOf(await pay(id, 'pm_visa'))).toMatchObject({ code: 'customer_not_found' });
    }
    unwrap(await desk.port.expireSession(till.context(), { id: sessions[0].id }));
    till.clock.advance(30 * MINUTE);
    await desk.sweep();
    for (const { id } of sessions) {
      expect((await find(id)).status).toBe('expired');
      expect(await till.told('checkout', id)).toEqual(['checkout.session.expired']);
    }
  });

  it('comes with the end of its payment intent', async () => {
    const session = await open();
    await pay(session.id, 'pm_insufficient');
    const { paymentIntent } = await find(session.id);
    unwrap(await till.payments.cancelIntent(till.context(), { id: paymentIntent ?? '' }));
    await till.deliver();
    expect((await find(session.id)).status).toBe('expired');
  });
});

describe('payment links', () => {
  const link = async (over: object = {}) =>
    unwrap(
      await desk.port.createLink(till.context(), {
        lines: [{ price: await shelve(till, '700'), quantity: 1 }],
        ...over,
      }),
    );

  it('open a session for each who follows them', async () => {
    const made = await link({
      afterCompletion: { type: 'redirect', url: 'https://shop.example/thanks' },
      metadata: { campaign: 'tea' },
    });
    const shopper = () => till.context(undefined, '');
    const first = unwrap(await desk.port.openLink(shopper(), { id: made.id }));
    till.clock.advance(1_000);
    const second = unwrap(await desk.port.openLink(shopper(), { id: made.id }));
    expect(first.id).not.toBe(second.id);
    expect(first).toMatchObject({
      tenant: till.tenant,
      amountTotal: 700n,
      paymentLink: made.id,
      successUrl: 'https://shop.example/thanks',
      metadata: { campaign: 'tea' },
    });
    const list = await desk.port.listSessions(till.context(), { limit: 5, paymentLink: made.id });
    expect(unwrap(list).items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(await till.told('checkout', made.id)).toEqual(['payment_link.created']);
  });

  it('sell what was described for them alone, and refuse what was taken off the shelf', async () => {
    const own = await link({
      lines: [
        {
          priceData: { currency: 'eur', unitAmountDecimal: '9', productData: { name: 'Gift' } },
          quantity: 1,
        },
      ],
    });
    expect((await desk.port.openLink(till.context(), { id: own.id })).ok).toBe(true);
    const made = await link();
    const price = made.lines[0]?.price.id ?? '';
    unwrap(await till.catalogue.updatePrice(till.context(), { id: price, active: false }));
    expect(errorOf(await desk.port.openLink(till.context(), { id: made.id }))).toMatchObject({
      code: 'price_inactive',
    });
  });

  it('show recurring prices and open nothing of them', async () => {
    const made = await link({
      lines: [{ price: await shelve(till, '700', { recurring: true }), quantity: 1 }],
    });
    expect(errorOf(await desk.port.openLink(till.context(), { id: made.id }))).toMatchObject({
      code: 'price_recurring',
    });
  });

  it('open nothing while they are inactive', async () => {
    const made = await link();
    const update = { id: made.id, active: false, inactiveMessage: 'Sold out' };
    unwrap(await desk.port.updateLink(till.context(), update));
    const refused = await desk.port.openLink(till.context(), { id: made.id });
    expect(errorOf(refused)).toMatchObject({ code: 'link_inactive', message: 'Sold out' });
    const other = await desk.port.updateLink(till.context(undefined, 'acct_other'), update);
    expect(errorOf(other)).toMatchObject({ code: 'not_found' });
  });

  it('are paid no more often than their limit, whatever comes at once', async () => {
    const made = await link({ completedSessionsLimit: 2 });
    const sessions = [];
    for (let index = 0; index < 6; index += 1) {
      sessions.push(unwrap(await desk.port.openLink(till.context(), { id: made.id })));
    }
    const before = captured();
    const answers = await Promise.all(
      sessions.map(({ id }, index) => pay(id, index === 0 ? 'pm_insufficient' : 'pm_visa')),
    );
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(codes.filter((code) => code === 'link_is_used_up')).toHaveLength(4);
    expect(captured() - before).toBeLessThanOrEqual(1400n);
    const declined = sessions[0]?.id ?? '';
    if (codes.includes('card_declined')) {
      unwrap(await desk.port.expireSession(till.context(), { id: declined }));
      const last = sessions.at(-1);
      unwrap(await pay(last?.id ?? '', 'pm_visa'));
    }
    expect(captured() - before).toBe(1400n);
    const full = unwrap(await desk.port.findLink(till.context(), { id: made.id }));
    expect(full).toMatchObject({ active: false, completedSessions: 2 });
    expect(await till.told('checkout', made.id)).toEqual(['payment_link.created', 'payment_link.updated']);
    expect((await desk.port.openLink(till.context(), { id: made.id })).ok).toBe(false);
    const again = await desk.port.updateLink(till.context(), { id: made.id, active: true });
    expect(errorOf(again)).toMatchObject({ code: 'link_is_used_up' });
  });
});
