import { currencyOf } from '@tpmall/kernel';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import pg from 'pg';
import type { Browser, BrowserContextOptions, Cookie, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../harness/browser.ts';
import { approved, storeCard } from '../../harness/cards.ts';
import { codeFor } from '../../harness/console.ts';
import { openShelf, type Shelf } from '../../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../../harness/system.ts';

/** What somebody writes into a field so that a page runs it. */
export const MARKUP = '<img src=x onerror=alert(1)>"\'</td><script>alert(2)</script>';

type Role = 'merchant' | 'operator';

/** The console's desks in a browser, and what is seen at them. They stand once the first test begins. */
export interface Desks {
  readonly test: TestSystem;
  readonly admin: pg.Client;
  /** A shop with one thing to sell. */
  readonly shelf: Shelf;
  /** A page of somebody who has not signed in. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Signs in with the keyboard alone. */
  enter(page: Page, role: Role, email: string): Promise<void>;
  /** A page of somebody who has signed in before, in this test or in another. */
  at(role: Role, email: string, path?: string): Promise<Page>;
  /** The same of the platform's developer. */
  developer(path?: string): Promise<Page>;
  /** Whoever is asked for next signs in anew. */
  forgetSessions(): void;
  /** No sheet lies over the page any more: keys act on the page again. */
  isClosed(page: Page): Promise<void>;
  /** A payment of CNY 2,386.00 over two merchants, or as is said. */
  pay(more?: object): Promise<Stripe.PaymentIntent>;
  /** A payment whose capture the acquirer has refused. */
  refuse(): Promise<string>;
  /** A record of a clearing file that is about nothing of ours. */
  misread(): Promise<void>;
  /** What stands on the debit side of a kind of account in yuan; the whole ledger balances. */
  inCny(kind: keyof typeof ACCOUNT_CODES): Promise<bigint>;
}

/** Opens the desks before the tests of the suite that calls this, and closes them after these. */
export function openDesks(): Desks {
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
  const enter = async (page: Page, role: Role, email: string): Promise<void> => {
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
  const at = async (role: Role, email: string, path = ''): Promise<Page> => {
    const page = await open();
    const known = cookies.get(email);
    if (known) await page.context().addCookies(known);
    await page.goto(path);
    if (!known) await enter(page, role, email);
    cookies.set(email, await page.context().cookies(`${test.system.apiUrl}/v1/`));
    return page;
  };
  // One may still be on its way out when the next is closed: there is no first where there is none.
  const isClosed = (page: Page) => page.getByRole('dialog').first().waitFor({ state: 'detached' });
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

  return {
    get test() {
      return test;
    },
    get admin() {
      return admin;
    },
    get shelf() {
      return shelf;
    },
    ...{ open, enter, at, developer, forgetSessions: () => cookies.clear(), isClosed },
    ...{ pay, refuse, misread, inCny },
  };
}
