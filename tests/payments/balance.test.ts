import { DAY, unwrap } from '@tpmall/kernel';
import type { StoredEvent } from '@tpmall/platform/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Instance, MERCHANTS, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;
let projected: bigint;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
  projected = 0n;
});
afterEach(() => world.close());

/** Delivers what payments has told of balances, as the relay does. */
async function project(): Promise<void> {
  const subscription = shop.running.subscriptions?.find(({ types }) => types.includes('balance.moved'));
  if (!subscription || !('handleAll' in subscription)) throw new Error('payments keeps no balances');
  const rows = await world.look<{ seq: string; aggregate_id: string; at: Date; payload: object }>(
    `SELECT seq, aggregate_id, at, payload FROM payments.outbox
     WHERE type = 'balance.moved' AND seq > $1 ORDER BY seq`,
    [projected],
  );
  const events = rows.map(
    (row): StoredEvent => ({
      ...{ from: 'payments', type: 'balance.moved', tenant: TENANT, payload: row.payload },
      ...{ seq: BigInt(row.seq), aggregateId: row.aggregate_id, at: row.at.getTime() * 1000 },
    }),
  );
  if (events.length === 0) return;
  projected = events.at(-1)?.seq ?? projected;
  await world.database.db('payments').transaction((tx) => subscription.handleAll(events, tx));
}

const ledgerBalance = () =>
  world.ledger.credit('merchant_payable', TENANT) + world.ledger.credit('platform_commission', TENANT);
const listed = async (more: object = {}) =>
  unwrap(await shop.port.listBalanceTransactions(world.context(), { limit: 100, ...more })).items;
const balance = async () => unwrap(await shop.port.readBalance(world.context(), {}));
const pay = async (over: Parameters<typeof newIntent>[0] = {}) =>
  unwrap(
    await shop.port.createIntent(
      world.context(),
      newIntent({ paymentMethod: 'pm_visa', confirm: {}, captureMethod: 'automatic', ...over }),
    ),
  );
const chargeOf = async (id: string | null) =>
  unwrap(await shop.port.findCharge(world.context(), { id: id ?? '' }));

describe('balance transactions', () => {
  it('tell of a sale what came, what the merchants got and what they paid', async () => {
    const intent = await pay();
    await project();
    const sale = await listed({ source: intent.latestCharge });
    expect(sale.map(({ type, amount }) => `${type} ${amount}`).toSorted()).toEqual([
      'application_fee 100',
      'application_fee 500',
      'charge 10000',
      'transfer -3000',
      'transfer -5000',
    ]);
    const charge = await chargeOf(intent.latestCharge);
    const found = unwrap(
      await shop.port.findBalanceTransaction(world.context(), { id: charge.balanceTransaction ?? '' }),
    );
    expect(found).toMatchObject({ type: 'charge', amount: 100_00n, source: charge.id });
    for (const { id } of sale) expect(world.ledger.transfers.has(transferOf(id))).toBe(true);
  });

  it('tell of a refund that came back both ways', async () => {
    const intent = await pay();
    const refund = unwrap(
      await shop.port.createRefund(world.context(), { paymentIntent: intent.id, amount: 33_33n }),
    );
    expect(refund.balanceTransaction).toMatch(/^txn_/);
    const before = ledgerBalance();
    world.acquirer.giveBack('rf_1');
    await world.look(
      "UPDATE payments.refund SET failure_reason = 'declined', next_attempt_at = now() - interval '1 day'",
    );
    await shop.sweep();
    const failed = unwrap(await shop.port.findRefund(world.context(), { id: refund.id }));
    expect(failed).toMatchObject({ status: 'failed', balanceTransaction: refund.balanceTransaction });
    await project();
    const back = unwrap(
      await shop.port.findBalanceTransaction(world.context(), { id: failed.failureBalanceTransaction ?? '' }),
    );
    expect(back).toMatchObject({ type: 'refund_failure', amount: 33_33n, source: refund.id });
    const sum = (await listed({ source: refund.id })).reduce((all, { amount }) => all + amount, 0n);
    expect(sum).toBe(0n);
    expect(ledgerBalance()).toBeGreaterThan(before);
  });

  it('are one tenant’s alone', async () => {
    const charge = await chargeOf((await pay()).latestCharge);
    await project();
    const id = charge.balanceTransaction ?? '';
    const other = world.context(undefined, 'acct_other');
    expect(await shop.port.findBalanceTransaction(other, { id })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(unwrap(await shop.port.listBalanceTransactions(other, { limit: 10 })).items).toEqual([]);
  });
});

describe('the balance', () => {
  it('is nothing, in the platform’s currency, before the first sale', async () => {
    expect(await balance()).toEqual([{ currency: 'eur', available: 0n, pending: 0n }]);
  });

  it('is pending until its days have passed, and never available before it was seen', async () => {
    const intent = await pay();
    expect(await balance()).toEqual([{ currency: 'eur', available: 0n, pending: 26_00n }]);
    await project();
    expect(await balance()).toEqual([{ currency: 'eur', available: 0n, pending: 26_00n }]);
    world.clock.advance(3 * DAY);
    expect(await balance()).toEqual([{ currency: 'eur', available: 26_00n, pending: 0n }]);
    unwrap(await shop.port.createRefund(world.context(), { paymentIntent: intent.id }));
    await project();
    expect(await balance()).toEqual([{ currency: 'eur', available: 0n, pending: 0n }]);
  });

  it('is the sum of its transactions, whatever was sold, captured and refunded', async () => {
    const act = fc.record({
      what: fc.constantFrom('sale', 'hold', 'refund'),
      amount: fc.bigInt(100n, 90_00n),
      own: fc.bigInt(0n, 50n),
      fees: fc.tuple(fc.bigInt(0n, 20n), fc.bigInt(0n, 20n)),
      part: fc.bigInt(1n, 99n),
      which: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 10 }), async (acts) => {
        const paid: string[] = [];
        for (const { what, amount, own, fees, part, which } of acts) {
          if (what === 'refund') {
            const paymentIntent = paid[which % Math.max(paid.length, 1)];
            // Declined, pending and too large ones move nothing, which the sums must bear as well.
            if (paymentIntent) {
              await shop.port.createRefund(world.context(), {
                paymentIntent,
                amount: (amount * part) / 100n + 1n,
              });
            }
            continue;
          }
          const first = (amount - own) / 2n;
          const split = [
            { destination: MERCHANTS[0], amount: first, applicationFee: fees[0] },
            { destination: MERCHANTS[1], amount: amount - own - first, applicationFee: fees[1] },
          ];
          const isHold = what === 'hold';
          const intent = await pay({ amount, split, captureMethod: isHold ? 'manual' : 'automatic' });
          if (isHold) {
            const amountToCapture = (amount * part) / 100n;
            unwrap(await shop.port.captureIntent(world.context(), { id: intent.id, amountToCapture }));
          }
          paid.push(intent.id);
        }
        await project();
        const [row] = await world.look<{ sum: string }>(
          'SELECT sum(amount)::text AS sum FROM payments.balance_transaction',
        );
        const [total] = await world.look<{ amount: string }>(
          'SELECT amount::text FROM payments.balance_total',
        );
        expect(BigInt(row?.sum ?? 0)).toBe(ledgerBalance());
        expect(BigInt(total?.amount ?? 0)).toBe(ledgerBalance());
      }),
      { numRuns: 12 },
    );
  });
});

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** The id of the ledger's transfer in the id of a transaction. */
function transferOf(id: string): bigint {
  return id
    .slice('txn_'.length)
    .split('')
    .reduce((value, letter) => value * 32n + BigInt(BASE32.indexOf(letter)), 0n);
}
