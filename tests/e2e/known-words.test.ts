import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
let stripe: Stripe;
beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
});
afterAll(async () => {
  await test.close();
});

describe('a list of what clients know and nothing here is', () => {
  let customer: string;
  beforeAll(async () => {
    ({ id: customer } = await stripe.customers.create({ name: 'Ada' }));
    await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const card = await storeCard(test.vault, approved);
    await stripe.paymentIntents.create({
      ...{ amount: 4_200, currency: 'eur', payment_method: card.id, confirm: true },
      return_url: 'https://shop.example/done',
    });
  });

  it.each(['sepa_debit', 'link', 'us_bank_account'] as const)('is empty of %s', async (type) => {
    expect(await stripe.paymentMethods.list({ customer, type })).toMatchObject({ data: [], has_more: false });
    expect((await stripe.customers.listPaymentMethods(customer, { type })).data).toEqual([]);
    expect((await stripe.customers.listPaymentMethods(customer, { type: 'card' })).data).toHaveLength(1);
  });

  it.each(['payout', 'adjustment', 'payment', 'stripe_fee'])('is empty of a %s', async (type) => {
    expect(await stripe.balanceTransactions.list({ type })).toMatchObject({ data: [], has_more: false });
  });

  it('is empty of bank accounts', async () => {
    expect((await stripe.customers.listSources(customer, { object: 'bank_account' })).data).toEqual([]);
    expect((await stripe.customers.listSources(customer, { object: 'card' })).data).toHaveLength(1);
  });

  it('is refused where nobody knows the word, or the customer', async () => {
    const refused = { code: 'parameter_invalid_enum', statusCode: 400 };
    const type = 'cowries' as 'card';
    await expect(stripe.paymentMethods.list({ customer, type })).rejects.toMatchObject(refused);
    await expect(stripe.customers.listPaymentMethods(customer, { type })).rejects.toMatchObject(refused);
    await expect(stripe.balanceTransactions.list({ type })).rejects.toMatchObject(refused);
    await expect(stripe.customers.listSources(customer, { object: type })).rejects.toMatchObject(refused);
    const nobody = stripe.customers.listPaymentMethods('cus_nobody', { type: 'link' });
    await expect(nobody).rejects.toMatchObject({ code: 'resource_missing', statusCode: 404 });
  });
});

describe('off_session', () => {
  it.each(['one_off', 'recurring'] as const)('says %s', async (off_session) => {
    const intent = await stripe.paymentIntents.create({
      ...{ amount: 4_200, currency: 'eur', payment_method: 'pm_card_authenticationRequired' },
    });
    // Nobody is there to be asked, so nobody is.
    await expect(stripe.paymentIntents.confirm(intent.id, { off_session })).rejects.toMatchObject({
      code: 'authentication_required',
    });
  });

  it('says nothing that nobody knows', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 4_200, currency: 'eur' });
    const off_session = 'sometimes' as 'one_off';
    await expect(stripe.paymentIntents.confirm(intent.id, { off_session })).rejects.toMatchObject({
      ...{ code: 'parameter_invalid_boolean', param: 'off_session' },
    });
  });
});
