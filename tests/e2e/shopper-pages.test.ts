import { unwrap } from '@tpmall/kernel';
import { mallContract } from '@tpmall/mall/contract';
import { operatorContext } from '@tpmall/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailsTo, signedIn } from '../harness/mails.ts';
import { openShelf, type Shelf } from '../harness/shelf.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { openVisitor } from '../harness/visitor.ts';

let test: TestSystem;
let shelf: Shelf;
beforeAll(async () => {
  test = await startTestSystem('one process', {}, { goods: true });
  shelf = await openShelf(test);
});
afterAll(() => test?.close());

const visitor = (language: 'en' | 'zh' = 'en', cookies = '') =>
  openVisitor(test.system.webUrl, language, cookies);

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
  const linkTo = async (email: string) => {
    const [mail] = await mailsTo(test, email, 1);
    return new URL(/https?:\S+\/orders\/\S+/.exec(mail?.text ?? '')?.[0] ?? '');
  };
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
