import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createStripeCli, hasStripeCli, type StripeCli } from '../harness/stripe-cli.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const tpmall = fileURLToPath(new URL('../../apps/cli/bin/tpmall.mjs', import.meta.url));
/** For a machine that does other things as well. */
const PATIENCE = { timeout: 30_000 };

describe.skipIf(!hasStripeCli)('the official command-line client, listening', () => {
  let test: TestSystem;
  let shop: Receiver;
  let cli: StripeCli;
  beforeAll(async () => {
    test = await startTestSystem();
    shop = await startReceiver();
    cli = createStripeCli(test.system.apiUrl, test.secretKey);
  });
  afterAll(async () => {
    cli.close();
    await shop.close();
    await test.close();
  });

  /** How many listeners are written down to have an event: what is not may be sent once more. */
  const acknowledged = async (event: string): Promise<number> => {
    const admin = new pg.Client({ connectionString: test.system.databaseUrl });
    await admin.connect();
    try {
      const { rows } = await admin.query<{ n: number }>(
        'SELECT count(*)::integer AS n FROM webhooks.listener WHERE $1 = ANY (heard)',
        [event],
      );
      return rows[0]?.n ?? 0;
    } finally {
      await admin.end();
    }
  };

  it('forwards events with a signature that its secret verifies, and resends one', async () => {
    const secret = (await cli.run('listen', '--print-secret')).trim();
    expect(secret).toMatch(/^whsec_/);
    const args = ['listen', '--skip-update', '--events', 'payment_intent.created', '--forward-to', shop.url];
    const listening = await cli.start(args, 'Ready!');
    try {
      expect(listening.said()).toContain(secret);
      const intent = await test.stripe.paymentIntents.create({ amount: 700, currency: 'eur' });
      const [first] = await shop.until(1);
      const signature = String(first?.headers['stripe-signature']);
      const event = test.stripe.webhooks.constructEvent(first?.body ?? '', signature, secret);
      expect(event).toMatchObject({ type: 'payment_intent.created', data: { object: { id: intent.id } } });
      await cli.run('events', 'resend', event.id);
      const [, again] = await shop.until(2);
      expect(again?.body).toBe(first?.body);
    } finally {
      await listening.stop();
    }
  });

  it('resends an event to an endpoint, and reads events and endpoints', async () => {
    const endpoint = await test.stripe.webhookEndpoints.create({
      url: shop.url,
      enabled_events: ['customer.created'],
    });
    await test.stripe.paymentIntents.create({ amount: 701, currency: 'eur' });
    await test.system.drainEvents();
    const listed = JSON.parse(
      await cli.run('events', 'list', '--limit', '1'),
    ) as Stripe.ApiList<Stripe.Event>;
    const before = shop.received.length;
    await cli.run('events', 'resend', listed.data[0]?.id ?? '', '--webhook-endpoint', endpoint.id);
    const posts = await shop.until(before + 1);
    expect(posts.at(-1)?.headers['webhook-id']).toBe(listed.data[0]?.id);
    // The shop hears of what comes next from listeners alone.
    await test.stripe.webhookEndpoints.del(endpoint.id);
  });

  it('misses nothing of what happens before it is back after a restart, nor does tpmall listen', async () => {
    const listening = await cli.start(
      ['listen', '--skip-update', '--events', 'customer.created', '--forward-to', shop.url],
      'Ready!',
    );
    const own = spawn(process.execPath, [tpmall, 'listen', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TPMALL_API_URL: test.system.apiUrl, TPMALL_API_KEY: test.secretKey },
    });
    const gone = once(own, 'close');
    let said = '';
    own.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    const told = (id: string) => shop.received.filter(({ body }) => body.includes(id));
    await expect.poll(() => said, PATIENCE).toContain('secret');
    try {
      const before = await test.stripe.customers.create({ name: 'Heard at once' });
      await expect.poll(() => told(before.id), PATIENCE).toHaveLength(1);
      const event = (JSON.parse(told(before.id)[0]?.body ?? '{}') as { id: string }).id;
      await expect.poll(() => acknowledged(event), PATIENCE).toBe(2);
      await test.restart();
      const missed = await test.stripe.customers.create({ name: 'Missed' });
      await test.system.drainEvents();
      await expect.poll(() => told(missed.id), PATIENCE).toHaveLength(1);
      const after = await test.stripe.customers.create({ name: 'Heard again' });
      await expect.poll(() => told(after.id), PATIENCE).toHaveLength(1);
      expect(told(before.id)).toHaveLength(1);
      await expect.poll(() => said.match(/customer\.created/g), PATIENCE).toHaveLength(3);
      own.kill('SIGINT');
      expect(await gone).toEqual([0, null]);
    } finally {
      own.kill('SIGKILL');
      await Promise.all([listening.stop(), gone]);
    }
  });

  it('follows the log of requests, by the filters that it was given', async () => {
    const all = await cli.start(['logs', 'tail', '--format', 'JSON'], 'Ready!');
    const refused = await cli.start(
      [
        ...['logs', 'tail', '--filter-http-method', 'post', '--filter-status-code-type', '4XX'],
        ...['--filter-request-path', '/v1/charges,/v1/refunds', '--filter-account', 'self'],
      ],
      'Ready!',
    );
    const others = await cli.start(['logs', 'tail', '--filter-account', 'connect_in'], 'Ready!');
    try {
      const { lastResponse } = await test.stripe.customers.create({ name: 'Followed' });
      const failed: unknown = await test.stripe.refunds
        .create({ charge: 'ch_none' })
        .catch((error: unknown) => error);
      const { requestId } = failed as { requestId: string };
      await expect.poll(all.said, PATIENCE).toContain(requestId);
      expect(all.said()).toContain(lastResponse.requestId);
      const line =
        all
          .said()
          .split('\n')
          .find((each) => each.includes(requestId)) ?? '';
      expect(JSON.parse(line)).toMatchObject({
        ...{ method: 'POST', url: '/v1/refunds', livemode: false },
        error: { type: 'invalid_request_error', code: 'resource_missing', param: 'charge' },
      });
      await expect.poll(refused.said, PATIENCE).toContain(`POST /v1/refunds [${requestId}]`);
      expect(refused.said()).not.toContain(lastResponse.requestId);
      expect(others.said()).not.toContain(requestId);
      // So that whoever listens next hears nothing of it.
      await test.system.drainEvents();
    } finally {
      await Promise.all([all.stop(), refused.stop(), others.stop()]);
    }
  });

  it.each([
    ['not JSON', 'it is not JSON'],
    ['{"filter_colour":["red"]}', 'filter_colour'],
    ['{"filter_status_code":["sixteen"]}', 'filter_status_code.0'],
  ])('refuses the filters %s', async (filters, says) => {
    const answer = await fetch(`${test.system.apiUrl}/v1/stripecli/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.secretKey}` },
      body: new URLSearchParams({ 'websocket_features[]': 'request_logs', filters }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { param: 'filters', message: expect.stringContaining(says) },
    });
  });

  it('opens no socket for an id that is not a session', async () => {
    const url = `${test.system.apiUrl.replace('http', 'ws')}/v1/stripecli/sessions/socket`;
    for (const headers of [{}, { 'websocket-id': 'AAAA' }, { 'websocket-id': 'A'.repeat(6_001) }]) {
      expect(await refusal(url, headers)).toBe(401);
    }
    expect(await refusal(`${test.system.apiUrl.replace('http', 'ws')}/elsewhere`, {})).toBe(404);
  });

  it('does not tell one platform of another’s events', async () => {
    const session = (await fetch(`${test.system.apiUrl}/v1/stripecli/sessions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${test.secretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'device_name=a&websocket_features[]=webhooks',
    }).then((answer) => answer.json())) as { websocket_url: string; websocket_id: string };
    const altered = Buffer.from(session.websocket_id, 'base64url');
    altered[20] = (altered[20] ?? 0) ^ 1;
    expect(await refusal(session.websocket_url, { 'websocket-id': altered.toString('base64url') })).toBe(401);
    const socket = new WebSocket(session.websocket_url, 'stripecli-devproxy-v1', {
      headers: { 'websocket-id': session.websocket_id },
    });
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    const database = test.system.databaseOf('payments');
    await database?.run({
      name: 'test.other-tenant',
      text: `INSERT INTO payments.outbox (type, aggregate_id, tenant, at, payload)
        SELECT type, aggregate_id, 'acct_other', now(), payload FROM payments.outbox
        WHERE type = 'payment_intent.created' LIMIT 1`,
    });
    const intent = await test.stripe.paymentIntents.create({ amount: 702, currency: 'eur' });
    await test.system.drainEvents();
    while (heard.length === 0) await new Promise((resolve) => socket.once('message', resolve));
    socket.close();
    expect(heard.every((message) => message.includes(intent.id))).toBe(true);
  });
});

/** The status with which a socket is refused. */
function refusal(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'stripecli-devproxy-v1', { headers });
    socket.once('unexpected-response', (_request, answer) => {
      resolve(answer.statusCode ?? 0);
      socket.terminate();
    });
    socket.once('error', reject);
    socket.once('open', () => reject(new Error('the socket was opened')));
  });
}
