import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedIn } from '../harness/mails.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';
import { openVisitor } from '../harness/visitor.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem('one process', {}, { goods: true });
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
