import { acquiringContract, type DeclineCode } from '@tpmall/acquiring/contract';
import { err, ok, SECOND, unwrap } from '@tpmall/kernel';
import type { StoredEvent } from '@tpmall/platform/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

async function pay(): Promise<string> {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, captureMethod: 'automatic' });
  return unwrap(await shop.port.createIntent(world.context(), intent)).id;
}

const refund = async (paymentIntent: string, amount?: bigint) =>
  unwrap(await shop.port.createRefund(world.context(), { paymentIntent, amount }));
const find = async (id: string) => unwrap(await shop.port.findRefund(world.context(), { id }));
const payables = () =>
  ['acct_one', 'acct_two', TENANT].map((owner) => world.ledger.credit('merchant_payable', owner));
const commission = () => world.ledger.credit('platform_commission', TENANT);

/** What was told of a payment's charge once it was paid: how much refunds have reserved, and sent back. */
const refundsTold = async (paymentIntent: string) =>
  (
    await world.look<{ told: string[] }>(
      `SELECT ARRAY[type, payload->>'amountRefunded', payload->>'amountSentBack'] AS told
      FROM payments.outbox WHERE aggregate_id = '${paymentIntent}' AND type LIKE 'charge.%'
        AND type <> 'charge.succeeded' ORDER BY xid, seq`,
    )
  ).map(({ told }) => told);

/** Acquiring tells that the refund of a command came back. */
async function tell(command: string): Promise<void> {
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!subscription || !('handle' in subscription)) throw new Error('payments does not learn from acquiring');
  expect(subscription.types).toContain('refund.returned');
  const event: StoredEvent = {
    from: 'acquiring',
    seq: 1n,
    type: 'refund.returned',
    aggregateId: 'rf_1',
    tenant: TENANT,
    at: world.clock.now(),
    payload: {
      commandId: command,
      outcome: { state: 'returned', refundId: 'rf_1', declineCode: 'expired_card', networkCode: '54' },
    },
  };
  await world.database.db('payments').transaction((tx) => subscription.handle(event, tx));
}

const resolve = (id: string) =>
  shop.running.jobs?.find((job) => job.name === 'resolve-refund')?.run({ id }) ?? Promise.resolve();

describe('a refund that comes back', () => {
  it('gives the merchants their money again, once, and may be made again', async () => {
    const id = await pay();
    const before = { payables: payables(), commission: commission() };
    const made = await refund(id, 33_33n);
    expect(made.status).toBe('succeeded');
    const command = world.acquirer.giveBack('rf_1') ?? '';
    await tell(command);
    expect(await find(made.id)).toMatchObject({
      status: 'succeeded',
      failureReason: 'expired_or_canceled_card',
    });
    await tell(command);
    await Promise.all([resolve(made.id), resolve(made.id)]);
    await shop.sweep();
    await tell(command);
    await resolve(made.id);
    expect(await find(made.id)).toMatchObject({
      status: 'failed',
      failureReason: 'expired_or_canceled_card',
    });
    expect({ payables: payables(), commission: commission() }).toEqual(before);
    expect(world.ledger.credit('refund_clearing', TENANT)).toBe(0n);
    expect(world.ledger.credit('acquirer_receivable', TENANT)).toBe(-100_00n);
    const [{ types } = { types: [] }] = await world.look<{ types: string[] }>(
      "SELECT array_agg(type ORDER BY xid, seq) AS types FROM payments.outbox WHERE type LIKE '%refund%'",
    );
    expect(types).toEqual(['refund.created', 'refund.updated', 'charge.refunded', 'refund.failed']);
    expect(await refundsTold(id)).toEqual([
      ['charge.refunded', '3333', '3333'],
      ['charge.updated', '0', '0'],
    ]);
    expect(await refund(id)).toMatchObject({ status: 'succeeded', amount: 100_00n });
    expect(payables()).toEqual([0n, 0n, 0n]);
  });

  it('before anybody knew that it had succeeded has failed, and the books are as before', async () => {
    const id = await pay();
    const before = payables();
    const made = await refund(id, 10_13n);
    expect(made.status).toBe('pending');
    world.acquirer.resolve('approved');
    await tell(world.acquirer.giveBack('rf_1') ?? '');
    await resolve(made.id);
    world.clock.advance(10 * SECOND);
    await shop.sweep();
    expect(await find(made.id)).toMatchObject({
      status: 'failed',
      failureReason: 'expired_or_canceled_card',
    });
    expect(payables()).toEqual(before);
    expect(world.ledger.credit('refund_clearing', TENANT)).toBe(0n);
    expect(await refundsTold(id)).toEqual([['charge.updated', '0', '0']]);
  });

  it('of somebody else changes nothing', async () => {
    await tell('cmd_nobody.refund');
    expect(await world.look('SELECT FROM payments.refund')).toEqual([]);
  });
});

describe('a refund that does not reach the card', () => {
  const declined = (declineCode: DeclineCode) =>
    ok({ state: 'declined', refundId: 'rf_1', declineCode, networkCode: '05' } as const);

  it.each([
    ['is not in the vault any more', err('not_authorised', 'no card'), 'expired_or_canceled_card'],
    ['is of a closed account', declined('invalid_account'), 'expired_or_canceled_card'],
    ['has another number by now', declined('incorrect_number'), 'expired_or_canceled_card'],
    ['has expired', declined('expired_card'), 'expired_or_canceled_card'],
    ['was lost', declined('lost_card'), 'lost_or_stolen_card'],
    ['was stolen', declined('stolen_card'), 'lost_or_stolen_card'],
    ['is refused for want of funds', declined('insufficient_funds'), 'insufficient_funds'],
    ['is refused for no reason', declined('do_not_honor'), 'declined'],
    ['is out of reach of its issuer', declined('issuer_not_available'), 'unknown'],
    ['meets a system that fails', declined('processing_error'), 'unknown'],
  ] as const)('because it %s has failed, and nothing has moved', async (_why, answer, failureReason) => {
    const closed = await world.start({
      port: (contract, port) =>
        contract.module === acquiringContract.module ? { ...port, refund: async () => answer } : port,
    });
    const id = await pay();
    const before = { payables: payables(), commission: commission() };
    const made = unwrap(await closed.port.createRefund(world.context(), { paymentIntent: id }));
    expect(made).toMatchObject({ status: 'failed', failureReason });
    expect({ payables: payables(), commission: commission() }).toEqual(before);
    expect(await refundsTold(id)).toEqual([['charge.updated', '0', '0']]);
    expect(await refund(id)).toMatchObject({ status: 'succeeded', amount: 100_00n });
  });
});

it('a refund that two run at once gives back what it had reserved once', async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = await world.start({
    port: (contract, port) =>
      contract.module === acquiringContract.module
        ? {
            ...port,
            refund: (...asked: Parameters<typeof world.acquirer.port.refund>) =>
              answered.then(() => world.acquirer.port.refund(...asked)),
          }
        : port,
  });
  const id = await pay();
  const first = slow.port.createRefund(world.context(), { paymentIntent: id, amount: 10_07n });
  await expect.poll(() => world.look('SELECT FROM payments.refund')).toHaveLength(1);
  // Its lease is over, and another run has an answer first.
  world.clock.advance(600 * SECOND);
  await shop.sweep();
  expect(await refund(id, 30_00n)).toMatchObject({ status: 'succeeded' });
  answer();
  const { charge, status } = unwrap(await first);
  expect(status).toBe('failed');
  expect(unwrap(await shop.port.findCharge(world.context(), { id: charge })).amountRefunded).toBe(30_00n);
  expect(await refund(id)).toMatchObject({ status: 'succeeded', amount: 70_00n });
});

describe('calling a refund off', () => {
  const away = () =>
    world.start({
      port: (contract, port) =>
        contract.module === acquiringContract.module
          ? { ...port, refund: async () => err('unavailable', 'the acquirer is away') }
          : port,
    });

  it('gives back what it had reserved, as long as nothing was sent', async () => {
    const id = await pay();
    const alone = await away();
    const made = unwrap(await alone.port.createRefund(world.context(), { paymentIntent: id }));
    expect(made.status).toBe('pending');
    world.clock.advance(10 * SECOND);
    await alone.sweep();
    const context = world.context();
    const canceled = unwrap(await alone.port.cancelRefund(context, { id: made.id }));
    expect(canceled).toMatchObject({ status: 'canceled', failureReason: null });
    expect(unwrap(await shop.port.cancelRefund(context, { id: made.id }))).toEqual(canceled);
    expect(await refundsTold(id)).toEqual([['charge.updated', '0', '0']]);
    world.clock.advance(600 * SECOND);
    await shop.sweep();
    expect(world.acquirer.totals().refunded).toBe(0n);
    expect(await refund(id)).toMatchObject({ status: 'succeeded', amount: 100_00n });
    expect(await shop.port.cancelRefund(world.context(), { id: made.id })).toMatchObject({
      error: { code: 'refund_not_cancelable', detail: { status: 'canceled' } },
    });
  });

  it('is refused where it may have been sent, is over, or is another’s', async () => {
    const id = await pay();
    const pending = await refund(id, 10_13n);
    const done = await refund(id, 1_00n);
    // That nobody can be asked any more does not make what was asked before unsent.
    world.clock.advance(10 * SECOND);
    await (await away()).sweep();
    for (const [made, status] of [
      [pending, 'pending'],
      [done, 'succeeded'],
    ] as const) {
      expect(await shop.port.cancelRefund(world.context(), { id: made.id })).toMatchObject({
        error: { code: 'refund_not_cancelable', detail: { status } },
      });
    }
    const theirs = world.context('theirs', 'acct_other');
    expect(await shop.port.cancelRefund(theirs, { id: done.id })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('meets a resolver that has just taken it: one of them has its way', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await pay();
      const alone = await away();
      const made = unwrap(await alone.port.createRefund(world.context(), { paymentIntent: id }));
      const before = world.acquirer.totals().refunded;
      world.clock.advance(10 * SECOND);
      const [canceled] = await Promise.all([
        shop.port.cancelRefund(world.context(), { id: made.id }),
        shop.sweep(),
      ]);
      const after = await find(made.id);
      expect(after.status).toBe(canceled.ok ? 'canceled' : 'succeeded');
      expect(world.acquirer.totals().refunded - before).toBe(canceled.ok ? 0n : 100_00n);
    }
  });
});

describe('what refunds and charges say of themselves', () => {
  it('can be changed without disturbing what is under way', async () => {
    const id = await pay();
    const pending = await refund(id, 10_13n);
    const context = world.context();
    const change = { id: pending.id, metadata: { why: 'late' } };
    const changed = unwrap(await shop.port.updateRefund(context, change));
    expect(changed).toMatchObject({ status: 'pending', metadata: { why: 'late' } });
    expect(unwrap(await shop.port.updateRefund(context, change))).toEqual(changed);
    world.acquirer.resolve('approved');
    world.clock.advance(10 * SECOND);
    await shop.sweep();
    expect(await find(pending.id)).toMatchObject({ status: 'succeeded', metadata: { why: 'late' } });

    const { charge } = pending;
    const described = unwrap(
      await shop.port.updateCharge(world.context(), { id: charge, description: 'Tea', metadata: { a: '1' } }),
    );
    expect(described).toMatchObject({ description: 'Tea', metadata: { a: '1' }, amountRefunded: 10_13n });
    expect(described.amountSentBack).toBe(10_13n);
    unwrap(await shop.port.updateCharge(world.context(), { id: charge, metadata: { a: null } }));
    expect(unwrap(await shop.port.findCharge(world.context(), { id: charge }))).toMatchObject({
      description: 'Tea',
      metadata: {},
    });
    const theirs = world.context('theirs', 'acct_other');
    expect(await shop.port.updateCharge(theirs, { id: charge })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await shop.port.updateRefund(theirs, { id: pending.id })).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});
