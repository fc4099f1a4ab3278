import { err, MINUTE, type Result, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Instance, MERCHANTS, newIntent, type World } from './world/world.ts';

let world: World;
let shop: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterAll(() => world.close());

const create = async (over: Parameters<typeof newIntent>[0] = {}) =>
  unwrap(await shop.port.createIntent(world.context(), newIntent(over)));
const intentOf = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const keys = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'x']));

/** An object with metadata. */
interface Described {
  make(metadata: Record<string, string>): Promise<string>;
  change(
    id: string,
    metadata: Record<string, string | null> | null,
    command?: string,
  ): Promise<Result<unknown, string>>;
  read(id: string): Promise<Readonly<Record<string, string>>>;
}

describe('metadata of an intent and of a customer', () => {
  const objects: Record<string, Described> = {
    intent: {
      make: async (metadata) => (await create({ metadata })).id,
      change: (id, metadata, command) => shop.port.updateIntent(world.context(command), { id, metadata }),
      read: async (id) => (await intentOf(id)).metadata,
    },
    customer: {
      make: async (metadata) => unwrap(await shop.port.createCustomer(world.context(), { metadata })).id,
      change: (id, metadata, command) => shop.port.updateCustomer(world.context(command), { id, metadata }),
      read: async (id) => unwrap(await shop.port.findCustomer(world.context(), { id })).metadata,
    },
  };

  it.each(Object.entries(objects))('of an %s is set, unset and emptied key by key', async (_, object) => {
    const id = await object.make({ a: '1', b: '2' });
    unwrap(await object.change(id, { a: null, c: '3' }));
    expect(await object.read(id)).toEqual({ b: '2', c: '3' });
    unwrap(await object.change(id, {}));
    expect(await object.read(id)).toEqual({ b: '2', c: '3' });
    unwrap(await object.change(id, null));
    expect(await object.read(id)).toEqual({});
  });

  it.each(Object.entries(objects))('of an %s loses no key of changes at once', async (_, object) => {
    const id = await object.make({ first: 'x' });
    const answers = await Promise.all(
      [0, 1, 2].map((index) => object.change(id, { [`k${index}`]: String(index) })),
    );
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(await object.read(id)).toEqual({ first: 'x', k0: '0', k1: '1', k2: '2' });
  });

  it.each(Object.entries(objects))('of an %s takes a late repeat for the same request', async (_, object) => {
    const id = await object.make({});
    const command = `metadata-${id}`;
    unwrap(await object.change(id, { a: '1' }, command));
    unwrap(await object.change(id, { a: '2', b: '2' }));
    unwrap(await object.change(id, { a: '1' }, command));
    expect(await object.read(id)).toEqual({ a: '2', b: '2' });
    expect(await object.change(id, { a: '9' }, command)).toMatchObject({
      error: { code: 'idempotency_mismatch' },
    });
  });

  it.each(Object.entries(objects))('of an %s has at most 50 keys after a change', async (_, object) => {
    const id = await object.make(keys(50));
    const command = `full-${id}`;
    expect(await object.change(id, { one: 'more' })).toMatchObject({
      error: { code: 'metadata_too_many_keys', field: 'metadata', detail: { maximum: 50 } },
    });
    unwrap(await object.change(id, { one: 'more', k0: null }, command));
    unwrap(await object.change(id, { k1: null }));
    unwrap(await object.change(id, { two: 'x' }));
    // What would now be one too many was accepted before.
    unwrap(await object.change(id, { one: 'more', k0: null }, command));
    expect(Object.keys(await object.read(id))).toHaveLength(50);
  });

  it('of a new object has at most 50 keys as well', async () => {
    expect(await shop.port.createIntent(world.context(), newIntent({ metadata: keys(51) }))).toMatchObject({
      error: { code: 'invalid_input' },
    });
  });
});

describe('what is derived from accounts', () => {
  it('is the fee plan’s commission at the first acceptance, whatever a late repeat finds', async () => {
    const input = newIntent({
      split: [
        { destination: MERCHANTS[0], amount: 50_00n },
        { destination: MERCHANTS[1], amount: 10_00n, applicationFee: 7n },
      ],
    });
    const first = unwrap(await shop.port.createIntent(world.context('plan'), input));
    expect(first.split.map((leg) => leg.applicationFee)).toEqual([50n, 7n]);
    world.terms.basisPoints = 250;
    world.clock.advance(MINUTE);
    expect(unwrap(await shop.port.createIntent(world.context('plan'), input)).split).toEqual(first.split);
    const later = await create(input);
    expect(later.split.map((leg) => leg.applicationFee)).toEqual([125n, 7n]);
    world.terms.basisPoints = 100;
    world.clock.advance(MINUTE);
  });

  it('is not asked for again by a repeat whose merchant no longer is there', async () => {
    const input = newIntent({ paymentMethod: 'pm_visa', split: [] });
    const { id } = unwrap(await shop.port.createIntent(world.context('gone'), input));
    const away = await world.start({
      port: (contract, port) =>
        contract.module === 'vault'
          ? { ...port, findCard: async () => err('not_found', 'nobody has this card') }
          : port,
    });
    expect(unwrap(await away.port.createIntent(world.context('gone'), input)).id).toBe(id);
    expect(await away.port.createIntent(world.context(), input)).toMatchObject({
      error: { code: 'payment_method_not_found' },
    });
  });

  it('is the platform’s descriptor before a suffix', async () => {
    const input = newIntent({ split: [], statementDescriptorSuffix: 'ORDER 7' });
    const first = unwrap(await shop.port.createIntent(world.context('suffix'), input));
    expect(first.statementDescriptor).toBe('TPMALL DEMO* ORDER 7');
    world.terms.descriptor = 'MALL';
    world.clock.advance(MINUTE);
    const again = unwrap(await shop.port.createIntent(world.context('suffix'), input));
    expect(again.statementDescriptor).toBe('TPMALL DEMO* ORDER 7');
    world.terms.descriptor = 'TPMALL DEMO';
    world.clock.advance(MINUTE);
    const change = { id: first.id, statementDescriptorSuffix: 'MUCH LONGER THAN THAT' };
    expect(await shop.port.updateIntent(world.context(), change)).toMatchObject({
      error: { code: 'statement_descriptor_too_long', field: 'statementDescriptorSuffix' },
    });
  });

  it('gives the only merchant all of it, also after the amount has changed', async () => {
    const { id, split } = await create({ split: [{ destination: MERCHANTS[0] }] });
    expect(split).toEqual([{ destination: MERCHANTS[0], amount: 100_00n, applicationFee: 1_00n }]);
    const raise = { id, amount: 200_00n };
    const raised = unwrap(await shop.port.updateIntent(world.context('raise'), raise));
    expect(raised.split).toEqual([{ destination: MERCHANTS[0], amount: 200_00n, applicationFee: 1_00n }]);
    const priced = unwrap(await shop.port.updateIntent(world.context(), { id, applicationFee: 9_00n }));
    expect(priced.split).toEqual([{ destination: MERCHANTS[0], amount: 200_00n, applicationFee: 9_00n }]);
    // A late repeat meets another intent and is the same request all the same.
    expect(unwrap(await shop.port.updateIntent(world.context('raise'), raise)).split).toEqual(priced.split);
  });

  it('refuses a split that is open to more than one reading', async () => {
    const split = [{ destination: MERCHANTS[0] }, { destination: MERCHANTS[1], amount: 1n }];
    expect(await shop.port.createIntent(world.context(), newIntent({ split }))).toMatchObject({
      error: { code: 'invalid_input', field: 'split[0].amount' },
    });
    const { id } = await create();
    expect(await shop.port.updateIntent(world.context(), { id, applicationFee: 1n })).toMatchObject({
      error: { code: 'split_missing' },
    });
  });

  it('keeps what is asked of the authorisation and of 3-D Secure for the confirmation', async () => {
    const { id } = unwrap(await shop.port.createIntent(world.context(), newIntent()));
    const captureRequests = { multicapture: true, overcapture: true };
    unwrap(
      await shop.port.updateIntent(world.context(), { id, captureRequests, requestThreeDSecure: 'any' }),
    );
    const updated = unwrap(
      await shop.port.updateIntent(world.context(), { id, captureRequests: { overcapture: false } }),
    );
    expect(updated.captureRequests).toEqual({
      multicapture: true,
      overcapture: false,
      incrementalAuthorisation: false,
    });
    const confirmed = await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_visa' });
    expect(unwrap(confirmed).status).toBe('requires_action');
  });
});

describe('how a shopper has agreed', () => {
  it('is kept with the confirmation that said it, and a later one that says nothing leaves it', async () => {
    const kept = async (table: string, id: string) =>
      (
        await world.look<{ mandate_acceptance: object | null }>(
          `SELECT mandate_acceptance FROM payments.${table} WHERE id = $1`,
          [id],
        )
      )[0]?.mandate_acceptance;
    const intent = await create();
    expect(await kept('intent', intent.id)).toBeNull();
    const mandateAcceptance = { type: 'online', userAgent: 'Browser/1' } as const;
    const declined = await shop.port.confirmIntent(world.context('agree'), {
      ...{ id: intent.id, paymentMethod: 'pm_insufficient', mandateAcceptance, ip: '192.0.2.7' },
    });
    expect(declined).toMatchObject({ ok: false, error: { code: 'card_declined' } });
    const said = { type: 'online', ip: '192.0.2.7', userAgent: 'Browser/1', acceptedAt: expect.any(Number) };
    expect(await kept('intent', intent.id)).toEqual(said);
    unwrap(await shop.port.confirmIntent(world.context(), { id: intent.id, paymentMethod: 'pm_visa' }));
    expect(await kept('intent', intent.id)).toEqual(said);
    // Nobody is told of it: whoever reads events or the payment sees no address.
    expect(JSON.stringify(await intentOf(intent.id), (_key, value) => String(value))).not.toContain(
      '192.0.2.7',
    );
    const told = await world.look(
      'SELECT payload::text AS text FROM payments.outbox WHERE aggregate_id = $1',
      [intent.id],
    );
    expect(JSON.stringify(told)).not.toContain('192.0.2.7');

    const offline = { type: 'offline', acceptedAt: 1_700_000_000_000_000 } as const;
    const setup = unwrap(
      await shop.port.createSetupIntent(world.context(), {
        ...{ usage: 'off_session', paymentMethod: 'pm_visa', confirm: { mandateAcceptance: offline } },
      }),
    );
    expect(await kept('setup_intent', setup.id)).toEqual({ ...offline, ip: null, userAgent: null });
  });
});

it('an intent is described whatever has become of its merchant', async () => {
  const { id } = await create();
  const split = [{ destination: 'acct_incapable', amount: 50_00n, applicationFee: 0n }];
  await world.look('UPDATE payments.intent SET split = $2 WHERE id = $1', [
    id,
    JSON.stringify(split.map((leg) => ({ ...leg, amount: '5000', applicationFee: '0' }))),
  ]);
  const described = await shop.port.updateIntent(world.context(), { id, metadata: { a: '1' } });
  expect(unwrap(described)).toMatchObject({ metadata: { a: '1' }, status: 'requires_payment_method', split });
  expect(await shop.port.updateIntent(world.context(), { id, amount: 120_00n })).toMatchObject({
    error: { code: 'destination_not_capable' },
  });
});

describe('a payment that has been tried', () => {
  const shipping = {
    name: 'Ada',
    phone: null,
    address: { city: 'Berlin', country: 'DE', line1: null, line2: null, postalCode: null, state: null },
    carrier: 'Post',
    trackingNumber: '4711',
  };
  const said = { description: 'Tea', receiptEmail: 'ada@example.org', shipping };

  it.each(['succeeded', 'requires_capture', 'canceled', 'requires_action'])(
    'can be described while it is %s, and stays as it is',
    async (status) => {
      const captureMethod = status === 'succeeded' ? ('automatic' as const) : ('manual' as const);
      const requestThreeDSecure = status === 'requires_action' ? ('any' as const) : ('automatic' as const);
      const confirm = { requestThreeDSecure };
      const { id } = await create({ captureMethod, paymentMethod: 'pm_visa', confirm, metadata: { a: '1' } });
      if (status === 'canceled') unwrap(await shop.port.cancelIntent(world.context(), { id }));
      const before = await intentOf(id);
      expect(before.status).toBe(status);
      const change = { id, ...said, metadata: { b: '2' } };
      const changed = unwrap(await shop.port.updateIntent(world.context(`describe-${id}`), change));
      expect(changed).toEqual({ ...before, ...said, metadata: { a: '1', b: '2' } });
      expect(unwrap(await shop.port.updateIntent(world.context(`describe-${id}`), change))).toEqual(changed);
      for (const more of [{ amount: 1n }, { customer: null }, { transferGroup: 'x' }, { split: [] }]) {
        const refused = await shop.port.updateIntent(world.context(), { id, description: 'No', ...more });
        expect(refused).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
      }
      expect(await intentOf(id)).toEqual(changed);
    },
  );

  it('is not touched while it is in work', async () => {
    const { id } = await create({ paymentMethod: 'pm_lost', confirm: {} });
    expect(await shop.port.updateIntent(world.context(), { id, ...said })).toMatchObject({
      error: { code: 'payment_intent_unexpected_state', detail: { status: 'processing' } },
    });
  });
});
