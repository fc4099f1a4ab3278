import { expandable } from '@tpmall/wire';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { checkResponse } from '../harness/check-response.ts';
import { idOf } from '../harness/id-of.ts';
import { anotherPlatform } from '../harness/platform.ts';
import { type DeclaredReferences, declaredReferences } from '../harness/sdk-references.ts';
import { countStatements } from '../harness/statements.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/** Paths of three and four levels that one run looks at. */
const RUNS = Number(process.env['TPMALL_EXPAND_RUNS'] ?? 60);
/** How deep a path may go. */
const DEPTH = 4;

/** Roots whose objects the world below holds, and where they are read. */
const ROOTS = {
  'checkout.session': '/v1/checkout/sessions',
  balance_transaction: '/v1/balance_transactions',
  charge: '/v1/charges',
  customer: '/v1/customers',
  payment_intent: '/v1/payment_intents',
  payment_link: '/v1/payment_links',
  payment_method: '/v1/payment_methods',
  price: '/v1/prices',
  product: '/v1/products',
  refund: '/v1/refunds',
  setup_intent: '/v1/setup_intents',
} as const;
type Root = keyof typeof ROOTS;
const roots = Object.keys(ROOTS) as Root[];

/** References that the SDK declares, to objects of ours, and that no object here ever has. */
const NEVER_HELD: readonly string[] = [
  // Of ways to pay that are not offered.
  'charge payment_method_details.bancontact.generated_sepa_debit',
  'charge payment_method_details.ideal.generated_sepa_debit',
  'charge payment_method_details.sofort.generated_sepa_debit',
  'payment_method sepa_debit.generated_from.charge',
  // Of taxes and invoices.
  'checkout.session automatic_tax.liability.account',
  'checkout.session invoice_creation.invoice_data.issuer.account',
  'payment_link automatic_tax.liability.account',
  'payment_link invoice_creation.invoice_data.issuer.account',
  'payment_link subscription_data.invoice_settings.issuer.account',
];

let test: TestSystem;
let declared: DeclaredReferences;
const ids = {} as Record<Root, string>;

beforeAll(async () => {
  declared = declaredReferences();
  test = await startTestSystem();
  await fill();
});
afterAll(() => test.close());

/** The first merchant of the platform. */
const merchantOf = ({ merchants: [first = ''] }: TestSystem): string => first;

/** One object of each kind, each with everything that it can refer to. */
async function fill(): Promise<void> {
  const { stripe } = test;
  const customer = (await stripe.customers.create({ name: 'Ada' })).id;
  const saved = (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id;
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: saved } });
  const intent = await stripe.paymentIntents.create({
    ...{ amount: 5_000, currency: 'eur', customer, payment_method: saved, confirm: true },
    ...{ return_url: 'https://shop.example/done', transfer_data: { destination: merchantOf(test) } },
  });
  const charge = idOf(intent.latest_charge);
  const refund = await stripe.refunds.create({ charge, amount: 700 });
  await test.system.drainEvents();
  const settled = await stripe.charges.retrieve(charge);
  const product = await stripe.products.create({
    name: 'Green tea',
    default_price_data: { currency: 'eur', unit_amount: 1_250 },
  });
  const price = idOf(product.default_price);
  const line_items = [{ price, quantity: 2 }];
  const link = await stripe.paymentLinks.create({
    line_items,
    transfer_data: { destination: merchantOf(test) },
  });
  const session = await stripe.checkout.sessions.create({ mode: 'payment', line_items, customer });
  const card = await storeCard(test.vault, approved);
  await stripe.rawRequest('POST', `/v1/payment_pages/${session.id}/confirm`, { payment_method: card.id });
  await test.system.drainEvents();
  Object.assign(ids, {
    'checkout.session': session.id,
    balance_transaction: idOf(settled.balance_transaction),
    charge,
    customer,
    payment_intent: intent.id,
    payment_link: link.id,
    payment_method: saved,
    price,
    product: product.id,
    refund: refund.id,
    setup_intent: (await stripe.setupIntents.create({ customer, payment_method: saved })).id,
  } satisfies Record<Root, string>);
}

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: Record<string, unknown> };
}

async function read(path: string, expand: readonly string[], key = test.secretKey): Promise<Answered> {
  const query = expand.map((each) => `expand[]=${encodeURIComponent(each)}`).join('&');
  const mark = path.includes('?') ? '&' : '?';
  const response = await fetch(`${test.system.apiUrl}${path}${mark}${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

/** What stands at the end of a path, in each of the objects of a list. */
function at(value: unknown, parts: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => at(item, parts));
  const [part, ...rest] = parts;
  if (part === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return at((value as Record<string, unknown>)[part], rest);
}

/** Reads a root with one path expanded, and holds the answer to what the SDK declares. */
async function expectExpanded(root: Root, path: string, kinds: readonly string[] | undefined): Promise<void> {
  const asList = `${ROOTS[root]}/${ids[root]}`;
  const { status, body } = await read(asList, [path]);
  const context = `${root} ${path}: ${JSON.stringify(body).slice(0, 300)}`;
  if (status === 400) {
    const parts = path.split('.');
    const message = String(body.error?.['message']);
    expect(body.error, context).toMatchObject({ code: 'expand_invalid', param: 'expand[0]' });
    expect(parts.length > DEPTH || parts.some((part) => message.includes(part)), context).toBe(true);
    return;
  }
  expect(status, context).toBe(200);
  checkResponse(body);
  expect(kinds, `${context}: the SDK declares no such reference`).toBeDefined();
  for (const value of at(body, path.split('.'))) {
    if (value === null || value === undefined) continue;
    expect(kinds, context).toContain((value as { object?: unknown }).object);
  }
}

/** Every declared path from a root, so many references deep: what is written, and what it leads to. */
function pathsFrom(root: string, depth: number): { path: string; kinds: readonly string[] }[] {
  const here = Object.entries(declared[root] ?? {}).map(([path, kinds]) => ({ path, kinds }));
  if (depth === 1) return here;
  return here.flatMap(({ path, kinds }) =>
    kinds.flatMap((kind) =>
      pathsFrom(kind, depth - 1).map((deeper) => ({ ...deeper, path: `${path}.${deeper.path}` })),
    ),
  );
}

describe('expand', () => {
  it('takes every reference that the SDK declares to an object of ours', async () => {
    const refused: string[] = [];
    for (const root of roots) {
      for (const { path, kinds } of pathsFrom(root, 1)) {
        const { status } = await read(`${ROOTS[root]}/${ids[root]}`, [path]);
        if (status !== 200) refused.push(`${root} ${path}`);
        await expectExpanded(root, path, kinds);
      }
    }
    expect(refused.toSorted()).toEqual(NEVER_HELD.toSorted());
  });

  it('finds what is there: none of these stays an id', async () => {
    const expectObject = async (root: Root, ...paths: string[]) => {
      const { body } = await read(`${ROOTS[root]}/${ids[root]}`, paths);
      for (const path of paths) {
        const found = at(body, path.split('.'));
        expect(found.length, `${root} ${path}`).toBeGreaterThan(0);
        for (const value of found) expect(value, `${root} ${path}`).toHaveProperty('object');
      }
    };
    await expectObject('refund', 'customer', 'payment_method', 'charge.refunds.data.payment_intent');
    await expectObject('charge', 'transfer_data.destination', 'refunds.data', 'refunds.data.charge.customer');
    await expectObject('payment_intent', 'latest_charge.refunds.data.balance_transaction');
    await expectObject('customer', 'invoice_settings.default_payment_method.customer');
    await expectObject('payment_link', 'transfer_data.destination', 'line_items.data.price.product');
    await expectObject('checkout.session', 'payment_intent.latest_charge.balance_transaction.source');
  });

  it('takes what nothing here has, as clients of every version ask for it, and leaves it null', async () => {
    const asked = Object.entries(expandable).flatMap(([object, properties]) => {
      const root = object.replace('checkout_session', 'checkout.session') as Root;
      const names = Object.entries(properties).filter(([, kind]) => kind === 'nothing');
      return roots.includes(root) ? names.map(([name]) => [root, name] as const) : [];
    });
    expect(asked.length).toBeGreaterThan(15);
    for (const [root, name] of asked) {
      const plain = await read(`${ROOTS[root]}/${ids[root]}`, []);
      expect(await read(`${ROOTS[root]}/${ids[root]}`, [name]), `${root} ${name}`).toEqual(plain);
      expect(plain.body[name] ?? null).toBeNull();
    }
    const deep = ['data.latest_charge.application_fee.balance_transaction', 'data.latest_charge.transfer'];
    expect(await read('/v1/payment_intents', deep)).toEqual(
      await read('/v1/payment_intents', ['data.latest_charge']),
    );
    expect((await read(`/v1/charges/${ids.charge}`, ['colour'])).status).toBe(400);
  });

  it('shows parts that are empty here as clients know them', async () => {
    const { stripe } = test;
    const customer = await stripe.customers.retrieve(ids.customer, {
      expand: ['tax', 'tax_ids', 'subscriptions'],
    });
    const nothing = { object: 'list', data: [], has_more: false };
    expect(customer).toMatchObject({ tax_ids: nothing, subscriptions: nothing });
    expect(customer).not.toHaveProperty('tax');
    const session = await stripe.checkout.sessions.retrieve(ids['checkout.session'], {
      expand: [
        ...['total_details.breakdown', 'shipping_cost.shipping_rate'],
        ...['line_items.data.taxes', 'line_items.data.discounts'],
      ],
    });
    expect(session.total_details?.breakdown).toEqual({ discounts: [], taxes: [] });
    expect(session.shipping_cost).toBeNull();
    expect(session.line_items?.data).toMatchObject([{ taxes: [], discounts: [] }]);
    await stripe.prices.list({ expand: ['data.tiers'] });
    await stripe.products.update(ids.product, { tax_code: 'txcd_99999999' });
    const { data } = await stripe.products.list({ expand: ['data.tax_code'], ids: [ids.product] });
    expect(data).toMatchObject([{ tax_code: 'txcd_99999999' }]);
    await stripe.products.update(ids.product, { tax_code: '' });
  });

  it('of any path, declared or not, gives the right kind or names what it refuses', async () => {
    const names = [...new Set(Object.values(expandable).flatMap((properties) => Object.keys(properties)))];
    const stray = fc.constantFrom(
      ...names,
      'application',
      'review',
      'id',
      'metadata',
      '__proto__',
      'data',
      '',
    );
    const declaredPath = fc
      .tuple(fc.constantFrom(...roots), fc.integer({ min: 1, max: DEPTH }), fc.nat())
      .map(([root, depth, choice]) => {
        const all = pathsFrom(root, depth);
        return { root, chosen: all[choice % Math.max(all.length, 1)] };
      });
    const anyPath = fc.record({
      root: fc.constantFrom(...roots),
      parts: fc.array(stray, { minLength: 1, maxLength: DEPTH + 1 }),
    });
    await fc.assert(
      fc.asyncProperty(declaredPath, anyPath, async ({ root, chosen }, any) => {
        if (chosen) await expectExpanded(root, chosen.path, chosen.kinds);
        const path = any.parts.join('.');
        const known = [1, 2, 3, 4].flatMap((depth) => pathsFrom(any.root, depth));
        const kinds = known.filter((each) => each.path === path).flatMap((each) => each.kinds);
        // What only we declare, or what has no `object` to tell it by, is held to the SDK's shapes alone.
        const answered = await read(`${ROOTS[any.root]}/${ids[any.root]}`, [path]);
        expect([200, 400], `${any.root} ${path}`).toContain(answered.status);
        if (kinds.length > 0) await expectExpanded(any.root, path, kinds);
      }),
      { numRuns: RUNS },
    );
  });

  it('goes no deeper than four, and begins with data in a list', async () => {
    const deep = 'payment_intent.latest_charge.payment_intent.latest_charge';
    expect((await read(`/v1/charges/${ids.charge}`, [deep])).status).toBe(200);
    expect((await read(`/v1/charges/${ids.charge}`, [`${deep}.customer`])).status).toBe(400);
    const listed = await read('/v1/charges', ['data.refunds']);
    expect(listed.status).toBe(200);
    const charges = listed.body['data'] as Stripe.Charge[];
    expect(charges.find(({ id }) => id === ids.charge)?.refunds).toMatchObject({
      object: 'list',
      has_more: false,
      data: [{ id: ids.refund, amount: 700 }],
    });
    expect(charges.filter(({ id }) => id !== ids.charge).map(({ refunds }) => refunds?.data)).toEqual([[]]);
    expect((await read('/v1/charges', ['refunds'])).status).toBe(400);
    // Where the list says that it is, it is.
    const own = await read(charges[0]?.refunds?.url ?? '', []);
    expect(own).toMatchObject({ status: 200, body: { object: 'list', url: charges[0]?.refunds?.url } });
  });

  it('never shows another platform’s objects', async () => {
    const other = await anotherPlatform(test);
    for (const root of roots) {
      const taken = pathsFrom(root, 1).find(({ path }) => !NEVER_HELD.includes(`${root} ${path}`));
      await expect(
        other.rawRequest('GET', `${ROOTS[root]}/${ids[root]}?expand[]=${taken?.path}`),
      ).rejects.toMatchObject({ statusCode: 404 });
    }
    // The same id in two platforms is two products, and each price has its own.
    const named = { id: 'tea', default_price_data: { currency: 'eur', unit_amount: 5 } };
    await test.stripe.products.create({ ...named, name: 'Ours' });
    const theirs = await other.products.create({
      ...named,
      name: 'Theirs',
      expand: ['default_price.product'],
    });
    expect(theirs.default_price).toMatchObject({ product: { name: 'Theirs' } });
  });

  it('of a list costs one read for each property and level, however many objects there are', async () => {
    const { stripe } = test;
    const product = await stripe.products.create({ name: 'Cups' });
    for (const name of ['Ada', 'Lin', 'Mei']) {
      const { id: customer } = await stripe.customers.create({ name });
      const { id: saved } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
      const paid = await stripe.paymentIntents.create({
        ...{ amount: 900, currency: 'eur', customer, payment_method: saved, confirm: true },
        ...{ return_url: 'https://shop.example/done', transfer_group: 'expanded' },
        transfer_data: { destination: merchantOf(test) },
      });
      await stripe.refunds.create({ payment_intent: paid.id, amount: 10 });
      await stripe.refunds.create({ payment_intent: paid.id, amount: 11 });
      await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 1 });
    }
    await test.system.drainEvents();
    const paths = [
      'data.customer.sources',
      'data.transfer_data.destination',
      'data.payment_intent.payment_method',
      'data.refunds.data.balance_transaction',
    ];
    const charges = await countStatements(() => read('/v1/charges?transfer_group=expanded', paths));
    expect(charges.value.status).toBe(200);
    for (const charge of charges.value.body['data'] as Stripe.Charge[]) {
      checkResponse(charge);
      expect(charge.customer).toMatchObject({ object: 'customer', sources: { data: [{ object: 'card' }] } });
      expect(charge.transfer_data?.destination).toMatchObject({ object: 'account' });
      expect(charge.payment_intent).toMatchObject({ payment_method: { object: 'payment_method' } });
      expect(charge.refunds?.data).toMatchObject([
        { amount: 11, balance_transaction: { object: 'balance_transaction' } },
        { amount: 10, balance_transaction: { object: 'balance_transaction' } },
      ]);
    }
    expect(charges.counts).toMatchObject({
      'payments.load-customers': 1,
      'vault.list-cards-of-customers': 1,
      'payments.load-intents': 1,
      // The methods of the intents, and the billing details of the charges.
      'vault.find-cards': 2,
      'payments.load-refunds-of-charges': 1,
      'payments.find-balance-transactions': 1,
    });
    const prices = await countStatements(() =>
      read(`/v1/prices?product=${product.id}`, ['data.product', 'data.currency_options']),
    );
    expect(prices.value.body['data']).toMatchObject(Array(3).fill({ product: { name: 'Cups' } }));
    expect(prices.counts).toMatchObject({ 'catalogue.load-products': 1, 'catalogue.find-prices': 1 });
  });

  it('shows with a charge whose card has paid, by one read of the vault for a whole list', async () => {
    const { stripe } = test;
    const names = ['Ada', 'Lin', 'Mei'];
    const charges: string[] = [];
    for (const name of names) {
      const card = { number: approved, exp_month: 12, exp_year: 2034, cvc: '314' };
      const billing_details = {
        name,
        email: `${name}@example.org`,
        address: { city: 'Kiel', country: 'DE' },
      };
      const method = await test.vault.paymentMethods.create({ type: 'card', card, billing_details });
      const paid = await stripe.paymentIntents.create({
        ...{ amount: 700, currency: 'eur', payment_method: method.id, confirm: true },
        ...{ return_url: 'https://shop.example/done', transfer_group: 'billed', expand: ['latest_charge'] },
      });
      const charge = paid.latest_charge as Stripe.Charge;
      expect(charge.billing_details).toMatchObject(billing_details);
      charges.push(charge.id);
    }
    // Webhooks read the vault as well: by now they have.
    await test.system.drainEvents();
    const { value: list, counts } = await countStatements(() =>
      read('/v1/charges?transfer_group=billed', []),
    );
    const namesIn = ({ body }: Answered) =>
      (body['data'] as Stripe.Charge[]).map(({ billing_details: { name } }) => name);
    expect(namesIn(list)).toEqual(names.toReversed());
    expect([counts['vault.find-cards'], counts['vault.find-card']]).toEqual([1, undefined]);
    const found = await stripe.charges.search({ query: 'amount:700', limit: 3 });
    expect(new Set(found.data.map((charge) => charge.billing_details.name))).toEqual(new Set(names));
    const told = await stripe.events.list({ type: 'charge.succeeded', limit: 3 });
    expect(told.data.map(({ data }) => (data.object as Stripe.Charge).billing_details.name)).toEqual(
      names.toReversed(),
    );
    const direct = await stripe.charges.create({ amount: 700, currency: 'eur', source: 'tok_visa' });
    expect(direct.billing_details).toMatchObject({ name: null, address: { city: null } });
    // Who may not read payment methods is not shown here what they say.
    const permissions = { charges: 'read' };
    const made = await test.operator('POST', '/v1/keys', { kind: 'restricted', name: 'b', permissions });
    const restricted = await read(`/v1/charges/${charges[0]}`, [], String(made['key']));
    expect(restricted.body['billing_details']).toMatchObject({ name: null, email: null });
    const house = await read('/v1/charges/search?query=amount:700', [], test.operatorKey);
    expect(house.status).toBe(200);
    expect(JSON.stringify(house.body)).not.toContain('Kiel');
  });

  it('shows a restricted key no more than it may read itself', async () => {
    const permissions = { charges: 'read', payment_intents: 'read' };
    const made = await test.operator('POST', '/v1/keys', { kind: 'restricted', name: 'k', permissions });
    const asked = (...expand: string[]) => read(`/v1/charges/${ids.charge}`, expand, String(made['key']));
    expect((await asked('payment_intent.latest_charge')).status).toBe(200);
    for (const path of ['customer', 'refunds', 'payment_intent.customer', 'transfer_data.destination']) {
      expect(await asked(path), path).toMatchObject({
        status: 403,
        body: { error: { code: 'permission_denied', param: 'expand' } },
      });
    }
    const list = await read('/v1/charges', ['data.customer'], String(made['key']));
    expect(list.status).toBe(403);
  });

  it('repeats to a restricted key no answer that another key was given', async () => {
    const permissions = { payment_intents: 'write' };
    const made = await test.operator('POST', '/v1/keys', { kind: 'restricted', name: 'k', permissions });
    const { id: customer } = await test.stripe.customers.create({ email: 'hidden@example.com' });
    const send = async (key: string, idempotency: string) => {
      const answered = await fetch(`${test.system.apiUrl}/v1/payment_intents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotency },
        body: new URLSearchParams({ amount: '700', currency: 'eur', customer, 'expand[]': 'customer' }),
      });
      return { status: answered.status, text: await answered.text() };
    };
    const first = await send(test.secretKey, 'of the secret key');
    expect(first.text).toContain('hidden@example.com');
    expect(await send(test.secretKey, 'of the secret key')).toEqual(first);
    const repeated = await send(String(made['key']), 'of the secret key');
    expect(repeated.text).toContain('idempotency_');
    expect(repeated.status).toBe(400);
    expect((await send(String(made['key']), 'its own')).status).toBe(403);
  });
});
