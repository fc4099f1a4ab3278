import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, challenged, declinedWith } from '../harness/cards.ts';
import { FORGED_FRAME, HOSTILE, leaksIn, newCard, sentBy, takenBy } from '../harness/hostile-page.ts';
import { cardPage, type MerchantPages, serveMerchantPages } from '../harness/merchant-pages.ts';
import { weighScripts } from '../harness/script-weight.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/** All the script that our fields bring into a page. */
const SCRIPT_BYTES = 120 * 1024;
/** 200 kB of script that no compression makes small. */
const HEAVY = `/*${randomBytes(150_000).toString('base64')}*/`;

const typed = newCard();

describe.skipIf(!hasBrowser)('card fields on a merchant’s page of another origin', () => {
  let test: TestSystem;
  let browser: Browser;
  let shops: readonly MerchantPages[];
  let mine: string;
  let strange: string;
  let key: string;

  beforeAll(async () => {
    test = await startTestSystem();
    browser = await launchBrowser();
    shops = [await serveMerchantPages(pages), await serveMerchantPages(pages)];
    [mine = '', strange = ''] = shops.map(({ origin }) => origin);
    const made = await test.operator('POST', '/v1/keys', {
      ...{ kind: 'publishable', name: 'The shop', origins: [mine] },
    });
    key = String(made['key']);
  });
  afterAll(async () => {
    await browser?.close();
    for (const shop of shops ?? []) shop.close();
    await test?.close();
  });

  const pages = () => {
    const { vaultUrl } = test.system;
    const heavy = `<script src="${strange}/heavy.js"></script>`;
    return {
      '/': { body: cardPage(vaultUrl, key) },
      '/hostile': { body: cardPage(vaultUrl, key, `<script>${HOSTILE}</script>`) },
      '/heavy': { body: cardPage(vaultUrl, key, heavy) },
      '/heavy.js': { body: HEAVY, type: 'text/javascript' },
      '/copy': { body: FORGED_FRAME },
      '/copy.js': { body: 'window.TPMall = () => ({});', type: 'text/javascript' },
      '/blank': { body: '<!doctype html><title>Blank</title>' },
    };
  };
  const open = async (origin: string): Promise<Page> => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(origin);
    return page;
  };
  const resultOf = async (page: Page) => {
    await page.getByRole('button', { name: 'Use the card' }).click();
    await expect.poll(() => page.locator('#out').textContent()).not.toBe('');
    return JSON.parse((await page.locator('#out').textContent()) ?? '') as {
      paymentMethod?: { id: string; card: { last4: string }; billing_details: { name: string } };
      error?: { code: string; message: string };
    };
  };

  it('give a payment method that a server pays with; the page never sees the number', async () => {
    const page = await open(mine);
    const form = page.frameLocator('iframe');
    await form.getByLabel('Card number').fill(approved);
    expect((await resultOf(page)).error?.message).toContain('Enter month and year');
    await page.evaluate("document.getElementById('out').textContent = ''");
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    const { paymentMethod } = await resultOf(page);
    expect(paymentMethod).toMatchObject({ card: { last4: '4242' }, billing_details: { name: 'Lin Wei' } });
    const intent = await test.stripe.paymentIntents.create({
      ...{ amount: 12_34, currency: 'eur', payment_method: paymentMethod?.id ?? '', confirm: true },
      return_url: 'https://shop.example/',
    });
    expect(intent.status).toBe('succeeded');
    const heard = await page.evaluate<string[]>('heard');
    expect(heard.length).toBeGreaterThanOrEqual(2);
    expect(heard.join()).not.toContain(approved);
    expect(await page.evaluate<string>("String(document.querySelector('iframe').contentDocument)")).toBe(
      'null',
    );
    expect(await flawsOf(page)).toEqual([]);
  });

  it.each([
    [true, 'token'],
    [false, 'token'],
    [true, 'confirmation_token'],
    [false, 'confirmation_token'],
  ] as const)(
    'have a page of their own (script: %s), which brings back a %s',
    async (javaScriptEnabled, result) => {
      const viewport = { width: 390, height: 844 };
      const context = await browser.newContext({ locale: 'en-GB', javaScriptEnabled, viewport });
      const page = await context.newPage();
      const due = { amount: '500', currency: 'eur' };
      const asked = { key, result, return_url: `${mine}/done`, ...due };
      await page.goto(`${test.system.vaultUrl}/cards/new?${new URLSearchParams(asked).toString()}`);
      if (javaScriptEnabled) expect(await flawsOf(page)).toEqual([]);
      await page.getByLabel('Card number').fill(approved);
      await page.getByLabel('Expires').fill('12 / 34');
      await page.getByLabel('Security code').fill('31');
      await page.getByRole('button', { name: 'Use this card for EUR 5.00' }).click();
      await page.getByText('Visa has a code of 3 digits').waitFor();
      await page.getByLabel('Card number').fill(approved);
      await page.getByLabel('Security code').fill('314');
      await page.getByRole('button', { name: 'Use this card for EUR 5.00' }).click();
      const onward = page.getByRole('link', { name: 'Go on to' });
      await onward.waitFor();
      if (javaScriptEnabled) expect(await flawsOf(page)).toEqual([]);
      await onward.click();
      await page.waitForURL(`${mine}/done?**`);
      const id = new URL(page.url()).searchParams.get(result) ?? '';
      if (result === 'token') {
        const sale = { ...{ amount: 500, currency: 'eur' }, source: id };
        expect((await test.stripe.charges.create(sale)).paid).toBe(true);
        await expect(test.stripe.charges.create(sale)).rejects.toMatchObject({ code: 'token_already_used' });
        return;
      }
      const { return_url: returnUrl } = await test.stripe.confirmationTokens.retrieve(id);
      expect(returnUrl).toBe(`${mine}/done`);
      const intent = await test.stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
      const paid = await test.stripe.paymentIntents.confirm(intent.id, { confirmation_token: id });
      expect(paid.status).toBe('succeeded');
    },
  );

  it('are not shown in a page that the key does not name, whatever it says it is', async () => {
    const page = await open(strange);
    await expect.poll(() => page.frames().some((one) => one.url().startsWith('chrome-error:'))).toBe(true);
    // A page that claims to be the shop is not: the browser holds the policy against what it is.
    await page.evaluate(
      `document.querySelector('iframe').src = ${JSON.stringify(
        `${test.system.vaultUrl}/fields/card?${new URLSearchParams({ key, origin: mine }).toString()}`,
      )}`,
    );
    await page.waitForTimeout(500);
    expect(page.frames().filter((one) => one.url().includes('/fields/card'))).toEqual([]);
    expect(await page.title()).toBe('Shop');
  });

  it('believe no forged message: neither the frame nor the page', async () => {
    const page = await open(mine);
    const form = page.frameLocator('iframe');
    await form.getByLabel('Card number').fill(approved);
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    // A stranger's frame inside the page asks the fields for a card, and tells the page of one.
    await page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), {
      id: 'stranger',
      src: 'data:text/html,' + encodeURIComponent(\`<script>
        const wanted = 'payment_method';
        parent.frames[0].postMessage({ type: 'tpmall.tokenise', call: 1, wanted, details: {} }, '*');
        parent.postMessage({ type: 'tpmall.tokenised', call: 1, result: { id: 'pm_forged' } }, '*');
        document.title = 'done';
      <\\/script>\`),
    }))`);
    await expect
      .poll(async () => {
        const frame = page.frames().find((one) => one.url().startsWith('data:'));
        return frame?.title();
      })
      .toBe('done');
    expect(sent).toEqual([]);
    const { paymentMethod } = await resultOf(page);
    expect(paymentMethod?.id).toMatch(/^pm_(?!forged)/);
    expect(sent).toHaveLength(1);
  });

  it('bring at most 120 kB of script, ours alone, as the card’s own page does', async () => {
    const { vaultUrl } = test.system;
    const page = await open(`${mine}/blank`);
    const { bytes, ...scripts } = await weighScripts(page, mine, [mine]);
    expect(scripts).toEqual({ origins: [mine, vaultUrl].sort(), loose: [] });
    expect(bytes).toBeGreaterThan(1024);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES);
    const asked = new URLSearchParams({ key, return_url: mine });
    const own = await weighScripts(page, `${vaultUrl}/cards/new?${asked.toString()}`);
    expect(own).toEqual({ bytes: 0, origins: [], loose: [] });
    const heavy = await weighScripts(page, `${mine}/heavy`);
    expect(heavy.bytes).toBeGreaterThan(SCRIPT_BYTES);
    expect(heavy.origins).toContain(strange);
    expect(heavy.loose).toEqual(['no policy']);
  });

  it('are held to their hash by a page that names it: a changed script is refused', async () => {
    const { vaultUrl } = test.system;
    const published = await fetch(`${vaultUrl}/v1/fields.json`);
    const { src, integrity } = (await published.json()) as { src: string; integrity: string };
    const load = async (url: string) => {
      const page = await open(`${mine}/blank`);
      const script = JSON.stringify({ src: url, integrity, crossOrigin: 'anonymous' });
      return page.evaluate<string>(`new Promise((resolve) => {
        const script = Object.assign(document.createElement('script'), ${script});
        script.onload = () => resolve(typeof TPMall);
        script.onerror = () => resolve('refused');
        document.head.append(script);
      })`);
    };
    expect(await load(new URL(src, vaultUrl).href)).toBe('function');
    expect(await load(`${strange}/copy.js`)).toBe('refused');
  });

  describe('in a page that is up to no good', () => {
    const type = async (page: Page) => {
      const form = page.frameLocator('iframe');
      await form.getByLabel('Card number').pressSequentially(typed.number);
      await form.getByLabel('Expires').fill(typed.expiry);
      await form.getByLabel('Security code').pressSequentially(typed.cvc);
    };
    const post = (message: object) =>
      `frames[0].postMessage(${JSON.stringify(message)}, '${test.system.vaultUrl}')`;

    it('give away nothing of a card, whatever it has replaced and whatever it asks for', async () => {
      const page = await open(`${mine}/hostile`);
      const sent = sentBy(page, test.system.vaultUrl);
      await type(page);
      const { paymentMethod } = await resultOf(page);
      expect(paymentMethod?.card.last4).toBe(typed.number.slice(-4));
      await page.evaluate(
        "card.tokenise('token', { number: '1', cvc: '2', name: 'Lin' }).then((got) => heard.push(got))",
      );
      await page.evaluate(`tpmall.createConfirmationToken({ elements, params: {
        payment_method_data: { card: { number: '1' }, billing_details: { name: 'Lin' } },
      } })`);
      for (const wanted of ['__proto__', 'constructor', 'card', ['payment_method']]) {
        await page.evaluate(post({ type: 'tpmall.tokenise', call: 99, wanted, details: {} }));
      }
      const looked = '(() => { try { return frames[0].document; } catch (error) { return error.name; } })()';
      expect(await page.evaluate<string>(looked)).toBe('SecurityError');
      const taken = await takenBy(page);
      expect(leaksIn(taken, typed)).toEqual([]);
      // It did see all else.
      for (const text of ['tpmall.tokenised', paymentMethod?.id ?? '', 'Lin Wei', 'event message', 'tok_']) {
        expect(
          taken.some((one) => one.includes(text)),
          text,
        ).toBe(true);
      }
      expect(taken.filter((one) => /^event (key|input|beforeinput|paste)/.test(one))).toEqual([]);
      expect(leaksIn(sent.page, typed)).toEqual([]);
      expect(leaksIn(sent.vault, typed).length).toBeGreaterThanOrEqual(3);
    });

    it.each(['number.value.slice(0, 10)', 'expiry.value', 'cvc.value'])(
      'would be caught at %s',
      async (leak) => {
        const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
        await page.route(`${test.system.vaultUrl}/fields/card?*`, async (route) => {
          const text = await (await route.fetch()).text();
          const body = text.replace('const state = {', `const state = { hint: ${leak},`);
          await route.fulfill({ contentType: 'text/html', body });
        });
        await page.goto(`${mine}/hostile`);
        await type(page);
        await expect.poll(async () => leaksIn(await takenBy(page), typed)).not.toEqual([]);
      },
    );

    it.each([
      [
        'hides it below something else',
        `document.body.insertAdjacentHTML('beforeend',
          '<div style="position: fixed; inset: 0; z-index: 9; background: #fff"><input id="over"></div>')`,
        typed.number,
      ],
      ['puts it elsewhere', "document.body.append(document.querySelector('iframe'))", ''],
    ])('keep their digits where it %s', async (_what, script, left) => {
      const page = await open(`${mine}/hostile`);
      await type(page);
      await page.evaluate(script);
      const number = page.frameLocator('iframe').getByLabel('Card number');
      await expect.poll(async () => (await number.inputValue()).replaceAll(' ', '')).toBe(left);
      await number.focus();
      await page.keyboard.type('1');
      const taken = await takenBy(page);
      expect(leaksIn(taken, typed)).toEqual([]);
      expect(taken.filter((one) => /^event (key|input)/.test(one))).toEqual([]);
    });

    it.each([
      ['points the frame elsewhere', '/copy', (frame: string) => `${frame}.src = '${strange}/copy'`],
      ['writes the frame itself', 'srcdoc', (frame: string) => `${frame}.srcdoc = \`${FORGED_FRAME}\``],
      [
        ...(['shuts the frame off', '&a=1'] as const),
        (frame: string) => `${frame}.sandbox = 'allow-scripts', ${frame}.src += '&a=1'`,
      ],
      [
        ...(['answers for the frame', '/fields/card'] as const),
        (frame: string) => `Object.defineProperty(${frame}, 'contentWindow', {
          get: () => ({ postMessage: (...said) => (window.told = [...(window.told ?? []), said]) }),
        })`,
      ],
    ])('make no card where it %s', async (_what, address, change) => {
      const page = await open(`${mine}/hostile`);
      await type(page);
      const sent = sentBy(page, test.system.vaultUrl);
      await page.evaluate(change("document.querySelector('iframe')"));
      await expect.poll(() => page.frames()[1]?.url()).toContain(address);
      // It is asked, and nobody whom the script believes has answered when the card is unmounted.
      const asked = page.evaluate<{ error?: { message: string } }>(
        "tpmall.createPaymentMethod({ type: 'card', card, billing_details: { name: 'Lin' } })",
      );
      await page.evaluate("frames[0].postMessage('after it', '*')");
      for (const forged of page.frames().filter((one) => /copy|srcdoc/.test(one.url()))) {
        await expect.poll(() => forged.evaluate<string[]>('told')).toEqual(['"after it"']);
      }
      await page.evaluate(
        "postMessage({ type: 'tpmall.tokenised', call: 1, result: { id: 'pm_forged' } }, '*')",
      );
      await page.evaluate('card.unmount()');
      expect((await asked).error?.message).toBe('The card was unmounted.');
      expect(sent.vault.filter((text) => text.includes('/v1/'))).toEqual([]);
      expect(leaksIn([...(await takenBy(page)), ...sent.page, ...sent.vault], typed)).toEqual([]);
    });
  });

  describe('pay', () => {
    interface Answered {
      readonly paymentIntent?: Stripe.PaymentIntent;
      readonly setupIntent?: Stripe.SetupIntent;
      readonly error?: { code?: string; type: string; message: string; payment_intent?: { status: string } };
    }
    /** A page with a card filled in. */
    const ready = async (number: string, origin = mine): Promise<Page> => {
      const page = await open(origin);
      await write(page, number);
      return page;
    };
    const write = async (page: Page, number: string) => {
      const form = page.frameLocator('iframe');
      await form.getByLabel('Card number').fill(number);
      await form.getByLabel('Expires').fill('12 / 34');
      await form.getByLabel('Security code').fill('314');
    };
    const intend = () => test.stripe.paymentIntents.create({ amount: 12_34, currency: 'eur' });
    const call = (secret: string | null, data = '{ payment_method: { card } }') =>
      `tpmall.confirmCardPayment(${JSON.stringify(secret)}, ${data})`;
    const chargesOf = async ({ id }: { id: string }) => {
      const { data } = await test.stripe.charges.list({ payment_intent: id });
      return data.map(({ status }) => status);
    };

    it('with a key and a client secret, once for two clicks, and say what a decline means', async () => {
      const page = await ready(declinedWith('51'));
      const intent = await intend();
      const declined = await page.evaluate<Answered>(call(intent.client_secret));
      expect(declined.error).toMatchObject({ type: 'card_error', code: 'card_declined' });
      expect(declined.error?.payment_intent?.status).toBe('requires_payment_method');
      await page.evaluate('card.clear()');
      expect(await page.frameLocator('iframe').getByLabel('Card number').inputValue()).toBe('');
      await write(page, approved);
      const pay = call(intent.client_secret);
      const answers = await page.evaluate<Answered[]>(`Promise.all([${pay}, ${pay}])`);
      expect(answers.map(({ paymentIntent }) => paymentIntent?.status)).toEqual(['succeeded', 'succeeded']);
      expect((await chargesOf(intent)).sort()).toEqual(['failed', 'succeeded']);
      const changes = await page.evaluate<object[]>('changes');
      expect(changes).toContainEqual({ elementType: 'card', empty: true, complete: false, brand: 'unknown' });
      expect(changes.at(-1)).toEqual({ elementType: 'card', empty: false, complete: true, brand: 'visa' });
      expect(await page.evaluate<string>('heard.join() + JSON.stringify({ ...sessionStorage })')).not.toMatch(
        new RegExp(`${approved}|12 / 34|secret`),
      );
      const setup = await test.stripe.setupIntents.create();
      const saved = await page.evaluate<Answered>(
        `tpmall.confirmCardSetup('${setup.client_secret}', { payment_method: { card } })`,
      );
      expect(saved.setupIntent?.status).toBe('succeeded');
    });

    it('with a token, or with a confirmation token that a server confirms with, once each', async () => {
      const page = await ready(approved);
      const { token } = await page.evaluate<{ token: Stripe.Token }>(
        "tpmall.createToken(card, { name: 'Lin Wei', address_zip: '24103' })",
      );
      expect(token).toMatchObject({ object: 'token', card: { name: 'Lin Wei', address_zip: '24103' } });
      const sale = { amount: 500, currency: 'eur', source: token.id };
      expect((await test.stripe.charges.create(sale)).paid).toBe(true);
      await expect(test.stripe.charges.create(sale)).rejects.toMatchObject({ code: 'token_already_used' });

      const agreed = {
        payment_method_data: { billing_details: { name: 'Lin Wei' } },
        return_url: `${mine}/done`,
        shipping: { name: 'Lin Wei', address: { city: 'Kiel', country: 'DE' } },
      };
      const make = `tpmall.createConfirmationToken({ elements, params: ${JSON.stringify(agreed)} })`;
      type Agreed = { confirmationToken: Stripe.ConfirmationToken; error?: { code?: string } };
      const { confirmationToken: made } = await page.evaluate<Agreed>(make);
      expect(made.payment_method_preview).toMatchObject({ billing_details: { name: 'Lin Wei' } });
      const intent = await intend();
      const paid = await test.stripe.paymentIntents.confirm(intent.id, { confirmation_token: made.id });
      expect(paid).toMatchObject({ status: 'succeeded', shipping: { address: { city: 'Kiel' } } });
      expect(await page.evaluate<string>('heard.join()')).not.toContain(approved);
      await page.evaluate('card.clear()');
      expect((await page.evaluate<Agreed>(make)).error?.code).toBe('incomplete_card');
    });

    it('let the bank ask who it is, and come back without a secret in the address', async () => {
      const page = await ready(challenged);
      const intent = await intend();
      const going = page.waitForURL(`${test.system.vaultUrl}/3ds/**`);
      await page.evaluate(`void ${call(intent.client_secret)}`);
      await going;
      await page.getByRole('button', { name: 'Continue to your bank' }).click();
      await page.getByLabel('Code from your bank').fill('1234');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.waitForURL(`${mine}/**`);
      expect(new URL(page.url()).search).toBe(`?payment_intent=${intent.id}`);
      const read = `tpmall.retrievePaymentIntent('${intent.id}').then((one) => one.paymentIntent.status)`;
      await expect.poll(() => page.evaluate<string>(read), { timeout: 20_000 }).toBe('succeeded');
      // Who has only read the address has no secret.
      const other = await open(mine);
      const { error } = await other.evaluate<Answered>(`tpmall.retrievePaymentIntent('${intent.id}')`);
      expect(error?.type).toBe('validation_error');
    });

    it('leave the page where it was when the shopper comes back from the bank’s page', async () => {
      const page = await ready(challenged);
      const intent = await intend();
      const going = page.waitForURL(`${test.system.vaultUrl}/3ds/**`);
      await page.evaluate(
        `void ${call(intent.client_secret, "{ payment_method: { card }, return_url: '/cart?a=1' }")}`,
      );
      await going;
      await page.goBack();
      await page.waitForFunction("document.title === 'ready'");
      const read = `tpmall.retrievePaymentIntent('${intent.id}')`;
      expect((await page.evaluate<Answered>(read)).paymentIntent).toMatchObject({
        status: 'requires_action',
        next_action: { redirect_to_url: { return_url: `${mine}/cart?a=1&payment_intent=${intent.id}` } },
      });
      await write(page, approved);
      const paid = await page.evaluate<Answered>(call(intent.client_secret));
      expect(paid.paymentIntent?.status).toBe('succeeded');
      expect((await chargesOf(intent)).filter((status) => status === 'succeeded')).toHaveLength(1);
    });

    it('pay once where the answer is lost', async () => {
      const page = await ready(approved);
      const intent = await intend();
      let lost = 0;
      await page.route('**/confirm', async (route) => {
        lost += 1;
        if (lost > 2) return route.continue();
        await route.fetch();
        return route.abort();
      });
      const { paymentIntent } = await page.evaluate<Answered>(call(intent.client_secret));
      expect([lost, paymentIntent?.status]).toEqual([3, 'succeeded']);
      expect(await chargesOf(intent)).toEqual(['succeeded']);
    });

    it('do nothing for a strange page, a strange secret or a strange address', async () => {
      const intent = await intend();
      const page = await ready(approved);
      const { id } = (
        await page.evaluate<{ paymentMethod: { id: string } }>(
          "tpmall.createPaymentMethod({ type: 'card', card })",
        )
      ).paymentMethod;
      const stolen = call(intent.client_secret, `{ payment_method: '${id}' }`);
      const elsewhere = await open(strange);
      expect((await elsewhere.evaluate<Answered>(stolen)).error?.type).toBe('api_connection_error');
      const forged = await page.evaluate<Answered>(call(`${intent.id}_secret_forged`));
      expect(forged.error?.code).toBe('payment_intent_incompatible_secret');
      for (const secret of ['', 'pi_1', `${intent.id}/../../refunds_secret_x`, 'seti_1_secret_x']) {
        expect((await page.evaluate<Answered>(call(secret))).error?.type, secret).toBe('validation_error');
      }
      // Were the answer changed on its way, no script of it would run in the page.
      await page.route('**/confirm', async (route) => {
        const response = await route.fetch();
        const next_action = { redirect_to_url: { url: 'javascript:document.title="taken"' } };
        await route.fulfill({
          response,
          json: { ...(await response.json()), status: 'requires_action', next_action },
        });
      });
      expect(await chargesOf(intent)).toEqual([]);
      await page.evaluate(stolen);
      expect(await page.title()).toBe('ready');
    });
  });
});
