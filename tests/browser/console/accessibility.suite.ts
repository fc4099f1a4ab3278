import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { flawsOf } from '../../harness/browser.ts';
import { type Desks } from './desks.ts';

/** Lines that a text of the page's table takes. */
const linesOf = (page: Page, text: string): Promise<number> =>
  page.evaluate<number>(`(() => {
    const walk = document.createTreeWalker(document.querySelector('tbody'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode() && !walk.currentNode.data.includes(${JSON.stringify(text)}));
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  })()`);

/** Every page, against WCAG 2.2 AA. */
export function accessibility(desks: Desks): void {
  const { open, at, pay, refuse, misread } = desks;

  it('is accessible (WCAG 2.2 AA), wide and narrow, light and dark, in both languages', async () => {
    const { id } = await pay();
    const outcome = await refuse();
    const order = await desks.shelf.buy(2);
    const back = await desks.shelf.askBack(order);
    await misread();
    const stranger = await open();
    await stranger.goto('');
    await stranger.getByLabel('E-mail').waitFor();
    expect(await flawsOf(stranger), 'signing in').toEqual([]);
    const visits = [
      [
        'merchant',
        'dev@tpmall.example',
        ['payments', `payments/${id}`, 'requests', 'events', 'webhooks', 'keys'],
      ],
      [
        'operator',
        'olga@tpmall.example',
        [
          ...['overview', 'outcomes', `outcomes/${outcome}`, 'clearing', 'clearing/clf_axe.2', 'connectors'],
          ...['deliveries', 'set-aside', 'jobs', 'audit', 'requests', 'keys'],
        ],
      ],
      [
        'merchant',
        'mei@kiln-and-reed.example',
        ['home', 'orders', `orders/${order.id}`, 'returns', `returns/${back}`, 'statement'],
      ],
    ] as const;
    for (const [role, email, paths] of visits) {
      const page = await at(role, email);
      for (const [width, colorScheme, other] of [
        [1280, 'light', '中文'],
        [390, 'dark', 'English'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        for (const path of paths) {
          await page.goto(path);
          await page.locator('h1').first().waitFor();
          await expect.poll(() => page.locator('[aria-busy]').count()).toBe(0);
          expect(await flawsOf(page), `${email} ${path} ${width} ${colorScheme}`).toEqual([]);
        }
        await page.getByRole('button', { name: other }).click();
      }
      expect(await page.getAttribute('html', 'lang')).toBe('en');
    }
  }, 300_000);

  it('leaves words whole, and every column its room, beside an address without a space', async () => {
    const url = `http://localhost:9/${'segment/'.repeat(12)}`;
    const { id } = await desks.test.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
    const page = await desks.developer('webhooks');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('button', { name: '中文' }).click();
    await page.locator('tr', { hasText: id }).getByText('已启用').waitFor();
    expect(await linesOf(page, '全部事件')).toBe(1);
    expect(await linesOf(page, '已启用')).toBe(1);
    const operator = await at('operator', 'olga@tpmall.example', 'audit');
    await operator.setViewportSize({ width: 1280, height: 900 });
    await operator.getByText(url).waitFor();
    expect(await flawsOf(operator)).toEqual([]);
    expect(await linesOf(operator, id)).toBeLessThan(3);
  });
}
