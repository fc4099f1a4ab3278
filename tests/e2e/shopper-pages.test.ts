import { unwrap } from '@tpmall/kernel';
import { mallContract } from '@tpmall/mall/contract';
import { operatorContext } from '@tpmall/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardThat, storeCard } from '../harness/cards.ts';
import { mailsTo, signedIn } from '../harness/mails.ts';
import { openShelf, type Shelf } from '../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { openVisitor, type Shown, type Visitor } from '../harness/visitor.ts';

let test: TestSystem;
let shelf: Shelf;
beforeAll(async () => {
  test = await startTestSystem('one process', {}, { goods: true });
  shelf = await openShelf(test);
});
afterAll(() => test?.close());

const ADDRESS = { name: 'Ada', line1: 'Silk Road 1', city: 'Suzhou', postalCode: '215000', country: 'CN' };
const silent = cardThat(({ does }) => does.startsWith('each request is lost'));
const visitor = (language: 'en' | 'zh' = 'en', cookies = '') =>
  openVisitor(test.system.webUrl, language, cookies);

/** The link of the one mail that a guest has got about an order. */
const linkTo = async (email: string) => {
  const [mail] = await mailsTo(test, email, 1);
  return new URL(/https?:\S+\/orders\/\S+/.exec(mail?.text ?? '')?.[0] ?? '');
};

describe('signing out', () => {
  it('ends the session: the cookie of before opens nothing any more', async () => {
    const who = await signedIn(test, 'out@shopper.example');
    const before = who.cookie();
    const account = await who.get('/account');
    expect(account.path).toBe('/account');
    expect((await who.submit(account, '/sign-out')).path).toBe('/');
    expect((await visitor('en', before).get('/account')).path).toMatch(/^\/sign-in/);
    // The button again, in a tab that has not noticed.
    expect((await visitor('en', before).submit(account, '/sign-out')).path).toBe('/');
  });
});

describe('the link of a mail', () => {
  const buy = async (email: string, owner?: string) => {
    const order = await shelf.buy(2, { email, ...(owner !== undefined && { owner }) });
    const { pathname, search } = await linkTo(email);
    expect(pathname).toBe(`/orders/${order.id}`);
    return { order, pathname, link: pathname + search };
  };

  it('shows a guest the order in any browser, lets it be returned, and does nothing else', async () => {
    const { order, pathname, link } = await buy('guest@shopper.example');
    const other = visitor();
    const shown = await other.get(link);
    // The key is in no address that is shown, shared or linked from.
    expect([shown.status, shown.path]).toEqual([200, pathname]);
    expect(shown.html).toContain(`Order ${order.number}`);
    expect(shown.html).not.toContain(new URL(link, 'http://mall.example').searchParams.get('key'));
    const asking = await other.get(`${pathname}/return`);
    const asked = await other.submit(asking, `${pathname}/return`, { q0: '1', reason: 'Too large' });
    expect(asked.path).toBe(pathname);
    expect(asked.html).toContain('Too large');
    const token = /name="form_token" value="([^"]+)"/.exec(asked.html)?.[1] ?? '';
    const cancelled = await other.post(
      `${pathname}/cancel`,
      new URLSearchParams({ form_token: token }).toString(),
    );
    expect(cancelled.html).toContain('Sign in to see this order');
    const { order: second } = await buy('second@shopper.example');
    expect((await other.get(`/orders/${second.id}`)).html).not.toContain(second.number);
  });

  it('leads whoever has no right to the order to signing in, whether or not there is one', async () => {
    const { order, pathname, link } = await buy('kept@shopper.example');
    const key = new URL(link, 'http://mall.example').searchParams.get('key') ?? '';
    const plain = (html: string) => html.replaceAll(/order_\w+|value="[^"]*"/g, '');
    const [there, nowhere] = [await visitor().get(pathname), await visitor().get('/orders/order_none')];
    expect([there.status, nowhere.status]).toEqual([200, 200]);
    expect(plain(there.html)).toBe(plain(nowhere.html));
    expect(there.html).toContain(`/sign-in?next=${encodeURIComponent(pathname)}`);
    const altered = key.startsWith('A') ? `B${key.slice(1)}` : `A${key.slice(1)}`;
    for (const wrong of ['', 'x', altered, 'x'.repeat(300)]) {
      const shown = await visitor().get(`${pathname}?key=${wrong}`);
      expect([shown.path, shown.html.includes(order.number)]).toEqual([pathname, false]);
    }
    expect((await visitor('zh').get(pathname)).html).toContain('请登录查看此订单');
  });

  it('of a person’s order carries no right, and one of before carries none any more', async () => {
    const { order, link } = await buy('adopted@shopper.example');
    const mall = test.system.portFor(mallContract, 'web');
    const to = 'person:person_adopts';
    unwrap(await mall.adopt(operatorContext(shelf.tenant, crypto.randomUUID()), { from: order.owner, to }));
    expect((await visitor().get(link)).html).toContain('Sign in to see this order');
    const owned = await buy('owned@shopper.example', to);
    expect(owned.link).toBe(owned.pathname);
    const stranger = await signedIn(test, 'stranger@shopper.example');
    expect((await stranger.get(owned.link)).status).toBe(404);
  });
});

describe('a page that answers a form', () => {
  const links = ({ html }: Shown) =>
    [...html.matchAll(/href="(\/[^"]*[?&](?:amp;)?(?:lang|prices|next)=[^"]*)"/g)].map(([, path = '']) =>
      path.replaceAll('&amp;', '&'),
    );
  const leads = async (who: Visitor, shown: Shown) => {
    const found = links(shown);
    expect(found.length, shown.path).toBeGreaterThan(1);
    for (const path of found) {
      // A browser of its own: the link to a language is kept in a cookie.
      expect((await visitor('en', who.cookie()).get(path)).status, path).toBe(200);
      const next = new URL(path, test.system.webUrl).searchParams.get('next');
      if (next !== null) expect((await who.get(next)).status, `${path} goes on to ${next}`).toBe(200);
    }
    return found;
  };

  it('has links to the page of the form: of languages, currencies and signing in', async () => {
    const who = visitor();
    const goods = await who.get(`/goods/${shelf.goods}`);
    const refused = await who.submit(goods, '/cart/add', { quantity: '100' });
    expect(refused.status).toBe(409);
    expect(await leads(who, refused)).toContain(`/goods/${shelf.goods}?lang=zh`);
    await who.submit(goods, '/cart/add');
    const unread = await who.submit(await who.get('/cart'), '/cart/change', { quantity: 'x' });
    expect(unread.html).toContain('href="/cart?lang=zh"');
    const foreign = await who.post('/cart/change', 'form_token=wrong');
    expect([foreign.status, foreign.html.includes('href="/cart?lang=zh"')]).toEqual([403, true]);
    const huge = await who.post('/cart/change', 'x='.repeat(400).replaceAll('x', '&x'));
    expect([huge.status, huge.html.includes('href="/cart?lang=zh"')]).toEqual([400, true]);
    const asking = await who.get('/sign-in?next=/cart');
    const again = await who.submit(asking, '/sign-in', { email: 'nobody' });
    expect(again.status).toBe(400);
    expect(await leads(who, again)).toContain('/sign-in?next=%2Fcart&prices=usd');
    expect(await leads(who, await who.submit(await who.get('/checkout'), '/checkout'))).toContain(
      '/checkout?prices=usd',
    );
  });

  it('keeps what was typed when the language is changed, and does nothing else', async () => {
    const buyer = await signedIn(test, 'typed@shopper.example');
    await buyer.submit(await buyer.get(`/goods/${shelf.goods}`), '/cart/add');
    const [guest, email] = [visitor(), 'typed-order@shopper.example'];
    const order = await shelf.buy(2, { email });
    const { pathname, search } = await linkTo(email);
    await guest.get(pathname + search);
    const typed = 'Ann "&" 安 <b>';
    const kept = 'Ann &quot;&amp;&quot; 安 &lt;b&gt;';
    const said = { ...ADDRESS, email, city: typed };
    const forms = [
      [visitor(), '/sign-in', { email: typed }, { email: 'nobody' }],
      [buyer, '/checkout', said, { city: '' }],
      [buyer, '/account', { displayName: typed }, { handle: '1' }],
      [buyer, '/wallet/send', { note: typed, handle: 'x', amount: '1' }, {}],
      [buyer, '/wallet/withdraw', { destination: typed, amount: '1' }, {}],
      [buyer, '/wallet/top-up', { amount: typed }, {}],
      [guest, `${pathname}/return`, { reason: typed, q0: '1' }, {}],
    ] as const;
    for (const [who, path, fields, wrong] of forms) {
      // As it is opened, and as it is shown again.
      for (const shown of [await who.get(path), await who.submit(await who.get(path), path, wrong)]) {
        const other = await who.changeLanguage(shown, fields);
        expect([other.status, other.html.includes('lang="zh-CN"')], path).toEqual([200, true]);
        expect(other.html, path).toContain(kept);
        expect(other.html, path).not.toContain('class="err"');
        // What it was sent with once it is sent with again.
        const [before, now] = [shown, other].map(
          ({ html }) => /name="form_id" value="(\w+)"/.exec(html)?.[1],
        );
        if (path !== '/account') expect(now, path).toBe(before);
      }
    }
    expect((await shelf.find(order)).returns).toEqual([]);
    expect((await buyer.get('/account')).html).not.toContain(kept);
    expect((await buyer.get('/cart')).html).toContain('<output>1</output>');
  });
});

describe('a wallet', () => {
  it('shows every operation, page by page, also what came to nothing', async () => {
    const who = await signedIn(test, 'many@shopper.example');
    const form = await who.get('/wallet/top-up');
    const begin = (_: unknown, index: number) =>
      who.submit(form, '/wallet/top-up', { amount: '1', form_id: `form_many_${index}` });
    const begun = (await Promise.all(Array.from({ length: 45 }, begin))).map(({ path }) => path);
    let page = await who.get(
      /href="(\/wallet\/operations)"/.exec((await who.get('/wallet')).html)?.[1] ?? '',
    );
    const seen: string[][] = [];
    for (;;) {
      seen.push(page.html.match(/(?<=href=")\/wallet\/top-ups\/\w+/g) ?? []);
      const [, next] = /rel="next"\s+href="([^"]+)"/.exec(page.html) ?? [];
      if (next === undefined) break;
      page = await who.get(next);
      expect(page.html).toContain('<a class="tap" href="/wallet/operations">The newest entries</a>');
    }
    expect(seen.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(seen.flat().toSorted()).toEqual(begun.toSorted());
    expect((await who.get('/wallet/operations?after=wop_nothing')).status).toBe(404);
    const other = await signedIn(test, 'few@shopper.example');
    expect((await other.get('/wallet/operations')).html).toContain('will stand here.');
  });
});

describe('the cookie of a guest', () => {
  const send = async (path: string, cookie: string, form?: Record<string, string>) => {
    const answer = await fetch(new URL(path, test.system.webUrl), {
      redirect: 'manual',
      headers: { cookie, origin: test.system.webUrl, 'accept-language': 'en' },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return {
      status: answer.status,
      kept: answer.headers.getSetCookie().filter((one) => one.includes('-cart=')),
    };
  };

  it('lives on for thirty days from a visit of each day, and from every order', async () => {
    const who = visitor();
    await who.submit(await who.get(`/goods/${shelf.goods}`), '/cart/add');
    const today = who.cookie();
    const [guest = ''] = /tpmall-\w+-cart=[\w-]+/.exec(today) ?? [];
    expect((await send('/cart', today)).kept).toEqual([]);
    // The day is over: the second cookie, which says that the first was renewed, is gone.
    const later = today
      .split('; ')
      .filter((pair) => !pair.includes('-kept='))
      .join('; ');
    const [renewed] = (await send('/', later)).kept;
    expect(renewed).toContain(`${guest};`);
    expect(renewed).toContain('Max-Age=2592000');
    const { html } = await who.get('/checkout');
    const hidden = [...html.matchAll(/name="(form_token|form_id|total|currency|seen)"\s+value="([^"]*)"/g)];
    const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    const placed = await send('/checkout', today, { ...form, ...ADDRESS, email: 'stays@shopper.example' });
    expect([placed.status, placed.kept.length]).toEqual([303, 1]);
    expect(placed.kept[0]).toContain(`${guest};`);
  });
});

describe('an order whose payment the bank has not answered', () => {
  it('offers nothing to pay or cancel, and says why it is not cancelled', async () => {
    const who = visitor();
    const said = { ...ADDRESS, email: 'asked@shopper.example' };
    await who.submit(await who.get(`/goods/${shelf.goods}`), '/cart/add');
    const paying = await who.submit(await who.get('/checkout'), '/checkout', said);
    const path = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
    const before = await who.get(path);
    expect(before.html).toContain(`${path}/cancel`);
    const { id: card } = await storeCard(test.vault, silent);
    await who.submit(paying, paying.path, { payment_method: card });
    const asked = await who.get(path);
    expect(asked.html).toContain('We are asking the bank');
    for (const form of ['pay', 'cancel']) expect(asked.html).not.toContain(`${path}/${form}`);
    // The button of a page that was open before.
    const refused = await who.submit(before, `${path}/cancel`);
    expect(refused.html).toContain('Not cancelled: the bank is being asked');
    // It looks again by itself, at the order and not at where the form went.
    const next = /http-equiv="refresh" content="3;url=([^"]+)"/.exec(refused.html)?.[1] ?? '';
    expect(await who.get(next)).toMatchObject({ status: 200, path });
  });
});

describe('a page of a cart that has become old', () => {
  const pieces = ({ html }: Shown) =>
    [...html.matchAll(/<output>(\d+)<\/output>/g)].map(([, n]) => Number(n));

  it('does what its buttons say, whichever was pressed before', async () => {
    const who = visitor();
    const goods = await who.get(`/goods/${shelf.goods}`);
    await who.submit(goods, '/cart/add', { quantity: '2' });
    const cart = await who.get('/cart');
    expect(pieces(await who.submit(cart, '/cart/change', { quantity: '3' }))).toEqual([3]);
    const fewer = await who.submit(cart, '/cart/change', { quantity: '1' });
    expect([fewer.status, fewer.path, pieces(fewer)]).toEqual([200, '/cart', [1]]);
    // The page of the goods as the back button shows it: another choice is another wish, the same is not.
    expect(pieces(await who.submit(goods, '/cart/add', { quantity: '4' }))).toEqual([5]);
    expect(pieces(await who.submit(goods, '/cart/add', { quantity: '4' }))).toEqual([5]);
  });
});

describe('the form of an order', () => {
  const opened = async (language?: 'en' | 'zh') => {
    const who = visitor(language);
    await who.submit(await who.get(`/goods/${shelf.goods}`), '/cart/add');
    return { who, form: await who.get('/checkout') };
  };

  it('is kept when something is sold to others meanwhile, until it is ordered', async () => {
    const mall = test.system.portFor(mallContract, 'operator');
    const { variant, tenant, goods } = shelf;
    const there = async () =>
      unwrap(await mall.findGoods(operatorContext(tenant, ''), { id: goods })).goods.variants[0]?.available ??
      0;
    const stock = async (by: number) =>
      unwrap(await mall.changeStock(operatorContext(tenant, crypto.randomUUID()), { variant, by }));
    const { who, form } = await opened();
    const count = await there();
    await stock(-count);
    const said = { ...ADDRESS, name: 'Ada 爱达 "quoted"', email: 'faster@shopper.example' };
    const cart = await who.submit(form, '/checkout', said);
    expect(cart.path).toBe('/cart?sold=1');
    expect(cart.html).toContain('Somebody was faster');
    expect(cart.html).toContain('Nothing was ordered.');
    await stock(count);
    const again = await who.get('/checkout');
    for (const text of ['Ada 爱达 &quot;quoted&quot;', 'Silk Road 1', 'faster@shopper.example']) {
      expect(again.html).toContain(`value="${text}"`);
    }
    expect((await who.submit(again, '/checkout')).path).toMatch(/^\/c\/pay\//);
    expect(who.cookie()).not.toContain('-address=');
  });

  it.each([
    [
      ...(['en', 'email name phone line1 line2 city postalCode state country'] as const),
      'Ada, Silk Road 1, Flat 3, 215000 Suzhou, Jiangsu, China',
    ],
    [
      ...(['zh', 'email country state city postalCode line1 line2 name phone'] as const),
      '中国 Jiangsu Suzhou Silk Road 1 Flat 3 215000，Ada',
    ],
  ])('asks for an address, and shows it, as letters in %s have it', async (language, fields, line) => {
    const { who, form } = await opened(language);
    const asked = form.html.matchAll(/<(?:input|select) id="(\w+)" name="\1"[^>]* autocomplete=/g);
    expect([...asked].map(([, id]) => id).join(' ')).toBe(fields);
    const said = { ...ADDRESS, line2: 'Flat 3', state: 'Jiangsu', email: `${language}@shopper.example` };
    expect((await who.submit(form, '/checkout', said)).path).toMatch(/^\/c\/pay\//);
    const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
    expect((await who.get(order)).html).toContain(`<dd>${line}</dd>`);
  });

  it('asks for a postal code where there are any, and nowhere else', async () => {
    const { who, form } = await opened();
    const said = { ...ADDRESS, email: 'hk@shopper.example', city: 'Kowloon', postalCode: '' };
    const refused = await who.submit(form, '/checkout', { ...said, country: 'CN' });
    expect([refused.status, refused.html.includes('Write the postal code.')]).toEqual([400, true]);
    const paying = await who.submit(form, '/checkout', { ...said, country: 'HK' });
    expect(paying.path).toMatch(/^\/c\/pay\//);
    const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
    expect((await who.get(order)).html).toContain('Silk Road 1, Kowloon, Hong Kong');
    const mall = test.system.portFor(mallContract, 'web');
    const asked = await mall.placeOrder(operatorContext(shelf.tenant, crypto.randomUUID()), {
      ...{ owner: 'guest:none', currency: 'cny', language: 'en', email: 'x@shopper.example' },
      address: { ...ADDRESS, phone: null, line2: null, state: null, postalCode: null },
      ...{ expectedTotal: 0n, acceptPrices: false },
      ...{ successUrl: 'http://mall.example/', cancelUrl: 'http://mall.example/' },
    });
    expect(asked).toMatchObject({ error: { code: 'invalid_input', field: 'address.postalCode' } });
  });
});
