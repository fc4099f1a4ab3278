import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, declinedWith, storeCard } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { priceOf, type Till, tillOf } from '../harness/till.ts';

describe('hosted pages, with the official SDK behind them', () => {
  let test: TestSystem;
  let stripe: Stripe;
  let till: Till;
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
    till = tillOf(test);
  });
  afterAll(() => test?.close());
  const page: Till['page'] = (...asked) => till.page(...asked);
  const pay: Till['pay'] = (...asked) => till.pay(...asked);
  const tea = () => till.tea();

  it('lets the shopper choose quantities within the seller’s bounds, by a plain form', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          price: priceOf(await tea()),
          quantity: 2,
          adjustable_quantity: { enabled: true, minimum: 1, maximum: 4 },
        },
      ],
      expand: ['line_items'],
    });
    const line = session.line_items?.data[0]?.id ?? '';
    const here = `/c/pay/${session.id}`;
    const shown = (await page(here)).body;
    expect(shown).toMatch(new RegExp(`<input id="q-${line}" name="${line}" type="number"[^>]*value="2"`));
    expect(shown).toMatch(/min="1" max="4"/);
    const change = async (payload: string) =>
      (await page(`${here}/quantities`, 'POST', payload)).headers.location;
    expect(await change(`${line}=3`)).toBe(here);
    expect((await stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(3750);
    for (const wrong of ['5', '0', '-1', '1.5', '', '9999999']) {
      expect(await change(`${line}=${wrong}`), wrong).toBe(`${here}?problem=quantity`);
    }
    expect((await page(`${here}?problem=quantity`)).body).toContain('does not sell these quantities');
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({ code: 'card_declined' });
    expect((await page(here)).body).not.toContain('/quantities"');
    expect(await change(`${line}=1`)).toBe(`${here}?problem=begun`);
    const card = await storeCard(test.vault, approved);
    await pay(session.id, card.id);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(paid).toMatchObject({ amount_total: 3750, payment_intent: { amount_received: 3750 } });
  });

  it('shows an order in the language its seller asks for, under the names it was made with', async () => {
    const product = await stripe.products.create({
      name: 'Celadon bowl',
      metadata: { name_zh: ' 青瓷<b>碗 ' },
      default_price_data: { currency: 'cny', unit_amount: 88_00 },
    });
    const bare = await tea();
    const { id: price } = await stripe.prices.create({
      ...{ product: bare.id, currency: 'cny', unit_amount: 1_00 },
    });
    const bounds = { adjustable_quantity: { enabled: true, minimum: 1, maximum: 3 } };
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      locale: 'zh',
      line_items: [
        { price: priceOf(product), quantity: 1, ...bounds },
        { price, quantity: 1 },
      ],
    });
    await stripe.products.update(product.id, { name: 'Bowl', metadata: { name_zh: '碗' } });
    const { pathname } = new URL(session.url ?? '');
    const zh = (await page(pathname)).body;
    expect(zh).toContain('<html lang="zh-CN"');
    expect(zh.split('青瓷&lt;b&gt;碗').length).toBeGreaterThan(2);
    expect(zh).not.toContain('Celadon');
    expect(zh).toContain('Green tea');
    const en = (await page(`${pathname}?lang=en`)).body;
    expect(en).toContain('<html lang="en"');
    expect(en).toContain('Celadon bowl');
    expect(en).not.toContain('青瓷');
    await pay(session.id, 'pm_card_visa');
    expect((await page(`${pathname}?done=1`)).body).toContain('青瓷&lt;b&gt;碗');
    const { data } = await stripe.checkout.sessions.listLineItems(session.id);
    expect(data.map(({ description }) => description)).toEqual(['Celadon bowl', 'Green tea']);
    // What is no language of the pages is the browser's to say.
    const german = await stripe.checkout.sessions.create({
      ...{ mode: 'payment', locale: 'de', line_items: [{ price, quantity: 1 }] },
    });
    expect((await page(new URL(german.url ?? '').pathname)).body).toContain('<html lang="en"');
  });

  it('says in which currency is charged, and the rate that follows of sellers’ prices', async () => {
    const priced = (currency: string, unit_amount: number, others: Record<string, number>) =>
      stripe.prices.create({
        ...{ currency, unit_amount, product_data: { name: 'Bowl' } },
        currency_options: Object.fromEntries(
          Object.entries(others).map(([code, amount]) => [code, { unit_amount: amount }]),
        ),
      });
    const shown = async (path: string) => (await page(path)).body.replaceAll('\u00a0', ' ');
    const { id: bowl } = await priced('usd', 70, { cny: 500, jpy: 105 });
    const { id: cup } = await priced('cny', 250, { usd: 35 });
    const gift = await priced('usd', 0, { cny: 0 });
    const lines = [
      { price: bowl, quantity: 3 },
      { price: cup, quantity: 2 },
      { price: gift.id, quantity: 1 },
    ];
    const open = async (more: Partial<Stripe.Checkout.SessionCreateParams>) => {
      const asked = { mode: 'payment' as const, line_items: lines, ...more };
      return new URL((await stripe.checkout.sessions.create(asked)).url ?? '').pathname;
    };
    const usd = 'Charged in US Dollar (USD), at the sellers’ own prices. Nothing is exchanged here (1 : 1).';
    const bank = 'If your card is kept in another currency, its bank exchanges at its own rate.';
    const here = await open({ currency: 'usd' });
    for (const path of [
      here,
      new URL((await stripe.paymentLinks.create({ line_items: lines })).url).pathname,
    ]) {
      const html = await shown(path);
      expect(html, path).toContain(`${usd} ${bank}`);
      // Not every line has a price in yen.
      expect(html.match(/The same goods cost [^<]*/g), path).toEqual([
        'The same goods cost CNY 20.00 by the sellers’ own prices: 1 USD = 7.1429 CNY.',
      ]);
    }
    const zh = await shown(await open({ currency: 'cny', locale: 'zh' }));
    expect(zh).toContain('以人民币（CNY）扣款，价格均由店铺自定，此处不作兑换（1 : 1）。');
    expect(zh).toContain('店铺自定的另一标价为 2.80 USD：1 USD = 7.1429 CNY。');
    const yen = await shown(await open({ currency: 'jpy', line_items: [{ price: bowl, quantity: 1 }] }));
    expect(yen).toContain('Charged in Japanese Yen (JPY)');
    expect(yen).toContain('USD 0.70 by the sellers’ own prices: 1 USD = 150.0000 JPY.');
    expect(yen).toContain('CNY 5.00 by the sellers’ own prices: 1 CNY = 21.0000 JPY.');
    const free = await open({ line_items: [{ price: gift.id, quantity: 1 }] });
    expect(await shown(free)).not.toContain('Charged in');
    // What the form of such an order is refused with stands on its page like on any other.
    expect(await shown(`${free}?problem=slow_down`)).toContain('Too many cards were declined');
    expect(await shown(await open({ line_items: [{ price: priceOf(await tea()), quantity: 1 }] }))).toMatch(
      /Charged in Euro \(EUR\)(?!.*The same goods)/s,
    );
    await pay(here.split('/').at(-1) ?? '', 'pm_card_visa');
    const receipt = await shown(here);
    expect(receipt).toContain('Receipt');
    expect(receipt).toContain(`${usd} ${bank}`);
  });

  it('saves a card by a session of mode setup, and takes no money', async () => {
    const { id: customer } = await stripe.customers.create({ name: 'Ada' });
    const session = await stripe.checkout.sessions.create({
      ...{ mode: 'setup', customer, success_url: 'https://shop.example/cards?of={CHECKOUT_SESSION_ID}' },
      setup_intent_data: { description: 'For tea', metadata: { plan: 'tea' } },
      expand: ['setup_intent'],
    });
    expect(session).toMatchObject({
      ...{ mode: 'setup', status: 'open', payment_status: 'no_payment_required', payment_intent: null },
      ...{ amount_total: null, currency: null, payment_method_collection: 'always' },
      setup_intent: { customer, description: 'For tea', metadata: { plan: 'tea' }, usage: 'off_session' },
    });
    const setup = (session.setup_intent as Stripe.SetupIntent).id;
    const { pathname } = new URL(session.url ?? '');
    const shown = await page(pathname);
    expect(shown.body).toContain('Nothing is charged now.');
    expect(shown.headers['content-security-policy']).toContain(`frame-src ${test.system.vaultUrl};`);
    const declined = await storeCard(test.vault, declinedWith('51'));
    await expect(pay(session.id, declined.id)).rejects.toMatchObject({
      ...{ type: 'StripeCardError', setup_intent: { status: 'requires_payment_method' } },
    });
    expect((await page(pathname)).body).toContain('Your bank declined the card. Nothing was charged.');
    const card = await storeCard(test.vault, approved);
    expect(await pay(session.id, card.id)).toMatchObject({ status: 'complete' });
    const { data } = await stripe.customers.listPaymentMethods(customer);
    expect(data.map(({ id }) => id)).toEqual([card.id]);
    await test.system.drainEvents();
    const [event] = (await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: session.id, setup_intent: setup });
    const done = await page(`${pathname}?lang=en`);
    expect(done.body).toContain('Visa •••• 4242');
    expect(done.body).toContain(`https://shop.example/cards?of=${session.id}`);
    const other = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'eur' });
    await stripe.checkout.sessions.expire(other.id);
    expect((await page(new URL(other.url ?? '').pathname)).body).toContain('No card was saved');
    expect(await stripe.setupIntents.retrieve(idOf(other.setup_intent))).toMatchObject({
      status: 'canceled',
    });
    const line_items = [{ price: priceOf(await tea()), quantity: 1 }];
    const refusals = [
      [{ mode: 'setup', line_items }, 'parameters_exclusive', 'line_items'],
      [
        { mode: 'setup', payment_intent_data: { description: 'Tea' } },
        'parameters_exclusive',
        'payment_intent_data',
      ],
      [{ mode: 'setup', submit_type: 'pay' }, 'parameters_exclusive', 'submit_type'],
      [
        { mode: 'payment', line_items, setup_intent_data: { description: 'Tea' } },
        'parameters_exclusive',
        'setup_intent_data',
      ],
      [{ mode: 'payment' }, 'parameter_missing', 'line_items'],
      [{ mode: 'setup', customer: 'cus_none' }, 'resource_missing', 'customer'],
    ] as const;
    for (const [asked, code, param] of refusals) {
      const refused = stripe.checkout.sessions.create(asked);
      await expect(refused, param).rejects.toMatchObject({ code, param });
    }
  });

  const asking = {
    phone_number_collection: { enabled: true },
    billing_address_collection: 'required' as const,
    shipping_address_collection: { allowed_countries: ['DE' as const, 'FR' as const] },
    consent_collection: { terms_of_service: 'required' as const },
    name_collection: { individual: { enabled: true }, business: { enabled: true, optional: true } },
    custom_text: {
      submit: { message: 'Packed today <evil>' },
      shipping_address: { message: 'No boxes <evil>' },
      terms_of_service_acceptance: { message: 'I agree to <evil>' },
    },
    custom_fields: [
      {
        ...{
          key: 'size',
          type: 'dropdown' as const,
          label: { type: 'custom' as const, custom: 'Size "><evil>' },
        },
        dropdown: {
          options: [
            { label: 'Small <evil>', value: 's' },
            { label: 'Large', value: 'l' },
          ],
        },
      },
      {
        ...{ key: 'motto', type: 'text' as const, label: { type: 'custom' as const, custom: 'Motto' } },
        ...{ optional: true, text: { minimum_length: 3, maximum_length: 10 } },
      },
      {
        ...{ key: 'year', type: 'numeric' as const, label: { type: 'custom' as const, custom: 'Year' } },
        numeric: { minimum_length: 4, maximum_length: 4, default_value: '1999' },
      },
    ],
  };
  const written = {
    ...{ email: 'ada@shopper.example', phone: '+49 30 (123) 456', name: 'Ada <evil>', terms: '1' },
    individualName: 'Ada Lovelace <evil>',
    ...{ 'address-line1': 'Silk Road 1', 'address-city': 'Berlin', 'address-postalCode': '10115' },
    ...{
      'address-country': 'DE',
      'shipping-name': 'Lin',
      'shipping-line1': 'Rue 2',
      'shipping-city': 'Paris',
    },
    ...{
      'shipping-postalCode': '75001',
      'shipping-country': 'FR',
      'custom-size': 's',
      'custom-year': '2026',
    },
  };

  const ask = async () => {
    const session = await stripe.checkout.sessions.create({
      ...{ mode: 'payment', customer_creation: 'always', ...asking },
      line_items: [{ price: priceOf(await tea()), quantity: 1 }],
    });
    const { pathname } = new URL(session.url ?? '');
    const send = (fields: Record<string, string>) =>
      page(`${pathname}/details`, 'POST', new URLSearchParams(fields).toString());
    return { session, pathname, send };
  };
  const attempt = { attempt: 'a'.repeat(22), amount: '1250', payment_method: 'pm_card_visa' };

  it('asks for what the seller wants to know before it is paid, by labelled fields', async () => {
    const { session, pathname, send } = await ask();
    expect(session).toMatchObject({
      ...{ phone_number_collection: { enabled: true }, billing_address_collection: 'required' },
      ...{ collected_information: null, consent: { terms_of_service: null } },
      name_collection: { individual: { enabled: true, optional: false }, business: { optional: true } },
      custom_fields: [{ dropdown: { value: null } }, { text: { value: null } }, { numeric: { value: null } }],
    });
    const form = (await page(pathname)).body;
    expect(form).toContain('Your details');
    expect(form).not.toContain('<iframe');
    const chinese = (await page(`${pathname}?lang=zh`)).body;
    expect([form, chinese].map((one) => one.match(/(?<= name="shipping-)\w+/g)?.join(' '))).toEqual([
      'name line1 line2 city postalCode state country',
      'country state city postalCode line1 line2 name',
    ]);
    for (const token of ['tel', 'email', 'name', 'organization', 'billing name', 'shipping country']) {
      expect(form, token).toContain(`autocomplete="${token}"`);
    }
    expect(form).toMatch(/name="phone" type="tel"[^>]*inputmode="tel"/);
    expect(form).toMatch(/name="custom-year"[^>]*maxlength="4"\s*value="1999" inputmode="numeric"/);
    expect(form.match(/<option value="FR"/g)).toHaveLength(2);
    // Nobody pays around the questions.
    const around = await page(pathname, 'POST', new URLSearchParams(attempt).toString());
    expect(around.headers.location).toMatch(new RegExp(`^${pathname}\\??$`));
    const wrong = await send({
      ...{ ...written, phone: 'call me', 'custom-motto': 'no', 'custom-year': '20x6', 'custom-size': 'xl' },
      ...{ 'shipping-country': 'US', 'address-postalCode': '', email: 'nobody<evil>', terms: '' },
      ...{ 'shipping-postalCode': '7500', individualName: ' ' },
    });
    expect(wrong.statusCode).toBe(422);
    for (const field of [
      ...['email', 'phone', 'individualName', 'shipping-postalCode', 'shipping-country'],
      ...['address-postalCode', 'custom-size', 'custom-motto', 'custom-year', 'terms'],
    ]) {
      expect(wrong.body, field).toContain(`<a href="#${field}">`);
      expect(wrong.body, field).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
    }
    expect(wrong.body).toContain('value="call me"');
    expect(wrong.body).toContain('value="Ada &lt;evil&gt;"');
    expect(wrong.body.match(/<option value="FR" selected/g)).toBeNull();
    expect(wrong.body).not.toContain('<evil');
    // In another language with what was typed: nothing is taken down by that.
    const [, target = ''] = / formaction="([^"]*lang=zh)"/.exec(wrong.body) ?? [];
    const other = await page(target, 'POST', `${new URLSearchParams(written).toString()}&redrawn=1`);
    expect([other.statusCode, other.body.includes('value="Ada &lt;evil&gt;"')]).toEqual([200, true]);
    expect(other.body).toContain('lang="zh-CN"');
    expect((await stripe.checkout.sessions.retrieve(session.id)).customer_details).toBeNull();
  });

  it('tells the seller what was said, and lets nobody say it anew once it is paid', async () => {
    const { session, pathname, send } = await ask();
    expect((await send(written)).headers.location).toBe(pathname);
    const payable = (await page(pathname)).body;
    expect(payable).toContain('<iframe');
    expect(payable).toContain('Packed today &lt;evil&gt;');
    expect(payable).toContain('Lin, Rue 2, 75001 Paris, France');
    expect((await page(`${pathname}?lang=zh`)).body).toContain('法国 Paris Rue 2 75001，Lin');
    const again = (await page(`${pathname}?edit=1`)).body;
    expect(again).toMatch(/<option value="s" selected/);
    expect(again).toMatch(/name="custom-year"[^>]*\s*value="2026"/);
    expect(again).not.toContain('<evil');
    await page(pathname, 'POST', new URLSearchParams(attempt).toString());
    const shippedTo = {
      name: 'Lin',
      address: { line1: 'Rue 2', city: 'Paris', country: 'FR', postal_code: '75001' },
    };
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['customer', 'payment_intent'],
    });
    expect(done).toMatchObject({
      status: 'complete',
      customer_details: {
        ...{ email: 'ada@shopper.example', name: 'Ada <evil>', phone: '+4930123456', tax_ids: null },
        ...{ individual_name: 'Ada Lovelace <evil>', business_name: null },
        address: { line1: 'Silk Road 1', city: 'Berlin', country: 'DE', postal_code: '10115', state: null },
      },
      collected_information: {
        ...{ individual_name: 'Ada Lovelace <evil>', business_name: null, shipping_details: shippedTo },
      },
      consent: { terms_of_service: 'accepted' },
      custom_fields: [
        { dropdown: { value: 's' } },
        { text: { value: null } },
        { numeric: { value: '2026' } },
      ],
      customer: { email: 'ada@shopper.example', phone: '+4930123456', shipping: shippedTo },
      payment_intent: {
        receipt_email: 'ada@shopper.example',
        shipping: { ...shippedTo, phone: '+4930123456' },
      },
    });
    expect((await send({ ...written, phone: '00000' })).headers.location).toBe(pathname);
    expect((await stripe.checkout.sessions.retrieve(session.id)).customer_details?.phone).toBe('+4930123456');
  });

  it('writes the bill to where it is sent where that is chosen, whatever else stands there', async () => {
    const { session, pathname, send } = await ask();
    expect((await page(pathname)).body).toMatch(/<input id="billing-same"[^>]* checked>/);
    const same = { ...written, 'billing-same': '1', name: '', 'address-country': 'nowhere' };
    expect((await send(same)).headers.location).toBe(pathname);
    expect((await page(pathname)).body).toContain('The same as where it is sent');
    expect((await page(`${pathname}?edit=1`)).body).toMatch(/<input id="billing-same"[^>]* checked>/);
    const shipped = await send({ ...same, 'shipping-postalCode': '' });
    expect(shipped.body).toMatch(/id="billing-same"[^>]* checked>/);
    expect(shipped.body).not.toContain('href="#address-');
    const apart = await send({ ...same, 'billing-same': '0' });
    expect(apart.body).toContain('href="#address-country"');
    expect(apart.body).not.toMatch(/id="billing-same"[^>]* checked>/);
    await page(pathname, 'POST', new URLSearchParams(attempt).toString());
    const { customer_details: said } = await stripe.checkout.sessions.retrieve(session.id);
    expect(said).toMatchObject({ name: 'Lin', address: { line1: 'Rue 2', country: 'FR' } });
  });

  it('loses nothing of changes of a link that come at once', async () => {
    const line_items = [{ price: priceOf(await tea()), quantity: 1 }];
    const changes: Stripe.PaymentLinkUpdateParams[] = [
      { phone_number_collection: { enabled: true } },
      { billing_address_collection: 'required' },
      { name_collection: { individual: { enabled: true } } },
      { name_collection: { business: { enabled: true, optional: true } } },
      { shipping_address_collection: { allowed_countries: ['DE'] } },
      { custom_text: { submit: { message: 'Soon' } } },
      { custom_text: { after_submit: { message: 'Thanks' } } },
      { metadata: { a: '1' } },
      { metadata: { b: '2' } },
    ];
    for (let round = 0; round < 5; round += 1) {
      const { id } = await stripe.paymentLinks.create({ line_items });
      await Promise.all(changes.map((change) => stripe.paymentLinks.update(id, change)));
      expect(await stripe.paymentLinks.retrieve(id)).toMatchObject({
        phone_number_collection: { enabled: true },
        billing_address_collection: 'required',
        name_collection: { individual: { optional: false }, business: { optional: true } },
        shipping_address_collection: { allowed_countries: ['DE'] },
        custom_text: { submit: { message: 'Soon' }, after_submit: { message: 'Thanks' } },
        metadata: { a: '1', b: '2' },
      });
    }
  });

  it('asks the same by payment links, and refuses questions that cannot be meant', async () => {
    const line_items = [{ price: priceOf(await tea()), quantity: 1 }];
    const link = await stripe.paymentLinks.create({ line_items, ...asking });
    expect(link).toMatchObject({ custom_fields: [{ key: 'size' }, { optional: true }, { type: 'numeric' }] });
    const opened = String((await page(new URL(link.url).pathname, 'POST')).headers.location);
    expect((await page(opened)).body).toContain('Your details');
    const changed = await stripe.paymentLinks.update(link.id, {
      custom_fields: '',
      shipping_address_collection: '',
      phone_number_collection: { enabled: false },
      name_collection: '',
    });
    expect(link.name_collection?.business).toEqual({ enabled: true, optional: true });
    expect(changed).not.toHaveProperty('name_collection');
    expect(changed).toMatchObject({
      ...{ custom_fields: [], shipping_address_collection: null, billing_address_collection: 'required' },
      ...{
        phone_number_collection: { enabled: false },
        custom_text: { submit: { message: expect.anything() } },
      },
    });
    const field = (more: object) => ({ custom_fields: [{ ...asking.custom_fields[1], ...more }] });
    const options = (...values: string[]) => ({
      ...{ type: 'dropdown', text: undefined },
      dropdown: { options: values.map((value) => ({ label: value, value })), default_value: 'b' },
    });
    const refusals = [
      [field({ key: 'a b' }), 'parameter_invalid_string', 'custom_fields[0][key]'],
      [field({ numeric: { minimum_length: 1 } }), 'parameters_exclusive', 'custom_fields[0][numeric]'],
      [
        ...[field({ text: { minimum_length: 9, maximum_length: 2 } }), 'parameter_invalid_integer'],
        'custom_fields[0][text][minimum_length]',
      ],
      [
        ...[field({ text: { maximum_length: 2, default_value: 'long' } }), 'parameter_invalid_string'],
        'custom_fields[0][text][default_value]',
      ],
      [field(options('a', 'a')), 'parameter_invalid_string', 'custom_fields[0][dropdown][options][1][value]'],
      [field(options('a')), 'parameter_invalid_enum', 'custom_fields[0][dropdown][default_value]'],
      [
        { custom_fields: [asking.custom_fields[1], asking.custom_fields[1]] },
        ...['parameter_invalid_string', 'custom_fields[1][key]'],
      ],
      [
        { shipping_address_collection: { allowed_countries: ['QQ'] } },
        ...['parameter_invalid_enum', 'shipping_address_collection[allowed_countries][0]'],
      ],
    ] as const;
    for (const [asked, code, param] of refusals) {
      const given = { mode: 'payment', line_items, ...(asked as object) };
      await expect(stripe.checkout.sessions.create(given), param).rejects.toMatchObject({ code, param });
    }
  });

  it('lets who tries one card after the other wait on the page, whatever the next card is', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: priceOf(await tea()), quantity: 1 }],
    });
    const { pathname } = new URL(session.url ?? '');
    const form = async (paymentMethod: string) => {
      const shown = (await page(pathname)).body;
      const attempt = /name="attempt" value="([\w-]{22})"/.exec(shown)?.[1] ?? '';
      const fields = { attempt, amount: '1250', payment_method: paymentMethod };
      const sent = await page(pathname, 'POST', new URLSearchParams(fields).toString());
      return String(sent.headers.location);
    };
    let tries = 0;
    for (; !(await form('pm_card_chargeDeclined')).includes('slow_down'); tries += 1) {
      expect(tries).toBeLessThan(20);
    }
    expect(tries).toBe(10);
    expect(await form('pm_card_visa')).toContain('problem=slow_down');
    expect((await page(`${pathname}?problem=slow_down`)).body).toContain(
      'Too many cards were declined here.',
    );
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    const { data } = await stripe.charges.list({ payment_intent: idOf(intent), limit: 100 });
    expect(data.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'failed'));
  });
});
