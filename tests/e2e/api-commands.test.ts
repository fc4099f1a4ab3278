import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES } from '../../apps/cli/src/api/fixtures.ts';
import { trigger } from '../../apps/cli/src/api/trigger.ts';
import { booksBalance } from '../harness/books.ts';
import { firstLine } from '../harness/first-line.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const program = fileURLToPath(new URL('../../apps/cli/bin/tpmall.mjs', import.meta.url));

let test: TestSystem;
let shop: Receiver;
beforeAll(async () => {
  test = await startTestSystem();
  shop = await startReceiver();
});
afterAll(async () => {
  await shop.close();
  await test.close();
});

function launch(args: readonly string[], key = test.secretKey): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TPMALL_API_URL: test.system.apiUrl, TPMALL_API_KEY: key },
  });
}

/** Runs the `tpmall` command to its end. */
async function tpmall(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const child = launch(args);
  let out = '';
  let err = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    err += bytes.toString();
  });
  const [status] = (await once(child, 'close')) as [number];
  return { status, out, err };
}

/** Runs it with `--json`, which must be accepted, and reads the answer. */
async function ask(...args: string[]): Promise<Record<string, unknown>> {
  const { status, out, err } = await tpmall(...args, '--json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

describe('tpmall, by resource and verb', () => {
  it('makes, reads, changes and deletes, with nested parameters', async () => {
    const made = await ask('customers', 'create', '--name', 'Lin Wei', '--address.postal-code', '10115');
    expect(made).toMatchObject({ name: 'Lin Wei', address: { postal_code: '10115' } });
    const id = String(made['id']);
    const changed = await ask(
      'customers',
      'update',
      id,
      '-d',
      'metadata[order]=7',
      '--email=lin@example.com',
    );
    expect(changed).toMatchObject({ metadata: { order: '7' }, email: 'lin@example.com' });
    expect(await ask('get', `/v1/customers/${id}`)).toMatchObject({ id });
    expect(await ask('customers', 'list', '--limit', '1')).toMatchObject({ data: [{ id }] });
    expect(await ask('customers', 'delete', id)).toMatchObject({ deleted: true });
  });

  it('reaches operations under two words, and those that end in a verb', async () => {
    expect(await ask('checkout', 'sessions', 'list')).toMatchObject({ url: '/v1/checkout/sessions' });
    const intent = await ask('post', 'payment_intents', '-d', 'amount=500', '-d', 'currency=eur');
    const canceled = await ask('payment_intents', 'cancel', String(intent['id']));
    expect(canceled).toMatchObject({ status: 'canceled' });
  });

  it('does a request once by its key', async () => {
    const once = ['customers', 'create', '--name', 'Once', '--idempotency', 'typed once'];
    expect((await ask(...once))['id']).toBe((await ask(...once))['id']);
  });

  it('shows a refusal in words, with --json as it came, and ends with 1', async () => {
    const plain = await tpmall('customers', 'retrieve', 'cus_none');
    expect(plain).toMatchObject({ status: 1, out: '' });
    expect(plain.err).toMatch(/^404 resource_missing: .+\nrequest req_/);
    const json = await tpmall('customers', 'retrieve', 'cus_none', '--json');
    expect(json).toMatchObject({ status: 1, err: '' });
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'resource_missing' } });
  });

  it.each([
    [['customers', 'create', '--colour', 'blue'], 'has no parameter colour; it has address'],
    [['customers', 'retrieve'], 'wants ID, not nothing'],
    [['customers', 'create', '--name'], '--name wants a value'],
    [['post', 'customers', '-d', 'name'], '-d wants name=value'],
    [['get'], 'Say one path'],
    [['trigger', 'nonsense'], 'Nothing here makes nonsense'],
    [['trigger'], 'payment_intent.succeeded'],
    [['events', 'resend'], 'tpmall events resend wants ID'],
    [['listen', '--colour', 'blue'], 'has no --colour'],
    [['listen', '--events', 'custmer.created'], 'did you mean customer.created?'],
  ])('does not understand %j, and sends nothing', async (args, says) => {
    const before = (await test.stripe.customers.list({ limit: 100 })).data.length;
    expect(await tpmall(...args)).toMatchObject({ status: 2, err: expect.stringContaining(says) });
    expect((await test.stripe.customers.list({ limit: 100 })).data).toHaveLength(before);
  });

  it('sends the key of a data folder to the server of that folder only', async () => {
    const { TPMALL_API_KEY: _none, ...env } = process.env;
    const child = spawn(
      process.execPath,
      [program, 'get', 'customers', '--data-dir', test.dataDir, '--url', shop.url],
      { stdio: 'ignore', env },
    );
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(shop.received).toEqual([]);
  });

  it('takes the address of an endpoint for a parameter, and never sends the key there', async () => {
    const hook = await startReceiver();
    try {
      const made = await ask(
        ...['webhook_endpoints', 'create', '--url', hook.url],
        ...['-d', 'enabled_events[]=customer.deleted'],
      );
      expect(made).toMatchObject({ url: hook.url });
      expect(await ask('webhook_endpoints', 'delete', String(made['id']))).toMatchObject({ deleted: true });
      expect(hook.received).toEqual([]);
    } finally {
      await hook.close();
    }
  });

  it('helps with a resource and with an operation', async () => {
    const verbs = await tpmall('payment_intents', '--help');
    expect(verbs).toMatchObject({
      status: 0,
      out: expect.stringContaining('tpmall payment_intents capture'),
    });
    const flags = await tpmall('payment_intents', 'capture', '--help');
    expect(flags).toMatchObject({ status: 0, out: expect.stringContaining('--amount-to-capture') });
    expect((await tpmall('payment_intents', 'burn')).status).toBe(2);
  });
});

describe('tpmall trigger', () => {
  it('says what it made', async () => {
    const said = await ask('trigger', 'payment_intent.created');
    expect(said).toMatchObject({
      event: 'payment_intent.created',
      made: { payment: expect.stringMatching(/^pi_/) },
    });
  });

  it.each(Object.keys(FIXTURES))('makes %s happen', async (type) => {
    await test.system.drainEvents();
    const newest = async (): Promise<Stripe.Event | undefined> =>
      (await test.stripe.events.list({ type, limit: 1 })).data[0];
    const before = await newest();
    // In this process: starting thirty takes longer than all they do.
    const status = await trigger([type, '--url', test.system.apiUrl, '--key', test.secretKey, '--json']);
    expect(status).toBe(0);
    await test.system.drainEvents();
    const after = await newest();
    expect(after?.type).toBe(type);
    expect(after?.id).not.toBe(before?.id);
    await booksBalance(test);
  });
});

describe('tpmall listen, events resend and logs', () => {
  it('forwards events, signed by the secret that it prints, and again where they are resent', async () => {
    const args = ['listen', '--forward-to', shop.url, '--events', 'customer.created', '--json'];
    const child = launch(args);
    try {
      const { secret } = JSON.parse(await firstLine(child)) as { secret: string };
      const before = shop.received.length;
      const { id } = await test.stripe.customers.create({ name: 'Heard' });
      await test.system.drainEvents();
      const post = (await shop.until(before + 1)).at(-1);
      const signature = String(post?.headers['stripe-signature']);
      const event = test.stripe.webhooks.constructEvent(post?.body ?? '', signature, secret);
      expect(event).toMatchObject({ type: 'customer.created', data: { object: { id } } });
      expect(await ask('events', 'resend', event.id, '--for-stripecli', 'true')).toMatchObject({
        id: event.id,
      });
      expect((await shop.until(before + 2)).at(-1)?.body).toBe(post?.body);
    } finally {
      const gone = once(child, 'close');
      child.kill('SIGTERM');
      await gone;
    }
  });

  it('shows what was asked of the API, and follows it', async () => {
    const child = launch(['logs', '--follow', '--operation', 'createPaymentLink', '--limit', '1', '--json']);
    let out = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      out += bytes.toString();
    });
    try {
      const refused = await test.stripe.paymentLinks
        .create({ line_items: [{ price: 'price_none', quantity: 1 }] })
        .catch((error: unknown) => error as Stripe.errors.StripeError);
      expect(refused).toBeInstanceOf(Stripe.errors.StripeError);
      const id = (refused as Stripe.errors.StripeError).requestId ?? '';
      expect(id).toMatch(/^req_/);
      await expect.poll(() => out, { timeout: 30_000 }).toContain(id);
      const { out: lines } = await tpmall('logs', '--operation', 'createPaymentLink', '--limit', '1');
      expect(lines).toContain(`POST   /v1/payment_links resource_missing`);
      expect(lines).toContain(id);
    } finally {
      const gone = once(child, 'close');
      child.kill('SIGTERM');
      await gone;
    }
  });
});
