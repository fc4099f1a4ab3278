import { afterAll, beforeAll, expect, it } from 'vitest';
import { walkThrough } from '../../apps/cli/src/demo/browser.ts';
import { challenged, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem();
});
afterAll(async () => {
  await test.close();
});

async function pay(returnUrl: string) {
  const { id: card } = await storeCard(test.vault, challenged);
  const intent = await test.stripe.paymentIntents.create({
    ...{ amount: 4_200, currency: 'eur', payment_method: card, confirm: true, return_url: returnUrl },
  });
  expect(intent).toMatchObject({
    status: 'requires_action',
    next_action: { redirect_to_url: { return_url: returnUrl } },
  });
  return intent;
}

const RIGHT = '1234';
const WRONG = '0000';

it.each([
  ['https://shop.example/done?order=6735&next=%2Fa%20b#end', RIGHT, 'succeeded'],
  ['https://shop.example/done?order=6735&next=%2Fa%20b#end', WRONG, 'failed'],
])('comes back from the bank to %s, with code %s as one that %s', async (back, code, status) => {
  const { id, client_secret: secret, next_action: action } = await pay(back);
  const said = `payment_intent=${id}&payment_intent_client_secret=${secret}&redirect_status=${status}`;
  const expected = back.replace('#', `&${said}#`);
  const visits = await walkThrough(action?.redirect_to_url?.url ?? '', code, expected);
  expect(visits.length).toBeGreaterThan(1);
});

it('comes back to an app', async () => {
  const { id, client_secret: secret, next_action: action } = await pay('myapp://stripe-redirect');
  const said = `payment_intent=${id}&payment_intent_client_secret=${secret}&redirect_status=succeeded`;
  const expected = `myapp://stripe-redirect?${said}`;
  await walkThrough(action?.redirect_to_url?.url ?? '', RIGHT, expected);
});

it('comes back from setting up a card', async () => {
  const { id: card } = await storeCard(test.vault, challenged);
  const { id, client_secret: secret } = await test.stripe.setupIntents.create({ payment_method: card });
  const confirmed = await test.stripe.setupIntents.confirm(id, { return_url: 'https://shop.example/saved' });
  const said = `setup_intent=${id}&setup_intent_client_secret=${secret}&redirect_status=succeeded`;
  const url = confirmed.next_action?.redirect_to_url?.url ?? '';
  await walkThrough(url, RIGHT, `https://shop.example/saved?${said}`);
});

it.each(['javascript://shop.example/%0aalert(1)', 'data://text/html,x', 'file:///etc/passwd', '/done'])(
  'leads nobody to %s',
  async (returnUrl) => {
    const { id } = await test.stripe.paymentIntents.create({ amount: 4_200, currency: 'eur' });
    await expect(test.stripe.paymentIntents.confirm(id, { return_url: returnUrl })).rejects.toMatchObject({
      ...{ code: 'url_invalid', param: 'return_url' },
    });
  },
);
