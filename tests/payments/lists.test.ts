import { unwrap } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Instance, newIntent, type World } from './world/world.ts';

let world: World;
let shop: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterAll(() => world.close());

describe('customers', () => {
  it('are made, changed and found, each command once', async () => {
    const create = world.context();
    const made = unwrap(await shop.port.createCustomer(create, { name: 'Ada', email: 'ada@example.com' }));
    expect(unwrap(await shop.port.createCustomer(create, { name: 'Ada', email: 'ada@example.com' }))).toEqual(
      made,
    );
    const update = world.context();
    const change = { id: made.id, name: null, metadata: { tier: 'gold' } };
    const changed = unwrap(await shop.port.updateCustomer(update, change));
    expect(changed).toEqual({ ...made, name: null, metadata: { tier: 'gold' } });
    expect(unwrap(await shop.port.updateCustomer(update, change))).toEqual(changed);
    expect(unwrap(await shop.port.findCustomer(world.context(), { id: made.id }))).toEqual(changed);
    const page = unwrap(
      await shop.port.listCustomers(world.context(), { limit: 5, email: 'ada@example.com' }),
    );
    expect(page).toEqual({ items: [changed], hasMore: false });
    expect(await shop.port.updateCustomer(world.context(undefined, 'acct_other'), change)).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('are made once by many at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        shop.port.createCustomer(world.context('one-customer'), { name: 'Bo' }),
      ),
    );
    expect(new Set(made.map((answer) => unwrap(answer).id)).size).toBe(1);
  });
});

describe('lists', () => {
  it('are paged in both directions, filtered, newest first', async () => {
    const customer = unwrap(await shop.port.createCustomer(world.context(), {})).id;
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      // Two of them at the same instant: the id decides.
      if (index !== 3) world.clock.advance(1);
      const fields = { ...(index % 2 === 0 && { customer }), transferGroup: index < 4 ? 'early' : 'late' };
      ids.push(unwrap(await shop.port.createIntent(world.context(), newIntent(fields))).id);
    }
    const all = (await list({ limit: 100 })).items;
    expect([...all].toSorted()).toEqual([...ids].toSorted());
    const first = await list({ limit: 3 });
    expect(first).toEqual({ items: all.slice(0, 3), hasMore: true });
    const second = await list({ limit: 3, startingAfter: all[2] });
    expect(second).toEqual({ items: all.slice(3, 6), hasMore: true });
    expect(await list({ limit: 3, startingAfter: all[5] })).toEqual({ items: all.slice(6), hasMore: false });
    expect(await list({ limit: 2, endingBefore: all[3] })).toEqual({ items: all.slice(1, 3), hasMore: true });
    expect((await list({ limit: 9, customer })).items).toHaveLength(4);
    expect((await list({ limit: 9, transferGroup: 'late' })).items).toHaveLength(3);
    expect((await list({ limit: 9, customer, transferGroup: 'late' })).items).toHaveLength(2);
  });

  it('of a time begin at a cursor or at the bound, whichever comes later, in both directions', async () => {
    const { items } = unwrap(await shop.port.listIntents(world.context(), { limit: 100 }));
    const instants = [...new Set(items.map(({ createdAt }) => createdAt))];
    const bounds = [undefined, instants[0], instants[2], instants[3], instants.at(-1)];
    const limit = 3;
    for (const at of items.keys()) {
      for (const createdFrom of bounds) {
        for (const createdTo of bounds) {
          const within = items.filter(
            ({ createdAt }) => createdAt >= (createdFrom ?? 0) && createdAt < (createdTo ?? Infinity),
          );
          const behind = within.filter((item) => items.indexOf(item) > at);
          const before = within.filter((item) => items.indexOf(item) < at);
          const cursor = items[at]?.id;
          const bounded = { limit, createdFrom, createdTo };
          expect(await list({ ...bounded, startingAfter: cursor })).toEqual(pageOf(behind, 0, limit));
          expect(await list({ ...bounded, endingBefore: cursor })).toEqual(
            pageOf(before, Math.max(0, before.length - limit), limit),
          );
        }
      }
    }
  });

  it.each(['startingAfter', 'endingBefore'])(
    'refuse a cursor that is not there as %s, in any time',
    async (field) => {
      const [newest] = unwrap(await shop.port.listIntents(world.context(), { limit: 1 })).items;
      for (const bound of [{}, { createdFrom: newest?.createdAt }, { createdTo: newest?.createdAt }]) {
        const page = await shop.port.listIntents(world.context(), { limit: 3, ...bound, [field]: 'pi_gone' });
        expect(page).toMatchObject({ error: { code: 'cursor_not_found', field } });
      }
    },
  );

  function pageOf(items: readonly { readonly id: string }[], from: number, limit: number) {
    const ids = items.slice(from, from + limit).map(({ id }) => id);
    return { items: ids, hasMore: items.length > limit };
  }

  async function list(input: object) {
    const page = unwrap(await shop.port.listIntents(world.context(), { limit: 10, ...input }));
    return { ...page, items: page.items.map(({ id }) => id) };
  }
});

describe('what is read by its ids', () => {
  it('is one’s own: to another tenant nothing of it is there', async () => {
    const { port } = shop;
    const customer = unwrap(await port.createCustomer(world.context(), {})).id;
    const sale = { captureMethod: 'automatic' as const, paymentMethod: 'pm_visa', confirm: {}, customer };
    const intent = unwrap(await port.createIntent(world.context(), newIntent(sale)));
    const charge = intent.latestCharge ?? '';
    const refund = unwrap(await port.createRefund(world.context(), { charge, amount: 10_00n })).id;
    const usage = 'off_session' as const;
    const setup = unwrap(await port.createSetupIntent(world.context(), { customer, usage })).id;
    for (const [read, id] of [
      [port.findIntents, intent.id],
      [port.findCharges, charge],
      [port.findRefunds, refund],
      [port.findCustomers, customer],
      [port.findSetupIntents, setup],
      [
        (context: OutgoingContext, { ids }: { ids: string[] }) =>
          port.listRefundsOfCharges(context, { ids, limit: 10 }),
        charge,
      ],
    ] as const) {
      const ids = [id, 'none'];
      expect(unwrap<readonly object[], string>(await read(world.context(), { ids })), id).toHaveLength(1);
      expect(
        unwrap<readonly object[], string>(await read(world.context(undefined, 'acct_other'), { ids })),
        id,
      ).toEqual([]);
    }
  });
});

describe('bad input', () => {
  it('names the field and changes nothing', async () => {
    const [one] = newIntent().split;
    const cases = [
      [{ amount: 1_000_000_000_000n, split: [] }, 'amount_too_large', 'amount'],
      [{ amount: 40_00n }, 'split_exceeds_amount', 'split'],
      [{ split: [{ ...one, applicationFee: 60_00n }] }, 'split_exceeds_amount', 'split[0].applicationFee'],
      [{ split: [{ ...one, destination: 'acct_none' }] }, 'destination_not_found', 'split[0].destination'],
      [
        { split: [{ ...one, destination: 'acct_incapable' }] },
        'destination_not_capable',
        'split[0].destination',
      ],
      [{ currency: 'zzz' }, 'invalid_input', 'currency'],
      [{ paymentMethod: 'pm_gone' }, 'payment_method_not_found', 'paymentMethod'],
      [{ customer: 'cus_none' }, 'customer_not_found', 'customer'],
    ] as const;
    const count = async () => (await world.look('SELECT FROM payments.command')).length;
    const before = await count();
    for (const [over, code, field] of cases) {
      const answer = await shop.port.createIntent(world.context(), newIntent(over as object));
      expect(answer).toMatchObject({ ok: false, error: { code, field } });
    }
    expect(await count()).toBe(before);
  });

  it('is refused by an update as by a create', async () => {
    const { id } = unwrap(await shop.port.createIntent(world.context(), newIntent()));
    const refused = await shop.port.updateIntent(world.context(), { id, amount: 1_00n });
    expect(refused).toMatchObject({ error: { code: 'split_exceeds_amount' } });
    const updated = unwrap(
      await shop.port.updateIntent(world.context(), { id, amount: 200_00n, paymentMethod: 'pm_visa' }),
    );
    expect(updated).toMatchObject({ amount: 200_00n, status: 'requires_confirmation' });
    const missing = await shop.port.createIntent(world.context(), newIntent({ confirm: {} }));
    expect(missing).toMatchObject({ error: { code: 'payment_method_missing' } });
  });
});
