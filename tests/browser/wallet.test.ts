import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, challenged, declinedWith } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const SHOTS = process.env['TPMALL_SHOTS'];

describe.skipIf(!hasBrowser)('a wallet in a browser', () => {
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
    return context.newPage();
  };
  const signIn = async (page: Page, email: string): Promise<void> => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Code', { exact: true }).waitFor();
    const url = `${test.system.mailboxUrl}/api/mails?${new URLSearchParams({ to: email }).toString()}`;
    const mails = async () => ((await (await fetch(url)).json()) as { mails: { text: string }[] }).mails;
    await expect.poll(async () => (await mails()).length, { timeout: 20_000 }).toBeGreaterThan(0);
    const code = /\b\d{3} ?\d{3}\b/.exec((await mails())[0]?.text ?? '')?.[0] ?? '';
    await page.getByLabel('Code', { exact: true }).fill(code);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  const look = async (page: Page, name: string, javaScriptEnabled = true): Promise<void> => {
    if (!javaScriptEnabled) return;
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        // Without motion: no colour is looked at on its way to another one.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect(await flawsOf(page), `${name} at ${width}, ${colorScheme}`).toEqual([]);
        if (SHOTS)
          await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  const enterCard = async (page: Page, number: string, javaScriptEnabled: boolean): Promise<void> => {
    const form = page.frameLocator('#card-frame');
    await form.getByLabel('Card number').fill(number);
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    await form.getByRole('button', { name: /^Pay/ }).click();
    if (javaScriptEnabled) return;
    await form.getByRole('link', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Top up' }).click();
  };

  const payAndLookAtReceipt = async (page: Page): Promise<void> => {
    // A delivery is no thing of its own.
    expect(await page.locator('.mini-sum > summary').textContent()).toBe('One thing from one maker');
    const till = page.url();
    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.waitForURL(/\/orders\//);
    await page.goto(till);
    const howPaid = await page.locator('[aria-labelledby=how-paid]').textContent();
    expect(howPaid).toContain('Nothing is exchanged here');
    expect(howPaid).not.toContain('bank');
    await page.getByRole('link', { name: 'See your order at TPMall' }).click();
    await page.waitForURL(/\/orders\//);
  };

  /** Sends what another page could send: the order's form without its token, with the person's cookies. */
  const payFromElsewhere = async (page: Page): Promise<number> => {
    const form = page.locator('form').filter({ has: page.locator('[name=method][value=wallet]') });
    const valueOf = (name: string) => form.locator(`[name=${name}]`).inputValue();
    const sent = { method: 'wallet', attempt: await valueOf('attempt'), amount: await valueOf('amount') };
    const answer = await page.request.post(new URL(page.url()).pathname, {
      ...{ form: sent, headers: { origin: test.system.webUrl }, maxRedirects: 0 },
    });
    return answer.status();
  };

  it.each([true, false])(
    'is topped up by card, pays for goods, and gets a part back (script: %s)',
    { timeout: 120_000 },
    async (javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled });
      await page.goto('/wallet');
      await signIn(page, `wei-${javaScriptEnabled}@shopper.example`);
      await page.getByText('Nothing is in it yet.').waitFor();
      await look(page, 'wallet-empty', javaScriptEnabled);

      await page.goto('/search?q=ledger');
      await page.getByRole('link', { name: 'Ledger notebook, ruled' }).first().click();
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.goto('/checkout');
      for (const [label, text] of Object.entries({
        ...{ Name: 'Wei Lin', 'Street and number': 'Silk Road 1', City: 'Suzhou', 'Postal code': '215000' },
      })) {
        await page.getByLabel(label, { exact: true }).fill(text);
      }
      const email = page.getByLabel('E-mail', { exact: true });
      if ((await email.count()) > 0) await email.fill('wei@shopper.example');
      await page.getByRole('button', { name: 'Go on to pay' }).click();
      await page.getByText('Wallet balance').click();
      await page.getByText('Your balance does not cover this order.').waitFor();
      await look(page, 'checkout-short', javaScriptEnabled);
      await page.getByRole('link', { name: 'Top up' }).click();
      await page.getByLabel('Amount').fill('twenty');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('at most 2 decimals').waitFor();
      await page.getByLabel('Amount').fill('99999999');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('Nothing was moved.').waitFor();
      await look(page, 'top-up-form', javaScriptEnabled);
      await page.getByLabel('Amount').fill('100.00');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('heading', { name: 'Top up by card' }).waitFor();
      await look(page, 'top-up-card', javaScriptEnabled);
      await enterCard(page, challenged, javaScriptEnabled);
      await page.getByRole('button', { name: 'Continue to your bank' }).click();
      await page.getByLabel('Code from your bank').fill('1234');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.getByText('It is in your wallet').waitFor();
      await look(page, 'top-up-done', javaScriptEnabled);
      await page.getByRole('link', { name: 'Back to the order' }).click();

      await page.getByText('Left in your wallet afterwards:').waitFor();
      await look(page, 'checkout-enough', javaScriptEnabled);
      expect(await payFromElsewhere(page)).toBe(403);
      await payAndLookAtReceipt(page);
      await page.getByText('Paid', { exact: true }).waitFor();
      await look(page, 'order', javaScriptEnabled);
      await page.getByRole('link', { name: 'Ask for a refund' }).click();
      await page.getByLabel('Pieces of Ledger notebook, ruled').selectOption('1');
      await page.getByLabel('Why?').fill('Torn');
      await page.getByRole('button', { name: 'Ask for the refund' }).click();
      await page.getByText('Accepted at once').waitFor();
      await page.goto('/wallet');
      await expect
        .poll(async () => (await page.reload(), page.getByText('Sent back to your wallet').count()), {
          timeout: 20_000,
        })
        .toBe(1);
      const amounts = await page.locator('tbody .m').allTextContents();
      expect(amounts.slice(0, 6).map((text) => text.trim())).toHaveLength(6);
      await look(page, 'wallet', javaScriptEnabled);
      await page.getByRole('button', { name: 'Show the statement' }).click();
      await page.getByRole('link', { name: 'Download as CSV' }).waitFor();
      await look(page, 'statement', javaScriptEnabled);
    },
  );

  it('sends to another by handle, and takes a withdrawal back', { timeout: 120_000 }, async () => {
    const page = await open();
    await page.goto('/wallet/send');
    await signIn(page, 'lin@shopper.example');
    await page.goto('/wallet/top-up?currency=usd&amount=50');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Top up by card' }).waitFor();
    await enterCard(page, declinedWith('51'), true);
    await page.getByText('Nothing was charged.').first().waitFor();
    await look(page, 'top-up-declined');
    await enterCard(page, approved, true);
    await page.getByText('It is in your wallet').waitFor();

    const other = await open();
    await other.goto('/account');
    await signIn(other, 'mo@shopper.example');
    await other.getByLabel('Handle').fill('mo_the_second');
    await other.getByRole('button', { name: 'Keep changes' }).click();
    await other.getByText('Kept.').waitFor();

    await page.goto('/wallet/send?currency=usd');
    await page.getByText('In your wallet: USD 50.00').waitFor();
    await page.getByLabel('To whom').fill('@nobody_at_all');
    await page.getByLabel('Amount').fill('20.00');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('There is nobody with this handle.').waitFor();
    await page.getByLabel('To whom').fill('@mo_the_second');
    // Of a keypad without a point; with three digits after it the comma may part thousands.
    await page.getByLabel('Amount').fill('70,000');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Write it as 1250.50 or 1250,50').waitFor();
    await page.getByLabel('Amount').fill('70,00');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('it lacks USD 20.00').waitFor();
    await look(page, 'send-short');
    await page.getByLabel('Amount').fill('20.00');
    await page.getByLabel('Note').fill('<b>tea</b>');
    await page.getByRole('button', { name: 'Send' }).dblclick();
    await page.getByText('@mo_the_second').waitFor();
    await look(page, 'sent');
    await other.goto('/wallet?currency=usd');
    await other.getByText('<b>tea</b>').waitFor();
    expect(await other.locator('.fig-l').textContent()).toContain('20.00');

    await page.goto('/wallet/withdraw?currency=usd');
    await page.getByLabel('Amount').fill('30');
    await page.getByLabel('Bank account').fill('DE89 3704 0044 0532 0130 00');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('waits for our answer').waitFor();
    await look(page, 'withdrawal');
    await page.goto('/wallet?currency=usd');
    expect(await page.locator('.fig-l').textContent()).toContain('0.00');
    await page.getByRole('link', { name: 'Withdrawal' }).click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('called off').waitFor();
    await page.goto('/wallet?currency=usd');
    expect(await page.locator('.fig-l').textContent()).toContain('30.00');
    // Nobody sees another's operations.
    const theirs = await other.goto('/wallet/operations/wop_0000000000000000000000000');
    expect(theirs?.status()).toBe(404);
  });
});
