import { expect, it } from 'vitest';
import { flawsOf } from '../../harness/browser.ts';
import { approved } from '../../harness/cards.ts';
import type { Shop } from './shop.ts';

/** What the fields give a page, and to whom they show themselves. */
export function tokens(shop: Shop): void {
  const { open, resultOf } = shop;

  it('give a payment method that a server pays with; the page never sees the number', async () => {
    const page = await open(shop.mine);
    const form = page.frameLocator('iframe');
    await form.getByLabel('Card number').fill(approved);
    expect((await resultOf(page)).error?.message).toContain('Enter month and year');
    await page.evaluate("document.getElementById('out').textContent = ''");
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    const { paymentMethod } = await resultOf(page);
    expect(paymentMethod).toMatchObject({ card: { last4: '4242' }, billing_details: { name: 'Lin Wei' } });
    const intent = await shop.test.stripe.paymentIntents.create({
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
      const context = await shop.browser.newContext({ locale: 'en-GB', javaScriptEnabled, viewport });
      const page = await context.newPage();
      const due = { amount: '500', currency: 'eur' };
      const asked = { key: shop.key, result, return_url: `${shop.mine}/done`, ...due };
      await page.goto(`${shop.test.system.vaultUrl}/cards/new?${new URLSearchParams(asked).toString()}`);
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
      await page.waitForURL(`${shop.mine}/done?**`);
      const id = new URL(page.url()).searchParams.get(result) ?? '';
      if (result === 'token') {
        const sale = { ...{ amount: 500, currency: 'eur' }, source: id };
        expect((await shop.test.stripe.charges.create(sale)).paid).toBe(true);
        await expect(shop.test.stripe.charges.create(sale)).rejects.toMatchObject({
          code: 'token_already_used',
        });
        return;
      }
      const { return_url: returnUrl } = await shop.test.stripe.confirmationTokens.retrieve(id);
      expect(returnUrl).toBe(`${shop.mine}/done`);
      const intent = await shop.test.stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
      const paid = await shop.test.stripe.paymentIntents.confirm(intent.id, { confirmation_token: id });
      expect(paid.status).toBe('succeeded');
    },
  );

  it('are not shown in a page that the key does not name, whatever it says it is', async () => {
    const page = await open(shop.strange);
    await expect.poll(() => page.frames().some((one) => one.url().startsWith('chrome-error:'))).toBe(true);
    // A page that claims to be the shop is not: the browser holds the policy against what it is.
    const asked = new URLSearchParams({ key: shop.key, origin: shop.mine });
    const src = JSON.stringify(`${shop.test.system.vaultUrl}/fields/card?${asked.toString()}`);
    const refused = page.waitForResponse((response) => response.url().includes('/fields/card?'));
    await page.evaluate(`document.querySelector('iframe').src = ${src}`);
    await refused;
    await expect.poll(() => page.frames().some((one) => one.url().startsWith('chrome-error:'))).toBe(true);
    expect(page.frames().filter((one) => one.url().includes('/fields/card'))).toEqual([]);
    expect(await page.title()).toBe('Shop');
  });

  it('believe no forged message: neither the frame nor the page', async () => {
    const page = await open(shop.mine);
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
}
