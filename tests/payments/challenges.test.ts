import { unwrap } from '@tpmall/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Instance, MERCHANTS, newIntent, TENANT, type World } from './world/world.ts';

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const confirm = (id: string, said: object = {}) => shop.port.confirmIntent(world.context(), { id, ...said });
const update = async (id: string, changes: object) =>
  unwrap(await shop.port.updateIntent(world.context(), { id, ...changes }));

/** A payment whose shopper must act, of so much that risk wants it. */
async function challenged(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
  const wanted = { amount: 600_00n, captureMethod: 'automatic', paymentMethod: 'pm_visa' } as const;
  const intent = newIntent({ ...wanted, confirm: {}, ...over });
  const { id, status } = unwrap(await shop.port.createIntent(world.context(), intent));
  expect(status).toBe('requires_action');
  return id;
}

/** The shopper is authenticated, and payments is told; a statement may run after the first of telling it. */
async function tell(id: string, meanwhile?: string): Promise<void> {
  const authenticationId = (await find(id)).nextAction?.url.split('/').at(-1) ?? '';
  world.acquirer.complete(authenticationId, 'authenticated');
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!subscription || !('handle' in subscription)) throw new Error('nobody learns from acquiring');
  const event = {
    ...{ from: 'acquiring', seq: 1n, type: 'authentication.completed', aggregateId: authenticationId },
    ...{ tenant: TENANT, at: world.clock.now(), payload: { authenticationId, state: 'authenticated' } },
  };
  const changes = meanwhile === undefined ? [] : [meanwhile];
  await world.database.db('payments').transaction((tx) => {
    const run: typeof tx.run = async (statement, values) => {
      const found = await tx.run<never>(statement, values);
      for (const text of changes.splice(0)) await world.look(text);
      return found;
    };
    return subscription.handle(event, { ...tx, run });
  });
}

describe('what its server confirms after the challenge', () => {
  /** One that waits for its server, with 500.00 of 600.00 for a merchant. */
  async function authenticated(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
    const split = [{ destination: MERCHANTS[0], amount: 500_00n, applicationFee: 5_00n }];
    const id = await challenged({ confirmationMethod: 'manual', split, ...over });
    await tell(id);
    expect((await find(id)).status).toBe('requires_confirmation');
    return id;
  }

  it('is shared out as the intent says by then', async () => {
    const id = await authenticated();
    await update(id, { split: [{ destination: MERCHANTS[1], amount: 400_00n, applicationFee: 4_00n }] });
    const paid = unwrap(await confirm(id));
    expect(paid.status).toBe('succeeded');
    expect(world.ledger.credit('merchant_payable', MERCHANTS[0])).toBe(0n);
    expect(world.ledger.credit('merchant_payable', MERCHANTS[1])).toBe(396_00n);
    const charge = await shop.port.findCharge(world.context(), { id: paid.latestCharge ?? '' });
    expect(unwrap(charge).split).toEqual(paid.split);
  });

  it('asks the shopper again for another customer or descriptor', async () => {
    const customer = unwrap(await shop.port.createCustomer(world.context(), {})).id;
    const id = await authenticated();
    for (const change of [{ customer }, { statementDescriptorSuffix: 'TEA' }]) {
      await update(id, change);
      const { status, latestCharge } = unwrap(await confirm(id));
      expect({ ...change, status }).toEqual({ ...change, status: 'requires_action' });
      const charge = await shop.port.findCharge(world.context(), { id: latestCharge ?? '' });
      const { customer: payer, statementDescriptor } = await find(id);
      expect(unwrap(charge)).toMatchObject({ customer: payer, statementDescriptor });
      await tell(id);
    }
    expect(world.acquirer.totals()).toEqual({ held: 0n, captured: 0n, refunded: 0n });
  });

  it('is held, saved and described as the confirmation says', async () => {
    const customer = unwrap(await shop.port.createCustomer(world.context(), {})).id;
    const id = await authenticated({ customer });
    const said = { captureMethod: 'manual', setupFutureUsage: 'off_session', receiptEmail: 'a@example.org' };
    const held = unwrap(await confirm(id, { ...said, mandateAcceptance: { type: 'offline' } }));
    expect(held).toMatchObject({ ...said, status: 'requires_capture', amountCapturable: 600_00n });
    expect(world.acquirer.totals()).toMatchObject({ held: 600_00n, captured: 0n });
    expect(world.vault.saved.get('pm_visa')).toBe(customer);
    const [row] = await world.look('SELECT mandate_acceptance FROM payments.intent WHERE id = $1', [id]);
    expect(row).toMatchObject({ mandate_acceptance: { type: 'offline' } });
  });
});

it.each([
  ['automatic', 'processing'],
  ['manual', 'requires_confirmation'],
] as const)(
  'the end of a challenge is told again where the payment of %s confirmation changed meanwhile',
  async (method, status) => {
    const id = await challenged({ confirmationMethod: method });
    await expect(tell(id, 'UPDATE payments.intent SET version = version + 1')).rejects.toThrow(
      /changed while/,
    );
    expect((await find(id)).status).toBe('requires_action');
    await tell(id);
    expect((await find(id)).status).toBe(status);
  },
);

it('is decided about as it is, where it changed while it was being confirmed', async () => {
  const wanted = newIntent({ paymentMethod: 'pm_visa', split: [] });
  const { id } = unwrap(await shop.port.createIntent(world.context(), wanted));
  let changed = false;
  const other = await world.start({
    db: (db) => ({
      ...db,
      run: async (statement, values) => {
        if (statement.name === 'payments.save-intents' && !changed) {
          changed = true;
          await update(id, { amount: 600_00n });
        }
        return db.run<never>(statement, values);
      },
    }),
  });
  expect(unwrap(await other.port.confirmIntent(world.context(), { id })).status).toBe('requires_action');
  expect(changed).toBe(true);
});
