import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../harness/console.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { openVisitor } from '../harness/visitor.ts';
import { shopperOf } from './callers.ts';
import { operationsIn, WEB_BROWSER, WEB_HOLDER, WEB_PERSON } from './expected.ts';
import { servedBy } from './served.ts';

const FORM = 'application/x-www-form-urlencoded';

let test: TestSystem;
/** Cookies of a browser, and the token that its pages' forms carry. */
let browsers: Readonly<Record<string, { readonly cookie: string; readonly token: string }>>;
beforeAll(async () => {
  test = await startTestSystem();
  const lin = await shopperOf(test, 'lin@shopper.example');
  const gone = await shopperOf(test, 'gone@shopper.example');
  const before = gone.cookie();
  await gone.submit(await gone.get('/account'), '/sign-out');
  const guest = openVisitor(test.system.webUrl);
  await guest.get('/');
  const name = /(tpmall-\d+)-session=/.exec(before)?.[1] ?? '';
  const tokenOf = (who: Awaited<ReturnType<typeof signIn>>) => who.cookie.split('=')[1] ?? '';
  const olga = tokenOf(await signIn(test, 'operator', 'olga@tpmall.example'));
  const mei = tokenOf(await signIn(test, 'merchant', 'mei@kiln-and-reed.example'));
  const cookies = {
    'somebody without cookies': '',
    'a guest': guest.cookie(),
    'a shopper who has signed out': before,
    'an operator’s session as a shopper’s': `${name}-session=${olga}`,
    'a merchant’s session as a shopper’s': `${name}-session=${mei}`,
    'an operator’s cookie of the console': `${name}-console=${olga}`,
    'a shopper': lin.cookie(),
  };
  const withTokens = await Promise.all(
    Object.entries(cookies).map(async ([who, cookie]) => {
      const page = await openVisitor(test.system.webUrl, 'en', cookie).get('/sign-in');
      const token = /name="form_token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
      return [who, { cookie, token }] as const;
    }),
  );
  browsers = Object.fromEntries(withTokens);
});
afterAll(() => test?.close());

/** Asks as a browser that follows no redirect; answers the status, and where it is sent on to. */
async function ask(name: string, headers: Readonly<Record<string, string>>, form = ''): Promise<string> {
  const [method = '', path = ''] = name.split(' ');
  const { statusCode, headers: given } = await test.system.apps.web.inject({
    method: method as 'GET',
    url: path.replaceAll(/[:*]\w*/g, 'none'),
    headers: { ...headers, ...(method === 'POST' && { 'content-type': FORM }) },
    ...(method === 'POST' && { payload: form }),
  });
  const isSignIn = String(given['location'] ?? '').startsWith('/sign-in?next=');
  return isSignIn ? 'sign in' : statusCode === 403 ? 'refused' : statusCode < 500 ? 'served' : 'failed';
}

/** What a browser says of a form on our own page. */
function fromHere() {
  const { host, origin } = new URL(test.system.webUrl);
  return { host, origin };
}

const person = operationsIn(WEB_PERSON);
const browser = operationsIn(WEB_BROWSER);
const holder = operationsIn(WEB_HOLDER);

describe('every page of the shopper’s origin', () => {
  it('stands in the table', () => {
    expect(servedBy(test.system.apps.web).toSorted()).toEqual([...person, ...browser, ...holder].toSorted());
  });

  it('that is a person’s leads all others to signing in, and is served to a shopper', async () => {
    for (const [who, { cookie, token }] of Object.entries(browsers)) {
      for (const name of person) {
        const here = { ...fromHere(), cookie };
        const said = await ask(name, here, new URLSearchParams({ form_token: token }).toString());
        expect(said, `${who}, ${name}`).toBe(who === 'a shopper' ? 'served' : 'sign in');
      }
    }
  });

  it('acts on no form of another origin, nor on one without the token of whoever sends it', async () => {
    const forms = (names: readonly string[]) => names.filter((name) => name.startsWith('POST '));
    const { token: strange } = browsers['a guest'] ?? { token: '' };
    for (const [who, { cookie, token }] of Object.entries(browsers)) {
      const own = new URLSearchParams({ form_token: token }).toString();
      for (const name of forms([...person, ...browser, ...holder])) {
        const elsewhere = {
          ...fromHere(),
          cookie,
          origin: 'https://evil.example',
          'sec-fetch-site': 'cross-site',
        };
        expect(await ask(name, elsewhere, own), `${who}, ${name}`).toBe('refused');
      }
      // Who holds the address of a bill needs no cookie, so a form of one can abuse none.
      if (!['a guest', 'a shopper'].includes(who)) continue;
      for (const name of forms([...person, ...browser])) {
        const here = { ...fromHere(), cookie };
        expect(await ask(name, here), `${who}, ${name}, no token`).toBe('refused');
        if (who === 'a guest') continue;
        expect(await ask(name, here, `form_token=${strange}`), `${who}, ${name}, another’s`).toBe('refused');
      }
    }
  });
});
