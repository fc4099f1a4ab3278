import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acquiringContract } from '@tpmall/acquiring/contract';
import { systemClock } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { testCards } from '@tpmall/simulator-card-network';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { approved, challenged, declinedWith, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

/** The mall under test, and the TPMall that is its acquirer. */
let mall: TestSystem;
let far: TestSystem;
let line: Line;

beforeAll(async () => {
  // An instance that shares nothing with the mall's, no secret either.
  far = await startTestSystem('one process', {}, { ownPostgres: true });
  line = await openLine(far.system.apiUrl);
  mall = await startTestSystem('one process', {
    settings: {
      acquiring: {
        connectors: [
          {
            ...{ protocol: 'stripe', name: 'upstream' },
            ...{ apiUrl: line.url, vaultUrl: far.system.vaultUrl, secretKey: far.secretKey },
            ...{ answerTimeoutMs: 5_000, sendsProof: false },
          },
        ],
        directoryServer: { url: `${far.system.simulatorUrl}/3ds/areq` },
        repeatFirstMs: 50,
        repeatMaxMs: 200,
      },
      risk: { velocityExemptBins: [...new Set(testCards.map(({ number }) => number.slice(0, 6)))] },
    },
  });
});
afterAll(async () => {
  await mall.close();
  await line.close();
  await far.close();
});
afterEach(async () => {
  line.heal();
  await far.network('DELETE', '/behaviours');
});

/** What the line between the two does to the next request that fits. */
type Fault = 'lose_request' | 'lose_answer';

interface Line {
  readonly url: string;
  /** Orders a fault for so many requests whose path ends so. */
  breakAt(path: RegExp, fault: Fault, times?: number): void;
  heal(): void;
  /** Requests that came through so far, by path and idempotency key. */
  readonly seen: { path: string; key: string | undefined }[];
  close(): Promise<void>;
}

async function openLine(to: string): Promise<Line> {
  const { hostname, port } = new URL(to);
  let orders: { path: RegExp; fault: Fault; left: number }[] = [];
  const seen: Line['seen'] = [];
  const take = (path: string): Fault | undefined => {
    const order = orders.find((each) => each.path.test(path) && each.left > 0);
    if (order) order.left -= 1;
    return order?.fault;
  };
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const path = incoming.url ?? '';
    const fault = take(path);
    if (fault === 'lose_request') {
      incoming.socket.destroy();
      return;
    }
    const key = incoming.headers['idempotency-key'];
    if (incoming.method === 'POST') seen.push({ path, key: typeof key === 'string' ? key : undefined });
    const onward = request(
      { hostname, port, path, method: incoming.method, headers: incoming.headers },
      (answer) => {
        if (fault === 'lose_answer') {
          answer.resume().on('end', () => incoming.socket.destroy());
          return;
        }
        const { 'keep-alive': _hopByHop, ...headers } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  };
  const server: Server = createServer(serve);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    breakAt: (path, fault, times = 1) => void orders.push({ path, fault, left: times }),
    heal: () => {
      orders = [];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function pay(
  number: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  const card = await storeCard(mall.vault, number);
  return mall.stripe.paymentIntents.create({
    amount: 12_50,
    currency: 'eur',
    payment_method: card.id,
    confirm: true,
    return_url: mall.system.apiUrl,
    expand: ['latest_charge'],
    ...more,
  });
}

/** The far side's intent of a payment here, as it was first answered. */
async function farIntent(of: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
  const acquiring = mall.system.databaseOf('acquiring');
  const found = await acquiring?.run<{ id: string }>(authorisationOf, [of.payment_method]);
  const ours = found?.rows[0]?.id;
  const { data } = await far.stripe.paymentIntents.list({ limit: 100 });
  const [intent, ...others] = data.filter(({ metadata }) => metadata['tpmall_id'] === ours);
  if (!intent || others.length > 0) throw new Error('the far side must have one payment intent of ours');
  return intent;
}
const authorisationOf = sql(
  'tests.authorisation-of',
  'SELECT id FROM acquiring.authorisation WHERE payment_method = $1',
);

const status = (of: { id: string }) => mall.stripe.paymentIntents.retrieve(of.id).then((now) => now.status);
const becomes = (of: { id: string }, wanted: string) =>
  expect.poll(() => status(of), { timeout: 60_000, interval: 100 }).toBe(wanted);
const refundBecomes = (of: { id: string }, wanted: string) =>
  expect
    .poll(() => mall.stripe.refunds.retrieve(of.id).then((now) => now.status), {
      timeout: 60_000,
      interval: 100,
    })
    .toBe(wanted);
const farBecomes = (of: Stripe.PaymentIntent, wanted: object) =>
  expect.poll(() => farIntent(of), { timeout: 60_000, interval: 100 }).toMatchObject(wanted);

describe('through an acquirer that speaks the Stripe API', () => {
  test('a payment is held, captured in part and refunded, and the far side has it so', async () => {
    const held = await pay(approved, { capture_method: 'manual' });
    expect(held.status).toBe('requires_capture');
    expect(await farIntent(held)).toMatchObject({
      status: 'requires_capture',
      amount: 12_50,
      amount_capturable: 12_50,
      capture_method: 'manual',
    });
    await mall.stripe.paymentIntents.capture(held.id, { amount_to_capture: 10_00 });
    await farBecomes(held, { status: 'succeeded', amount_received: 10_00 });
    const refund = await mall.stripe.refunds.create({ payment_intent: held.id, amount: 4_00 });
    expect(refund.status).toBe('succeeded');
    const { id } = await farIntent(held);
    const refunds = await far.stripe.refunds.list({ payment_intent: id });
    expect(refunds.data.map(({ amount, status: state }) => [amount, state])).toEqual([[4_00, 'succeeded']]);
  });

  test('a refund waits for a capture that the far side has not heard of', async () => {
    line.breakAt(/capture$/, 'lose_request', 1_000);
    const paid = await pay(approved);
    const refund = await mall.stripe.refunds.create({ payment_intent: paid.id, amount: 4_00 });
    expect(refund.status).toBe('pending');
    line.heal();
    await refundBecomes(refund, 'succeeded');
    await farBecomes(paid, { status: 'succeeded', amount_received: 12_50 });
  });

  test('a hold is let go of', async () => {
    const held = await pay(approved, { capture_method: 'manual' });
    await mall.stripe.paymentIntents.cancel(held.id);
    await farBecomes(held, { status: 'canceled' });
  });

  test.each([
    ['51', 'insufficient_funds'],
    ['41', 'lost_card'],
    ['05', 'generic_decline'],
    ['59', 'fraudulent'],
    ['54', 'expired_card'],
    ['96', 'processing_error'],
  ])("the far side's decline (%s) is told in our words", async (code, declineCode) => {
    await expect(pay(declinedWith(code))).rejects.toMatchObject({
      type: 'StripeCardError',
      decline_code: declineCode,
    });
  });

  test('the far side wants to see the shopper: declined, and nothing is left there', async () => {
    const card = await storeCard(mall.vault, challenged);
    // Without a return to the shopper, authentication here is out of the question.
    await expect(
      mall.stripe.paymentIntents.create({
        ...{ amount: 12_50, currency: 'eur', payment_method: card.id },
        ...{ confirm: true, off_session: true },
      }),
    ).rejects.toMatchObject({ code: 'authentication_required' });
    const { data } = await far.stripe.paymentIntents.list({ limit: 1 });
    expect(data[0]).toMatchObject({ status: 'canceled', amount_capturable: 0 });
  });

  test('a shopper is authenticated here, and the far side need not know', async () => {
    const paid = await pay(approved, {
      payment_method_options: { card: { request_three_d_secure: 'any' } },
    });
    expect(paid.status).toBe('succeeded');
    await farBecomes(paid, { status: 'succeeded' });
  });

  test('each side effect has a key of its own, and a repetition has the same', async () => {
    const from = line.seen.length;
    line.breakAt(/capture$/, 'lose_answer', 3);
    const paid = await pay(approved);
    await farBecomes(paid, { status: 'succeeded' });
    const keysOf = (path: RegExp) =>
      line.seen.slice(from).flatMap((each) => (path.test(each.path) ? [each.key] : []));
    await expect.poll(() => keysOf(/capture$/).length, { timeout: 20_000 }).toBe(4);
    const keys = [/payment_intents$/, /confirm$/, /capture$/].map(keysOf);
    expect(keys.map((each) => new Set(each).size)).toEqual([1, 1, 1]);
    expect(new Set(keys.flat()).size).toBe(3);
  });
});

describe('an outcome that is unknown', () => {
  test.each<Fault>(['lose_answer', 'lose_request'])(
    'a connection that breaks is made again, and the request repeated by its key (%s)',
    async (fault) => {
      for (const path of [/payment_intents$/, /confirm$/]) line.breakAt(path, fault);
      const paid = await pay(approved);
      expect(paid.status).toBe('succeeded');
      await farIntent(paid);
    },
  );

  test('the answer to the confirmation is lost: the far side is asked, and the hold stands', async () => {
    line.breakAt(/confirm$/, 'lose_answer', 2);
    const paid = await pay(approved);
    expect(paid.status).toBe('processing');
    await becomes(paid, 'succeeded');
    await farBecomes(paid, { status: 'succeeded', amount_received: 12_50 });
  });

  test('the answer was a decline: that is what is told', async () => {
    line.breakAt(/confirm$/, 'lose_answer', 2);
    const paid = await pay(declinedWith('51'));
    await becomes(paid, 'requires_payment_method');
    const { last_payment_error: error } = await mall.stripe.paymentIntents.retrieve(paid.id);
    expect(error?.decline_code).toBe('insufficient_funds');
  });

  test('the confirmation never came: cancelled there, so that it never will, and declined here', async () => {
    line.breakAt(/confirm$/, 'lose_request', 2);
    const paid = await pay(approved);
    await becomes(paid, 'requires_payment_method');
    expect(await farIntent(paid)).toMatchObject({ status: 'canceled', amount_capturable: 0 });
  });

  test('no intent could be made: nothing is held, and that is certain at once', async () => {
    line.breakAt(/payment_intents$/, 'lose_answer', 2);
    await expect(pay(approved)).rejects.toMatchObject({ decline_code: 'processing_error' });
  });

  test('the far side does not know itself: it is asked until it does', async () => {
    const lost = testCards.find(({ fault }) => fault?.kind === 'lose_request');
    const paid = await pay(lost?.number ?? '');
    expect(paid.status).toBe('processing');
    // Its own acquirer confirms the reversal, so the far side declines in the end, and so do we.
    await becomes(paid, 'requires_payment_method');
  });

  test.each<[string, Fault]>([
    ['answer', 'lose_answer'],
    ['request', 'lose_request'],
  ])('the %s of a refund is lost: it is made once', async (_name, fault) => {
    const paid = await pay(approved);
    await farBecomes(paid, { status: 'succeeded' });
    line.breakAt(/refunds$/, fault, 2);
    const refund = await mall.stripe.refunds.create({ payment_intent: paid.id, amount: 5_00 });
    expect(refund.status).toBe('pending');
    await refundBecomes(refund, 'succeeded');
    const { id } = await farIntent(paid);
    expect((await far.stripe.refunds.list({ payment_intent: id })).data).toHaveLength(1);
  });
});

/** What people have found out about the authorisation of a payment, or about its refund. */
async function givenUp(kind: 'authorisation' | 'refund', of: Stripe.PaymentIntent): Promise<void> {
  const acquiring = mall.system.databaseOf('acquiring');
  const found = await acquiring?.run<Command>(commandOf[kind], [of.payment_method]);
  const [asked, ...others] = found?.rows ?? [];
  if (!asked || others.length > 0) throw new Error(`a payment with one ${kind} is expected`);
  const answer = await mall.system.portFor(acquiringContract, 'payments').recordVerdict(
    {
      ...{ actor: 'operator:test', tenant: asked.tenant, commandId: `verdict/${asked.command_id}` },
      ...{ deadlineAt: systemClock.now() + 1e7, traceparent: '' },
    },
    { kind, commandId: asked.command_id, verdict: { stands: false } },
  );
  expect(answer).toMatchObject({ ok: true });
}
interface Command {
  readonly tenant: string;
  readonly command_id: string;
}
const commandOf = {
  authorisation: sql(
    'tests.command-of-authorisation',
    'SELECT tenant, command_id FROM acquiring.authorisation WHERE payment_method = $1',
  ),
  refund: sql(
    'tests.command-of-refund',
    `SELECT r.tenant, r.command_id FROM acquiring.refund AS r
     JOIN acquiring.authorisation AS o ON o.id = r.authorisation_id WHERE o.payment_method = $1`,
  ),
};

/** How the resolutions of a payment's lost answers have ended. */
const resolutionsBecome = (of: Stripe.PaymentIntent, wanted: readonly string[]) =>
  expect
    .poll(
      async () => {
        const found = await mall.system
          .databaseOf('acquiring')
          ?.run<{ state: string }>(resolutionsOf, [of.payment_method]);
        return found?.rows.map(({ state }) => state);
      },
      { timeout: 60_000, interval: 100 },
    )
    .toEqual(wanted);
const resolutionsOf = sql(
  'tests.resolutions-of',
  `SELECT a.state FROM acquiring.advice AS a JOIN acquiring.authorisation AS o ON o.id = a.authorisation_id
   WHERE o.payment_method = $1 AND a.kind = 'resolution' ORDER BY a.id`,
);

describe('what people have said does not stand', () => {
  test.each<[string, Fault, readonly number[], string]>([
    ['is not made any more', 'lose_request', [], 'acknowledged'],
    ['is told where it was made all the same', 'lose_answer', [5_00], 'refused'],
  ])('a refund %s', async (_name, fault, made, ends) => {
    const paid = await pay(approved);
    await farBecomes(paid, { status: 'succeeded' });
    line.breakAt(/refunds$/, fault, 2);
    line.breakAt(/refunds\?/, 'lose_request', 1_000);
    const refund = await mall.stripe.refunds.create({ payment_intent: paid.id, amount: 5_00 });
    expect(refund.status).toBe('pending');
    await givenUp('refund', paid);
    line.heal();
    await refundBecomes(refund, 'failed');
    await resolutionsBecome(paid, [ends]);
    const { id } = await farIntent(paid);
    const { data } = await far.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual(made);
  });

  test('a hold that stands all the same is let go of', async () => {
    line.breakAt(/confirm$/, 'lose_answer', 2);
    line.breakAt(/payment_intents\/\w+\?/, 'lose_request', 1_000);
    const paid = await pay(approved, { capture_method: 'manual' });
    expect(paid.status).toBe('processing');
    await givenUp('authorisation', paid);
    line.heal();
    await becomes(paid, 'requires_payment_method');
    await farBecomes(paid, { status: 'canceled', amount_capturable: 0 });
    await resolutionsBecome(paid, ['acknowledged']);
  });
});

test('no card number, expiry or security code is logged, and health is shown', async () => {
  const paid = await pay(approved);
  expect(paid.status).toBe('succeeded');
  const logged = await mall.system
    .databaseOf('acquiring')
    ?.run<{ log: string }>(
      sql(
        'tests.message-log',
        "SELECT coalesce(string_agg(type || fields::text, ' '), '') AS log FROM acquiring.message_log",
      ),
    );
  const log = logged?.rows[0]?.log ?? '';
  expect(log).toContain('POST /v1/payment_methods');
  expect(log).not.toContain(approved);
  expect(log).not.toContain(approved.slice(0, 8));
  expect(log).not.toMatch(/"card\[(cvc|exp_month|exp_year)\]": "\d/);
  expect(log).not.toContain(far.secretKey);

  const health = await mall.system.portFor(acquiringContract, 'operator').connectorHealth(
    {
      actor: 'operator:test',
      tenant: '',
      commandId: 'health',
      deadlineAt: systemClock.now() + 1e7,
      traceparent: '',
    },
    {},
  );
  expect(health).toMatchObject({
    ok: true,
    value: [{ name: 'upstream', protocol: 'stripe', state: 'signed_on', circuit: { state: 'closed' } }],
  });
});
