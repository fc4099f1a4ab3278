import { unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Instance, newIntent, type World } from './world/world.ts';

let world: World;
let shop: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterAll(() => world.close());

const address = {
  city: 'Berlin',
  country: 'DE',
  line1: 'Teestraße 1',
  line2: null,
  postalCode: '10115',
  state: null,
};
const shipping = { name: 'Ada', phone: null, address, carrier: null, trackingNumber: null };
const eventsOf = (id: string) =>
  world.look<{ type: string; payload: { name: string | null; deleted: boolean } }>(
    'SELECT type, payload FROM payments.outbox WHERE aggregate_id = $1 ORDER BY xid, seq',
    [id],
  );

describe('a customer', () => {
  it('keeps what is said of it, and each change is told', async () => {
    const made = unwrap(
      await shop.port.createCustomer(world.context(), {
        name: 'Ada',
        address,
        shipping,
        preferredLocales: ['de', 'en'],
      }),
    );
    expect(made).toMatchObject({ address, shipping, preferredLocales: ['de', 'en'], deleted: false });
    const changed = unwrap(
      await shop.port.updateCustomer(world.context(), { id: made.id, address: null, preferredLocales: [] }),
    );
    expect(changed).toEqual({ ...made, address: null, preferredLocales: [] });
    expect(unwrap(await shop.port.findCustomer(world.context(), { id: made.id }))).toEqual(changed);
    expect((await eventsOf(made.id)).map(({ type }) => type)).toEqual([
      'customer.created',
      'customer.updated',
    ]);
  });

  it('cannot prefer a card that is not there', async () => {
    const refused = { error: { code: 'payment_method_not_found', field: 'defaultPaymentMethod' } };
    const method = { defaultPaymentMethod: 'pm_gone' };
    expect(await shop.port.createCustomer(world.context(), method)).toMatchObject(refused);
    const { id } = unwrap(await shop.port.createCustomer(world.context(), {}));
    expect(await shop.port.updateCustomer(world.context(), { id, ...method })).toMatchObject(refused);
  });

  it('prefers a card of its own only', async () => {
    const refused = { error: { code: 'payment_method_not_usable', field: 'defaultPaymentMethod' } };
    const method = { defaultPaymentMethod: 'pm_own' };
    expect(await shop.port.createCustomer(world.context(), method)).toMatchObject(refused);
    const { id } = unwrap(await shop.port.createCustomer(world.context(), {}));
    const { id: stranger } = unwrap(await shop.port.createCustomer(world.context(), {}));
    expect(await shop.port.updateCustomer(world.context(), { id, ...method })).toMatchObject(refused);
    // Saved by another process: what this one remembers of the card does not count.
    const other = await world.start();
    unwrap(await other.port.attachPaymentMethod(world.context(), { id: 'pm_own', customer: id }));
    const preferring = { id, ...method };
    const changed = unwrap(await shop.port.updateCustomer(world.context(), preferring));
    expect(changed).toMatchObject(method);
    expect(await shop.port.updateCustomer(world.context(), { id: stranger, ...method })).toMatchObject(
      refused,
    );
    expect(unwrap(await shop.port.findCustomer(world.context(), { id })).defaultPaymentMethod).toBe('pm_own');
  });
});

describe('deleting a customer', () => {
  it('forgets its data for good, and its payments keep its id', async () => {
    const { id } = unwrap(
      await shop.port.createCustomer(world.context(), {
        name: 'Ada',
        email: 'ada@example.org',
        address,
        shipping,
      }),
    );
    const intent = unwrap(await shop.port.createIntent(world.context(), newIntent({ customer: id })));
    const context = world.context();
    const deleted = unwrap(await shop.port.deleteCustomer(context, { id }));
    expect(deleted).toMatchObject({
      id,
      deleted: true,
      name: null,
      email: null,
      address: null,
      metadata: {},
    });
    expect(unwrap(await shop.port.deleteCustomer(context, { id }))).toEqual(deleted);
    expect(unwrap(await shop.port.findCustomer(world.context(), { id }))).toEqual(deleted);
    const listed = unwrap(await shop.port.listCustomers(world.context(), { limit: 100 }));
    expect(listed.items.map((each) => each.id)).not.toContain(id);
    const [row] = await world.look<{ row: string }>(
      'SELECT c::text AS row FROM payments.customer AS c WHERE id = $1',
      [id],
    );
    expect(row?.row).not.toContain('Ada');
    const told = await eventsOf(id);
    expect(told.at(-1)).toMatchObject({ type: 'customer.deleted', payload: { name: 'Ada', deleted: true } });
    expect(unwrap(await shop.port.findIntent(world.context(), { id: intent.id })).customer).toBe(id);
  });

  it('lets nobody use it any more', async () => {
    const { id } = unwrap(await shop.port.createCustomer(world.context(), {}));
    const { id: intent } = unwrap(await shop.port.createIntent(world.context(), newIntent()));
    unwrap(await shop.port.deleteCustomer(world.context(), { id }));
    const gone = { error: { code: 'customer_not_found', field: 'customer' } };
    expect(await shop.port.createIntent(world.context(), newIntent({ customer: id }))).toMatchObject(gone);
    expect(await shop.port.updateIntent(world.context(), { id: intent, customer: id })).toMatchObject(gone);
    expect(await shop.port.updateCustomer(world.context(), { id, name: 'B' })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await shop.port.deleteCustomer(world.context(), { id })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  it('is its own tenant’s to do', async () => {
    const { id } = unwrap(await shop.port.createCustomer(world.context(), { name: 'Ada' }));
    const theirs = world.context('theirs', 'acct_other');
    expect(await shop.port.deleteCustomer(theirs, { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(unwrap(await shop.port.findCustomer(world.context(), { id })).name).toBe('Ada');
  });

  it('of many at once happens once', async () => {
    const { id } = unwrap(await shop.port.createCustomer(world.context(), { name: 'Ada' }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.port.deleteCustomer(world.context(), { id })),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['customer.created', 'customer.deleted']);
  });
});
