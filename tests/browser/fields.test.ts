import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/** What a merchant's page does with the card; the test reads what came of it. */
const PAGE = (vault: string, key: string) => `<!doctype html><html lang="en"><title>Shop</title>
<h1>Shop</h1><main><div id="card"></div><button id="go">Use the card</button>
<pre id="out" style="white-space: pre-wrap; overflow-wrap: anywhere"></pre></main>
<script src="${vault}/v1/fields.js"></script><script>
const tpmall = TPMall('${key}');
const card = tpmall.elements().create('card');
window.heard = [];
window.addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));
card.on('ready', () => { document.title = 'ready'; });
card.mount('#card');
document.getElementById('go').onclick = async () => {
  const billing_details = { name: 'Lin Wei' };
  const result = await tpmall.createPaymentMethod({ type: 'card', card, billing_details });
  document.getElementById('out').textContent = JSON.stringify(result);
};
</script></html>`;

describe.skipIf(!hasBrowser)('card fields on a merchant’s page of another origin', () => {
  let test: TestSystem;
  let browser: Browser;
  let shops: readonly Server[];
  let mine: string;
  let strange: string;
  let key: string;

  beforeAll(async () => {
    test = await startTestSystem();
    browser = await launchBrowser();
    shops = [createServer(serve), createServer(serve)];
    for (const shop of shops) await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    [mine = '', strange = ''] = shops.map(
      (shop) => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`,
    );
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

  const serve: Parameters<typeof createServer>[1] = (_request, response) => {
    response.setHeader('content-type', 'text/html').end(PAGE(test.system.vaultUrl, key));
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
        parent.frames[0].postMessage({ type: 'tpmall.tokenise', call: 1 }, '*');
        parent.postMessage({ type: 'tpmall.tokenised', call: 1, paymentMethod: { id: 'pm_forged' } }, '*');
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
});
