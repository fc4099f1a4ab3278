import { MINUTE, SECOND, unwrap } from '@tpmall/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dyingAt, orKilled } from './world/crash.ts';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

const ALL = { multicapture: true, overcapture: true, incrementalAuthorisation: true };

async function hold(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, captureRequests: ALL, ...over });
  return unwrap(await shop.port.createIntent(world.context(), intent)).id;
}

const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const chargeOf = async (id: string) =>
  unwrap(await shop.port.findCharge(world.context(), { id: (await find(id)).latestCharge ?? '' }));
const capture = (id: string, amountToCapture?: bigint, finalCapture?: boolean) =>
  shop.port.captureIntent(world.context(), { id, amountToCapture, finalCapture });
const books = () => ({ holds: world.ledger.openHolds(), ...world.acquirer.totals() });
/** What others are told of a payment; `balance.moved` is this module's word to itself. */
const eventsOf = async (id: string) =>
  (
    await world.look<{ type: string }>(
      `SELECT type FROM payments.outbox
      WHERE aggregate_id = $1 AND type <> 'balance.moved' ORDER BY xid, seq`,
      [id],
    )
  ).map(({ type }) => type);

describe('a capture with terms of its own', () => {
  const ONE = { split: [{ destination: 'acct_one', applicationFee: 5_00n }] };
  const take = (id: string, terms: object) => shop.port.captureIntent(world.context(), { id, ...terms });
  const shares = () => ({
    merchant: world.ledger.credit('merchant_payable', 'acct_one'),
    commission: world.ledger.credit('platform_commission', TENANT),
    platform: world.ledger.credit('merchant_payable', TENANT),
  });

  it('takes its commission, says so, and gives it back with a refund', async () => {
    const id = await hold(ONE);
    const done = unwrap(
      await take(id, { amountToCapture: 60_00n, applicationFee: 7_00n, metadata: { parcel: '1' } }),
    );
    expect(done).toMatchObject({ status: 'succeeded', amountReceived: 60_00n, metadata: { parcel: '1' } });
    expect(done.split).toEqual([{ destination: 'acct_one', amount: 100_00n, applicationFee: 7_00n }]);
    expect((await chargeOf(id)).split).toEqual(done.split);
    expect(shares()).toEqual({ merchant: 53_00n, commission: 7_00n, platform: 0n });
    unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    expect(shares()).toEqual({ merchant: 0n, commission: 0n, platform: 0n });
  });

  it('gives the merchant an amount, and the platform the rest', async () => {
    const id = await hold(ONE);
    unwrap(await take(id, { destinationAmount: 80_00n }));
    expect(shares()).toEqual({ merchant: 80_00n, commission: 0n, platform: 20_00n });
  });

  it('may be the last of several', async () => {
    const id = await hold(ONE);
    unwrap(await capture(id, 40_00n, false));
    unwrap(await take(id, { applicationFee: 60_00n }));
    expect(shares()).toEqual({ merchant: 38_00n, commission: 62_00n, platform: 0n });
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 100_00n, refunded: 0n });
  });

  it.each([
    ['of more than the merchant gets', { applicationFee: 60_01n }, 'split_exceeds_amount', 'applicationFee'],
    ['of more than is captured', { destinationAmount: 60_01n }, 'split_exceeds_amount', 'destinationAmount'],
    [
      'while more may follow',
      { applicationFee: 1n, finalCapture: false },
      'capture_not_final',
      'applicationFee',
    ],
    ['of nothing', { applicationFee: 1n, amountToCapture: 0n }, 'amount_too_small', 'amountToCapture'],
    ['of too much', { applicationFee: 1n, amountToCapture: 200_00n }, 'amount_too_large', 'amountToCapture'],
  ])('is refused %s, and changes nothing', async (_, terms, code, field) => {
    const id = await hold(ONE);
    const refused = await take(id, { amountToCapture: 60_00n, ...terms });
    expect(refused).toMatchObject({ ok: false, error: { code, field } });
    expect(await find(id)).toMatchObject({ status: 'requires_capture', amountCapturable: 100_00n });
    expect(books()).toEqual({ holds: 100_00n, held: 100_00n, captured: 0n, refunded: 0n });
  });

  it('needs one merchant', async () => {
    for (const split of [[], undefined]) {
      const id = await hold(split && { split });
      expect(await take(id, { applicationFee: 1n })).toMatchObject({ error: { code: 'split_missing' } });
    }
  });

  it('keeps them however it dies on the way', async () => {
    for (let effect = 1, died = true; died; effect += 1) {
      const id = await hold(ONE);
      const before = shares().commission;
      const dying = dyingAt(effect, effect % 2 === 0 ? 'before' : 'after');
      const context = () => world.context(`capture-${effect}`);
      const asked = { id, amountToCapture: 60_00n, applicationFee: 7_00n };
      await orKilled((await world.start(dying)).port.captureIntent(context(), asked));
      world.clock.advance(2 * MINUTE);
      const next = await world.start();
      await next.sweep();
      unwrap(await next.port.captureIntent(context(), asked));
      expect({ effect, commission: shares().commission - before }).toEqual({ effect, commission: 7_00n });
      died = dying.died();
    }
  });

  it('is made once, whoever asks at the same time and however often', async () => {
    const id = await hold(ONE);
    const fees = [1_00n, 2_00n, 3_00n, 4_00n];
    const all = await Promise.all(
      fees.flatMap((applicationFee) => {
        const context = world.context();
        return [context, context].map((same) => shop.port.captureIntent(same, { id, applicationFee }));
      }),
    );
    const done = all.filter((one) => one.ok).map(unwrap);
    const { commission } = shares();
    expect(done.length).toBeGreaterThan(0);
    expect(fees).toContain(commission);
    expect(new Set(done.map(({ split }) => split[0]?.applicationFee))).toEqual(new Set([commission]));
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 100_00n, refunded: 0n });
  });
});

describe('several captures', () => {
  it('take their parts, keep the rest held, and end with the final one', async () => {
    const id = await hold();
    const first = unwrap(await capture(id, 33_33n, false));
    expect(first).toMatchObject({
      status: 'requires_capture',
      amountReceived: 33_33n,
      amountCapturable: 66_67n,
    });
    expect(await chargeOf(id)).toMatchObject({ captured: false, amountCaptured: 33_33n });
    expect(books()).toEqual({ holds: 66_67n, held: 66_67n, captured: 33_33n, refunded: 0n });
    unwrap(await capture(id, 33_33n, false));
    const last = unwrap(await capture(id, 20_00n));
    expect(last).toMatchObject({ status: 'succeeded', amountReceived: 86_66n, amountCapturable: 0n });
    expect(await chargeOf(id)).toMatchObject({ captured: true, amountCaptured: 86_66n });
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 86_66n, refunded: 0n });
    expect(world.ledger.credit('payment_clearing', TENANT)).toBe(0n);
    expect((await eventsOf(id)).slice(3)).toEqual([
      'charge.updated',
      'payment_intent.amount_capturable_updated',
      'charge.updated',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ]);
  });

  it('of all of it give each merchant its part to the last unit', async () => {
    const id = await hold();
    for (const amount of [1n, 33_33n, 33_33n]) unwrap(await capture(id, amount, false));
    expect(unwrap(await capture(id)).status).toBe('succeeded');
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(45_00n);
    expect(world.ledger.credit('merchant_payable', 'acct_two')).toBe(29_00n);
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(6_00n);
    expect(world.ledger.credit('merchant_payable', TENANT)).toBe(20_00n);
  });

  it('that leave nothing are final, whatever was said', async () => {
    const id = await hold();
    expect(unwrap(await capture(id, 100_00n, false))).toMatchObject({ status: 'succeeded' });
  });

  it('need the acquirer to allow them, and to have been asked for', async () => {
    const id = await hold({ captureRequests: {} });
    expect(await chargeOf(id)).toMatchObject({
      captureTerms: { multicapture: false, incrementalAuthorisation: false, maximumCapturable: 100_00n },
    });
    expect(await capture(id, 1n, false)).toMatchObject({
      error: { code: 'multicapture_not_available', field: 'finalCapture' },
    });
    expect(await capture(id, 100_01n)).toMatchObject({ error: { code: 'amount_too_large' } });
    expect(await find(id)).toMatchObject({ status: 'requires_capture', amountCapturable: 100_00n });
  });

  it('may be fifty, and the last of them is final', async () => {
    const id = await hold();
    for (let count = 1; count < 50; count += 1) unwrap(await capture(id, 1_00n, false));
    expect(await capture(id, 1_00n, false)).toMatchObject({ error: { code: 'multicapture_not_available' } });
    expect(unwrap(await capture(id, 1_00n, true))).toMatchObject({ amountReceived: 50_00n });
  });

  it('of nothing let go of the rest after one, and mean nothing before', async () => {
    const id = await hold();
    for (const final of [true, false, undefined]) {
      expect(await capture(id, 0n, final)).toMatchObject({
        error: { code: 'amount_too_small', field: 'amountToCapture' },
      });
    }
    unwrap(await capture(id, 40_00n, false));
    const context = world.context();
    const nothing = { id, amountToCapture: 0n, finalCapture: true };
    const closed = unwrap(await shop.port.captureIntent(context, nothing));
    expect(closed).toMatchObject({ status: 'succeeded', amountReceived: 40_00n, amountCapturable: 0n });
    expect(unwrap(await shop.port.captureIntent(context, nothing))).toEqual(closed);
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 40_00n, refunded: 0n });
    expect(await chargeOf(id)).toMatchObject({ captured: true });
  });

  it('may be given back while the rest is held', async () => {
    const id = await hold();
    unwrap(await capture(id, 40_00n, false));
    const back = unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    expect(back).toMatchObject({ status: 'succeeded', amount: 40_00n });
    unwrap(await capture(id, 60_00n));
    expect(
      await shop.port.createRefund(world.context(), { paymentIntent: id, amount: 60_01n }),
    ).toMatchObject({
      error: { code: 'amount_too_large', detail: { maximum: '6000' } },
    });
    unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    for (const owner of ['acct_one', 'acct_two', TENANT]) {
      expect(world.ledger.credit('merchant_payable', owner)).toBe(0n);
    }
    expect(world.ledger.credit('acquirer_receivable', TENANT)).toBe(0n);
  });
});

describe('cancelling what was captured in part', () => {
  it('lets go of the rest, and the payment has succeeded', async () => {
    const id = await hold();
    unwrap(await capture(id, 40_00n, false));
    const context = world.context();
    const done = unwrap(await shop.port.cancelIntent(context, { id, reason: 'abandoned' }));
    expect(done).toMatchObject({ status: 'succeeded', amountReceived: 40_00n, cancellationReason: null });
    expect(unwrap(await shop.port.cancelIntent(context, { id, reason: 'abandoned' }))).toEqual(done);
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 40_00n, refunded: 0n });
    expect(await chargeOf(id)).toMatchObject({ captured: true });
  });
});

describe('over-capture', () => {
  it('takes as much more as the acquirer allows, in proportion, and no more', async () => {
    const id = await hold();
    expect(await capture(id, 115_01n)).toMatchObject({
      error: { code: 'amount_too_large', detail: { maximum: '11500' } },
    });
    const done = unwrap(await capture(id, 110_00n));
    expect(done).toMatchObject({ status: 'succeeded', amount: 100_00n, amountReceived: 110_00n });
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 110_00n, refunded: 0n });
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(49_50n);
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(6_60n);
    unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(0n);
  });

  it('goes with the last of several captures', async () => {
    const id = await hold();
    unwrap(await capture(id, 90_00n, false));
    expect(await capture(id, 25_01n)).toMatchObject({ error: { detail: { maximum: '2500' } } });
    expect(unwrap(await capture(id, 25_00n)).amountReceived).toBe(115_00n);
    expect(books().captured).toBe(115_00n);
  });
});

describe('an increment', () => {
  const increment = (id: string, amount: bigint, more: object = {}) =>
    shop.port.incrementIntent(world.context(), { id, amount, ...more });

  it('holds more, and all of it is captured and shared out', async () => {
    const id = await hold();
    const raised = unwrap(
      await increment(id, 150_00n, {
        metadata: { nights: '3' },
        split: [{ destination: 'acct_one', amount: 120_00n, applicationFee: 12_00n }],
      }),
    );
    expect(raised).toMatchObject({
      status: 'requires_capture',
      amount: 150_00n,
      amountCapturable: 150_00n,
      metadata: { nights: '3' },
    });
    expect(await chargeOf(id)).toMatchObject({
      amount: 150_00n,
      captureTerms: { maximumCapturable: 172_50n },
    });
    expect(books()).toEqual({ holds: 150_00n, held: 150_00n, captured: 0n, refunded: 0n });
    unwrap(await capture(id, 120_00n, false));
    expect(books()).toEqual({ holds: 30_00n, held: 30_00n, captured: 120_00n, refunded: 0n });
    unwrap(await capture(id));
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(108_00n);
    expect(world.ledger.credit('merchant_payable', TENANT)).toBe(30_00n);
    expect(books()).toEqual({ holds: 0n, held: 0n, captured: 150_00n, refunded: 0n });
  });

  it('of a payment to one merchant alone is all the merchant’s', async () => {
    const id = await hold({ split: [{ destination: 'acct_one', applicationFee: 0n }] });
    unwrap(await increment(id, 130_00n));
    unwrap(await capture(id));
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(130_00n);
  });

  it('that is declined changes nothing, and its repetition says so again', async () => {
    const id = await hold();
    const before = await find(id);
    const context = world.context();
    const ask = () => shop.port.incrementIntent(context, { id, amount: 100_07n, description: 'more' });
    const declined = await ask();
    expect(declined).toMatchObject({
      error: { code: 'card_declined', detail: { declineCode: 'insufficient_funds', paymentIntent: id } },
    });
    expect(await find(id)).toEqual(before);
    unwrap(await increment(id, 120_00n));
    expect(await ask()).toEqual(declined);
    expect(books()).toEqual({ holds: 120_00n, held: 120_00n, captured: 0n, refunded: 0n });
  });

  it('whose answer is lost is in work until it is known, and is then one or none', async () => {
    for (const outcome of ['approved', 'reversed'] as const) {
      const id = await hold();
      const before = books();
      const context = world.context();
      const ask = () => shop.port.incrementIntent(context, { id, amount: 110_13n });
      expect(unwrap(await ask()).status).toBe('processing');
      expect(await capture(id)).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
      expect(unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 10 }))).toMatchObject([
        { id, kind: 'increment' },
      ]);
      world.acquirer.resolve(outcome);
      world.clock.advance(10 * SECOND);
      await shop.sweep();
      const more = outcome === 'approved' ? 10_13n : 0n;
      expect(await find(id)).toMatchObject({ status: 'requires_capture', amountCapturable: 100_00n + more });
      expect(books()).toEqual({ ...before, holds: before.holds + more, held: before.held + more });
      const again = await ask();
      if (outcome === 'approved') expect(unwrap(again).amount).toBe(110_13n);
      else expect(again).toMatchObject({ error: { detail: { code: 'processing_error' } } });
      unwrap(await shop.port.cancelIntent(world.context(), { id }));
      expect(books().holds).toBe(0n);
    }
  });

  it('is refused where it makes no sense, by name', async () => {
    const id = await hold();
    expect(await increment(id, 100_00n)).toMatchObject({
      error: { code: 'amount_too_small', field: 'amount', detail: { minimum: '10001' } },
    });
    expect(await increment('pi_none', 1n)).toMatchObject({ error: { code: 'not_found' } });
    const plain = await hold({ captureRequests: { multicapture: true } });
    expect(await increment(plain, 110_00n)).toMatchObject({ error: { code: 'increment_not_available' } });
    unwrap(await capture(id, 1_00n, false));
    expect(await increment(id, 110_00n)).toMatchObject({
      error: { code: 'payment_intent_unexpected_state' },
    });
    const other = world.context('theirs', 'acct_other');
    expect(await shop.port.incrementIntent(other, { id, amount: 110_00n })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('is tried at most ten times, declines included', async () => {
    const id = await hold();
    for (let count = 0; count < 10; count += 1) {
      expect(await increment(id, 100_07n)).toMatchObject({ error: { code: 'card_declined' } });
    }
    expect(await increment(id, 110_00n)).toMatchObject({ error: { code: 'too_many_increments' } });
  });
});
