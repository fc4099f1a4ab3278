import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killPostgres, type ServerProcess, startServerProcess } from '../harness/server-process.ts';
import { openVisitor } from '../harness/visitor.ts';

/** A start takes seconds, and there are several. */
const RUN_MS = 240_000;
const POLL = { timeout: 30_000, interval: 100 };
const ADDRESS = { name: 'Ada', line1: 'Silk Road 1', city: 'Suzhou', postalCode: '215000', country: 'CN' };

let dataDir: string;
let port: number;
let server: ServerProcess;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tpmall-crash-'));
  port = await freePorts();
  server = await startServerProcess(dataDir, port);
}, RUN_MS);
afterAll(async () => {
  await server?.end('SIGTERM');
  killPostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Kills the server, which takes the mailbox and all its mails with it, and starts it again. */
const killAndStart = async (): Promise<void> => {
  await server.end('SIGKILL');
  server = await startServerProcess(dataDir, port);
};
/** The mailbox takes no mail until it is started again: what was to be sent is certainly waiting. */
const holdMails = () =>
  fetch(`${server.dev.mailboxUrl}/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fault: 'defer', times: 1_000 }),
  });
const mailsTo = async (
  email: string,
): Promise<readonly { readonly subject: string; readonly text: string }[]> => {
  const answer = await fetch(`${server.dev.mailboxUrl}/api/mails?to=${email}`);
  return ((await answer.json()) as { readonly mails: { subject: string; text: string }[] }).mails;
};
const count = async (text: string, values: readonly unknown[]): Promise<number> => {
  const client = new pg.Client({ connectionString: server.dev.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${text}`, [...values]);
    return Number(rows[0]?.n);
  } finally {
    await client.end();
  }
};

it('an order whose server is killed between its payment and its end is paid once, with one receipt', {
  timeout: RUN_MS,
}, async () => {
  const email = 'killed@shopper.example';
  const who = openVisitor(server.dev.mallUrl);
  await who.submit(await who.get('/goods/keemun'), '/cart/add');
  const paying = await who.submit(await who.get('/checkout'), '/checkout', { ...ADDRESS, email });
  const session = paying.path.split('/').at(-1) ?? '';
  await holdMails();
  const paid = await fetch(`${server.dev.apiUrl}/v1/payment_pages/${session}/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.dev.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'payment_method=pm_card_visa',
  });
  expect(paid.status).toBe(200);
  // The money has moved. Nobody has looked at the order since, and nothing of it was written to the shopper.
  await killAndStart();
  const order = /\/orders\/order_\w+/.exec((await who.get('/orders')).html)?.[0] ?? '';
  await expect.poll(async () => (await who.get(order)).html, POLL).toContain('>Paid<');
  await expect.poll(async () => (await mailsTo(email)).length, POLL).toBe(1);
  // The mail is there a moment before it is noted as sent; killed in between, it might be sent again.
  const noted = "mail.message WHERE recipient = $1 AND state = 'sent'";
  await expect.poll(() => count(noted, [email]), POLL).toBe(1);
  // Again, now that everything is done: nothing is done twice.
  await killAndStart();
  expect((await who.get(order)).html).toContain('>Paid<');
  const id = order.split('/').at(-1);
  expect(await count(`mall.outbox WHERE type = 'order.paid' AND aggregate_id = $1`, [id])).toBe(1);
  expect(await count(`mail.message WHERE template = 'receipt' AND recipient = $1`, [email])).toBe(1);
  expect(
    await count(
      `payments.charge AS c JOIN mall.customer_order AS o ON o.payment_intent = c.intent
       WHERE o.id = $1 AND c.status = 'succeeded'`,
      [id],
    ),
  ).toBe(1);
  await expect.poll(() => count(`mail.message WHERE state = 'queued'`, []), POLL).toBe(0);
  expect(await mailsTo(email)).toEqual([]);
});

it('a sign-in goes on where its server was killed, and its session lives', { timeout: RUN_MS }, async () => {
  const email = 'killed-sign-in@shopper.example';
  const who = openVisitor(server.dev.mallUrl);
  await who.submit(await who.get('/goods/keemun'), '/cart/add');
  await holdMails();
  const asked = await who.submit(await who.get('/sign-in?next=%2Fcart'), '/sign-in', { email });
  expect(asked.path).toMatch(/^\/sign-in\/chal_/);
  // Killed in the middle of its try, the mail would wait until the lease of that try is over: minutes.
  const deferred = 'mail.message WHERE recipient = $1 AND problem IS NOT NULL';
  await expect.poll(() => count(deferred, [email]), POLL).toBe(1);
  await killAndStart();
  await expect.poll(async () => (await mailsTo(email)).length, POLL).toBe(1);
  const code = /\b\d{6}\b/.exec((await mailsTo(email))[0]?.text ?? '')?.[0] ?? '';
  const action = asked.path.split('?')[0] ?? '';
  const signedIn = await who.submit(asked, action, { code });
  expect([signedIn.status, signedIn.path]).toEqual([200, '/cart']);
  await killAndStart();
  const account = await who.get('/account');
  expect([account.status, account.path, account.html.includes(email)]).toEqual([200, '/account', true]);
  // What the guest had is the person's.
  expect((await who.get('/cart')).html.match(/<li class="line"/g)).toHaveLength(1);
  expect(await count('identity.person WHERE email = $1', [email])).toBe(1);
  expect(
    await count('identity.session AS s JOIN identity.person AS p ON p.id = s.person_id WHERE p.email = $1', [
      email,
    ]),
  ).toBe(1);
});
