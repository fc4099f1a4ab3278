import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type Desks, MARKUP } from './desks.ts';

/** The address of an order in Chinese: from the country to the person. */
const readInChinese = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: '中文' }).click();
  await expect
    .poll(() => page.locator('address span').allTextContents())
    .toEqual(['中国', 'Suzhou', 'Silk Road 1', '215000', MARKUP]);
  await page.getByRole('button', { name: 'English' }).click();
};

/** A merchant’s orders and returns. */
export function selling(desks: Desks): void {
  const { at, isClosed } = desks;

  it('lets a merchant pack, send and deliver an order by keys alone', async () => {
    const address = {
      ...{ name: MARKUP, phone: null, line1: 'Silk Road 1', line2: null, city: 'Suzhou', state: null },
      ...{ postalCode: '215000', country: 'CN' },
    };
    const order = await desks.shelf.buy(2, { address });
    const page = await at('merchant', 'mei@kiln-and-reed.example');
    await page.getByRole('link', { name: 'Orders to pack: 1' }).waitFor();
    await page.getByRole('link', { name: order.number }).waitFor();
    // The first row is what is to be packed.
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/orders?state=preparing');
    // The address changes before the page does, and the page before lists the same order.
    await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
    await page.getByRole('link', { name: order.number }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '354.00' }).waitFor();
    await page.getByText(MARKUP).waitFor();
    await readInChinese(page);
    await page.keyboard.press('?');
    await page.getByText('Of an order: it has left').waitFor();
    await page.keyboard.press('Escape');
    await isClosed(page);
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'The parcel is packed' }).waitFor();
    await page.keyboard.press('Escape');
    await isClosed(page);
    expect((await desks.shelf.find(order)).parcels).toMatchObject([{ state: 'preparing' }]);
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'It is packed' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.figs').getByText('To send').waitFor();
    await isClosed(page);
    await page.keyboard.press('s');
    await page.getByLabel('Carrier').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('SF Express');
    await page.keyboard.press('Tab');
    await page.keyboard.type('SF1234567890');
    await page.keyboard.press('Enter');
    await page.locator('.figs').getByText('On its way').waitFor();
    await isClosed(page);
    await page.getByText('SF1234567890').waitFor();
    await page.keyboard.press('d');
    await page.getByRole('button', { name: 'It has arrived' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.figs').getByText('Delivered').waitFor();
    await isClosed(page);
    expect(await desks.shelf.find(order)).toMatchObject({
      state: 'delivered',
      parcels: [{ state: 'delivered', carrier: 'SF Express', tracking: 'SF1234567890' }],
    });
    await page.keyboard.press('Escape');
    await page.waitForURL('**/console/orders');
    await page.getByLabel('State', { exact: true }).selectOption('cancelled');
    await page.getByText('No order stands so.').waitFor();
    // The finder knows what a merchant has, and nothing else.
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Find an order' }).fill('pi_1');
    await page.getByText('Write the id of an order').waitFor();
    await page.getByRole('textbox', { name: 'Find an order' }).fill(order.id);
    await page.getByRole('button', { name: `Open ${order.id}` }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/orders/${order.id}`);
    await page.goto('orders/order_of_somebody_else');
    await page.getByText('There is no such thing here.').waitFor();
  });

  it('lets a merchant answer returns, and says where somebody else has been first', async () => {
    const order = await desks.shelf.buy(3);
    await desks.shelf.post(`orders/${order.id}/ship`, { merchant: desks.test.merchants[0] });
    const [taken, refused] = [
      await desks.shelf.askBack(order, MARKUP),
      await desks.shelf.askBack(order, 'Too small'),
    ];
    const page = await at('merchant', 'mei@kiln-and-reed.example', `returns/${taken}`);
    await page.getByRole('heading', { name: '168.00' }).waitFor();
    await page.getByText(MARKUP).waitFor();
    await page.keyboard.press('a');
    const sheet = page.getByRole('dialog', { name: 'Accept the return' });
    await sheet.getByLabel('What the shopper reads').fill('Send it back, please');
    expect(await sheet.getByLabel('Pay it back only when').isChecked()).toBe(true);
    await sheet.getByRole('button', { name: 'Accept' }).dblclick();
    await page.locator('.figs').getByText('Waiting for the pieces').waitFor();
    await isClosed(page);
    await page.getByText('Send it back, please').waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('They are for sale again').check();
    await page.getByRole('button', { name: 'They are here' }).click();
    await page
      .locator('.figs')
      .getByText(/Accepted, money on its way|Paid back/)
      .waitFor();
    // One is refused, while a colleague has done so already.
    await page.goto(`orders/${order.id}`);
    await page.locator('dl.sum a[data-row]').nth(1).waitFor();
    await page.goto('returns?state=asked');
    await page.getByRole('row', { name: 'Too small' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Refuse' }).waitFor();
    await page.keyboard.press('x');
    await page.getByLabel('What the shopper reads').fill('It is as described');
    await desks.shelf.post(`returns/${refused}/refuse`, { reason: 'A colleague was first' });
    await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('Somebody has been here before you').waitFor();
    await page.getByRole('button', { name: 'Show how it stands' }).click();
    await page.getByText('A colleague was first').waitFor();
    const { returns } = await desks.shelf.find(order);
    expect(new Map(returns.map((one) => [one.id, one.decisionReason]))).toEqual(
      new Map([
        [taken, 'Send it back, please'],
        [refused, 'A colleague was first'],
      ]),
    );
  });

  it('shows entries of a statement that come before the balances', async () => {
    const page = await at('merchant', 'mei@kiln-and-reed.example');
    const isStatement = (url: URL): boolean => url.pathname === '/v1/console/statement';
    let rows: () => void = () => undefined;
    const areHere = new Promise<void>((resolve) => {
      rows = resolve;
    });
    // Two questions: the first, for the balances, is held until the one for the entries is answered.
    let asked = 0;
    await page.route(isStatement, async (route) => {
      asked += 1;
      if (asked === 1) await areHere;
      await route.continue();
    });
    page.on('response', (response) => {
      if (isStatement(new URL(response.url()))) void response.finished().then(rows);
    });
    await page.goto('statement');
    await page.locator('.figs').waitFor();
    await page.locator('td.n').first().waitFor();
  });
}
