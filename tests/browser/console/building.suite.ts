import { expect, it } from 'vitest';
import { startReceiver } from '../../harness/receiver.ts';
import { type Desks } from './desks.ts';

/** Keys, endpoints and events. */
export function building(desks: Desks): void {
  const { developer, pay } = desks;

  it('makes keys and endpoints, shows each secret once, and sends an event again', async () => {
    const receiver = await startReceiver();
    try {
      const page = await developer('webhooks');
      await page.getByText('No endpoints yet').waitFor();
      await page.getByRole('button', { name: 'Add an endpoint' }).click();
      await page.getByLabel('Address').fill(receiver.url);
      await page.getByLabel('Events').fill('payment_intent.succeeded');
      await page.getByRole('dialog').getByRole('button', { name: 'Add an endpoint' }).click();
      const first = await page.locator('[data-secret]').textContent();
      expect(first).toMatch(/^whsec_/);
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await desks.isClosed(page);
      expect(await page.content()).not.toContain(first);
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await page.getByText('Delivered').waitFor();
      await pay();
      await desks.test.system.drainEvents();
      await receiver.until(2);
      await page.locator('nav').getByRole('link', { name: 'Events' }).click();
      await page.getByRole('link', { name: 'payment_intent.succeeded' }).first().click();
      await page.getByText('Delivered').waitFor();
      await page.getByRole('button', { name: 'Send again' }).click();
      await page.getByText('It is being sent again.').waitFor();
      await receiver.until(3);
      await page.getByRole('link', { name: 'Webhooks' }).click();
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('dialog').getByLabel('Events').fill('charge.refunded\nrefund.created');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('charge.refunded, refund.created').waitFor();
      await page.getByRole('link', { name: 'API keys' }).click();
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByLabel('Name').fill('Shop server');
      await page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click();
      const key = (await page.locator('[data-secret]').textContent()) ?? '';
      expect(key).toMatch(/^sk_test_/);
      await page.getByRole('button', { name: 'I have kept it' }).click();
      const row = page.getByRole('row', { name: 'Shop server' });
      await row.getByRole('button', { name: 'Revoke' }).click();
      await page.getByLabel('Reason').fill('Not needed');
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await row.getByText('Ended').waitFor();
      expect(await page.content()).not.toContain(key);
      await page.getByRole('button', { name: 'Make a key' }).click();
      await page.getByLabel('Name').fill('Month end');
      await page.getByLabel('Kind').selectOption('restricted');
      await page.getByLabel('payment_intents').selectOption('read');
      await page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click();
      await page.getByRole('button', { name: 'I have kept it' }).click();
      // A key leads to what it has asked, which is nothing yet.
      await page.getByRole('row', { name: 'payment_intents read' }).getByRole('link').click();
      await page.getByText('No request is like that').waitFor();
    } finally {
      await receiver.close();
    }
  });
}
