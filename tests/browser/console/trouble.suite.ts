import { expect, it } from 'vitest';
import { cardThat, declinedWith, storeCard } from '../../harness/cards.ts';
import type { Desks } from './desks.ts';

/** What a developer is told where not all went well: of payments, and of the network. */
export function trouble(desks: Desks): void {
  const { developer, pay } = desks;

  it('says what was taken where that is not the whole, and why nothing was', async () => {
    const { id } = await pay({ capture_method: 'manual' });
    const page = await developer(`payments/${id}`);
    const split = page.getByRole('region', { name: 'Split as agreed' });
    await split.waitFor();
    expect(await split.getByText('Captured').count()).toBe(0);
    await desks.test.stripe.paymentIntents.capture(id, { amount_to_capture: 100_000 });
    await page.reload();
    const state = page.locator('.figs > div').first();
    await state.getByText('Paid', { exact: true }).waitFor();
    expect(await state.textContent()).toMatch(/Captured\s*CNY\s*1,000\.00/);
    expect(await split.locator('dd').last().textContent()).toContain('1,000.00');

    // What a bank says no to was declined; where the shopper was not let through, no bank was asked.
    for (const [number, name, code] of [
      [declinedWith('51'), 'Declined', 'insufficient_funds'],
      [
        cardThat((card) => card.authentication === 'refused'),
        'Failed, nothing charged',
        'payment_intent_authentication_failure',
      ],
    ] as const) {
      const card = await storeCard(desks.test.vault, number);
      // The one is refused at once, the other answered.
      await Promise.allSettled([pay({ payment_method: card.id })]);
      const { data } = await desks.test.stripe.paymentIntents.list({ limit: 1 });
      await page.goto(`payments/${data[0]?.id}`);
      await state.getByText(code).waitFor();
      expect(await state.textContent()).toContain(name);
    }
  });

  it('says that there is no network, keeps what was read, and makes no change later unseen', async () => {
    const { id } = await pay();
    const page = await developer('payments');
    await page.locator('[data-row]').first().waitFor();
    const rows = await page.locator('[data-row]').count();
    await page.context().setOffline(true);
    await page.locator('[data-row]').first().click();
    await page.getByText('No answer came').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/console/payments');
    await page.getByText('What stands here was read earlier').waitFor();
    expect(await page.locator('[data-row]').count()).toBe(rows);
    await page.context().setOffline(false);
    await page.getByText('What stands here was read earlier').waitFor({ state: 'detached' });

    await page.goto(`payments/${id}`);
    await page.getByRole('button', { name: 'Refund' }).click();
    const sheet = page.getByRole('dialog', { name: 'Give money back' });
    await page.context().setOffline(true);
    await sheet.getByLabel('Amount, CNY').fill('1.00');
    await sheet.getByRole('button', { name: 'Refund' }).click();
    // Told at once, and not sent by itself once there is a network.
    await sheet.getByText('We do not know whether this was done.').waitFor();
    await page.context().setOffline(false);
    await page.locator('.figs').waitFor();
    const refunds = () => desks.test.stripe.refunds.list({ payment_intent: id });
    expect((await refunds()).data).toEqual([]);
    await sheet.getByRole('button', { name: 'again' }).click();
    await page.getByText('Paid, partly refunded').waitFor();
    expect((await refunds()).data.map(({ amount }) => amount)).toEqual([100]);
  });
}
