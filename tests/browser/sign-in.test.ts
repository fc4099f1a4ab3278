import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const MARKUP = '"><img src=x onerror=alert(1)>';

interface Mail {
  readonly text: string;
}

describe.skipIf(!hasBrowser)('signing in, in a browser', () => {
  let test: TestSystem;
  let browser: Browser;

  beforeAll(async () => {
    test = await startTestSystem('one process', {}, { goods: true });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await test?.close();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-GB', baseURL: test.system.webUrl, ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('dialog', () => expect.unreachable('a page ran what somebody wrote into a field'));
    return page;
  };
  /** The newest code that was sent to an address, once there are so many. */
  const codeFor = async (email: string, count = 1): Promise<string> => {
    const mails = async (): Promise<Mail[]> => {
      const url = `${test.system.mailboxUrl}/api/mails?${new URLSearchParams({ to: email }).toString()}`;
      return ((await (await fetch(url)).json()) as { readonly mails: Mail[] }).mails;
    };
    await expect.poll(async () => (await mails()).length, { timeout: 20_000 }).toBe(count);
    return /\b\d{3} ?\d{3}\b/.exec((await mails())[0]?.text ?? '')?.[0] ?? '';
  };
  const askCode = async (page: Page, email: string): Promise<void> => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Code', { exact: true }).waitFor();
  };
  const giveCode = async (page: Page, code: string): Promise<void> => {
    await page.getByLabel('Code', { exact: true }).fill(code);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };

  it.each([true, false])(
    'takes a code from a mail, keeps the cart, and comes back (script: %s)',
    async (javaScriptEnabled) => {
      const email = `lin-${javaScriptEnabled}@shopper.example`;
      const page = await open({ javaScriptEnabled });
      await page.goto('/');
      await page.locator('.item').first().click();
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByRole('heading', { name: 'Your cart' }).waitFor();
      await page.getByRole('link', { name: 'Sign in' }).click();
      expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
      await page.getByLabel('E-mail').fill('nobody');
      await page.getByRole('button', { name: 'Send the code' }).click();
      await page.getByText('This is no e-mail address.').waitFor();
      await askCode(page, email);
      expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
      const code = await codeFor(email);
      await giveCode(page, code.startsWith('1') ? '200000' : '100000');
      await page.getByText('4 tries are left').waitFor();
      await giveCode(page, code);
      await page.waitForURL('**/cart');
      await page.getByText('One thing from one maker.').waitFor();
      await page.getByRole('link', { name: /^@/ }).click();
      await page.getByLabel('Name').fill('Lin <b>Chen</b>');
      await page.getByRole('button', { name: 'Keep changes' }).click();
      await page.getByText('Kept.').waitFor();
      await page.getByLabel('Handle').fill(MARKUP);
      await page.getByRole('button', { name: 'Keep changes' }).click();
      await page.locator('#handle-error').waitFor();
      expect(await page.getByLabel('Handle').inputValue()).toBe(MARKUP.slice(0, 30));
      await page.goto('/account');
      expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
      await page.getByRole('link', { name: 'Lin <b>Chen</b>' }).waitFor();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      await page.goto('/cart');
      expect(await page.getByText('One thing from one maker.').count()).toBe(0);
    },
  );

  it('ends other sessions, and sends nobody to another origin', async () => {
    const email = 'two@shopper.example';
    const [here, there] = [await open(), await open()];
    for (const [index, page] of [here, there].entries()) {
      await page.goto('/sign-in?next=//evil.example/x');
      await askCode(page, email);
      await giveCode(page, await codeFor(email, index + 1));
      await page.waitForURL(`${test.system.webUrl}/account`);
    }
    await there.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await there.getByText('this browser').waitFor();
    await here.goto('/account');
    await here.waitForURL('**/sign-in?**');
  });

  it('tries five codes and no sixth', async () => {
    const email = 'guess@shopper.example';
    const page = await open();
    await page.goto('/sign-in');
    await askCode(page, email);
    const code = Number((await codeFor(email)).replace(' ', ''));
    for (let guess = 1; guess <= 5; guess += 1) {
      await giveCode(page, String((code + guess) % 1_000_000).padStart(6, '0'));
    }
    await page.getByText('Five wrong codes were tried.').waitFor();
    expect(await page.getByLabel('Code', { exact: true }).count()).toBe(0);
  });
});
