import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksBalance } from '../harness/books.ts';
import { approved, asBrowsersSee, declinedWith, storeCard } from '../harness/cards.ts';
import { checkResponse } from '../harness/check-response.ts';
import { anotherPlatform } from '../harness/platform.ts';
import { refusalOf } from '../harness/refusal.ts';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'http://localhost/thanks';
const SHIPPING = { name: 'Lin Wei', address: { line1: 'Hafen 1', city: 'Kiel', country: 'DE' } };

let test: TestSystem;
let stripe: Stripe;
let other: Stripe;
beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
  other = await anotherPlatform(test);
});
afterAll(() => test.close());

const typed = (number: string) => ({ number, exp_month: '12', exp_year: '2034', cvc: '314' });
const customer = (): Promise<Stripe.Customer> => stripe.customers.create({ name: 'Lin Wei' });
/** As the shopper's browser does, at the vault's origin; the API shows it as the vault does. */
const token = (number = approved): Promise<Stripe.Token> =>
  test.vault.tokens.create({ card: { ...typed(number), name: 'Lin Wei' } });

async function confirmationToken(
  number = approved,
  more: object = {},
): Promise<Stripe.Response<Stripe.ConfirmationToken>> {
  const made = await test.vault.rawRequest('POST', '/v1/confirmation_tokens', {
    payment_method_data: { type: 'card', card: typed(number), billing_details: { name: 'Lin Wei' } },
    return_url: RETURN_URL,
    ...more,
  });
  const told = JSON.parse(JSON.stringify(made)) as { readonly id: string };
  checkResponse(told);
  const read = await stripe.confirmationTokens.retrieve(told.id);
  expect(asBrowsersSee(read)).toEqual(told);
  return read;
}

const methodOf = (id: string) => ({ type: 'card', ...({ card: { token: id } } as object) }) as const;
/** No card of its own: it says more of the one that is meant. */
const BILLED = {
  type: 'card',
  billing_details: { email: 'ada@example.com' },
  metadata: { order: '1' },
} as const;
const pay = (params: Partial<Stripe.PaymentIntentCreateParams>, options: Stripe.RequestOptions = {}) =>
  stripe.paymentIntents.create({ amount: 1_200, currency: 'eur', confirm: true, ...params }, options);

describe('a token', () => {
  it('of card data is paid with once, as a source or as a payment method, and says so', async () => {
    const made = await token();
    expect(made).toMatchObject({ object: 'token', used: false, card: { brand: 'Visa', name: 'Lin Wei' } });
    expect(await stripe.tokens.retrieve(made.id)).toMatchObject({ id: made.id, used: false });
    const charge = await stripe.charges.create({ amount: 900, currency: 'eur', source: made.id });
    expect(charge).toMatchObject({ paid: true, payment_method: made.card?.id });
    expect(await stripe.tokens.retrieve(made.id)).toMatchObject({ used: true });
    const again = await refusalOf(stripe.charges.create({ amount: 900, currency: 'eur', source: made.id }));
    expect(again).toMatchObject({ statusCode: 400, code: 'token_already_used', param: 'source' });

    const { id } = await token();
    const method = await stripe.paymentMethods.create({ type: 'card', card: { token: id } });
    expect(method).toMatchObject({ card: { last4: approved.slice(-4) } });
    const late = await refusalOf(pay({ payment_method_data: methodOf(id), return_url: RETURN_URL }));
    expect(late).toMatchObject({ code: 'token_already_used', param: 'payment_method_data[card][token]' });
    await booksBalance(test);
  });

  it('looks the same from the vault and from the API', async () => {
    const made = await token();
    const read = await stripe.tokens.retrieve(made.id);
    expect(asBrowsersSee(read)).toEqual(JSON.parse(JSON.stringify(made)));
  });

  it('pays once, whoever of many is first', async () => {
    const { id } = await token();
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => stripe.charges.create({ amount: 700, currency: 'eur', source: id })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of tries) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'token_already_used' });
    }
    await booksBalance(test);
  });

  it('is used up by a decline, and not by a request that is refused for what it says', async () => {
    const { id } = await token();
    const wrong = { amount: 700, currency: 'eur', source: id, transfer_data: { destination: 'acct_none' } };
    expect(await refusalOf(stripe.charges.create(wrong))).toMatchObject({ code: 'resource_missing' });
    expect(await stripe.tokens.retrieve(id)).toMatchObject({ used: false });
    const key = { idempotencyKey: 'one token, one charge' };
    const params = { amount: 700, currency: 'eur', source: id };
    const charge = await stripe.charges.create(params, key);
    expect((await stripe.charges.create(params, key)).id).toBe(charge.id);

    const declined = (await token(declinedWith('51'))).id;
    const refused = await refusalOf(stripe.charges.create({ amount: 7, currency: 'eur', source: declined }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(await stripe.tokens.retrieve(declined)).toMatchObject({ used: true });
  });

  it('is not there for anybody else, and is refused by the API where it is a number', async () => {
    const made = await token();
    const agreed = await confirmationToken();
    for (const attempt of [
      () => other.tokens.retrieve(made.id),
      () => other.confirmationTokens.retrieve(agreed.id),
      // One kind of token is none of the other.
      () => stripe.tokens.retrieve(agreed.id),
      () => stripe.confirmationTokens.retrieve(made.id),
    ]) {
      expect(await refusalOf(attempt())).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
    const stolen = await refusalOf(other.charges.create({ amount: 7, currency: 'eur', source: made.id }));
    expect(stolen).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'source' });
    const raw = await refusalOf(stripe.tokens.create({ card: typed(approved) }));
    expect(raw).toMatchObject({ statusCode: 400, code: 'card_data_not_accepted' });
    expect(raw.message).toContain(test.system.vaultUrl);
  });

  it('wants the permission of its own of a restricted key', async () => {
    const permissions = { tokens: 'read', payment_methods: 'write' };
    const made = await test.operator('POST', '/v1/keys', { kind: 'restricted', name: 'k', permissions });
    const restricted = sdk(test.system.apiUrl, String(made['key']));
    const { id } = await token();
    expect((await restricted.tokens.retrieve(id)).id).toBe(id);
    const helpers = restricted.testHelpers.confirmationTokens;
    for (const attempt of [
      () => restricted.confirmationTokens.retrieve('ctoken_1'),
      () => restricted.tokens.create({ card: 'tok_visa' }),
      () => helpers.create({ payment_method: 'pm_card_visa' }),
    ]) {
      expect(await refusalOf(attempt())).toMatchObject({ statusCode: 403, code: 'permission_denied' });
    }
  });
});

describe('a confirmation token', () => {
  it('confirms a payment with everything its shopper agreed to, once', async () => {
    const owner = await customer();
    const agreed = await confirmationToken(approved, {
      shipping: SHIPPING,
      setup_future_usage: 'off_session',
    });
    const intent = await stripe.paymentIntents.create({ amount: 1_200, currency: 'eur', customer: owner.id });
    const paid = await stripe.paymentIntents.confirm(intent.id, { confirmation_token: agreed.id });
    expect(paid).toMatchObject({
      status: 'succeeded',
      setup_future_usage: 'off_session',
      shipping: { name: 'Lin Wei', address: { line1: 'Hafen 1', city: 'Kiel', country: 'DE' } },
    });
    const { latest_charge } = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(latest_charge).toMatchObject({ shipping: { name: 'Lin Wei' } });
    const saved = await stripe.customers.listPaymentMethods(owner.id);
    expect(saved.data.map(({ id }) => id)).toEqual([paid.payment_method]);
    const used = await stripe.confirmationTokens.retrieve(agreed.id, {
      expand: ['payment_method_preview.customer'],
    });
    expect(used).toMatchObject({
      payment_intent: intent.id,
      setup_intent: null,
      payment_method_preview: { billing_details: { name: 'Lin Wei' }, customer: { id: owner.id } },
    });
    const again = await refusalOf(pay({ confirmation_token: agreed.id }));
    expect(again).toMatchObject({ code: 'token_already_used', param: 'confirmation_token' });
    await booksBalance(test);
  });

  it('opens and confirms at once; what the request says itself comes first', async () => {
    const agreed = await confirmationToken(approved, { shipping: SHIPPING });
    const paid = await pay({ confirmation_token: agreed.id, shipping: { ...SHIPPING, name: 'Ada' } });
    expect(paid).toMatchObject({ status: 'succeeded', shipping: { name: 'Ada' }, setup_future_usage: null });
    const used = await stripe.confirmationTokens.retrieve(agreed.id);
    expect(used).toMatchObject({ payment_intent: paid.id });

    const owner = await customer();
    const other = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: owner.id });
    const both = await confirmationToken(approved, { shipping: SHIPPING });
    const own = { customer: owner.id, payment_method: other.id };
    expect(await pay({ confirmation_token: both.id, ...own })).toMatchObject({
      ...{ status: 'succeeded', payment_method: other.id, shipping: { name: 'Lin Wei' } },
    });
    expect(await refusalOf(pay({ confirmation_token: both.id, ...own }))).toMatchObject({
      code: 'token_already_used',
    });

    const declined = await confirmationToken(declinedWith('51'));
    const refused = await refusalOf(pay({ confirmation_token: declined.id }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const intent = (refused.raw as { payment_intent?: { id: string } }).payment_intent?.id;
    expect(await stripe.confirmationTokens.retrieve(declined.id)).toMatchObject({ payment_intent: intent });
  });

  it('takes what a request says more of its card, and another card instead of it', async () => {
    const agreed = await confirmationToken(approved, { shipping: SHIPPING });
    const paid = await pay({
      ...{ confirmation_token: agreed.id, payment_method_data: BILLED },
      expand: ['payment_method', 'latest_charge'],
    });
    const billed = { email: 'ada@example.com', name: 'Lin Wei' };
    expect(paid).toMatchObject({
      ...{ status: 'succeeded', shipping: { name: 'Lin Wei' } },
      payment_method: { card: { brand: 'visa' }, billing_details: billed, metadata: { order: '1' } },
      latest_charge: { billing_details: billed },
    });

    const other = await confirmationToken(approved, { shipping: SHIPPING });
    const changed = await pay({
      ...{ confirmation_token: other.id, payment_method_data: methodOf('tok_mastercard') },
      expand: ['payment_method'],
    });
    expect(changed).toMatchObject({
      ...{ status: 'succeeded', shipping: { name: 'Lin Wei' } },
      payment_method: { card: { brand: 'mastercard' } },
    });
    expect(await stripe.confirmationTokens.retrieve(other.id)).toMatchObject({ payment_intent: changed.id });

    expect(await refusalOf(pay({ payment_method_data: BILLED }))).toMatchObject({
      ...{ statusCode: 400, code: 'parameter_missing', param: 'payment_method_data[card]' },
    });
  });

  it('is left good by a request that is refused for what it says', async () => {
    const { id: confirmation_token } = await confirmationToken();
    const done = await pay({ payment_method: 'pm_card_visa', return_url: RETURN_URL });
    const attempts: readonly [() => Promise<unknown>, string, string | undefined][] = [
      [
        () => stripe.paymentIntents.confirm(done.id, { confirmation_token }),
        'payment_intent_unexpected_state',
        undefined,
      ],
      [
        () => pay({ ...{ confirmation_token, payment_method: 'pm_card_visa' }, payment_method_data: BILLED }),
        'parameters_exclusive',
        'payment_method_data',
      ],
      [
        () => pay({ confirmation_token, payment_method_data: methodOf('tok_none') }),
        'resource_missing',
        'payment_method_data[card][token]',
      ],
      [() => pay({ confirmation_token, confirm: false }), 'parameters_exclusive', 'confirmation_token'],
      [() => pay({ confirmation_token: 'tok_visa' }), 'resource_missing', 'confirmation_token'],
      [() => pay({ confirmation_token: 'ctoken_none' }), 'resource_missing', 'confirmation_token'],
      [() => pay({ confirmation_token, customer: 'cus_none' }), 'resource_missing', 'customer'],
    ];
    for (const [attempt, code, param] of attempts) {
      const refused = await refusalOf(attempt());
      expect(refused).toMatchObject({ statusCode: 400, code, ...(param !== undefined && { param }) });
    }
    expect(await stripe.confirmationTokens.retrieve(confirmation_token)).toMatchObject({
      payment_intent: null,
    });
    expect((await pay({ confirmation_token })).status).toBe('succeeded');
  });

  it('saves a card by a setup intent', async () => {
    const owner = await customer();
    const setup = await stripe.setupIntents.create({ customer: owner.id });
    const { id } = await confirmationToken();
    const saved = await stripe.setupIntents.confirm(setup.id, { confirmation_token: id });
    expect(saved.status).toBe('succeeded');
    expect(await stripe.confirmationTokens.retrieve(id)).toMatchObject({
      ...{ setup_intent: setup.id, payment_intent: null },
      payment_method_preview: { customer: owner.id },
    });
  });

  it('is made for tests of a card by name, of a saved one, and of a token', async () => {
    const { confirmationTokens } = stripe.testHelpers;
    const made = await confirmationTokens.create({
      ...{ payment_method: 'pm_card_visa', return_url: RETURN_URL, shipping: SHIPPING },
      setup_future_usage: 'on_session',
    });
    expect(made).toMatchObject({
      return_url: RETURN_URL,
      setup_future_usage: 'on_session',
      shipping: SHIPPING,
    });
    const paid = await pay({ confirmation_token: made.id });
    expect(paid).toMatchObject({
      status: 'succeeded',
      payment_method: expect.stringMatching(/^pm_(?!card_)/),
    });

    const owner = await customer();
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner.id });
    const saved = await confirmationTokens.create({ payment_method: card.id });
    expect(saved.payment_method_preview).toMatchObject({ customer: owner.id });
    const stranger = await refusalOf(pay({ confirmation_token: saved.id }));
    expect(stranger.code).toBe('payment_method_unexpected_state');
    const own = await pay({ confirmation_token: saved.id, customer: owner.id });
    expect(own).toMatchObject({ status: 'succeeded', payment_method: card.id });

    const described = await confirmationTokens.create({ payment_method_data: methodOf((await token()).id) });
    expect((await pay({ confirmation_token: described.id })).status).toBe('succeeded');
    const without = await refusalOf(confirmationTokens.create({}));
    expect(without).toMatchObject({ statusCode: 400, code: 'parameter_missing', param: 'payment_method' });
  });
});

describe('sources of a customer', () => {
  it('are the saved cards: made of tokens, read, listed, changed, deleted', async () => {
    const owner = await customer();
    const first = await stripe.customers.createSource(owner.id, { source: (await token()).id });
    expect(first).toMatchObject({ object: 'card', brand: 'Visa', customer: owner.id, name: 'Lin Wei' });
    const second = await stripe.customers.createSource(owner.id, {
      source: 'tok_mastercard',
      metadata: { a: '1' },
    });
    expect(second).toMatchObject({ brand: 'MasterCard', metadata: { a: '1' } });

    const listed = await stripe.customers.listSources(owner.id, { object: 'card', limit: 1 });
    expect(listed).toMatchObject({
      ...{ has_more: true, url: `/v1/customers/${owner.id}/sources` },
      data: [{ id: second.id }],
    });
    const methods = await stripe.customers.listPaymentMethods(owner.id);
    expect(methods.data.map(({ id }) => id)).toEqual([second.id, first.id]);

    const changed = await stripe.customers.updateSource(owner.id, first.id, {
      ...{ exp_month: '3', exp_year: '2039', name: 'Ada', address_city: 'Kiel' },
      metadata: { order: '7' },
    });
    expect(changed).toMatchObject({
      exp_month: 3,
      name: 'Ada',
      address_city: 'Kiel',
      metadata: { order: '7' },
    });
    expect(await stripe.paymentMethods.retrieve(first.id)).toMatchObject({
      ...{ card: { exp_month: 3 }, metadata: { order: '7' } },
      billing_details: { name: 'Ada', address: { city: 'Kiel' } },
    });
    const past = await refusalOf(stripe.customers.updateSource(owner.id, first.id, { exp_year: '2020' }));
    expect(past).toMatchObject({ code: 'invalid_expiry_year', param: 'exp_year' });

    const read = await stripe.customers.retrieveSource(owner.id, first.id, { expand: ['customer'] });
    expect(read).toMatchObject({ id: first.id, customer: { id: owner.id } });
    const gone = await stripe.customers.deleteSource(owner.id, first.id);
    expect(gone).toMatchObject({ id: first.id, object: 'card', deleted: true });
    const twice = await refusalOf(stripe.customers.deleteSource(owner.id, first.id));
    expect(twice).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it('may be what a customer begins with', async () => {
    const owner = await stripe.customers.create({ name: 'Lin Wei', source: (await token()).id });
    const saved = await stripe.customers.listPaymentMethods(owner.id);
    expect(saved.data.map(({ id }) => id)).toEqual([owner.default_source]);
    const both = { source: 'tok_visa', payment_method: 'pm_card_visa' };
    expect(await refusalOf(stripe.customers.create(both))).toMatchObject({ param: 'source' });
    const none = await refusalOf(stripe.customers.create({ source: 'tok_none' }));
    expect(none).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'source' });
  });

  it('are replaced by one that an update names, as older clients do it', async () => {
    const owner = await stripe.customers.create({ source: 'tok_visa' });
    const kept = await stripe.customers.createSource(owner.id, { source: 'tok_amex' });
    const update = { source: 'tok_mastercard', name: 'Ada' };
    const options = { idempotencyKey: `replace-${owner.id}` };
    const replaced = await stripe.customers.update(owner.id, update, options);
    expect(replaced).toMatchObject({ name: 'Ada', default_source: expect.stringMatching(/^pm_/) });
    const left = async () => (await stripe.customers.listSources(owner.id)).data.map(({ id }) => id);
    expect(await left()).toEqual([replaced.default_source, kept.id]);
    expect(await stripe.customers.update(owner.id, update, options)).toEqual(replaced);
    expect(await left()).toEqual([replaced.default_source, kept.id]);
    // What is refused has changed nothing, and a token that came of nothing is as good as before.
    const { id: source } = await token();
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
    await stripe.customers.update(owner.id, { metadata });
    for (const [change, param] of [
      [{ source: 'tok_none', name: 'Eve' }, 'source'],
      [{ source, default_source: kept.id }, 'source'],
      [{ source, metadata: { more: '1' } }, 'metadata'],
    ] as const) {
      const refused = await refusalOf(stripe.customers.update(owner.id, change));
      expect(refused).toMatchObject({ statusCode: 400, param });
    }
    expect(await stripe.customers.retrieve(owner.id)).toMatchObject({
      ...{ name: 'Ada', default_source: replaced.default_source },
    });
    const last = await stripe.customers.update(owner.id, { source });
    expect(await left()).toEqual([last.default_source, kept.id]);
  });

  it('have one that is preferred, by both of its names, and charged where none is named', async () => {
    const owner = await customer();
    const none = await refusalOf(stripe.charges.create({ amount: 700, currency: 'eur', customer: owner.id }));
    expect(none).toMatchObject({ code: 'parameter_missing', param: 'source' });
    const [first, second] = [
      await stripe.customers.createSource(owner.id, { source: 'tok_visa' }),
      await stripe.customers.createSource(owner.id, { source: 'tok_mastercard' }),
    ];
    const expand = ['default_source', 'sources'];
    const before = await stripe.customers.retrieve(owner.id, { expand });
    expect(before).toMatchObject({
      default_source: { id: first.id, object: 'card' },
      invoice_settings: { default_payment_method: first.id },
      sources: { data: [{ id: second.id }, { id: first.id }] },
    });
    await stripe.customers.update(owner.id, { default_source: second.id });
    const charge = await stripe.charges.create({ amount: 700, currency: 'eur', customer: owner.id });
    expect(charge).toMatchObject({ paid: true, payment_method: second.id });
    await stripe.customers.deleteSource(owner.id, second.id);
    expect(await stripe.customers.retrieve(owner.id)).toMatchObject({ default_source: first.id });
    await stripe.customers.deleteSource(owner.id, first.id);
    expect(await stripe.customers.retrieve(owner.id)).toMatchObject({ default_source: null });
    const wrong = await refusalOf(stripe.customers.update(owner.id, { default_source: first.id }));
    expect(wrong).toMatchObject({ statusCode: 400, param: 'default_source' });
  });

  it('are preferred no more once they are taken away, however that was asked for', async () => {
    const owner = await customer();
    const first = await stripe.customers.createSource(owner.id, { source: 'tok_visa' });
    const second = await stripe.customers.createSource(owner.id, { source: 'tok_mastercard' });
    await stripe.paymentMethods.detach(second.id);
    await test.system.drainEvents();
    expect(await stripe.customers.retrieve(owner.id)).toMatchObject({ default_source: first.id });
    await stripe.paymentMethods.detach(first.id);
    await test.system.drainEvents();
    expect(await stripe.customers.retrieve(owner.id)).toMatchObject({
      default_source: null,
      invoice_settings: { default_payment_method: null },
    });
  });

  it('are told of beside the payment methods that they are, in their own shape', async () => {
    const owner = await customer();
    const { id } = await stripe.customers.createSource(owner.id, { source: 'tok_visa' });
    await stripe.customers.updateSource(owner.id, id, { exp_month: '7' });
    await stripe.customers.deleteSource(owner.id, id);
    await test.system.drainEvents();
    const told = (await stripe.events.list({ limit: 20 })).data.filter(
      ({ data }) => (data.object as { id?: string }).id === id,
    );
    expect(told.map(({ type }) => type).toSorted()).toEqual([
      ...['customer.source.created', 'customer.source.deleted', 'customer.source.updated'],
      ...['payment_method.attached', 'payment_method.detached', 'payment_method.updated'],
    ]);
    for (const { type, data } of told) {
      const isSource = type.startsWith('customer.source');
      expect(data.object).toMatchObject({ object: isSource ? 'card' : 'payment_method' });
      const isLost = type === 'payment_method.detached';
      expect(data.object).toMatchObject({ customer: isLost ? null : owner.id });
      if (!type.endsWith('.updated')) continue;
      expect(data.previous_attributes).toEqual(
        isSource ? { exp_month: 12 } : { card: expect.objectContaining({ exp_month: 12 }) },
      );
    }
  });

  it('are refused for others, of what is no token, and of a card that is saved elsewhere', async () => {
    const [owner, stranger] = [await customer(), await customer()];
    const { id } = await stripe.customers.createSource(owner.id, { source: 'tok_visa' });
    const missing: readonly (() => Promise<unknown>)[] = [
      () => stripe.customers.retrieveSource(stranger.id, id),
      () => stripe.customers.updateSource(stranger.id, id, { name: 'Eve' }),
      () => stripe.customers.deleteSource(stranger.id, id),
      () => other.customers.retrieveSource(owner.id, id),
      () => other.customers.deleteSource(owner.id, id),
      () => other.customers.listSources(owner.id),
      () => other.customers.createSource(owner.id, { source: 'tok_visa' }),
      () => stripe.customers.createSource('cus_none', { source: 'tok_visa' }),
    ];
    for (const attempt of missing) {
      expect(await refusalOf(attempt())).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
    const { id: unsaved } = await storeCard(test.vault, approved);
    for (const source of [unsaved, 'tok_none']) {
      const refused = await refusalOf(stripe.customers.createSource(owner.id, { source }));
      expect(refused).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'source' });
    }
  });
});
