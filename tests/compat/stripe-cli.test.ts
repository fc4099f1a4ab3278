import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksBalance } from '../harness/books.ts';
import { createStripeCli, hasStripeCli, type StripeCli } from '../harness/stripe-cli.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Each event that the client can trigger and that this server tells, and what its object is afterwards. */
const TRIGGERS: Readonly<Record<string, Fields>> = {
  'charge.captured': { object: 'charge', captured: true, status: 'succeeded' },
  'charge.failed': { object: 'charge', status: 'failed', paid: false },
  'charge.refund.updated': { object: 'refund', status: 'succeeded' },
  'charge.refunded': { object: 'charge', refunded: true },
  'charge.succeeded': { object: 'charge', status: 'succeeded', paid: true },
  'checkout.session.completed': { object: 'checkout.session', status: 'complete', payment_status: 'paid' },
  'checkout.session.expired': { object: 'checkout.session', status: 'expired', payment_status: 'unpaid' },
  'customer.created': { object: 'customer' },
  'customer.deleted': { object: 'customer' },
  'customer.source.created': { object: 'card', brand: 'Visa', customer: expect.stringMatching(/^cus_/) },
  'customer.source.updated': { object: 'card', metadata: { foo: 'bar' } },
  'customer.updated': { object: 'customer', metadata: { foo: 'bar' } },
  'payment_intent.amount_capturable_updated': { object: 'payment_intent', status: 'requires_capture' },
  'payment_intent.canceled': { object: 'payment_intent', status: 'canceled' },
  'payment_intent.created': { object: 'payment_intent' },
  'payment_intent.payment_failed': { object: 'payment_intent', status: 'requires_payment_method' },
  'payment_intent.requires_action': { object: 'payment_intent', status: 'requires_action' },
  'payment_intent.succeeded': { object: 'payment_intent', status: 'succeeded' },
  'payment_link.created': { object: 'payment_link', active: true },
  'payment_link.updated': { object: 'payment_link' },
  'payment_method.attached': { object: 'payment_method', customer: expect.stringMatching(/^cus_/) },
  'payment_method.detached': { object: 'payment_method', customer: null },
  'payment_method.updated': { object: 'payment_method', customer: expect.stringMatching(/^cus_/) },
  'price.created': { object: 'price', active: true },
  'price.updated': { object: 'price' },
  'product.created': { object: 'product', active: true },
  'product.deleted': { object: 'product' },
  'product.updated': { object: 'product' },
  'setup_intent.canceled': { object: 'setup_intent', status: 'canceled' },
  'setup_intent.created': { object: 'setup_intent' },
  'setup_intent.requires_action': { object: 'setup_intent', status: 'requires_action' },
  'setup_intent.setup_failed': { object: 'setup_intent', status: 'requires_payment_method' },
  'setup_intent.succeeded': { object: 'setup_intent', status: 'succeeded' },
};

/** Events of these resources that the client can trigger and this server never tells, and why. */
const OUT: Readonly<Record<string, string>> = {
  'charge.dispute.closed': 'there are no disputes yet',
  'charge.dispute.created': 'there are no disputes yet',
  'charge.dispute.updated': 'there are no disputes yet',
  'checkout.session.async_payment_failed': 'its fixture pays by SEPA debit',
  'checkout.session.async_payment_succeeded': 'its fixture pays by SEPA debit',
  'customer.discount.created': 'there are no discounts',
  'customer.discount.deleted': 'there are no discounts',
  'customer.discount.updated': 'there are no discounts',
  'customer.subscription.created': 'there are no subscriptions',
  'customer.subscription.deleted': 'there are no subscriptions',
  'customer.subscription.paused': 'there are no subscriptions',
  'customer.subscription.trial_will_end': 'there are no subscriptions',
  'customer.subscription.updated': 'there are no subscriptions',
  'payment_intent.partially_funded': 'its fixture pays by bank transfer',
  'payment_intent.processing': 'its fixture pays by SEPA debit',
};

/** The resources whose events these are. */
const OURS =
  /^(charge|checkout\.session|customer|payment_(intent|link|method)|price|product|refund|setup_intent)\./;

let test: TestSystem;
let cli: StripeCli;
beforeAll(async () => {
  test = await startTestSystem();
  cli = createStripeCli(test.system.apiUrl, test.secretKey);
});
afterAll(async () => {
  cli.close();
  await test.close();
});

/** The newest event of a type. */
async function newest(type: string): Promise<Stripe.Event | undefined> {
  await test.system.drainEvents();
  return (await test.stripe.events.list({ type, limit: 1 })).data[0];
}

describe.skipIf(!hasStripeCli)('the official command-line client, triggering', () => {
  it('is tested with every event of these resources that it can trigger', async () => {
    const help = await cli.run('trigger', '--help');
    const named = [...help.matchAll(/^ {2}([a-z_]+(?:\.[a-z_]+)+)$/gm)].map(([, type = '']) => type);
    expect(named.length).toBeGreaterThan(90);
    const ours = named.filter((type) => OURS.test(type)).sort();
    expect([...Object.keys(TRIGGERS), ...Object.keys(OUT)].sort()).toEqual(ours);
  });

  it('has a page that says the same', () => {
    const page = readFileSync(new URL('../../docs/stripe-cli.md', import.meta.url), 'utf8');
    const [triggered = ''] = page.split('## What it offers');
    for (const type of Object.keys(TRIGGERS)) expect(triggered).toContain(`\`${type}\``);
    for (const [type, why] of Object.entries(OUT)) expect(page).toContain(`- \`${type}\`: ${why}\n`);
  });

  it.each(Object.entries(TRIGGERS))('%s: the event, its object and the books', async (type, fields) => {
    const before = await newest(type);
    expect(await cli.run('trigger', type)).toContain('Trigger succeeded');
    const event = await newest(type);
    expect(event?.id).toBeDefined();
    expect(event?.id).not.toBe(before?.id);
    expect(event).toMatchObject({ type, data: { object: fields } });
    await booksBalance(test);
  });

  it('is told what is missing where it pays with what this server does not take', async () => {
    await expect(cli.run('trigger', 'payment_intent.processing')).rejects.toThrow('must be one of card');
    await booksBalance(test);
  });
});

describe.skipIf(!hasStripeCli)('the official command-line client, by resource', () => {
  const ask = async (...args: string[]): Promise<Record<string, unknown>> => {
    const said = await cli.run(...args);
    // Before it deletes, it says in words for whom.
    return JSON.parse(said.slice(said.indexOf('{'))) as Record<string, unknown>;
  };

  it('makes, changes, reads and deletes', async () => {
    const made = await ask('customers', 'create', '--name', 'Lin Wei', '-d', 'metadata[order]=7');
    expect(made).toMatchObject({ object: 'customer', name: 'Lin Wei', metadata: { order: '7' } });
    const id = String(made['id']);
    expect(await ask('customers', 'update', id, '--email', 'lin@example.com')).toMatchObject({
      email: 'lin@example.com',
    });
    expect(await ask('get', `/v1/customers/${id}`)).toMatchObject({ id });
    expect(await ask('customers', 'delete', id, '--confirm')).toMatchObject({ deleted: true });
  });

  it('pays, captures and refunds, lists and searches', async () => {
    const held = await ask(
      ...['payment_intents', 'create', '--amount', '2345', '--currency', 'eur', '-d', 'confirm=true'],
      ...['--capture-method', 'manual', '--payment-method', 'pm_card_visa'],
      ...['--return-url', 'http://localhost/done', '-d', 'payment_method_types[]=card'],
    );
    expect(held).toMatchObject({ status: 'requires_capture' });
    const id = String(held['id']);
    const taken = await ask('payment_intents', 'capture', id, '--amount-to-capture', '1500');
    expect(taken).toMatchObject({ status: 'succeeded', amount_received: 1_500 });
    const refund = await ask('refunds', 'create', '--payment-intent', id, '--amount', '400');
    expect(refund).toMatchObject({ status: 'succeeded', amount: 400 });
    expect(await ask('payment_intents', 'list', '--limit', '1')).toMatchObject({ data: [{ id }] });
    await test.system.drainEvents();
    const found = await ask('payment_intents', 'search', '--query', 'amount:2345');
    expect(found).toMatchObject({ object: 'search_result', data: [{ id }] });
    await booksBalance(test);
  });

  it('repeats by a key, and shows an error as it came', async () => {
    const args = ['customers', 'create', '--name', 'Once', '--idempotency', 'cli once'];
    expect((await ask(...args))['id']).toBe((await ask(...args))['id']);
    // It shows a refusal as it shows anything else, and ends well.
    expect(await ask('customers', 'retrieve', 'cus_none')).toMatchObject({
      error: { code: 'resource_missing', param: 'id' },
    });
  });
});
