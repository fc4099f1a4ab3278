import { unwrap } from '@tpmall/kernel';
import { CART_LINES_MAX, mallContract } from '@tpmall/mall/contract';
import { operatorContext } from '@tpmall/server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flawsOf, hasBrowser, launchBrowser } from '../harness/browser.ts';
import { approved, challenged } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const MARKUP = '<img src=x onerror=alert(1)>"\'</title><script>alert(2)</script>';
const ADDRESS = {
  'E-mail': 'ada@shop.example',
  Name: MARKUP,
  'Street and number': 'Silk Road 1',
  City: 'Suzhou',
  'Postal code': '215000',
};
/** What is written into every field that takes any text. */
const HOSTILE = {
  ...ADDRESS,
  'Street and number': MARKUP,
  'Flat, floor (may be left out)': MARKUP,
  City: MARKUP,
};

/**
 * What has the focus, by what it is called, in whichever frame; after it, in brackets, what is wrong with how
 * it shows: something lies over it, or nothing marks it.
 */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (!document.hasFocus() || !at || at === document.body || at.tagName === 'IFRAME') return '';
  const box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const isSeen = top !== null && (at.contains(top) || top.contains(at));
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const isMarked = outlineStyle !== 'none' && outlineWidth !== '0px';
  const name = at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent;
  const said = name.replace(/\\s+/g, ' ').trim();
  return said + (isSeen ? '' : ' (covered)') + (isMarked ? '' : ' (not marked)');
})()`;
/** More stops than any page has. */
const STOPS_MAX = 150;

describe.skipIf(!hasBrowser)('the mall in a browser', () => {
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
    const page = await context.newPage();
    page.on('dialog', () => expect.unreachable('a page ran what somebody wrote into a field'));
    return page;
  };
  const add = async (page: Page, words: string, name: string) => {
    await page.getByLabel('Search goods').fill(words);
    await page.getByLabel('Search goods').press('Enter');
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  };
  const fillIn = async (page: Page, fields: Readonly<Record<string, string>>) => {
    for (const [label, text] of Object.entries(fields)) {
      await page.getByLabel(label, { exact: true }).fill(text);
    }
  };
  const mall = () => test.system.portFor(mallContract, 'operator');
  const tenant = async () =>
    unwrap(await test.system.portFor(mallContract, 'web').findHome(operatorContext('', 'look'), {})).tenant;

  it.each([true, false])(
    'sells things of two makers for one payment, and gives back a part (script: %s)',
    { timeout: 120_000 },
    async (javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled });
      await page.goto('/');
      await add(page, '灰釉长颈瓶', 'Ash-glaze vase, tall');
      await add(page, 'ledger', 'Ledger notebook, ruled');
      await page.getByText('Two things from two makers.').waitFor();
      await page.getByRole('button', { name: 'One more Ledger notebook, ruled' }).click();
      await page.getByText('Three things from two makers.').waitFor();
      await page.getByRole('link', { name: 'Go to checkout' }).click();
      await page.getByRole('button', { name: 'Go on to pay' }).click();
      await page.waitForLoadState('domcontentloaded');
      expect(await page.locator('.err').count()).toBe(5);
      await page.getByText('Write the street and the number.').waitFor();
      expect(await page.title()).toMatch(/^Not done: /);
      await fillIn(page, { ...HOSTILE, 'E-mail': 'ada' });
      await page.getByRole('button', { name: 'Go on to pay' }).click();
      await page.getByText('This is no e-mail address.').waitFor();
      await fillIn(page, HOSTILE);
      await page.getByRole('button', { name: 'Go on to pay' }).click();
      await payWithChallenge(page, javaScriptEnabled);
      // 620.00 + 2 × 66.00, and two deliveries.
      await page.getByText('Delivery, Kiln & Reed').waitFor();
      await page.waitForURL(/\/orders\//);
      await page.getByText('Paid', { exact: true }).waitFor();
      expect(await page.locator('tfoot').textContent()).toContain('785.00');
      expect(await page.locator('.steps .done').allTextContents()).toEqual(['Paid, done', 'Paid, done']);
      await page.getByText(MARKUP).first().waitFor();
      await page.getByRole('link', { name: 'Ask for a refund' }).click();
      const flaws = async () => (javaScriptEnabled ? flawsOf(page) : []);
      expect(await flaws(), 'the return page').toEqual([]);
      await page.getByLabel('Pieces of Ledger notebook, ruled').selectOption('1');
      await page.getByLabel('Pieces of Ash-glaze vase, tall').selectOption('1');
      await page.getByLabel('Why?').fill(MARKUP);
      await page.getByRole('button', { name: 'Ask for the refund' }).click();
      await page.getByText('Waiting for the maker’s answer').waitFor();
      // The notebook is below what its maker wants to be asked about.
      await page.getByText('Accepted at once').waitFor();
      await expect
        .poll(async () => (await page.reload(), page.getByText('Money sent back').count()), {
          timeout: 20_000,
        })
        .toBe(1);
      await page.getByText('Sent back so far').waitFor();
      expect(await flaws(), 'the order page').toEqual([]);
      const number = (await page.getByRole('heading', { level: 1 }).textContent())?.split(' ').at(-1) ?? '';
      const mails = async () => {
        const answer = await fetch(`${test.system.mailboxUrl}/api/mails?to=ada@shop.example`);
        const got = (await answer.json()) as { readonly mails: { subject: string; text: string }[] };
        return got.mails.filter(({ subject }) => subject.includes(number));
      };
      await expect.poll(async () => (await mails()).length, { timeout: 20_000 }).toBe(2);
      // The receipt is the first; then the notebook’s money came back.
      expect((await mails()).at(-1)?.text).toContain('785.00');
      await page.getByRole('link', { name: 'Orders' }).click();
      await page.getByText('Three things').waitFor();
    },
  );

  it('is bought from by keys alone, on a phone, and the focus is always seen', {
    timeout: 120_000,
  }, async () => {
    const page = await open({ viewport: { width: 390, height: 700 } });
    await page.goto('/');
    const focused = async (): Promise<string> => {
      const said = await Promise.all(page.frames().map((frame) => frame.evaluate<string>(FOCUSED)));
      return said.find((one) => one !== '') ?? '';
    };
    const tabTo = async (name: RegExp): Promise<void> => {
      const seen: string[] = [];
      while (seen.length < STOPS_MAX) {
        await page.keyboard.press('Tab');
        const now = await focused();
        expect(now).not.toMatch(/\(covered\)|\(not marked\)/);
        if (name.test(now)) return;
        seen.push(now);
      }
      expect.fail(`${String(name)} is not among ${seen.join(', ')}`);
    };
    const press = async (name: RegExp, path: RegExp): Promise<void> => {
      await tabTo(name);
      await Promise.all([page.waitForURL(path), page.keyboard.press('Enter')]);
    };
    await tabTo(/^Skip to content$/);
    await page.keyboard.press('Enter');
    await press(/^Celadon tea bowl/, /\/goods\//);
    await press(/^Add to cart$/, /\/cart$/);
    await press(/^Go to checkout$/, /\/checkout$/);
    for (const [label, text] of Object.entries({ ...ADDRESS, Name: 'Ada' })) {
      await tabTo(new RegExp(`^${label}`));
      await page.keyboard.type(text);
    }
    await press(/^Go on to pay$/, /\/c\/pay\//);
    await page.frameLocator('#card-frame').getByRole('button', { name: /^Pay/ }).waitFor();
    const card = { 'Card number': approved, Expires: '1234', 'Security code': '314' };
    for (const [label, text] of Object.entries(card)) {
      await tabTo(new RegExp(`^${label}`));
      await page.keyboard.type(text);
    }
    await press(/^Pay/, /\/orders\//);
    await page.getByText('Paid', { exact: true }).first().waitFor();
  });

  it.each([true, false])(
    'takes what was typed along into the other language (script: %s)',
    async (javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled, viewport: { width: 360, height: 740 } });
      await page.goto('/goods/tieguanyin');
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.goto('/checkout');
      await fillIn(page, { ...HOSTILE, City: '' });
      // A key in a field sends the form, as everywhere; it does not change the language.
      await page.getByLabel('Name', { exact: true }).press('Enter');
      await page.getByText('Write the city.').waitFor();
      await fillIn(page, { City: 'Suzhou' });
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('heading', { name: '寄往何处？' }).waitFor();
      expect(javaScriptEnabled ? await flawsOf(page) : []).toEqual([]);
      expect(await page.getByLabel('城市').inputValue()).toBe('Suzhou');
      expect(await page.getByLabel('姓名', { exact: true }).inputValue()).toBe(MARKUP);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByLabel('City', { exact: true }).press('Enter');
      await page.waitForURL(/\/c\/pay\//);
    },
  );

  it('asks again where a price has changed, and sells at the price that was seen', async () => {
    const page = await open();
    await page.goto('/goods/tieguanyin');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.goto('/checkout');
    await fillIn(page, ADDRESS);
    const at = operatorContext(await tenant(), 'dearer');
    const { goods } = unwrap(await mall().findGoods(at, { id: 'tieguanyin' }));
    const price = await test.stripe.prices.create({
      ...{ currency: 'cny', unit_amount: 19_900, product: goods.product },
    });
    const { tenant: _tenant, merchant: _merchant, createdAt: _createdAt, ...said } = goods;
    const variants = goods.variants.map(({ sku, values }) => ({ sku, values, price: price.id, stock: 0 }));
    unwrap(await mall().putGoods(at, { goods: [{ ...said, variants } as never] }));
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.getByText('Prices have changed since you filled the cart.').first().waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.getByText('Tick this to go on at today’s prices.').waitFor();
    await page.getByLabel('I have seen that prices have changed.').check();
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.waitForURL(/\/c\/pay\//);
    await page.getByText('Tieguanyin oolong').first().waitFor();
    expect(await page.locator('.fig-l').textContent()).toContain('211.00');
  });

  it('finds what was meant, and does not leave anybody before an empty shelf', async () => {
    const page = await open();
    const find = async (words: string) => {
      await page.getByLabel('Search goods').fill(words);
      await page.getByLabel('Search goods').press('Enter');
    };
    await page.goto('/nowhere');
    await find('celadno bowl');
    await page.getByText('Nothing has these words. These have “celadon bowl”.').waitFor();
    await page.getByRole('link', { name: /^Celadon tea bowl/ }).waitFor();
    await find(MARKUP);
    await page.getByRole('heading', { name: `Goods for “${MARKUP}”` }).waitFor();
    await page.goto('/aisles/tea');
    await page.getByText('Sort and narrow').click();
    await page.getByRole('link', { name: 'Cheapest first' }).click();
    await page.waitForURL(/order=up/);
    await page.locator('.item').first().getByText('Harbour breakfast blend').waitFor();
    await find('tea');
    await page.getByText('Sort and narrow').click();
    await page.getByRole('link', { name: 'Clocks', exact: true }).click();
    await page.getByText('Goods with these words are elsewhere in the mall.').waitFor();
    await page.getByRole('link', { name: 'Show everything again' }).click();
    await page.getByText(/^\d+ things have all of these words\.$/).waitFor();
    await find('zeppelin');
    await page.getByText('Nothing was found.').waitFor();
    await page.getByRole('heading', { name: 'Perhaps one of these' }).waitFor();
    expect(await page.locator('.item').count()).toBe(4);
  });

  /** Lists goods with so many sizes each, at ¥100; the ids of their variants. */
  const manyVariants = async (...sizes: readonly number[]): Promise<string[]> => {
    const at = operatorContext(await tenant(), 'many');
    const { goods } = unwrap(await mall().findGoods(at, { id: 'morning-cup' }));
    const price = await test.stripe.prices.create({
      ...{ currency: 'cny', unit_amount: 10_000, product: goods.product },
    });
    const { category, plate, name, summary, description, product } = goods;
    const listed = sizes.map((count, index) => {
      const all = Array.from({ length: count }, (_, size) => ({
        key: `s${size + 1}`,
        text: `Size ${size + 1}`,
      }));
      const values = all.map(({ key, text }) => ({ key, name: { en: text, zh: text } }));
      return {
        ...{ id: `many-${index}`, category, plate, name, summary, description, product },
        options: [{ key: 'size', name: { en: 'Size', zh: '尺寸' }, values }],
        variants: all.map(({ key }) => ({
          sku: `many-${key}`,
          price: price.id,
          values: { size: key },
          stock: 9,
        })),
      };
    });
    const put = unwrap(await mall().putGoods(at, { goods: listed }));
    return put.flatMap(({ variants }) => variants.map(({ id }) => id));
  };

  const payWithChallenge = async (page: Page, javaScriptEnabled: boolean) => {
    const form = page.frameLocator('#card-frame');
    await form.getByLabel('Card number').fill(challenged);
    await form.getByLabel('Expires').fill('12 / 34');
    await form.getByLabel('Security code').fill('314');
    await form.getByRole('button', { name: /^Pay/ }).click();
    if (!javaScriptEnabled) {
      await form.getByRole('link', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Pay' }).click();
    }
    await page.getByRole('button', { name: 'Continue to your bank' }).click();
    await page.getByLabel('Code from your bank').fill('1234');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Continue' }).click();
    // The receipt goes on to the order by itself.
    await page.waitForURL(/\/orders\//);
  };

  it('says that somebody was faster, that a price has changed, and what to do', async () => {
    const page = await open();
    await page.goto('/goods/mantel-clock');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.goto('/checkout');
    await fillIn(page, ADDRESS);
    const { goods } = unwrap(
      await mall().findGoods(operatorContext(await tenant(), 'find'), { id: 'mantel-clock' }),
    );
    const [{ id: variant, available } = { id: '', available: 0 }] = goods.variants;
    const count = (by: number, command: string) => async () =>
      unwrap(await mall().changeStock(operatorContext(await tenant(), command), { variant, by }));
    await count(-available, 'gone')();
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.getByText('Sold out. Take it out to go on.').waitFor();
    expect(await page.getByRole('link', { name: 'Go to checkout' }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    await count(available, 'back')();
    await page.reload();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await fillIn(page, ADDRESS);
    await page.evaluate("document.querySelector('input[name=total]').value = '1'");
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.getByText('The cart has changed since you opened this page.').waitFor();
    expect(await page.getByLabel('City').inputValue()).toBe('Suzhou');
  });

  it('says in a tab that is behind what another has changed, and that another has ordered', async () => {
    const page = await open();
    await page.goto('/goods/keemun');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.goto('/checkout');
    await fillIn(page, ADDRESS);
    const other = await page.context().newPage();
    await other.goto('/cart');
    await other.getByRole('button', { name: 'One more Keemun black tea' }).click();
    await other.getByText('Two things from one maker.').waitFor();
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    const said = page.getByRole('alert');
    await said.getByText('The cart has changed since you opened this page.').waitFor();
    await said.getByText('Keemun black tea: 1 before, 2 now').waitFor();
    await said.getByText('It came to ¥110.00, and comes to ¥208.00 now.').waitFor();
    expect(await flawsOf(page)).toEqual([]);
    // The other one was opened before, and is ordered after this one.
    await other.goto('/checkout');
    await fillIn(other, ADDRESS);
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.waitForURL(/\/c\/pay\//);
    await other.getByRole('button', { name: 'Go on to pay' }).click();
    await other.getByText('it may have been ordered, here or in another tab').waitFor();
    await other.getByRole('main').getByRole('link', { name: 'Your orders' }).click();
    await other.waitForLoadState('domcontentloaded');
    expect(await other.getByRole('link', { name: /^Order / }).count()).toBe(1);
  });

  it('folds a cart of all the lines that there may be, says what to do, and sells it', async () => {
    const goods = await manyVariants(26, 26, 26, 26);
    const page = await open();
    await page.goto('/goods/many-0');
    const proof = await page.locator('form[action="/cart/add"] [name=form_token]').inputValue();
    const add = async (variant: string) =>
      page.request.post('/cart/add', {
        headers: { origin: test.system.webUrl },
        form: { form_token: proof, variant, quantity: '1' },
        maxRedirects: 0,
      });
    for (const variant of goods.slice(0, CART_LINES_MAX)) expect((await add(variant)).status()).toBe(303);
    await page.goto('/goods/many-3');
    await page.getByLabel('Size 26').check();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByText('A cart has at most 100 lines. Order what is in it first').waitFor();
    await page.goto('/cart');
    await page.getByText('100 things from one maker.').waitFor();
    expect(await page.locator('.line:visible').count()).toBe(10);
    expect(await page.locator('.sum .grand').textContent()).toContain('10,000.00');
    expect(await flawsOf(page)).toEqual([]);
    await page.getByText('90 more things').click();
    const last = page.locator('.line').last();
    await last.getByRole('button', { name: /^One more/ }).click();
    await page.getByText('101 things from one maker.').waitFor();
    // Its line is still seen, though it was folded away.
    await expect.poll(() => last.isVisible()).toBe(true);
    // Not every browser opens what its address points into: the page comes so.
    expect(await (await page.request.get(page.url())).text()).toContain('<details class="rest" open>');
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await fillIn(page, ADDRESS);
    await page.getByRole('button', { name: 'Go on to pay' }).click();
    await page.waitForURL(/\/c\/pay\//);
    await page.frameLocator('#card-frame').getByRole('button', { name: 'Pay CNY 10,100.00' }).waitFor();
  });

  it('keeps an order that is not paid, and puts it back into the cart', async () => {
    const page = await open();
    await page.goto('/goods/keemun');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.goto('/checkout');
    await fillIn(page, ADDRESS);
    await page.getByRole('button', { name: 'Go on to pay' }).dblclick();
    await page.waitForURL(/\/c\/pay\//);
    await page.goto('/orders');
    await page.getByRole('link', { name: /^Order / }).click();
    await page.getByText('The goods are kept for you until').waitFor();
    const other = await open();
    await other.goto(new URL(page.url()).pathname);
    await other.getByRole('heading', { name: 'Sign in to see this order' }).waitFor();
    expect(await other.getByText('The goods are kept').count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel and put back into the cart' }).click();
    await page.getByText('What was in the order is in your cart again.').waitFor();
    await page.getByRole('link', { name: 'Cart 1' }).waitFor();
    await page.getByRole('link', { name: 'Go to the cart' }).click();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    // What was written the last time need not be written again.
    for (const [label, text] of Object.entries(ADDRESS)) {
      expect(await page.getByLabel(label, { exact: true }).inputValue()).toBe(text);
    }
  });

  it('is accessible (WCAG 2.2 AA), wide and narrow, light and dark, in both languages', {
    timeout: 120_000,
  }, async () => {
    for (const [width, colorScheme, lang] of [
      [1280, 'light', 'en'],
      [390, 'dark', 'zh'],
    ] as const) {
      const page = await open({ viewport: { width, height: 800 }, colorScheme });
      await page.goto('/goods/morning-cup?lang=en');
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.waitForURL(/\/cart/);
      for (const path of [
        '/',
        '/search?q=茶',
        '/search?q=zeppelin',
        '/aisles/tea',
        '/goods/ash-glaze-vase',
        '/cart',
        '/checkout',
        '/orders',
        '/nowhere',
      ]) {
        await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
        expect(await flawsOf(page), `${path} ${width}`).toEqual([]);
      }
    }
  });

  it('stands on a narrow page, with letters twice as large, and still for who wants no motion', async () => {
    const page = await open({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' });
    await page.goto('/goods/morning-cup');
    expect(
      await page.evaluate<string>("getComputedStyle(document.querySelector('.btn')).transitionDuration"),
    ).toMatch(/^0s(, 0s)*$/);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.waitForURL(/\/cart/);
    const wider = async () =>
      page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    for (const path of ['/', '/goods/ash-glaze-vase', '/cart', '/checkout', '/sign-in', '/nowhere']) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(path);
      expect(await wider(), `${path} at 320`).toBe(0);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await wider(), `${path} in large letters`).toBe(0);
    }
  });
});
