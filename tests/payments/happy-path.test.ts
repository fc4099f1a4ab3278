import { unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Instance, MERCHANTS, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;

beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterAll(() => world.close());

const [one, two] = MERCHANTS;

describe('a payment with manual capture', () => {
  it('is held, captured and shared out; the books of both sides agree', async () => {
    const { ledger, acquirer } = world;
    const created = unwrap(await shop.port.createIntent(world.context(), newIntent()));
    expect(created).toMatchObject({ status: 'requires_payment_method', amount: 100_00n });
    const { id } = created;
    const held = unwrap(await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' }));
    expect(held).toMatchObject({ status: 'requires_capture', amountCapturable: 100_00n, amountReceived: 0n });
    expect(ledger.openHolds()).toBe(100_00n);
    expect(acquirer.totals()).toEqual({ held: 100_00n, captured: 0n, refunded: 0n });

    const paid = unwrap(await shop.port.captureIntent(world.context(), { id }));
    expect(paid).toMatchObject({ status: 'succeeded', amountCapturable: 0n, amountReceived: 100_00n });
    expect(ledger.openHolds()).toBe(0n);
    expect(acquirer.totals()).toEqual({ held: 0n, captured: 100_00n, refunded: 0n });
    expect(ledger.credit('merchant_payable', one)).toBe(45_00n);
    expect(ledger.credit('merchant_payable', two)).toBe(29_00n);
    expect(ledger.credit('platform_commission', TENANT)).toBe(6_00n);
    expect(ledger.credit('merchant_payable', TENANT)).toBe(20_00n);
    expect(ledger.credit('payment_clearing', TENANT)).toBe(0n);
    expect(ledger.credit('acquirer_receivable', TENANT)).toBe(-100_00n);

    const charge = unwrap(await shop.port.findCharge(world.context(), { id: paid.latestCharge ?? '' }));
    expect(charge).toMatchObject({ status: 'succeeded', captured: true, amountCaptured: 100_00n });
    expect(charge.outcome).toMatchObject({ networkStatus: 'approved_by_network', riskAction: 'allow' });
    const events = await world.look<{ type: string }>(
      // `balance.moved` is this module's word to itself.
      `SELECT type FROM payments.outbox
      WHERE aggregate_id = $1 AND type <> 'balance.moved' ORDER BY xid, seq`,
      [id],
    );
    expect(events.map((event) => event.type)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ]);
  });
});
