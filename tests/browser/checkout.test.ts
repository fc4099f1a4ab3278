import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, cardThat, challenged, declinedWith } from '../harness/cards.ts';
import { idOf } from '../harness/id-of.ts';
import { startReceiver } from '../harness/receiver.ts';
import { weighScripts } from '../harness/script-weight.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const MARKUP = '<img src=x onerror=alert(1)>"\'</title><script>alert(2)</script>';
/** All the script of a checkout page and its frames, compressed. */
const SCRIPT_BYTES = 120 * 1024;
const silent = cardThat(({ does }) => does.startsWith('each request is lost'));

describe.skipIf(!hasBrowser)('the hosted checkout in a browser', () => {
  let test: TestSystem;
  let browser: Browser;
  let product: Stripe.Product;

  beforeAll(async () => {
    test = await startTestSystem();
    browser = await launchBrowser();
    product = await test.stripe.products.create({
      name: 'Celadon tea bowl',
      default_price_data: { currency: 'cny', unit_amount: 168_00 },
      ...{ merchant: test.merchants[0] },
    });
  });
  afterAll(async () => {
    await browser?.close();
    await test?.close();
  });

  const openSession = (more: Stripe.Checkout.SessionCreateParams = {}) =>
    test.stripe.checkout.sessions.create({
      line_items: [{ price: idOf(product.default_price), quantity: 2 }],
      client_reference_id: '2611-4807',
      mode: 'payment',
      ...more,
    });
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('dialog', () => expect.unreachable('a page ran what somebody wrote into a field'));
    return page;
  };
  const fill = async (page: Page, number: string) => {
    const form = page.frameLocator('#card-frame');
    await form.getByLabel('Card number').fill(number);
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    return form.getByRole('button', { name: /^Pay/ });
  };
  const chargesOf = async ({ id }: { id: string }) => {
    const { payment_intent: intent } = await test.stripe.checkout.sessions.retrieve(id);
    const { data } = await test.stripe.charges.list({ payment_intent: idOf(intent) });
    return data.map(({ status, amount_captured: captured }) => ({ status, captured }));
  };
  const paidOnce = [{ status: 'succeeded', captured: 336_00 }];

  it('takes a card, tells its brand, and goes on to the shop; back shows the receipt', async () => {
    const session = await openSession({ success_url: `${test.system.webUrl}/?order={CHECKOUT_SESSION_ID}` });
    expect(new URL(session.url ?? '').origin).toBe(test.system.webUrl);
    const page = await open();
    await page.goto(session.url ?? '');
    const button = await fill(page, approved);
    await page.frameLocator('#card-frame').getByText('Visa', { exact: true }).waitFor();
    expect(await button.textContent()).toBe('Pay CNY\u00a0336.00');
    await button.click();
    await page.waitForURL(`${test.system.webUrl}/?order=${session.id}`);
    expect(await chargesOf(session)).toEqual(paidOnce);
    await page.goto(session.url ?? '');
    await page.getByText('Visa •••• 4242').waitFor();
    expect(await page.getByRole('link', { name: 'Go on to' }).getAttribute('href')).toContain(session.id);
  });

  it('needs no script', async () => {
    const session = await openSession();
    const page = await open({ javaScriptEnabled: false });
    await page.goto(session.url ?? '');
    await (await fill(page, approved)).click();
    await page.frameLocator('#card-frame').getByRole('link', { name: 'Go on' }).click();
    await page.getByText('Visa card ending 4242').waitFor();
    await page.getByRole('button', { name: 'Pay CNY 336.00' }).click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await chargesOf(session)).toEqual(paidOnce);
  });

  it.each([true, false])('lets the shopper choose quantities (script: %s)', async (javaScriptEnabled) => {
    const bounds = { enabled: true, minimum: 1, maximum: 5 };
    const session = await openSession({
      line_items: [{ price: idOf(product.default_price), quantity: 2, adjustable_quantity: bounds }],
    });
    const page = await open({ javaScriptEnabled, viewport: { width: 390, height: 844 } });
    await page.goto(session.url ?? '');
    const field = page.getByLabel('Celadon tea bowl');
    expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
    expect([await field.getAttribute('min'), await field.getAttribute('max')]).toEqual(['1', '5']);
    await field.fill('3');
    await page.getByRole('button', { name: 'Change quantities' }).click();
    await expect.poll(async () => page.locator('.fig-l').textContent()).toContain('504.00');
    await field.fill('6');
    // As a page of somebody else would send it: the browser itself lets nobody beyond the bounds.
    if (javaScriptEnabled) await page.evaluate("document.querySelector('.quantities').noValidate = true");
    await page.getByRole('button', { name: 'Change quantities' }).click();
    if (javaScriptEnabled) await page.getByText('The shop does not sell these quantities.').waitFor();
    await page.goto(session.url ?? '');
    expect(await page.locator('.fig-l').textContent()).toContain('504.00');
    expect(await field.inputValue()).toBe('3');
  });

  it.each([true, false])('lets the bank ask who it is (script: %s)', async (javaScriptEnabled) => {
    const session = await openSession();
    const page = await open({ javaScriptEnabled });
    await page.goto(session.url ?? '');
    await (await fill(page, challenged)).click();
    if (!javaScriptEnabled) {
      await page.frameLocator('#card-frame').getByRole('link', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Pay' }).click();
    }
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.getByLabel('Code from your bank').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await chargesOf(session)).toEqual(paidOnce);
  });

  it.each([true, false])(
    'keeps a wrong address, and the card that came with it (script: %s)',
    async (javaScriptEnabled) => {
      const session = await openSession();
      const page = await open({ javaScriptEnabled });
      await page.goto(session.url ?? '');
      const email = page.getByLabel('E-mail for the receipt');
      if (javaScriptEnabled) {
        await email.fill('ada@localhost');
        await email.press('Enter');
        await expect.poll(async () => page.evaluate('document.activeElement?.id')).toBe('card-frame');
      }
      await (await fill(page, approved)).click();
      if (!javaScriptEnabled) {
        await page.frameLocator('#card-frame').getByRole('link', { name: 'Go on' }).click();
        await email.fill('ada@localhost');
        await page.getByRole('button', { name: 'Pay CNY 336.00' }).click();
      }
      await page.getByText('This is no e-mail address.').waitFor();
      expect(await email.inputValue()).toBe('ada@localhost');
      expect(await email.getAttribute('aria-invalid')).toBe('true');
      expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
      await email.fill('ada@shop.example');
      await page.getByRole('button', { name: 'Pay CNY 336.00' }).click();
      await page.getByRole('heading', { name: 'Receipt' }).waitFor();
      expect(await chargesOf(session)).toEqual(paidOnce);
    },
  );

  it('saves a card once its bank knows who it is, and takes no money', async () => {
    const { id: customer } = await test.stripe.customers.create({ name: 'Ada' });
    const session = await test.stripe.checkout.sessions.create({ mode: 'setup', customer });
    const page = await open();
    await page.goto(session.url ?? '');
    const form = page.frameLocator('#card-frame');
    await fill(page, challenged);
    await form.getByRole('button', { name: 'Save this card' }).click();
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.getByLabel('Code from your bank').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Your card is saved' }).waitFor();
    expect((await test.stripe.customers.listPaymentMethods(customer)).data).toHaveLength(1);
    expect(await test.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'complete' });
  });

  /** A session whose customer has a card that may be offered again. */
  const openWithCard = async (more: Stripe.Checkout.SessionCreateParams = {}) => {
    const { id: customer } = await test.stripe.customers.create({ name: 'Ada' });
    const card = await test.stripe.paymentMethods.attach('pm_card_visa', { customer });
    await test.stripe.paymentMethods.update(card.id, { allow_redisplay: 'always' });
    return openSession({ customer, ...more });
  };

  it('takes a saved card by one choice, once', async () => {
    const session = await openWithCard();
    const page = await open();
    await page.goto(session.url ?? '');
    expect(await page.getByRole('radio', { name: 'Visa •••• 4242' }).isChecked()).toBe(true);
    await page.getByText('New card').waitFor();
    await page.getByRole('button', { name: 'Pay CNY 336.00' }).dblclick();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await chargesOf(session)).toEqual(paidOnce);
  });

  const questions: Stripe.Checkout.SessionCreateParams = {
    phone_number_collection: { enabled: true },
    name_collection: { business: { enabled: true } },
    billing_address_collection: 'required',
    shipping_address_collection: { allowed_countries: ['CN', 'DE'] },
    custom_fields: [
      { key: 'motto', type: 'text', label: { type: 'custom', custom: MARKUP.slice(0, 50) }, optional: true },
    ],
    custom_text: { submit: { message: MARKUP } },
  };

  const fillAddress = async (page: Page, part: string, country: string, code: string) => {
    const group = page.getByRole('group', { name: part });
    await group.getByLabel('Name', { exact: true }).fill(MARKUP);
    await group.getByLabel('Street and number').fill('Silk Road 1');
    await group.getByLabel('Town or city').fill('Suzhou');
    await group.getByLabel('Postal code').fill(code);
    await group.getByLabel('Country').selectOption(country);
  };

  it.each([true, false])(
    'asks what the shop wants to know, in two tabs (script: %s)',
    async (javaScriptEnabled) => {
      const session = await openSession({ ...questions, customer_email: 'ada@shop.example' });
      const page = await open({ javaScriptEnabled });
      const other = await page.context().newPage();
      for (const each of [page, other]) await each.goto(session.url ?? '');
      await page.getByLabel('Telephone').fill('12');
      await page.getByRole('button', { name: 'Go on to pay' }).click();
      await page.getByRole('alert').getByRole('link', { name: 'Telephone' }).click();
      expect(await page.getByLabel('Telephone').inputValue()).toBe('12');
      const street = (at: Page) => at.getByRole('textbox', { name: 'Street and number' });
      for (const each of [page, other]) {
        await each.getByLabel('Telephone').fill('+86 512 1234567');
        await each.getByLabel('Company', { exact: true }).fill('Kiln & Reed');
        await fillAddress(each, 'Where it is sent', 'CN', '215000');
        // One tab bills it there; in the other one the choice is taken back, by keys.
        expect(await street(each).count()).toBe(1);
        if (each === other) {
          await each.getByLabel('The same as where it is sent').press('Space');
          await fillAddress(each, 'Billing address', 'DE', '24103');
        }
        await each.getByRole('button', { name: 'Go on to pay' }).click();
        await each.getByText(MARKUP).first().waitFor();
        await each.getByText(each === page ? 'The same as where it is sent' : '24103 Suzhou').waitFor();
      }
      await other.goBack();
      await other.locator('#card-frame').waitFor();
      await page.goto(session.url ?? '');
      await (await fill(page, approved)).click();
      if (!javaScriptEnabled) {
        await page.frameLocator('#card-frame').getByRole('link', { name: 'Go on' }).click();
        await page.getByRole('button', { name: 'Pay CNY 336.00' }).click();
      }
      await page.getByRole('heading', { name: 'Receipt' }).waitFor();
      expect(await chargesOf(session)).toEqual(paidOnce);
      expect((await test.stripe.checkout.sessions.retrieve(session.id)).customer_details).toMatchObject({
        ...{ business_name: 'Kiln & Reed', name: MARKUP, address: { country: 'DE', postal_code: '24103' } },
      });
    },
  );

  it('says what a decline means, and takes another card', async () => {
    const session = await openSession();
    const page = await open();
    await page.goto(session.url ?? '');
    await (await fill(page, declinedWith('51'))).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Your bank declined the card ending 9995. Nothing was charged.').waitFor();
    await alert.getByText('insufficient funds').waitFor();
    await page.getByRole('link', { name: 'Pay with your wallet balance' }).click();
    await page.getByText('Your balance is yours alone').waitFor();
    await page.goto(session.url ?? '');
    await (await fill(page, approved)).click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect((await chargesOf(session)).filter(({ status }) => status === 'succeeded')).toEqual(paidOnce);
  });

  it('checks the fields before anything leaves the browser', async () => {
    const page = await open();
    await page.goto((await openSession()).url ?? '');
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    const button = await fill(page, approved.replace(/.$/, '1'));
    const form = page.frameLocator('#card-frame');
    await form.getByLabel('Expires').fill('09 / 21');
    await button.click();
    await form.getByText('This is no card number.').waitFor();
    await form.getByText('This card ran out in September 2021.').waitFor();
    expect(await form.getByLabel('Card number').inputValue()).toContain('4242 4242 4242');
    expect(sent).toEqual([]);
  });

  it('takes one payment from two tabs, a double click and the back button', async () => {
    const session = await openSession();
    const first = await open();
    const second = await first.context().newPage();
    const buttons = await Promise.all(
      [first, second].map(async (page) => {
        await page.goto(session.url ?? '');
        return fill(page, approved);
      }),
    );
    await Promise.all(buttons.map((button) => button.dblclick()));
    for (const page of [first, second]) await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    await second.goBack();
    await second.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await chargesOf(session)).toEqual(paidOnce);
  });

  it('waits for a bank that is silent, with a script and without, and tells when it knows', async () => {
    const pays = async (javaScriptEnabled: boolean) => {
      const session = await openSession();
      const page = await open({ javaScriptEnabled });
      const pay = async (number: string) => {
        await (await fill(page, number)).click();
        if (javaScriptEnabled) return;
        await page.frameLocator('#card-frame').getByRole('link', { name: 'Go on' }).click();
        await page.getByRole('button', { name: 'Pay' }).click();
      };
      await page.goto(session.url ?? '');
      await pay(silent);
      await page.getByText('you will not pay twice').waitFor();
      expect((await test.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
      // Nobody had the request: the try is taken back, and the page says so by itself.
      await page.getByText('Nothing was charged').waitFor({ timeout: 60_000 });
      await pay(approved);
      await page.getByRole('heading', { name: 'Receipt' }).waitFor();
      expect((await chargesOf(session)).filter(({ status }) => status === 'succeeded')).toEqual(paidOnce);
    };
    await Promise.all([pays(true), pays(false)]);
  });

  it('goes on, though the shop’s server never answers what it is told', async () => {
    const shop = await startReceiver(() => undefined);
    const endpoint = await test.stripe.webhookEndpoints.create({ url: shop.url, enabled_events: ['*'] });
    await test.stripe.customers.create({ name: 'Ada' });
    // From now on a delivery hangs there.
    await shop.until(1);
    const session = await openSession({ success_url: `${test.system.webUrl}/?order={CHECKOUT_SESSION_ID}` });
    const page = await open();
    await page.goto(session.url ?? '');
    await (await fill(page, approved)).click();
    await page.waitForURL(`${test.system.webUrl}/?order=${session.id}`);
    expect(await chargesOf(session)).toEqual(paidOnce);
    const told = () => shop.received.some(({ body }) => body.includes('checkout.session.completed'));
    await expect.poll(told, { timeout: 20_000 }).toBe(true);
    await test.stripe.webhookEndpoints.del(endpoint.id);
    await shop.close();
  });

  it('says when it is too late, also to a page that was open before', async () => {
    const session = await openSession({ cancel_url: 'https://shop.example/cart' });
    const page = await open();
    await page.goto(session.url ?? '');
    const button = await fill(page, approved);
    await test.stripe.checkout.sessions.expire(session.id);
    await button.click();
    await page.getByRole('heading', { name: 'The time for this order ran out' }).waitFor();
    expect((await test.stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
    expect((await page.goto(`${test.system.webUrl}/c/pay/cs_test_nobody`))?.status()).toBe(404);
  });

  it('shows markup as the text that it is', async () => {
    const { id: price } = await test.stripe.prices.create({
      ...{ currency: 'cny', unit_amount: 100, product_data: { name: MARKUP } },
    });
    const session = await openSession({
      client_reference_id: MARKUP,
      line_items: [{ price, quantity: 1 }],
      success_url: `https://shop.example/?<script>alert(3)</script>"`,
    });
    const page = await open({ javaScriptEnabled: true });
    await page.goto(session.url ?? '');
    await page.getByText(MARKUP).first().waitFor();
    await page.goto(`${session.url}?problem=<script>alert(4)</script>&payment_method=<script>`);
    const form = page.frameLocator('#card-frame');
    const button = await fill(page, approved);
    await form.getByLabel('Name on card').fill(MARKUP);
    await button.click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    await page.getByText(MARKUP).first().waitFor();
  });

  it('believes no message but the vault’s, and the vault’s form stands in no other page', async () => {
    const session = await openSession();
    const page = await open();
    await page.goto(session.url ?? '');
    const posted: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
    const frame = await page.locator('#card-frame').getAttribute('src');
    const forged = `window.postMessage({ type: 'tpmall.card', card: { id: 'pm_forged' } }, '*')`;
    await page.evaluate(forged);
    // From a page of another origin, which holds the window of the checkout.
    const other = await page.context().newPage();
    await other.goto(test.system.simulatorUrl);
    const [opened] = await Promise.all([
      other.waitForEvent('popup'),
      other.evaluate(`void (window.held = window.open(${JSON.stringify(session.url)}))`),
    ]);
    opened.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
    await opened.locator('#card-frame').waitFor();
    await other.evaluate(forged.replace('window.postMessage', 'window.held.postMessage'));
    // The frame's own messages come after the forged ones, and they are believed.
    await (await fill(opened, approved)).click();
    await opened.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(posted.filter((url) => url.startsWith(test.system.webUrl))).toEqual([session.url]);
    await other.setContent(`<iframe src="${frame?.replaceAll('&', '&amp;')}"></iframe>`);
    await expect.poll(() => other.frames().some((one) => one.url().startsWith('chrome-error:'))).toBe(true);
  });

  it('runs at most 120 kB of script, all of it ours and named by its hash', async () => {
    const { url } = await openSession();
    const ours = [test.system.vaultUrl, test.system.webUrl].sort();
    const page = await open();
    const { bytes, ...scripts } = await weighScripts(page, url ?? '');
    expect(scripts).toEqual({ origins: ours, loose: [] });
    expect(bytes).toBeGreaterThan(1024);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES);
    // The same page with 200 kB in it, and a policy that lets it run.
    const planted = `<script>/*${randomBytes(150_000).toString('base64')}*/</script></body>`;
    await page.route(url ?? '', async (route) => {
      const response = await route.fetch();
      const policy = `script-src 'unsafe-inline' ${ours[0]}; frame-src *`;
      await route.fulfill({
        headers: { ...response.headers(), 'content-security-policy': policy },
        body: (await response.text()).replace('</body>', planted),
      });
    });
    const heavy = await weighScripts(page, url ?? '');
    expect(heavy.bytes).toBeGreaterThan(SCRIPT_BYTES);
    expect(heavy.loose).toEqual(["'unsafe-inline'", ours[0]]);
  });

  it('is accessible (WCAG 2.2 AA), wide and narrow, light and dark, in both languages', async () => {
    const paid = await openSession();
    const payer = await open();
    await payer.goto(paid.url ?? '');
    await (await fill(payer, approved)).click();
    await payer.getByRole('heading', { name: 'Receipt' }).waitFor();
    const expired = await openSession();
    await test.stripe.checkout.sessions.expire(expired.id);
    const declined = await openSession();
    await payer.goto(declined.url ?? '');
    await (await fill(payer, declinedWith('51'))).click();
    await payer.getByRole('alert').waitFor();
    const link = await test.stripe.paymentLinks.create({
      line_items: [{ price: idOf(product.default_price), quantity: 1 }],
    });
    const asking = await openSession({
      ...questions,
      consent_collection: { terms_of_service: 'required' },
    });
    const saving = await test.stripe.checkout.sessions.create({ mode: 'setup', currency: 'cny' });
    const saved = await openWithCard({ saved_payment_method_options: { payment_method_save: 'enabled' } });
    const pages = [declined, paid, expired, link, asking, saving, saved].map(
      ({ url, ...one }) => url ?? `/c/pay/${one.id}`,
    );
    for (const [width, colorScheme, lang] of [
      [1280, 'light', 'en'],
      [390, 'dark', 'zh'],
    ] as const) {
      const page = await open({
        ...{ colorScheme, viewport: { width, height: 900 }, baseURL: test.system.webUrl },
      });
      for (const each of pages) {
        await page.goto(`${each}?lang=${lang}`);
        expect(await flawsOf(page), `${each} ${width} ${colorScheme}`).toEqual([]);
      }
    }
  });
});
