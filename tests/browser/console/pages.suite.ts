import { expect, it } from 'vitest';
import { type Desks } from './desks.ts';

/** What all pages have in common: their names, their keys, their languages. */
export function pages(desks: Desks): void {
  const { developer, isClosed, pay } = desks;

  it('says in Chinese what is refused, and yuan and marks as Chinese writes them', async () => {
    const { id } = await pay();
    const page = await developer(`payments/${id}`);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '¥2,386.00' }).waitFor();
    await page.getByText('差额（CNY）').waitFor();
    await page.getByRole('button', { name: '退款' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('：¥2,386.00').waitFor();
    const refuse = (code: string) =>
      page.route('**/v1/refunds', (route) =>
        route.fulfill({ status: 400, json: { error: { code, message: 'As the API says it.' } } }),
      );
    await refuse('charge_not_refundable');
    await sheet.getByRole('button', { name: '退款' }).click();
    await sheet.getByText('此笔付款尚未扣款，无款可退。').waitFor();
    await sheet.getByText('未作任何更改。').waitFor();
    expect(await sheet.getByText('As the API').count()).toBe(0);
    await refuse('newer_than_this_page');
    await sheet.getByRole('button', { name: '退款' }).click();
    expect(await sheet.getByText('As the API says it.').getAttribute('lang')).toBe('en');
  });

  it('names each page in its title, and leads the focus and a screen reader to it', async () => {
    const { id } = await pay();
    await desks.test.system.drainEvents();
    const page = await developer(`payments/${id}`);
    const titled = (title: string) => expect.poll(() => page.title()).toBe(`${title} · TPMall`);
    await titled(`Payment ${id}`);
    // Who has just come begins at the top: the first stop is the link that skips.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY');
    await page.keyboard.press('Escape');
    await titled('Payments');
    await page.getByRole('status').getByText('Payments', { exact: true }).waitFor();
    await page.locator('#main:focus').waitFor();
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.locator('[data-row]').first().and(page.locator(':focus')).waitFor();
    await page.locator('nav').getByRole('link', { name: 'Request log' }).click();
    await titled('Request log');
    await page.locator('#main:focus').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await titled('请求日志');
    await page.goto(`payments/${id}`);
    await titled(`付款 ${id}`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.goto('payments/pi_none');
    await page.getByRole('heading', { level: 1, name: 'Payment pi_none' }).waitFor();
    await page.goto('nowhere');
    await titled('There is no such page.');
  });

  it('goes on, when more is shown, with the first that has come', async () => {
    for (let asked = 0; asked < 60; asked += 1) await desks.test.stripe.balance.retrieve();
    const page = await developer('requests');
    await page.locator('[data-row]').nth(49).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.locator('[data-row]').nth(50).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('k');
    await page.locator('[data-row]').nth(49).and(page.locator(':focus')).waitFor();
  });

  it('closes a sheet with Escape and stays on the page, also where nothing moves', async () => {
    const { id } = await pay();
    const page = await developer('payments');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.locator(`a[href$="${id}"]`).first().click();
    await page.getByRole('heading', { name: '2,386.00' }).waitFor();
    for (const key of ['r', '?', '/']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await isClosed(page);
      expect(new URL(page.url()).pathname).toBe(`/console/payments/${id}`);
    }
    await page.keyboard.press('Escape');
    await page.waitForURL('**/console/payments');
  });
}
