import pg from 'pg';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

describe.skipIf(!hasBrowser)('the pages of operations in a browser', () => {
  let test: TestSystem;
  let admin: pg.Client;
  let browser: Browser;
  let second: string;

  beforeAll(async () => {
    test = await startTestSystem();
    admin = new pg.Client({ connectionString: test.system.databaseUrl });
    await admin.connect();
    const made = await test.operator('POST', '/v1/keys', { kind: 'operator', name: 'The second person' });
    second = String(made['key']);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await admin?.end();
    await test?.close();
  });

  const open = async (key: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: test.system.apiUrl,
      httpCredentials: { username: key, password: '' },
      ...options,
    });
    return context.newPage();
  };

  /** A payment whose capture the acquirer has refused, and the page about it. */
  const refuse = async (): Promise<{ readonly id: string; readonly path: string }> => {
    const card = await storeCard(test.vault, approved);
    const { id } = await test.stripe.paymentIntents.create({
      ...{ amount: 278_94, currency: 'eur', payment_method: card.id, confirm: true },
      return_url: 'https://shop.example/done',
    });
    await admin.query(
      `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
       SELECT 'adv_' || id, tenant, now(), id, latest_charge, 'capture', '25', amount
       FROM payments.intent WHERE id = $1`,
      [id],
    );
    return { id, path: `/operations/outcomes/${id}?lang=en&advice=adv_${id}` };
  };

  const resolutionsOf = async (id: string) => {
    const found = await admin.query<{ state: string }>(
      'SELECT state FROM payments.resolution WHERE subject = $1',
      [id],
    );
    return found.rows;
  };

  it('let two people resolve an outcome without JavaScript', async () => {
    const { id, path } = await refuse();
    const anna = await open(test.operatorKey, { javaScriptEnabled: false });
    await anna.goto(path);
    await anna.getByLabel('Booked after all').check();
    await anna.getByLabel('How you know').fill('In the clearing file, line 812');
    await anna.getByRole('button', { name: 'Propose to a second person' }).click();
    await anna.getByText('You proposed it.').waitFor();
    const ben = await open(second, { javaScriptEnabled: false });
    await ben.goto('/operations/resolutions?lang=en');
    await ben.getByText('In the clearing file, line 812').waitFor();
    await ben.getByRole('button', { name: 'Confirm: booked after all' }).click();
    await ben.getByText('Carried out').waitFor();
    expect(await resolutionsOf(id)).toEqual([{ state: 'applied' }]);
  });

  it('do nothing for a page of somebody else that an operator opens', async () => {
    const { id, path } = await refuse();
    const page = await open(test.operatorKey);
    // Signed on, and with everything right that the page shows.
    await page.goto(path);
    const token = await page.locator('input[name=form_token]').first().getAttribute('value');
    const fields = {
      ...{ form_token: token ?? '', form_id: 'form_x', verdict: 'captured', evidence: 'x' },
      advice: `adv_${id}`,
    };
    const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
    const action = `${test.system.apiUrl}/operations/outcomes/${id}`;
    const form = `<form method="post" action="${action}">${inputs.join('')}<button>Win</button></form>`;
    await page.goto(`data:text/html,${encodeURIComponent(form)}`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Win' }).click(),
    ]);
    expect(answer.status()).toBe(403);
    expect(await resolutionsOf(id)).toEqual([]);
  });

  it('are accessible (WCAG 2.2 AA), wide and narrow, light and dark, in both languages', async () => {
    const { path } = await refuse();
    const { id } = await refuse();
    await test.operator('POST', '/v1/operations/resolutions', {
      ...{ subject: id, verdict: 'not_captured', evidence: 'The acquirer says so' },
    });
    const pages = [
      '/operations?',
      '/operations/unknown?',
      '/operations/resolutions?',
      '/operations/requests?',
      '/operations/deliveries?',
      `${path.replace('lang=en&', '')}&`,
    ];
    for (const [width, colorScheme, lang] of [
      [1280, 'light', 'en'],
      [390, 'dark', 'zh'],
    ] as const) {
      const page = await open(second, { colorScheme, viewport: { width, height: 900 } });
      for (const each of pages) {
        await page.goto(`${each}lang=${lang}`);
        expect(await flawsOf(page), `${each} ${width} ${colorScheme}`).toEqual([]);
      }
    }
  });
});
