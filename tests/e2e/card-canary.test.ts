import { filesWith } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, challenged, declinedWith } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/**
 * A name that nobody has. Clients are told it, so answers that are kept for repetition may hold it; logs may
 * not.
 */
const CARDHOLDER = 'CANARY CARDHOLDER';

const lines: string[] = [];
let test: TestSystem;
beforeAll(async () => {
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const parts = { log: { ...log, forModule: () => log } };
  // Its database is among the files that are looked through.
  test = await startTestSystem('one process', parts, { ownPostgres: true });
});
afterAll(() => test.close());

it('leaves no number and no code on the disk, and no cardholder in logs, whatever is done', async () => {
  const { stripe, vault } = test;
  // No real code is long enough to be looked for; six digits of it are refused, and must not be kept either.
  const code = '918273645';
  const details = { name: CARDHOLDER, email: 'canary@example.org' };
  const store = (number: string, cvc = '314') =>
    vault.paymentMethods.create({
      type: 'card',
      card: { number, exp_month: 12, exp_year: 2034, cvc },
      billing_details: details,
    });
  await expect(store(approved, code)).rejects.toMatchObject({ code: 'invalid_cvc' });
  const owner = await stripe.customers.create({ description: 'canary customer' });
  const card = await store(approved);
  await stripe.paymentMethods.attach(card.id, { customer: owner.id });
  await stripe.paymentMethods.update(card.id, { metadata: { note: 'canary' } });
  await stripe.paymentMethods.list({ customer: owner.id });
  const pay = (payment_method: string) =>
    stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'eur',
      customer: owner.id,
      payment_method,
      confirm: true,
      return_url: 'http://localhost/',
    });
  const paid = await pay(card.id);
  await stripe.refunds.create({ payment_intent: paid.id });
  await expect(pay((await store(declinedWith('51'))).id)).rejects.toMatchObject({ statusCode: 402 });
  await stripe.setupIntents.create({
    customer: owner.id,
    payment_method: (await store(challenged)).id,
    confirm: true,
    return_url: 'http://localhost/',
  });
  await expect(
    stripe.paymentMethods.create({ type: 'card', card: { number: approved, exp_month: 1, exp_year: 2040 } }),
  ).rejects.toMatchObject({ code: 'card_data_not_accepted' });
  await stripe.paymentMethods.detach(card.id);
  await test.system.drainEvents();

  const admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
  await admin.query('CHECKPOINT');
  await admin.end();
  const secret = [approved, challenged, declinedWith('51'), code];
  const found = await filesWith([test.dataDir], [...secret, card.id, 'canary customer']);
  for (const text of secret) expect({ text, files: found.get(text) }).toEqual({ text, files: [] });
  // The search does find what is stored in clear.
  expect(found.get(card.id)).not.toEqual([]);
  expect(found.get('canary customer')).not.toEqual([]);
  const logged = lines.join('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const text of [...secret, CARDHOLDER]) expect(logged).not.toContain(text);
});
