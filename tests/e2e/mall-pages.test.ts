import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unwrap } from '@tpmall/kernel';
import { CART_LINES_MAX, mallContract } from '@tpmall/mall/contract';
import { operatorContext } from '@tpmall/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { mailsTo, signedIn } from '../harness/mails.ts';
import { openShelf, type Shelf } from '../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { openVisitor, type Shown, type Visitor } from '../harness/visitor.ts';

const RUNS = Number(process.env['TPMALL_MARKUP_RUNS'] ?? 3);

let test: TestSystem;
let shelf: Shelf;
beforeAll(async () => {
  test = await startTestSystem('one process', {}, { goods: true });
  shelf = await openShelf(test);
});
afterAll(() => test?.close());

const visitor = (language?: 'en' | 'zh') => openVisitor(test.system.webUrl, language);
const ADDRESS = { name: 'Ada', line1: 'Silk Road 1', city: 'Suzhou', postalCode: '215000', country: 'CN' };
const context = () => operatorContext(shelf.tenant, crypto.randomUUID());
const operator = () => test.system.portFor(mallContract, 'operator');

const fill = async (who: Visitor, goods = shelf.goods): Promise<Shown> => {
  await who.submit(await who.get(`/goods/${goods}`), '/cart/add');
  return who.get('/checkout');
};
/** Pays the session of an order as the vault's form would: by a payment method that is there. */
const pay = (session: string) =>
  test.stripe.rawRequest('POST', `/v1/payment_pages/${session}/confirm`, { payment_method: 'pm_card_visa' });
const until = async (look: () => Promise<Shown>, text: string): Promise<Shown> => {
  let shown = await look();
  await expect.poll(async () => (shown = await look()).html, { timeout: 20_000 }).toContain(text);
  return shown;
};

describe('one cart in two tabs', () => {
  it('is ordered once, and the other tab says that the cart is empty', async () => {
    const who = visitor();
    const email = 'tabs@shopper.example';
    const [first, second] = [await fill(who), await who.get('/checkout')];
    const paying = await who.submit(first, '/checkout', { ...ADDRESS, email });
    expect(paying.path).toMatch(/^\/c\/pay\/cs_/);
    // The same tab again, by the button or a reload: the same order.
    expect((await who.submit(first, '/checkout', { ...ADDRESS, email })).path).toBe(paying.path);
    const late = await who.submit(second, '/checkout', { ...ADDRESS, email });
    expect([late.status, late.path]).toEqual([200, '/cart?ordered=1']);
    expect(late.html).toContain('Your cart is empty');
    expect(late.html).toContain('it may have been ordered, here or in another tab');
    expect((await who.get('/orders')).html.match(/href="\/orders\/order_/g)).toHaveLength(1);
  });

  it('takes a price or a stock that has changed meanwhile only when the shopper has seen it', async () => {
    const who = visitor();
    const open = await fill(who);
    const { goods } = unwrap(await operator().findGoods(context(), { id: shelf.goods }));
    const price = await test.stripe.prices.create({
      ...{ currency: 'cny', unit_amount: 19_900, product: goods.product },
    });
    const { id, category, plate, name, summary, description, options } = goods;
    const text = { id, category, plate, name, summary, description, options: [...options] };
    const relist = (of: string) =>
      operator().putGoods(context(), {
        goods: [
          {
            ...{ ...text, product: goods.product },
            options: options.map((option) => ({ ...option, values: [...option.values] })),
            variants: [{ sku: 'shelf', price: of, values: { glaze: 'ash' }, stock: 0 }],
          },
        ],
      });
    const old = goods.variants[0]?.price ?? '';
    unwrap(await relist(price.id));
    expect((await who.get('/cart')).html).toContain('Was ¥168.00 when you chose it, and is ¥199.00 now.');
    const asked = await who.submit(open, '/checkout', { ...ADDRESS, email: 'price@shopper.example' });
    expect([asked.status, asked.path]).toEqual([400, '/checkout']);
    expect(asked.html).toContain('name="accept"');
    expect(asked.html).toContain('name="total" value="21700"');
    const taken = { ...ADDRESS, email: 'price@shopper.example', accept: '1' };
    expect((await who.submit(asked, '/checkout', taken)).path).toMatch(/^\/c\/pay\//);
    unwrap(await relist(old));
    const [variant, available] = [shelf.variant, goods.variants[0]?.available ?? 0];
    const other = visitor();
    const page = await fill(other);
    unwrap(await operator().changeStock(context(), { variant, by: -(available - 1) }));
    const gone = await other.submit(page, '/checkout', { ...ADDRESS, email: 'gone@shopper.example' });
    expect([gone.status, gone.path]).toEqual([200, '/cart?sold=1']);
    expect(gone.html).toContain('Somebody was faster');
    expect(gone.html).toContain('Sold out. Take it out to go on.');
    unwrap(await operator().changeStock(context(), { variant, by: available }));
  });
});

it('says of goods in two currencies which rate follows, delivery apart', async () => {
  const who = visitor();
  const form = await fill(who, 'keemun');
  const email = 'rate@shopper.example';
  const paying = await who.submit(form, '/checkout', { ...ADDRESS, email });
  expect(paying.html).toContain('Delivery, Northlight Tea');
  for (const { path, html } of [form, paying]) {
    const text = html.replaceAll('\u00a0', ' ');
    expect(text, path).toContain('Charged in Chinese Yuan (CNY), at the sellers’ own prices.');
    expect(text, path).toContain(
      'The same goods cost USD 14.00 by the sellers’ own prices: 1 USD = 7.0000 CNY.',
    );
  }
});

it('speaks Chinese throughout to who reads it, makers and punctuation with it', async () => {
  const who = visitor('zh');
  const form = await fill(who, 'keemun');
  const paying = await who.submit(form, '/checkout', { ...ADDRESS, email: 'zh@shopper.example' });
  expect(paying.html).toContain('<span class="cap">北光茶</span>');
  expect(paying.html).toContain('北光茶运费');
  const english = (await visitor().get(`${paying.path}?lang=en`)).html;
  expect(english).toContain('Delivery, Northlight Tea');
  expect(english).not.toContain('北光茶');
  const [goods, cart] = [await who.get('/goods/keemun'), await fill(who)];
  await pay(paying.path.split('/').at(-1) ?? '');
  const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
  const paid = await until(() => who.get(order), '>已支付<');
  const receipt = await who.get(paying.path);
  expect(receipt.html).toContain('北光茶');
  for (const { path, html } of [form, paying, goods, cart, await who.get('/cart'), paid, receipt]) {
    const text = html.replaceAll(/<(style|script)[^]*?<\/\1>|<[^>]+>/g, '');
    expect(
      text.match(/.{0,9}\p{Script=Han}[,:;?!].{0,9}|.{0,9}[,:;?!] ?\p{Script=Han}.{0,9}/u),
      path,
    ).toBeNull();
    expect(text, path).not.toContain('Northlight');
  }
});

describe('a paid order', () => {
  it('stays paid once when the shopper goes back and sends everything again', async () => {
    const who = visitor();
    const form = await fill(who);
    const said = { ...ADDRESS, email: 'back@shopper.example' };
    const paying = await who.submit(form, '/checkout', said);
    const session = paying.path.split('/').at(-1) ?? '';
    await pay(session);
    const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
    await until(() => who.get(order), '>Paid<');
    // Back, and the button of each page again.
    expect((await who.submit(form, '/checkout', said)).path).toBe(paying.path);
    expect((await who.get(paying.path)).html).toContain('Receipt');
    await who.post(`${order}/cancel`, 'form_token=wrong');
    await expect(pay(session)).rejects.toThrow();
    const after = await shelf.find({ id: order.split('/').at(-1) ?? '' });
    expect(after).toMatchObject({ state: 'paid', refunded: 0n });
    const charges = await test.stripe.charges.list({ payment_intent: after.paymentIntent ?? '' });
    expect(charges.data.map(({ status, amount }) => [status, amount])).toEqual([
      ['succeeded', Number(after.total)],
    ]);
  });

  it('does not wait for an endpoint of its merchant that never answers', async () => {
    let waiting = 0;
    const silent: Server = createServer(() => (waiting += 1));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/hook`;
      const endpoint = await test.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
      const who = visitor();
      const paying = await who.submit(await fill(who), '/checkout', {
        ...{ ...ADDRESS, email: 'silent@shopper.example' },
      });
      await pay(paying.path.split('/').at(-1) ?? '');
      const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
      await expect.poll(() => waiting, { timeout: 20_000 }).toBeGreaterThan(0);
      // The endpoint holds every call that it has got, and the shopper has the order nevertheless.
      await until(() => who.get(order), '>Paid<');
      await test.stripe.webhookEndpoints.del(endpoint.id);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('a code from a mail', () => {
  it('opens a session for the browser that has asked for it, however often, and for no other', async () => {
    const email = 'code@shopper.example';
    const [who, other] = [visitor(), visitor()];
    const asked = await who.submit(await who.get('/sign-in'), '/sign-in', { email });
    const action = asked.path.split('?')[0] ?? '';
    const code = /\b\d{6}\b/.exec((await mailsTo(test, email, 1))[0]?.text ?? '')?.[0] ?? '';
    const cookies = who.cookie();
    expect((await who.submit(asked, action, { code })).path).toBe('/account');
    // The answer was lost on its way: the browser has what it had before, and sends the form again.
    const again = openVisitor(test.system.webUrl, 'en', cookies);
    expect((await again.submit(asked, action, { code })).path).toBe('/account');
    const token = /name="form_token" value="([^"]+)"/.exec((await other.get('/sign-in')).html)?.[1] ?? '';
    const stolen = await other.post(action, new URLSearchParams({ form_token: token, code }).toString());
    expect([stolen.status, stolen.path]).toEqual([400, action]);
    expect(stolen.html).toContain('This code has been used.');
    expect((await other.get('/account')).path).toMatch(/^\/sign-in/);
  });
});

describe('a card that was kept', () => {
  const order = async (who: Visitor, email: string) =>
    who.submit(await fill(who), '/checkout', { ...ADDRESS, email });

  it('is offered with the next order, to its person and to nobody else', async () => {
    const email = 'keeps@shopper.example';
    const [ada, eve, guest] = [
      await signedIn(test, email),
      await signedIn(test, 'eve@shopper.example'),
      visitor(),
    ];
    const first = await order(ada, email);
    expect(first.html).toMatch(/Order \d{4}-\d{4} · can be paid until/);
    expect(first.html).not.toMatch(/Order order_/);
    expect(first.html).toContain('Keep this card for my next order');
    expect(first.html).not.toContain('Your cards');
    const { id: card } = await storeCard(test.vault, approved);
    const paid = await ada.submit(first, first.path, { payment_method: card, keep: '1' });
    expect(paid.html).toContain('Visa •••• 4242');
    await test.system.drainEvents();
    const second = await order(ada, email);
    await until(() => ada.get(second.path), 'Your cards');
    const shown = await ada.get(second.path);
    expect(shown.html).toMatch(/<input type="radio"[^>]*checked>\s*<span>Visa •••• 4242/);
    for (const other of [eve, guest]) {
      const seen = await other.get(second.path);
      expect(seen.status).toBe(200);
      expect(seen.html).not.toContain('4242');
      expect(seen.html).not.toContain('Your cards');
      // Whoever knows what it is called cannot pay with it either, nor from a form that is not Ada's own.
      const stolen = await other.submit(seen, second.path, { payment_method: card });
      expect(stolen.html).toContain('This card cannot be used here.');
    }
    const forged = await ada.submit(shown, second.path, { payment_method: card, form_token: 'forged' });
    expect(forged.html).toContain('This card cannot be used here.');
    const own = await ada.submit(await ada.get(second.path), second.path, { payment_method: card });
    expect(own.html).toContain('Receipt');
  });
});

describe('a cart', () => {
  it('of all the lines that there may be is one page, and says so to one more', async () => {
    const { goods } = unwrap(await operator().findGoods(context(), { id: shelf.goods }));
    const option = (key: string, count: number) => ({
      ...{ key, name: { en: key, zh: key } },
      values: Array.from({ length: count }, (_, at) => ({ key: `${key}${at}`, name: { en: key, zh: key } })),
    });
    const many = Array.from({ length: 3 }, (_, at) => `${shelf.goods}-${at}`);
    const { category, plate, name, summary, description, product } = goods;
    const stored = await operator().putGoods(context(), {
      goods: many.map((id) => ({
        ...{ id, category, plate, name, summary, description, product },
        options: [option('a', 10), option('b', 5)],
        variants: Array.from({ length: 50 }, (_, at) => ({
          ...{ sku: `many-${at}`, price: goods.variants[0]?.price ?? '', stock: 9 },
          values: { a: `a${at % 10}`, b: `b${Math.floor(at / 10)}` },
        })),
      })),
    });
    const variants = unwrap(stored).flatMap((each) => each.variants.map(({ id }) => [each.id, id] as const));
    const who = visitor();
    const first = await who.get('/cart');
    expect(first.html).toContain('Your cart is empty');
    const token = async () =>
      /name="form_token" value="([^"]+)"/.exec((await who.get(`/goods/${shelf.goods}`)).html)?.[1] ?? '';
    const proof = await token();
    let last = first;
    for (const [id, variant] of variants.slice(0, CART_LINES_MAX + 1)) {
      last = await who.post(
        '/cart/add',
        new URLSearchParams({ form_token: proof, goods: id, variant }).toString(),
      );
    }
    expect([last.status, last.path]).toEqual([409, '/cart/add']);
    expect(last.html).toContain(`at most ${CART_LINES_MAX}`);
    const cart = await who.get('/cart');
    expect(cart.html.match(/<li class="line"/g)).toHaveLength(CART_LINES_MAX);
    // Each line is one small form, so that whatever is in a cart can be changed.
    const fewer = await who.submit(cart, '/cart/change', { quantity: '0' });
    expect(fewer.html.match(/<li class="line"/g)).toHaveLength(CART_LINES_MAX - 1);
    // A form of ten thousand lines is nobody's: it is not read, and nothing is changed.
    const lines = Array.from({ length: 10_000 }, (_, index) => `v${index}=1`).join('&');
    const refused = await who.post('/cart/change', `form_token=${proof}&${lines}`);
    expect([refused.status, refused.html.includes('This form cannot be read')]).toEqual([400, true]);
    expect((await who.get('/cart')).html.match(/<li class="line"/g)).toHaveLength(CART_LINES_MAX - 1);
  });
});

describe('what pages tell programs', () => {
  const ask = async (path: string, cookie = '') => {
    const answer = await fetch(new URL(path, test.system.webUrl), {
      headers: { cookie, 'accept-encoding': 'gzip', 'accept-language': 'en' },
    });
    return {
      status: answer.status,
      coding: answer.headers.get('content-encoding'),
      html: await answer.text(),
    };
  };

  it('is which they are, in which languages, and what is sold on them', async () => {
    const origin = test.system.webUrl;
    const { html } = await ask('/goods/keemun?order=up&utm=1');
    const address = `${origin}/goods/keemun`;
    expect(html).toContain(`<link rel="canonical" href="${address}?lang=en">`);
    expect(html).toContain(`hreflang="zh-CN" href="${address}?lang=zh">`);
    expect(html).toContain(`hreflang="x-default" href="${address}">`);
    expect(html).toMatch(/<meta name="description" content="[^"]{20,160}">/);
    const [, block = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(html) ?? [];
    const data = JSON.parse(block) as { offers: { price: string; priceCurrency: string }[] };
    expect(data).toMatchObject({ '@type': 'Product', name: 'Keemun black tea', url: `${address}?lang=en` });
    expect(data.offers[0]).toMatchObject({ price: '98.00', priceCurrency: 'CNY' });
    const map = (await ask('/sitemap.txt')).html.trimEnd().split('\n');
    expect(map).toContain(`${address}?lang=zh`);
    expect(new Set(map).size).toBe(map.length);
    expect((await ask('/robots.txt')).html).toContain(`Sitemap: ${origin}/sitemap.txt`);
    for (const path of ['/cart', '/orders', '/search?q=tea', '/sign-in']) {
      expect((await ask(path)).html, path).toContain('<meta name="robots" content="noindex">');
    }
  });

  it('is compressed only where nothing of it is a secret', async () => {
    const who = visitor();
    await who.submit(await who.get('/goods/keemun'), '/cart/add');
    const paths = ['/', '/aisles/tea', '/search?q=tea', '/goods/keemun', '/cart', '/checkout', '/sign-in'];
    const shown = await Promise.all(paths.map((path) => ask(path, who.cookie())));
    expect(shown.map(({ coding }) => coding === 'gzip')).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    for (const { coding, html } of shown) expect(html.includes('name="form_token"')).toBe(coding === null);
  });
});

/** Markup of every kind, each with a word that nothing else on a page has. */
const markup = fc
  .array(
    fc.constantFrom(
      '<evil>',
      '"><evil x="',
      "'><evil>",
      '</title><evil>',
      '</textarea><evil>',
      '<!--evil',
      ']]><evil>',
      '" onload="evil',
      "' onerror='evil",
      '&lt;evil&gt;',
      '&#60;evil>',
      '`${evil}`',
      '{{evil}}',
      'javascript:evil',
      '\u2028<evil>',
      '茶<evil>碗',
    ),
    { minLength: 1, maxLength: 4 },
  )
  // No longer than a shop's name may be.
  .map((parts) => `<evil>${parts.join(' ')}`.slice(0, 60));

/** Tags that have anything of what somebody wrote beyond the values of their quoted attributes. */
function strayTags(html: string): string[] {
  return [...html.matchAll(/<[^>]*>/g)]
    .map(([tag]) => tag.replaceAll(/"[^"]*"/g, ''))
    .filter((tag) => tag.includes('evil'));
}

describe('markup that somebody writes into a field', () => {
  it('is text on every page and in every mail', { timeout: 120_000 }, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(markup, async (text) => {
        run += 1;
        const hostile = await openShelf(test, text);
        const address = {
          ...{ name: text, phone: text.slice(0, 40), line1: text, line2: text, city: text, state: text },
          ...{ postalCode: text.slice(0, 20), country: 'CN' },
        };
        const who = visitor(run % 2 === 0 ? 'zh' : 'en');
        const email = `markup${run}@shopper.example`;
        const seen: Shown[] = [];
        const see = async (path: string) => {
          const shown = await who.get(path);
          seen.push(shown);
          return shown;
        };
        await see(`/search?q=${encodeURIComponent(text)}`);
        await see(`/shops/${test.merchants[0]}`);
        await see('/aisles/ceramics');
        await see('/');
        seen.push(await who.submit(await see(`/goods/${hostile.goods}`), '/cart/add'));
        const form = await see('/checkout');
        const written = { ...address, email, postalCode: text };
        // Refused for its e-mail, and written into the form again.
        seen.push(await who.submit(form, '/checkout', { ...written, email: text }));
        const paying = await who.submit(form, '/checkout', {
          ...written,
          email,
          postalCode: text.slice(0, 20),
        });
        expect(paying.path).toMatch(/^\/c\/pay\//);
        seen.push(paying);
        await pay(paying.path.split('/').at(-1) ?? '');
        const path = /\/orders\/order_\w+/.exec((await see('/orders')).html)?.[0] ?? '';
        const id = path.split('/').at(-1) ?? '';
        await until(() => who.get(path), run % 2 === 0 ? '已支付' : '>Paid<');
        await see(paying.path);
        const merchant = test.merchants[0];
        // One line is what a carrier's name may be: more is refused, and never reaches a mail.
        const line = text.replaceAll(/\p{C}/gu, ' ');
        await hostile.post(`orders/${id}/ship`, { merchant, carrier: line, tracking_number: line });
        const asking = await see(`${path}/return`);
        seen.push(await who.submit(asking, `${path}/return`, { q0: '1', reason: text }));
        const asked = (await shelf.find({ id })).returns.find(({ state }) => state === 'asked');
        await hostile.post(`returns/${asked?.id}/refuse`, { reason: text });
        seen.push(await until(() => who.get(path), '&lt;evil'));
        await test.system.drainEvents();
        const mails = await mailsTo(test, email, 3);
        for (const mail of mails) {
          expect(strayTags(mail.html), mail.subject).toEqual([]);
          expect(mail.html).toContain('&lt;evil&gt;');
          const box = await (await fetch(`${test.system.mailboxUrl}/mails/${mail.id}`)).text();
          expect(strayTags(box)).toEqual([]);
        }
        for (const { html, path: where, status } of seen) {
          expect(status, where).toBeLessThan(500);
          expect(strayTags(html), where).toEqual([]);
          expect(html, where).not.toContain('<evil');
        }
        expect(seen.filter(({ html }) => html.includes('&lt;evil&gt;')).length).toBeGreaterThan(8);
      }),
      { numRuns: RUNS },
    );
  });
});
