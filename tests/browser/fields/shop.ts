import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../harness/browser.ts';
import { FORGED_FRAME, HOSTILE } from '../../harness/hostile-page.ts';
import { cardPage, type MerchantPages, serveMerchantPages } from '../../harness/merchant-pages.ts';
import { startTestSystem, type TestSystem } from '../../harness/system.ts';

/** 200 kB of script that no compression makes small. */
const HEAVY = `/*${randomBytes(150_000).toString('base64')}*/`;

/** A merchant's shop whose pages take cards by our script. It stands once the first test begins. */
export interface Shop {
  readonly test: TestSystem;
  readonly browser: Browser;
  /** The origin of its pages, which its key names. */
  readonly mine: string;
  /** The same pages on an origin that the key does not name. */
  readonly strange: string;
  readonly key: string;
  open(address: string): Promise<Page>;
  /** What the page gets for the card that is written into it. */
  resultOf(page: Page): Promise<Tokenised>;
}

interface Tokenised {
  readonly paymentMethod?: {
    readonly id: string;
    readonly card: { readonly last4: string };
    readonly billing_details: { readonly name: string };
  };
  readonly error?: { readonly code: string; readonly message: string };
}

/** Opens the shop before the tests of the suite that calls this, and closes it after them. */
export function openShop(): Shop {
  let test: TestSystem;
  let browser: Browser;
  let shops: readonly MerchantPages[];
  let [mine, strange, key] = ['', '', ''];

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

  beforeAll(async () => {
    test = await startTestSystem();
    browser = await launchBrowser();
    shops = [await serveMerchantPages(pages), await serveMerchantPages(pages)];
    [mine = '', strange = ''] = shops.map(({ origin }) => origin);
    const asked = { kind: 'publishable', name: 'The shop', origins: [mine] };
    key = String((await test.operator('POST', '/v1/keys', asked))['key']);
  });
  afterAll(async () => {
    await browser?.close();
    for (const shop of shops ?? []) shop.close();
    await test?.close();
  });

  return {
    get test() {
      return test;
    },
    get browser() {
      return browser;
    },
    get mine() {
      return mine;
    },
    get strange() {
      return strange;
    },
    get key() {
      return key;
    },
    async open(address) {
      const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
      await page.goto(address);
      return page;
    },
    async resultOf(page) {
      await page.getByRole('button', { name: 'Use the card' }).click();
      await expect.poll(() => page.locator('#out').textContent()).not.toBe('');
      return JSON.parse((await page.locator('#out').textContent()) ?? '') as Tokenised;
    },
  };
}
