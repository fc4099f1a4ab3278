import { currencyOf } from '@tpmall/kernel';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import pg from 'pg';
import type { Browser, BrowserContextOptions, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, declinedWith, storeCard } from '../harness/cards.ts';
import { codeFor } from '../harness/console.ts';
import { startReceiver } from '../harness/receiver.ts';
import { openShelf, type Shelf } from '../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const MARKUP = '<img src=x onerror=alert(1)>"\'</td><script>alert(2)</script>';

describe.skipIf(!hasBrowser)('the console in a browser', () => {
  let test: TestSystem;
  let admin: pg.Client;
  let browser: Browser;
  let shelf: Shelf;
  /** How often a person may ask for a code is limited, so that their sessions are used again. */
  const cookies = new Map<string, Cookie[]>();
  /** Mails that have come to an address. */
  const mails = new Map<string, number>();

  beforeAll(async () => {
    test = await startTestSystem();
    admin = new pg.Client({ connectionString: test.system.databaseUrl });
    await admin.connect();
    shelf = await openShelf(test);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await admin?.end();
    await test?.close();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const baseURL = test.system.consoleUrl;
    const context = await browser.newContext({ locale: 'en-GB', baseURL, ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('dialog', () => expect.unreachable('a page ran what somebody wrote into a field'));
    page.on('console', (message) => {
      // Whatever the page's policy forbids is told here: nothing of ours may need it.
      if (message.text().includes('Content Security Policy')) expect.unreachable(message.text());
    });
    return page;
  };
  /** Signs in with the keyboard alone. */
  const enter = async (page: Page, role: 'merchant' | 'operator', email: string): Promise<void> => {
    await page.getByLabel('I work').selectOption(role);
    await page.getByLabel('E-mail').fill(email);
    await page.keyboard.press('Enter');
    await page.getByLabel('Code', { exact: true }).waitFor();
    const count = (mails.get(email) ?? 0) + 1;
    mails.set(email, count);
    await page.keyboard.type(await codeFor(test, email, count));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };
  /** Somebody who has signed in before, in this test or in another. */
  const at = async (role: 'merchant' | 'operator', email: string, path = ''): Promise<Page> => {
    const page = await open();
    const known = cookies.get(email);
    if (known) await page.context().addCookies(known);
    await page.goto(path);
    if (!known) await enter(page, role, email);
    cookies.set(email, await page.context().cookies(`${test.system.apiUrl}/v1/`));
    return page;
  };
  /** No sheet lies over the page any more: keys act on the page again. */
  const isClosed = (page: Page) => page.getByRole('dialog').waitFor({ state: 'detached' });
  const developer = (path?: string) => at('merchant', 'dev@tpmall.example', path);

  const pay = async (more: object = {}) => {
    const card = await storeCard(test.vault, approved);
    return test.stripe.paymentIntents.create({
      ...{ amount: 238_600, currency: 'cny', payment_method: card.id, confirm: true },
      ...{ return_url: 'https://shop.example/done', description: MARKUP },
      split: [{ destination: test.merchants[0] ?? '', amount: 94_478, application_fee_amount: 4870 }],
      ...more,
    } as Parameters<typeof test.stripe.paymentIntents.create>[0]);
  };
  /** A payment whose capture the acquirer has refused. */
  const refuse = async (): Promise<string> => {
    const { id } = await pay();
    await admin.query(
      `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
       SELECT 'adv_' || id, tenant, now(), id, latest_charge, 'capture', '25', amount
       FROM payments.intent WHERE id = $1`,
      [id],
    );
    return id;
  };

  /** A record of a clearing file that is about nothing of ours. */
  const misread = async (): Promise<void> => {
    await admin.query(
      `WITH file AS (
         INSERT INTO acquiring.clearing_file (id, connector, name, content_hash, records, imported_at)
         VALUES ('clf_axe', 'acquirer-a', 'axe.csv', sha256('axe'), 1, now()))
       INSERT INTO acquiring.clearing_record (id, file, connector, line, type, reference, approval_code,
         amount, fee, currency, booked_at, created_at, exception)
       VALUES ('clf_axe.2', 'clf_axe', 'acquirer-a', 2, 'capture', 'nobody', 'A', 100, 0, 'eur', now(), now(),
         'unknown_reference')`,
    );
  };
  /** What stands on the debit side of a kind of account in yuan; the whole ledger balances. */
  const inCny = async (kind: keyof typeof ACCOUNT_CODES): Promise<bigint> => {
    const { rows, totals } = (await test.operator('GET', '/v1/ledger/trial-balance')) as unknown as {
      rows: { code: number; ledger: number; debits_posted: string; credits_posted: string }[];
      totals: { balanced: boolean }[];
    };
    expect(totals.every(({ balanced }) => balanced)).toBe(true);
    return rows
      .filter(({ code, ledger }) => code === ACCOUNT_CODES[kind].code && ledger === currencyOf('cny').number)
      .reduce((sum, row) => sum + BigInt(row.debits_posted) - BigInt(row.credits_posted), 0n);
  };

  it('lets somebody in where they wanted to go, with the keyboard, and out again', async () => {
    const { id } = await pay();
    const page = await open();
    await page.goto(`payments/${id}`);
    await page.getByLabel('E-mail').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('This is no e-mail address.').waitFor();
    await enter(page, 'merchant', 'dev@tpmall.example');
    await page.getByRole('heading', { name: '2,386.00' }).waitFor();
    await page.getByText('Sam Okafor').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
  });

  it('asks to sign in again when the house has ended a session', async () => {
    const page = await developer('payments');
    await page.getByRole('heading', { name: 'Payments' }).waitFor();
    await admin.query(`DELETE FROM identity.session WHERE role = 'merchant'`);
    cookies.clear();
    // What identity remembers of a session is a matter of seconds.
    await expect
      .poll(
        async () => {
          await page.reload();
          await page.locator('h1').first().waitFor();
          return page.locator('h1').first().textContent();
        },
        { timeout: 20_000 },
      )
      .toBe('Sign in to the console');
  });

  it('finds payments, and tells what happened to one', async () => {
    const paid = await pay();
    const card = await storeCard(test.vault, declinedWith('51'));
    await expect(pay({ payment_method: card.id, amount: 777_700 })).rejects.toThrow('insufficient funds');
    await test.system.drainEvents();
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
    const { data } = await test.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([9650]);
    // What was captured, less what went back, is what is left.
    const sums = page.getByRole('region', { name: 'Refunds' }).locator('dd');
    expect(await sums.allTextContents()).toEqual(['2,386.00', '−96.50', '2,289.50']);
  });

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
      expect(await page.content()).not.toContain(first);
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await page.getByText('Delivered').waitFor();
      await pay();
      await test.system.drainEvents();
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

  it('lets two people resolve an outcome, and no one person', async () => {
    const id = await refuse();
    const olga = await at('operator', 'olga@tpmall.example', 'outcomes');
    await olga.getByRole('link', { name: id }).click();
    await olga.getByLabel('Booked after all').check();
    await olga.getByLabel('How you know').fill('In the clearing file, line 812');
    await olga.getByRole('button', { name: 'Propose to a second person' }).click();
    await olga.getByText('You proposed it.').waitFor();
    expect(await olga.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    const qian = await at('operator', 'qian@tpmall.example', `outcomes/${id}`);
    await qian.getByText('In the clearing file, line 812').waitFor();
    await qian.getByRole('button', { name: 'Confirm' }).click();
    await qian.getByLabel('What you have seen yourself').fill('Line 812, seen');
    await qian.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await qian.getByText('What became of it is known.').waitFor();
    const { rows } = await admin.query('SELECT state FROM payments.resolution WHERE subject = $1', [id]);
    expect(rows).toEqual([{ state: 'applied' }]);
  });

  it('lets two people accept what an acquirer pays less: the ledger moves once, and balances', async () => {
    const { id } = await pay();
    const { rows: found } = await admin.query<{ reference: string; approval_code: string }>(
      `SELECT o.reference, o.approval_code FROM acquiring.authorisation AS o
       JOIN payments.charge AS c ON o.command_id = c.command_id || '.authorise' WHERE c.intent = $1`,
      [id],
    );
    const { reference, approval_code: approval } = found[0] ?? {};
    await test.operator('POST', '/v1/operations/clearing/files', {
      ...{ connector: 'acquirer-a', name: 'five-less.csv' },
      text:
        'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at\n' +
        `D,capture,${reference},${approval},424242******4242,238100,cny,M,T,2026-11-27T12:00:00Z\n` +
        'T,total,,,1,238100,cny,,,\n',
    });
    const before = await inCny('processing_cost');
    const olga = await at('operator', 'olga@tpmall.example');
    await olga.getByRole('link', { name: 'Clearing exceptions: 1' }).click();
    await olga.getByRole('row', { name: 'Another amount was moved' }).waitFor();
    await olga.keyboard.press('j');
    await olga.keyboard.press('Enter');
    await olga.locator('.figs').getByText('2,381.00').waitFor();
    await olga.locator('.figs').getByText('2,386.00').waitFor();
    await olga.locator('.figs').getByText('−5.00').waitFor();
    await olga.getByLabel('we bear the difference').check();
    await olga.getByLabel('How you know').fill(MARKUP);
    await olga.getByRole('button', { name: 'Propose to a second person' }).click();
    await olga.getByText('You proposed it.').waitFor();
    expect(await olga.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
    const qian = await at('operator', 'qian@tpmall.example');
    await qian.getByRole('row', { name: 'we bear the difference' }).getByRole('link').click();
    await qian.getByText(MARKUP).waitFor();
    await qian.keyboard.press('a');
    await qian.getByLabel('What you have seen yourself').and(qian.locator(':focus')).waitFor();
    await qian.keyboard.type('Seen as well');
    await qian.getByRole('dialog').getByRole('button', { name: 'Confirm' }).dblclick();
    await qian.getByRole('heading', { name: 'This has been resolved.' }).waitFor();
    // What the first one still has open says so by itself.
    await olga.getByRole('heading', { name: 'This has been resolved.' }).waitFor();
    await expect.poll(() => inCny('processing_cost'), { timeout: 20_000 }).toBe(before + 500n);
    // Both steps are in the audit log, and its chain holds.
    await qian.goto('audit?action=clearing_resolution');
    await qian.getByRole('row', { name: 'clearing_resolution.applied' }).getByText('Seen as well').waitFor();
    await qian.keyboard.press('v');
    await qian.getByText('The chain holds').waitFor();
  });

  it('lets a merchant pack, send and deliver an order by keys alone', async () => {
    const address = {
      ...{ name: MARKUP, phone: null, line1: 'Silk Road 1', line2: null, city: 'Suzhou', state: null },
      ...{ postalCode: '215000', country: 'CN' },
    };
    const order = await shelf.buy(2, { address });
    const page = await at('merchant', 'mei@kiln-and-reed.example');
    await page.getByRole('link', { name: 'Orders to pack: 1' }).waitFor();
    await page.getByRole('link', { name: order.number }).waitFor();
    // The first row is what is to be packed.
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/orders?state=preparing');
    await page.getByRole('link', { name: order.number }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '354.00' }).waitFor();
    await page.getByText(MARKUP).waitFor();
    await page.keyboard.press('?');
    await page.getByText('Of an order: it has left').waitFor();
    await page.keyboard.press('Escape');
    await isClosed(page);
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'The parcel is packed' }).waitFor();
    await page.keyboard.press('Escape');
    await isClosed(page);
    expect((await shelf.find(order)).parcels).toMatchObject([{ state: 'preparing' }]);
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
    expect(await shelf.find(order)).toMatchObject({
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
    const order = await shelf.buy(3);
    await shelf.post(`orders/${order.id}/ship`, { merchant: test.merchants[0] });
    const [taken, refused] = [await shelf.askBack(order, MARKUP), await shelf.askBack(order, 'Too small')];
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
    await shelf.post(`returns/${refused}/refuse`, { reason: 'A colleague was first' });
    await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('Somebody has been here before you').waitFor();
    await page.getByRole('button', { name: 'Show how it stands' }).click();
    await page.getByText('A colleague was first').waitFor();
    const { returns } = await shelf.find(order);
    expect(new Map(returns.map((one) => [one.id, one.decisionReason]))).toEqual(
      new Map([
        [taken, 'Send it back, please'],
        [refused, 'A colleague was first'],
      ]),
    );
  });

  it('is accessible (WCAG 2.2 AA), wide and narrow, light and dark, in both languages', async () => {
    const { id } = await pay();
    const outcome = await refuse();
    const order = await shelf.buy(2);
    const back = await shelf.askBack(order);
    await misread();
    const stranger = await open();
    await stranger.goto('');
    await stranger.getByLabel('E-mail').waitFor();
    expect(await flawsOf(stranger), 'signing in').toEqual([]);
    const desks = [
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
    for (const [role, email, paths] of desks) {
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
});
