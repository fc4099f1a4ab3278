import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { approved, declinedWith, storeCard } from '../../harness/cards.ts';
import { type Desks, MARKUP } from './desks.ts';

/** What a developer sees of payments, and gives back. */
export function payments(desks: Desks): void {
  const { developer, isClosed, pay } = desks;

  it('finds payments, and tells what happened to one', async () => {
    const paid = await pay();
    const card = await storeCard(desks.test.vault, declinedWith('51'));
    await expect(pay({ payment_method: card.id, amount: 777_700 })).rejects.toThrow('insufficient funds');
    await desks.test.system.drainEvents();
    const page = await developer('payments');
    await page.getByRole('row', { name: 'Declined' }).first().waitFor();
    await page.getByLabel('Find', { exact: true }).fill('7777.00');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
    await page.getByLabel('Find', { exact: true }).fill('nothing at all');
    await page.keyboard.press('Enter');
    await page.getByText('Write an amount, four digits of a card').waitFor();
    await page.getByLabel('State', { exact: true }).selectOption('canceled');
    await page.getByText('No payment is like that.').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.locator('[data-row]').first().waitFor();
    // By keys alone: the finder, the newest row, and back.
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Find a payment' }).fill(paid.id);
    await page.getByRole('button', { name: `Open ${paid.id}` }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '2,386.00' }).waitFor();
    await page.getByText('createPaymentIntent').waitFor();
    await page.getByText('Sent to acquirer-a').first().waitFor();
    await page.getByText('Message, masked').first().click();
    expect(await page.locator('.wire').first().textContent()).not.toContain(approved);
    await page.getByText('Posted to the ledger').first().waitFor();
    await page.getByText('payment_intent.succeeded').first().waitFor();
    await page.getByLabel('Ledger', { exact: true }).uncheck();
    expect(await page.getByText('Posted to the ledger').count()).toBe(0);
    await page.getByText(MARKUP).first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/console/payments');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await page.locator('[data-row]').nth(1).getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${second}`);
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.waitForURL('**/console/keys');
  });

  it('gives money back once, and only what is there', async () => {
    const { id } = await pay();
    const page = await developer(`payments/${id}`);
    await page.getByRole('button', { name: 'Refund' }).click();
    const sheet = page.getByRole('dialog', { name: 'Give money back' });
    await sheet.getByLabel('Amount, CNY').fill('2386.01');
    await sheet.getByRole('button', { name: 'Refund' }).click();
    await sheet.getByText('Write an amount in CNY').waitFor();
    await sheet.getByLabel('Amount, CNY').fill('96.50');
    await sheet.getByLabel('Reason').selectOption('requested_by_customer');
    await sheet.getByRole('button', { name: 'Refund' }).dblclick();
    await page.getByText('Paid, partly refunded').waitFor();
    const { data } = await desks.test.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([9650]);
    // What was captured, less what went back, is what is left.
    const sums = page.getByRole('region', { name: 'Refunds' }).locator('dd');
    expect(await sums.allTextContents()).toEqual(['2,386.00', '−96.50', '2,289.50']);
  });

  it('writes and reads amounts with the decimals that the API has, and guesses at no thousands', async () => {
    // What browsers say of forints has no decimals; the API and ISO 4217 have two.
    const { id } = await pay({ amount: 500_000, currency: 'huf', split: [] });
    const page = await developer(`payments/${id}`);
    await page.getByRole('heading', { name: 'HUF 5,000.00' }).waitFor();
    await page.getByRole('button', { name: 'Refund' }).click();
    const sheet = page.getByRole('dialog', { name: 'Give money back' });
    expect(await sheet.getByLabel('Amount, HUF').inputValue()).toBe('5000.00');
    for (const unclear of ['1,000', '1 000', '25.505', '1,000.50']) {
      await sheet.getByLabel('Amount, HUF').fill('0');
      await sheet.getByRole('button', { name: 'Refund' }).click();
      await sheet.getByText('above zero and of at most 5000.00').waitFor();
      await sheet.getByLabel('Amount, HUF').fill(unclear);
      await sheet.getByRole('button', { name: 'Refund' }).click();
      await sheet.getByText('as 5000.00 is written, without commas').waitFor();
    }
    await sheet.getByLabel('Amount, HUF').fill('25,5');
    await sheet.getByRole('button', { name: 'Refund' }).click();
    await page.getByText('Paid, partly refunded').waitFor();
    const { data } = await desks.test.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([2550]);
  });

  it('makes one refund however often its answer is lost', async () => {
    const { id } = await pay();
    const page = await developer(`payments/${id}`);
    const losses = await loseAnswers(page, '*/v1/refunds', 2);
    await page.getByRole('button', { name: 'Refund' }).click();
    const sheet = page.getByRole('dialog', { name: 'Give money back' });
    await sheet.getByLabel('Amount, CNY').fill('96.50');
    await sheet.getByRole('button', { name: 'Refund' }).click();
    await sheet.getByText('We do not know whether this was done.').waitFor();
    expect(await sheet.getByText('Nothing was changed').count()).toBe(0);
    await page.keyboard.press('Escape');
    await isClosed(page);
    await page.getByRole('button', { name: 'Refund' }).click();
    await sheet.getByText('96.50').waitFor();
    await sheet.getByRole('button', { name: 'Send it again' }).click();
    await expect.poll(losses).toBe(2);
    await sheet.getByText('We do not know whether this was done.').waitFor();
    // The page may be left as well.
    await page.keyboard.press('Escape');
    await isClosed(page);
    await page.locator('nav').getByRole('link', { name: 'Payments' }).click();
    await page.locator(`a[href$="${id}"]`).first().click();
    await page.getByRole('button', { name: 'Refund' }).click();
    await sheet.getByRole('button', { name: 'Send it again' }).click();
    await page.getByText('Paid, partly refunded').waitFor();
    await isClosed(page);
    const { data } = await desks.test.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([9650]);
    // What is given back next is another refund.
    await page.getByRole('button', { name: 'Refund' }).click();
    await sheet.getByLabel('Amount, CNY').fill('3.50');
    await sheet.getByRole('button', { name: 'Refund' }).click();
    await page.locator('dd').getByText('2,286.00').waitFor();
  });

  it('leads from an id to what it names, where there is a page of it', async () => {
    const { id } = await pay();
    await desks.test.system.drainEvents();
    const page = await developer('events?type=payment_intent.succeeded');
    const follow = async () => {
      await page.getByRole('link', { name: id, exact: true }).click();
      await page.waitForURL(`**/console/payments/${id}`);
    };
    await follow();
    await page.goto('events?type=payment_intent.succeeded');
    await page.getByRole('row', { name: id }).locator('[data-row]').click();
    await page.waitForURL('**/events/evt_*');
    await follow();
    await page.goto('requests?method=POST&path=/v1/payment_intents');
    await page.locator('a[data-row]').first().click();
    await page.waitForURL('**/requests/req_*');
    await follow();
    // Of customers there is no page here: the id is told, and leads nowhere.
    const customer = await desks.test.stripe.customers.create({ name: MARKUP });
    await desks.test.system.drainEvents();
    await page.goto('events?type=customer.created');
    await page.getByText(customer.id, { exact: true }).waitFor();
    expect(await page.getByRole('link', { name: customer.id }).count()).toBe(0);
  });
}

/** Cuts the connection after the server has answered, so often. Returns how often it has been cut. */
async function loseAnswers(page: Page, urlPattern: string, times: number): Promise<() => number> {
  const network = await page.context().newCDPSession(page);
  let lost = 0;
  network.on('Fetch.requestPaused', ({ requestId }) => {
    const isLost = lost < times;
    if (isLost) lost += 1;
    void (isLost
      ? network.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
      : network.send('Fetch.continueRequest', { requestId }));
  });
  await network.send('Fetch.enable', { patterns: [{ urlPattern, requestStage: 'Response' }] });
  return () => lost;
}
