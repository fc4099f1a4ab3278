import { DAY, SECOND, unwrap } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { Subscription } from '@tpmall/platform/module';
import { riskContract } from '@tpmall/risk/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

async function pay(
  paymentMethod: string,
  over: Parameters<typeof newIntent>[0] = {},
  confirmation: object = {},
) {
  const { id } = unwrap(await shop.port.createIntent(world.context(), newIntent(over)));
  const context = world.context();
  const confirm = () => shop.port.confirmIntent(context, { id, paymentMethod, ...confirmation });
  return { id, confirm, answer: await confirm() };
}

const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const books = () => ({ holds: world.ledger.openHolds(), ...world.acquirer.totals() });
const NOTHING = { holds: 0n, held: 0n, captured: 0n, refunded: 0n };

async function learn(
  subscription: Subscription | undefined,
  event: StoredEvent,
  tx: Queryable,
): Promise<void> {
  if (!subscription || !('handle' in subscription)) throw new Error(`nobody learns from ${event.from}`);
  await subscription.handle(event, tx);
}

describe('automatic capture', () => {
  it('sells in one confirmation, created and confirmed in one call or two', async () => {
    const intent = unwrap(
      await shop.port.createIntent(
        world.context(),
        newIntent({ captureMethod: 'automatic', paymentMethod: 'pm_visa', confirm: {} }),
      ),
    );
    expect(intent).toMatchObject({ status: 'succeeded', amountReceived: 100_00n });
    expect(books()).toEqual({ ...NOTHING, captured: 100_00n });
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(6_00n);
  });
});

describe('partial capture', () => {
  it('takes its part in proportion and lets go of the rest', async () => {
    const { id } = await pay('pm_visa');
    const intent = unwrap(await shop.port.captureIntent(world.context(), { id, amountToCapture: 33_33n }));
    expect(intent).toMatchObject({ status: 'succeeded', amountReceived: 33_33n, amountCapturable: 0n });
    expect(books()).toEqual({ ...NOTHING, captured: 33_33n });
    expect(world.ledger.credit('payment_clearing', TENANT)).toBe(0n);
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(16_66n - 1_67n);
  });

  it('refuses more than is held, and names the most that is', async () => {
    const { id } = await pay('pm_visa');
    const refused = await shop.port.captureIntent(world.context(), { id, amountToCapture: 100_01n });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'amount_too_large', field: 'amountToCapture', detail: { maximum: '10000' } },
    });
    expect(await find(id)).toMatchObject({ status: 'requires_capture' });
  });
});

describe('a decline', () => {
  it('leaves the intent open for another card, and is the same when the command is repeated', async () => {
    const { id, answer, confirm } = await pay('pm_insufficient');
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'card_declined', detail: { paymentIntent: id, declineCode: 'insufficient_funds' } },
    });
    expect(await confirm()).toEqual(answer);
    expect(world.acquirer.asked.count).toBe(1);
    const intent = await find(id);
    expect(intent).toMatchObject({ status: 'requires_payment_method', paymentMethod: null });
    expect(intent.lastError).toMatchObject({ code: 'card_declined', declineCode: 'insufficient_funds' });
    const again = await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' });
    expect(unwrap(again)).toMatchObject({ status: 'requires_capture', lastError: null });
    const { items } = unwrap(await shop.port.listCharges(world.context(), { limit: 10, paymentIntent: id }));
    expect(items.map((charge) => charge.status)).toEqual(['succeeded', 'failed']);
    // Both were sent, and both are told.
    const { steps } = unwrap(await shop.port.outcomeTrail(world.context(), { id }));
    expect(steps.map((step) => step.state)).toEqual(['approved', 'declined']);
  });

  it('keeps codes that the wire has of its own', async () => {
    const { answer } = await pay('pm_expired');
    expect(answer).toMatchObject({
      error: { detail: { code: 'expired_card', declineCode: 'expired_card' } },
    });
  });
});

describe('risk', () => {
  it('refuses before anything is sent', async () => {
    shop = await world.start({ risk: { amounts: { eur: { stepUpFrom: '1', refuseFrom: '2' } } } });
    const { id, answer } = await pay('pm_visa');
    expect(answer).toMatchObject({
      error: { code: 'card_declined', detail: { declineCode: 'highest_risk_level' } },
    });
    expect(world.acquirer.asked.count).toBe(0);
    const intent = await find(id);
    const charge = unwrap(await shop.port.findCharge(world.context(), { id: intent.latestCharge ?? '' }));
    expect(charge.outcome).toMatchObject({
      networkStatus: 'not_sent_to_network',
      riskScore: 100,
      riskAction: 'refuse',
    });
  });

  it('steps up, the shopper goes and comes back, and the payment goes on', async () => {
    const { id, answer } = await pay('pm_visa', { amount: 600_00n }, { returnUrl: 'http://localhost/back' });
    const waiting = unwrap(answer);
    expect(waiting).toMatchObject({
      status: 'requires_action',
      nextAction: {
        type: 'redirect_to_url',
        url: 'http://localhost/challenge/an_1',
        returnUrl: 'http://localhost/back',
      },
    });
    expect(unwrap(await shop.port.confirmIntent(world.context(), { id })).status).toBe('requires_action');
    world.acquirer.complete('an_1', 'authenticated');
    const done = unwrap(await shop.port.confirmIntent(world.context(), { id }));
    expect(done).toMatchObject({ status: 'requires_capture', nextAction: null });
    expect(books()).toEqual({ ...NOTHING, holds: 600_00n, held: 600_00n });
  });

  it('steps up, and the payment goes on by itself when the challenge ends', async () => {
    const { id } = await pay('pm_visa', { amount: 600_00n });
    world.acquirer.complete('an_1', 'authenticated');
    const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
    const event = {
      from: 'acquiring',
      seq: 1n,
      type: 'authentication.completed',
      aggregateId: 'an_1',
      tenant: TENANT,
      at: world.clock.now(),
      payload: { authenticationId: 'an_1', state: 'authenticated' },
    };
    const deliver = () => world.database.db('payments').transaction((tx) => learn(subscription, event, tx));
    await deliver();
    await deliver();
    await shop.running.jobs?.find((job) => job.name === 'resolve-payment')?.run({ id });
    expect(await find(id)).toMatchObject({ status: 'requires_capture' });
    expect(world.acquirer.asked.count).toBe(1);
  });

  it('declines when the challenge fails, or the shopper is not there for one', async () => {
    const { id } = await pay('pm_visa', { amount: 600_00n });
    world.acquirer.complete('an_1', 'failed');
    const failed = await shop.port.confirmIntent(world.context(), { id });
    expect(failed).toMatchObject({
      error: { code: 'card_declined', detail: { code: 'payment_intent_authentication_failure' } },
    });
    const { answer } = await pay('pm_visa', { amount: 600_00n }, { offSession: true });
    expect(answer).toMatchObject({ error: { code: 'authentication_required' } });
    expect(world.acquirer.asked.count).toBe(0);
  });

  it('learns what became of payments', async () => {
    const { id } = await pay('pm_insufficient');
    const subscription = shop.running.subscriptions?.find(({ cursor }) => cursor === 'risk-outcomes');
    const events = await world.look<{ seq: string; type: string; payload: object }>(
      'SELECT seq, type, payload FROM payments.outbox WHERE type = ANY ($1)',
      [subscription?.types],
    );
    for (const { seq, type, payload } of events) {
      const event = {
        from: 'payments',
        seq: BigInt(seq),
        type,
        aggregateId: id,
        tenant: TENANT,
        at: world.clock.now(),
        payload,
      };
      if (subscription && 'perform' in subscription) await subscription.perform(event);
    }
    expect(await world.look('SELECT payment, outcome FROM risk.outcome')).toEqual([
      { payment: id, outcome: 'declined' },
    ]);
  });
});

describe('a soft decline', () => {
  it('is answered with an authentication and one more authorisation', async () => {
    const { answer } = await pay('pm_soft_frictionless');
    expect(unwrap(answer).status).toBe('requires_capture');
    expect(world.acquirer.asked.count).toBe(2);
  });

  it('sends the shopper to a challenge', async () => {
    const { id, answer } = await pay('pm_soft_challenge');
    expect(unwrap(answer).status).toBe('requires_action');
    world.acquirer.complete('an_1', 'authenticated');
    expect(unwrap(await shop.port.confirmIntent(world.context(), { id })).status).toBe('requires_capture');
  });

  it('is an error when the shopper is not there', async () => {
    const { answer } = await pay('pm_soft_challenge', {}, { offSession: true });
    expect(answer).toMatchObject({ error: { code: 'authentication_required' } });
  });
});

describe('an advice that the acquirer refuses', () => {
  it('is listed for people with its reason, once, and moves no money', async () => {
    const { id } = await pay('pm_visa');
    unwrap(await shop.port.captureIntent(world.context(), { id }));
    const before = { ...books(), transfers: world.ledger.transfers.size };
    const [charge] = await world.look<{ command_id: string }>('SELECT command_id FROM payments.charge');
    const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
    expect(subscription?.types).toContain('advice.refused');
    const refused = (adviceId: string, commandId: string) => ({
      from: 'acquiring',
      seq: 1n,
      type: 'advice.refused',
      aggregateId: 'au_1',
      tenant: TENANT,
      at: world.clock.now(),
      payload: {
        ...{ adviceId, kind: 'capture', authorisationId: 'au_1', networkCode: '25', commandId },
        amount: '10000',
      },
    });
    const deliver = (event: StoredEvent) =>
      world.database.db('payments').transaction((tx) => learn(subscription, event, tx));
    await deliver(refused('adv_1', `${charge?.command_id}.authorise`));
    await deliver(refused('adv_1', `${charge?.command_id}.authorise`));
    await deliver(refused('adv_2', 'somebody-elses.authorise'));
    const listed = unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 10 }));
    const since = world.clock.now();
    const reason = 'refused_by_acquirer_25';
    const about = { paymentIntent: id, advice: 'adv_1', amount: 100_00n, currency: 'eur' };
    expect(listed).toEqual([
      { id, ...about, kind: 'capture', since, attempts: 0, nextAttemptAt: null, reason },
    ]);
    await shop.sweep();
    expect({ ...books(), transfers: world.ledger.transfers.size }).toEqual(before);
    expect((await find(id)).status).toBe('succeeded');
  });
});

describe('a lost answer', () => {
  it.each(['approved', 'reversed'] as const)(
    'stays in work until it is %s, exactly once',
    async (outcome) => {
      const { id, answer } = await pay('pm_lost');
      expect(unwrap(answer).status).toBe('processing');
      expect(unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 10 }))).toMatchObject([
        { id, kind: 'authorisation', attempts: 0 },
      ]);
      for (const refused of [
        await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' }),
        await shop.port.cancelIntent(world.context(), { id }),
        await shop.port.captureIntent(world.context(), { id }),
      ]) {
        expect(refused).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
      }
      world.clock.advance(2 * SECOND);
      await shop.sweep();
      expect(await find(id)).toMatchObject({ status: 'processing' });
      world.acquirer.resolve(outcome);
      world.clock.advance(10 * SECOND);
      await shop.sweep();
      await shop.sweep();
      expect(world.acquirer.asked.count).toBe(1);
      const intent = await find(id);
      if (outcome === 'approved') {
        expect(intent.status).toBe('requires_capture');
        expect(books()).toEqual({ ...NOTHING, holds: 100_00n, held: 100_00n });
      } else {
        expect(intent.status).toBe('requires_payment_method');
        expect(intent.lastError?.message).toContain('Nothing was charged');
        expect(books()).toEqual(NOTHING);
      }
      expect(unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 10 }))).toEqual([]);
    },
  );

  it('is resolved at once when acquiring says what became of it', async () => {
    const { id } = await pay('pm_lost');
    world.acquirer.resolve('approved');
    const [charge] = await world.look<{ command_id: string }>('SELECT command_id FROM payments.charge');
    const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
    const event = {
      from: 'acquiring',
      seq: 1n,
      type: 'authorisation.resolved',
      aggregateId: 'au_1',
      tenant: TENANT,
      at: world.clock.now(),
      payload: { commandId: `${charge?.command_id}.authorise`, outcome: {} },
    };
    await world.database.db('payments').transaction((tx) => learn(subscription, event, tx));
    await shop.running.jobs?.find((job) => job.name === 'resolve-payment')?.run({ id });
    expect(await find(id)).toMatchObject({ status: 'requires_capture' });
  });
});

describe('a part of the system that is away', () => {
  it('ends the attempt cleanly where nothing was sent', async () => {
    const { id, answer } = await pay('pm_unreachable');
    expect(answer).toMatchObject({ error: { detail: { code: 'processing_error' } } });
    expect((await find(id)).lastError?.message).toContain('Nothing was charged');
    expect(books()).toEqual(NOTHING);
  });

  it('ends the attempt cleanly where risk could not be asked', async () => {
    const { withFaults } = await import('@tpmall/platform/contract');
    shop = await world.start({
      port: (contract, port) =>
        contract.module === riskContract.module ? withFaults(contract, port, () => 'before') : port,
    });
    const { answer } = await pay('pm_visa');
    expect(answer).toMatchObject({ error: { detail: { code: 'processing_error' } } });
    expect(world.acquirer.asked.count).toBe(0);
  });
});

describe('cancelling', () => {
  it('lets go of a hold', async () => {
    const { id } = await pay('pm_visa');
    const unheld = await shop.port.cancelIntent(world.context(), { id, unheldOnly: true });
    expect(unheld).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
    expect(books()).toMatchObject({ held: 100_00n, holds: 100_00n });
    const context = world.context();
    const canceled = unwrap(await shop.port.cancelIntent(context, { id, reason: 'abandoned' }));
    expect(canceled).toMatchObject({
      status: 'canceled',
      amountCapturable: 0n,
      cancellationReason: 'abandoned',
    });
    expect(unwrap(await shop.port.cancelIntent(context, { id, reason: 'abandoned' }))).toEqual(canceled);
    expect(books()).toEqual(NOTHING);
  });

  it('ends what was never held, with the challenge nobody waits for', async () => {
    const { id } = await pay('pm_visa', { amount: 600_00n });
    const canceled = unwrap(await shop.port.cancelIntent(world.context(), { id }));
    expect(canceled).toMatchObject({ status: 'canceled', nextAction: null });
    world.acquirer.complete('an_1', 'authenticated');
    await shop.sweep();
    expect(books()).toEqual(NOTHING);
    expect(await shop.port.confirmIntent(world.context(), { id })).toMatchObject({ ok: false });
  });
});

describe('refunds', () => {
  it('unwind shares and commissions to the last unit over several parts', async () => {
    const { id } = await pay('pm_visa');
    unwrap(await shop.port.captureIntent(world.context(), { id, amountToCapture: 99_99n }));
    for (const amount of [33_33n, 1n, 50_00n]) {
      const refund = unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id, amount }));
      expect(refund).toMatchObject({ status: 'succeeded', amount });
    }
    const rest = unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    expect(rest.amount).toBe(16_65n);
    expect(books()).toEqual({ ...NOTHING, captured: 99_99n, refunded: 99_99n });
    for (const owner of ['acct_one', 'acct_two', TENANT]) {
      expect(world.ledger.credit('merchant_payable', owner)).toBe(0n);
    }
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(0n);
    expect(world.ledger.credit('refund_clearing', TENANT)).toBe(0n);
    expect(world.ledger.credit('acquirer_receivable', TENANT)).toBe(0n);
    expect(await shop.port.createRefund(world.context(), { paymentIntent: id })).toMatchObject({
      error: { code: 'charge_already_refunded' },
    });
  });

  it('name the charge’s customer and payment method, in answers, pages and events', async () => {
    const { id: customer } = unwrap(await shop.port.createCustomer(world.context(), { name: 'Ada' }));
    const { id } = await pay('pm_visa', { captureMethod: 'automatic', customer });
    const refund = unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id }));
    expect(refund).toMatchObject({ customer, paymentMethod: 'pm_visa' });
    const found = unwrap(await shop.port.findRefund(world.context(), { id: refund.id }));
    expect(found).toEqual(refund);
    const { items } = unwrap(await shop.port.listRefunds(world.context(), { limit: 1 }));
    expect(items).toEqual([refund]);
    const told = await world.look<{ payload: object }>(
      "SELECT payload FROM payments.outbox WHERE type = 'refund.updated'",
    );
    expect(told.map(({ payload }) => payload)).toMatchObject([{ customer, paymentMethod: 'pm_visa' }]);
  });

  it('give back what they reserved when they fail, and wait when nobody knows', async () => {
    const { id } = await pay('pm_visa');
    const { latestCharge } = unwrap(await shop.port.captureIntent(world.context(), { id }));
    const charge = latestCharge ?? '';
    const failed = unwrap(await shop.port.createRefund(world.context(), { charge, amount: 10_07n }));
    expect(failed).toMatchObject({ status: 'failed', failureReason: 'declined' });
    const waiting = unwrap(await shop.port.createRefund(world.context(), { charge, amount: 10_13n }));
    expect(waiting.status).toBe('pending');
    expect(unwrap(await shop.port.findCharge(world.context(), { id: charge })).amountRefunded).toBe(10_13n);
    const tooMuch = await shop.port.createRefund(world.context(), { charge, amount: 89_88n });
    expect(tooMuch).toMatchObject({ error: { code: 'amount_too_large', detail: { maximum: '8987' } } });
    world.acquirer.resolve('approved');
    world.clock.advance(10 * SECOND);
    await shop.sweep();
    const settled = unwrap(await shop.port.findRefund(world.context(), { id: waiting.id }));
    expect(settled.status).toBe('succeeded');
    expect(world.acquirer.totals().refunded).toBe(10_13n);
    expect(world.ledger.credit('acquirer_receivable', TENANT)).toBe(-89_87n);
  });

  it('are refused before a capture, and for nothing at all', async () => {
    const { id } = await pay('pm_visa');
    expect(await shop.port.createRefund(world.context(), { paymentIntent: id })).toMatchObject({
      error: { code: 'charge_not_refundable' },
    });
    expect(await shop.port.createRefund(world.context(), {})).toMatchObject({
      error: { code: 'invalid_input' },
    });
    expect(await shop.port.createRefund(world.context(), { charge: 'ch_none' })).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('the same command again', () => {
  it('changes nothing and answers with the same object', async () => {
    const create = world.context();
    const first = unwrap(await shop.port.createIntent(create, newIntent()));
    expect(unwrap(await shop.port.createIntent(create, newIntent()))).toEqual(first);
    const { id } = first;
    const confirm = world.context();
    const held = unwrap(await shop.port.confirmIntent(confirm, { id, paymentMethod: 'pm_visa', ip: '::1' }));
    expect(unwrap(await shop.port.confirmIntent(confirm, { id, paymentMethod: 'pm_visa' }))).toEqual(held);
    const capture = world.context();
    const paid = unwrap(await shop.port.captureIntent(capture, { id, amountToCapture: 40_00n }));
    expect(unwrap(await shop.port.captureIntent(capture, { id, amountToCapture: 40_00n }))).toEqual(paid);
    const refund = world.context();
    const back = unwrap(await shop.port.createRefund(refund, { paymentIntent: id, amount: 5_00n }));
    expect(unwrap(await shop.port.createRefund(refund, { paymentIntent: id, amount: 5_00n }))).toEqual(back);
    expect(books()).toEqual({ ...NOTHING, captured: 40_00n, refunded: 5_00n });
  });

  it('with other parameters is refused, whichever operation it is', async () => {
    const context = world.context();
    const { id } = unwrap(await shop.port.createIntent(context, newIntent()));
    for (const answer of [
      await shop.port.createIntent(context, newIntent({ amount: 200_00n })),
      await shop.port.confirmIntent(context, { id, paymentMethod: 'pm_visa' }),
      await shop.port.captureIntent(context, { id }),
      await shop.port.cancelIntent(context, { id }),
      await shop.port.updateIntent(context, { id, description: 'x' }),
      await shop.port.createRefund(context, { paymentIntent: id }),
      await shop.port.createCustomer(context, {}),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'idempotency_mismatch' } });
    }
  });

  it('is a new one after a day, with ids of its own', async () => {
    const context = world.context('daily');
    const first = unwrap(await shop.port.createIntent(context, newIntent()));
    world.clock.advance(DAY + 1);
    const second = unwrap(await shop.port.createIntent(world.context('daily'), newIntent()));
    expect(second.id).not.toBe(first.id);
  });

  it('of another tenant is another command, and its objects are not found', async () => {
    const { id } = unwrap(await shop.port.createIntent(world.context('shared'), newIntent()));
    const other = (key: string) => world.context(key, 'acct_other');
    const theirs = unwrap(await shop.port.createIntent(other('shared'), newIntent({ split: [] })));
    expect(theirs.id).not.toBe(id);
    expect(await shop.port.findIntent(other('a'), { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(await shop.port.confirmIntent(other('b'), { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(await shop.port.captureIntent(other('c'), { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(await shop.port.listIntents(other('d'), { limit: 10, startingAfter: id })).toMatchObject({
      error: { code: 'cursor_not_found', field: 'startingAfter', message: `No such payment_intent: '${id}'` },
    });
    const last = await shop.port.listIntents(other('e'), { limit: 10, startingAfter: theirs.id });
    expect(unwrap(last)).toEqual({ items: [], hasMore: false });
  });
});
