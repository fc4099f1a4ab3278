import { expect, it } from 'vitest';
import { returnAddress, withParameters } from './return-address.ts';

it.each([
  'https://shop.example/done?a=1#end',
  'http://localhost:4400',
  'myapp://stripe-redirect',
  'com.example.shop://paid/42?x=y',
])('leads a shopper on to %s', (address) => {
  expect(returnAddress.parse(address)).toBe(address);
});

it.each([
  ...['javascript:alert(1)', 'javascript://%0aalert(1)', 'JaVaScRiPt://x/%0aalert(1)', 'java\nscript://x'],
  ...[
    'data:text/html,x',
    'data://text/html,x',
    'vbscript://x',
    'file:///etc/passwd',
    'blob://x',
    'about:blank',
  ],
  ...[
    'filesystem://x',
    'view-source://x',
    'intent://x',
    'mailto:a@b.example',
    '/done',
    'done',
    '',
    'a b://x',
  ],
])('leads nobody to %j', (address) => {
  expect(returnAddress.safeParse(address).success).toBe(false);
});

it('adds to an address, and leaves what it says as it is written', () => {
  const said = { payment_intent: 'pi_1', redirect_status: 'succeeded' };
  expect(withParameters('https://shop.example/done', said)).toBe(
    'https://shop.example/done?payment_intent=pi_1&redirect_status=succeeded',
  );
  expect(withParameters('https://shop.example/?flag&next=%2Fa%20b&payment_intent=pi_0#end', said)).toBe(
    'https://shop.example/?flag&next=%2Fa%20b&payment_intent=pi_1&redirect_status=succeeded#end',
  );
  expect(withParameters('myapp://paid', { a: 'b&c' })).toBe('myapp://paid?a=b%26c');
});
