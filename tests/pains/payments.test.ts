import { DAY, SECOND, unwrap } from '@tpmall/kernel';
import type { StoredEvent } from '@tpmall/platform/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dyingAt, orKilled } from '../payments/world/crash.ts';
import { createWorld, type Instance, newIntent, TENANT, type World } from '../payments/world/world.ts';

/**
 * What hurt users of other payment systems, each as a test that names where it was told. Two instances stand
 * for two processes on one database.
 */
let world: World;
let shops: readonly Instance[];
beforeEach(async () => {
  world = await createWorld();
  shops = [await world.start(), await world.start()];
});
afterEach(() => world.close());

const shop = (index = 0): Instance => shops[index % shops.length] as Instance;
const many = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const pay = async (over: Parameters<typeof newIntent>[0] = {}): Promise<string> => {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, captureMethod: 'automatic', ...over });
  return unwrap(await shop().port.createIntent(world.context(), intent)).id;
};
const hold = (over: Parameters<typeof newIntent>[0] = {}) => pay({ captureMethod: 'manual', ...over });
const find = async (id: string) => unwrap(await shop().port.findIntent(world.context(), { id }));
const settle = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    world.clock.advance(600 * SECOND);
    await shop(round).sweep();
  }
};
const books = () => ({
  ...world.acquirer.totals(),
  holds: world.ledger.openHolds(),
  receivable: -world.ledger.credit('acquirer_receivable', TENANT),
});
const NOTHING = { held: 0n, captured: 0n, refunded: 0n, holds: 0n, receivable: 0n };

describe('pain 1: two refunds at once exceed the capture (hyperswitch #13182)', () => {
  it('does not happen: together they are at most what was captured', async () => {
    const id = await pay();
    const answers = await many(2, (index) =>
      shop(index).port.createRefund(world.context(), { paymentIntent: id, amount: 60_00n }),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(books()).toEqual({ ...NOTHING, captured: 100_00n, refunded: 60_00n, receivable: 40_00n });
  });
});

describe('pain 2: a double capture, and then refunds of good orders (medusa #13301, #12674)', () => {
  it('does not happen: the second capture is refused and nothing is refunded by itself', async () => {
    const id = await hold();
    const answers = await many(10, (index) => shop(index).port.captureIntent(world.context(), { id }));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await settle();
    expect(books()).toEqual({ ...NOTHING, captured: 100_00n, receivable: 100_00n });
    expect(unwrap(await shop().port.listRefunds(world.context(), { limit: 10 })).items).toEqual([]);
  });
});

describe('pain 3: a split order and an event at once lose rows and refunds (mercur #909)', () => {
  it('does not happen: the shopper and the event pay once, for every merchant', async () => {
    const { id } = unwrap(
      await shop().port.createIntent(world.context(), newIntent({ captureMethod: 'automatic' })),
    );
    const confirmed = { id, paymentMethod: 'pm_soft_challenge' };
    unwrap(await shop().port.confirmIntent(world.context(), confirmed));
    world.acquirer.complete('an_1', 'authenticated');
    const subscription = shop(1).running.subscriptions?.find(({ from }) => from === 'acquiring');
    if (!subscription || !('handle' in subscription)) throw new Error('payments does not learn');
    const event: StoredEvent = {
      ...{ from: 'acquiring', seq: 1n, type: 'authentication.completed', aggregateId: 'an_1' },
      ...{ tenant: TENANT, at: world.clock.now() },
      payload: { authenticationId: 'an_1', state: 'authenticated' },
    };
    await Promise.all([
      shop(0).port.confirmIntent(world.context(), { id }),
      world.database.db('payments').transaction((tx) => subscription.handle(event, tx)),
    ]);
    await settle();
    expect(world.acquirer.asked.count).toBe(2);
    expect(await find(id)).toMatchObject({ status: 'succeeded', amountReceived: 100_00n });
    const refund = unwrap(await shop().port.createRefund(world.context(), { paymentIntent: id }));
    expect(refund.amount).toBe(100_00n);
    for (const owner of ['acct_one', 'acct_two', TENANT]) {
      expect(world.ledger.credit('merchant_payable', owner)).toBe(0n);
    }
  });
});

describe('pain 4: a refusal although the money moved (blnk #374)', () => {
  it('does not happen: whoever lost the answer repeats, and is told what became of it', async () => {
    const id = await hold();
    for (const when of ['before', 'after'] as const) {
      for (let effect = 1; effect <= 6; effect += 1) {
        const each = await hold();
        const command = `lost-${when}-${effect}`;
        const dying = await world.start(dyingAt(effect, when));
        await orKilled(dying.port.captureIntent(world.context(command), { id: each }));
        await settle();
        const again = await shop().port.captureIntent(world.context(command), { id: each });
        expect(unwrap(again)).toMatchObject({ status: 'succeeded', amountReceived: 100_00n });
      }
    }
    expect((await find(id)).status).toBe('requires_capture');
    const { captured, receivable } = books();
    expect({ captured, receivable }).toEqual({ captured: 1_200_00n, receivable: 1_200_00n });
  });
});

describe('pain 5: holds that are not counted, and a refused hold that is committed (blnk #181, #182)', () => {
  it('does not happen: what is held stands in the ledger, and what was not is not captured', async () => {
    const held = await hold();
    expect(books()).toEqual({ ...NOTHING, held: 100_00n, holds: 100_00n });
    const { id } = unwrap(await shop().port.createIntent(world.context(), newIntent()));
    const declined = { id, paymentMethod: 'pm_insufficient' };
    expect((await shop().port.confirmIntent(world.context(), declined)).ok).toBe(false);
    unwrap(await shop().port.cancelIntent(world.context(), { id: held }));
    for (const refused of [id, held]) {
      expect(await shop().port.captureIntent(world.context(), { id: refused })).toMatchObject({
        error: { code: 'payment_intent_unexpected_state' },
      });
    }
    expect(books()).toEqual(NOTHING);
  });
});

describe('pain 6: a record that is committed and a balance that is not (blnk #240)', () => {
  it('does not happen: nobody is told of money that the ledger does not have', async () => {
    for (let effect = 1; effect <= 12; effect += 1) {
      const { id } = unwrap(
        await shop().port.createIntent(world.context(), newIntent({ captureMethod: 'automatic' })),
      );
      const before = books().receivable;
      const dying = await world.start(dyingAt(effect, 'after'));
      await orKilled(dying.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' }));
      const isPaid = (await find(id)).status === 'succeeded';
      if (isPaid) expect(books().receivable - before).toBe(100_00n);
      await settle();
      const taken = (await find(id)).amountReceived;
      expect(books().receivable - before).toBe(taken);
    }
  });
});

describe('pain 8: a payment that is applied twice (formance stack #1464, pgledger PR 38)', () => {
  it('does not happen, with one command or with several', async () => {
    const { id } = unwrap(
      await shop().port.createIntent(world.context(), newIntent({ captureMethod: 'automatic' })),
    );
    await many(20, (index) =>
      shop(index).port.confirmIntent(world.context(index % 2 === 0 ? 'same' : undefined), {
        id,
        paymentMethod: 'pm_visa',
      }),
    );
    await settle();
    expect(world.acquirer.asked.count).toBe(1);
    expect(books()).toEqual({ ...NOTHING, captured: 100_00n, receivable: 100_00n });
  });
});

describe('pain 9: an unknown outcome is paid twice (killbill #338, x402 #1062, #2294)', () => {
  it('does not happen: nothing more is sent until it is known', async () => {
    const { id } = unwrap(
      await shop().port.createIntent(world.context(), newIntent({ captureMethod: 'automatic' })),
    );
    const lost = { id, paymentMethod: 'pm_lost' };
    expect(unwrap(await shop().port.confirmIntent(world.context('lost'), lost)).status).toBe('processing');
    await many(10, (index) => shop(index).port.confirmIntent(world.context('lost'), lost));
    await many(10, (index) =>
      shop(index).port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' }),
    );
    await settle();
    expect(world.acquirer.asked.count).toBe(1);
    world.acquirer.resolve('approved');
    await settle();
    expect(world.acquirer.asked.count).toBe(1);
    expect(books()).toEqual({ ...NOTHING, captured: 100_00n, receivable: 100_00n });
  });
});

describe('pain 12: transfer ids that come twice (rafiki #223)', () => {
  it('does not happen: a repetition makes none, another command makes its own', async () => {
    const id = await hold({ captureRequests: { multicapture: true } });
    const part = { id, amountToCapture: 10_00n, finalCapture: false };
    unwrap(await shop().port.captureIntent(world.context('part'), part));
    const made = world.ledger.transfers.size;
    for (let times = 0; times < 3; times += 1) {
      unwrap(await shop(times).port.captureIntent(world.context('part'), part));
    }
    expect(world.ledger.transfers.size).toBe(made);
    unwrap(await shop().port.captureIntent(world.context('another'), part));
    expect(world.ledger.transfers.size).toBeGreaterThan(made);
    // The same key is another command after a day, with ids of its own.
    world.clock.advance(DAY + SECOND);
    unwrap(await shop().port.captureIntent(world.context('part'), part));
    expect(books()).toEqual({
      ...NOTHING,
      held: 70_00n,
      holds: 70_00n,
      captured: 30_00n,
      receivable: 30_00n,
    });
  });
});

describe('pain 14: a tenant leaks into another’s request (rafiki #3959)', () => {
  it('does not happen: requests of two tenants at once stay apart', async () => {
    const tenants = [TENANT, 'acct_other'];
    const made = await many(60, async (index) => {
      const tenant = tenants[index % 2] ?? '';
      const context = world.context(`mine-${index}`, tenant);
      const customer = unwrap(await shop(index).port.createCustomer(context, { name: tenant }));
      const intent = unwrap(
        await shop(index).port.createIntent(
          world.context(`pays-${index}`, tenant),
          newIntent({ customer: customer.id, split: [] }),
        ),
      );
      return { tenant, customer, intent };
    });
    for (const { tenant, customer, intent } of made) {
      expect([customer.tenant, customer.name, intent.tenant]).toEqual([tenant, tenant, tenant]);
      const other = world.context(
        undefined,
        tenants.find((each) => each !== tenant),
      );
      const refused = { error: { code: 'not_found' } };
      // Asked at once they share a statement, and no more than that.
      const own = world.context(undefined, tenant);
      const asked = [own, other, own, other, own].map((each) =>
        shop().port.findIntent(each, { id: intent.id }),
      );
      const given = (await Promise.all(asked)).map((answer) => (answer.ok ? answer.value.id : answer));
      expect(given).toMatchObject([intent.id, refused, intent.id, refused, intent.id]);
      expect(await shop().port.findCustomer(other, { id: customer.id })).toMatchObject(refused);
    }
    for (const tenant of tenants) {
      const { items } = unwrap(
        await shop().port.listIntents(world.context(undefined, tenant), { limit: 100 }),
      );
      expect(items).toHaveLength(30);
      expect(new Set(items.map((each) => each.tenant))).toEqual(new Set([tenant]));
    }
  });
});

describe('pain 15: several commissions, each within its bounds (mercur #1357, #161)', () => {
  it('are each merchant’s own, at most its part, and come back with refunds', async () => {
    const whole = { destination: 'acct_one', amount: 1_00n, applicationFee: 1_00n };
    const none = { destination: 'acct_two', amount: 50_00n, applicationFee: 0n };
    const greedy = { ...whole, applicationFee: 1_01n };
    const refused = await shop().port.createIntent(world.context(), newIntent({ split: [greedy, none] }));
    expect(refused).toMatchObject({ error: { code: 'split_exceeds_amount' } });
    const id = await pay({ split: [whole, none] });
    const payable = (owner: string) => world.ledger.credit('merchant_payable', owner);
    expect([payable('acct_one'), payable('acct_two'), payable(TENANT)]).toEqual([0n, 50_00n, 49_00n]);
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(1_00n);
    for (let part = 0; part < 4; part += 1) {
      unwrap(await shop().port.createRefund(world.context(), { paymentIntent: id, amount: 25_00n }));
    }
    expect([payable('acct_one'), payable('acct_two'), payable(TENANT)]).toEqual([0n, 0n, 0n]);
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(0n);
  });
});
