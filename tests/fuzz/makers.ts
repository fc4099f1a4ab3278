import { setTimeout as sleep } from 'node:timers/promises';
import { identityContract } from '@tpmall/identity/contract';
import { unwrap } from '@tpmall/kernel';
import { jobQueue } from '@tpmall/platform/jobs';
import { operatorContext } from '@tpmall/server';
import type pg from 'pg';
import type Stripe from 'stripe';
import { approved, storeCard } from '../harness/cards.ts';
import { openShelf } from '../harness/shelf.ts';
import type { TestSystem } from '../harness/system.ts';

/** Where a shopper goes on; nobody visits it. */
const RETURN_URL = 'https://shop.example/done';

/** Makes an object and answers its id. */
type Maker = () => Promise<string>;

/** A maker for each placeholder of the document's examples. */
export async function createMakers(
  test: TestSystem,
  admin: pg.Client,
): Promise<Readonly<Record<string, Maker>>> {
  return {
    ...(await paymentMakers(test, admin)),
    ...(await savedCardMakers(test)),
    ...commerceMakers(test),
    ...webhookMakers(test),
    ...walletMakers(test, admin),
    ...(await mallMakers(test)),
    account: async () => test.merchants[0] ?? '',
    key: async () =>
      String((await test.operator('POST', '/v1/keys', { kind: 'secret', name: 'fuzz' }))['id']),
    request: () => newestRequest(test),
    job: () => newJob(test),
  };
}

/** A job that nobody runs: there is none of its name. */
async function newJob(test: TestSystem): Promise<string> {
  const payments = test.system.databaseOf('payments');
  if (!payments) throw new Error('payments run elsewhere');
  await jobQueue.enqueue(payments, 'fuzz', {}, { key: 'fuzz' });
  const { data } = await test.operator('GET', '/v1/operations/jobs?limit=1000');
  return (data as { id: string; name: string }[]).find(({ name }) => name === 'fuzz')?.id ?? '';
}

/** What two people say of outcomes and of clearing exceptions. */
function resolutionMakers(test: TestSystem, admin: pg.Client, paid: Maker): Record<string, Maker> {
  const refused: Maker = async () => refuseCapture(admin, await paid());
  const resolution: Maker = async () => {
    const subject = await refused();
    return proposeAsAnother(test, 'resolutions', { subject, verdict: 'captured', evidence: 'Seen' });
  };
  let exceptions = 0;
  const exception: Maker = () => clearNothing(admin, (exceptions += 1));
  return {
    payment_intent_refused: refused,
    resolution,
    clearing_exception: exception,
    clearing_resolution: async () =>
      proposeAsAnother(test, 'clearing/resolutions', {
        exception: await exception(),
        ...{ verdict: 'dispute', evidence: 'Seen' },
      }),
    resolution_own: async () =>
      proposed(test, 'resolutions', { subject: await refused(), verdict: 'captured', evidence: 'Seen' }),
    clearing_resolution_own: async () =>
      proposed(test, 'clearing/resolutions', {
        exception: await exception(),
        ...{ verdict: 'dispute', evidence: 'Seen' },
      }),
  };
}

async function paymentMakers(test: TestSystem, admin: pg.Client): Promise<Record<string, Maker>> {
  const { stripe } = test;
  const card = await storeCard(test.vault, approved);
  const pay = (captureMethod: 'automatic' | 'manual'): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 4000,
      currency: 'eur',
      capture_method: captureMethod,
      payment_method: card.id,
      confirm: true,
      return_url: RETURN_URL,
      payment_method_options: {
        card: {
          request_incremental_authorization: 'if_available',
          request_multicapture: 'if_available',
          request_overcapture: 'if_available',
        },
      },
    });
  const refund: Maker = async () =>
    (await stripe.refunds.create({ payment_intent: (await pay('automatic')).id, amount: 10 })).id;
  return {
    payment_intent: async () => (await stripe.paymentIntents.create({ amount: 2000, currency: 'eur' })).id,
    payment_intent_held: async () => (await pay('manual')).id,
    payment_intent_paid: async () => (await pay('automatic')).id,
    charge: async () => chargeOf(await pay('automatic')),
    charge_held: async () => chargeOf(await pay('manual')),
    balance_transaction: async () => {
      const paid = await pay('automatic');
      const charge = await stripe.charges.retrieve(chargeOf(paid), {
        expand: ['balance_transaction'],
      });
      return String((charge.balance_transaction as Stripe.BalanceTransaction).id);
    },
    refund,
    payment_intent_small: async () =>
      (await stripe.paymentIntents.create({ amount: 100, currency: 'eur' })).id,
    refund_unsent: async () => makeUnsent(admin, await refund()),
    customer: async () => (await stripe.customers.create({ name: 'Fuzz' })).id,
    payment_method: async () => card.id,
    ...resolutionMakers(test, admin, async () => (await pay('automatic')).id),
  };
}

async function savedCardMakers({ stripe }: TestSystem): Promise<Record<string, Maker>> {
  const saveCard = async (): Promise<{ readonly id: string; readonly customer: string }> => {
    const customer = (await stripe.customers.create({ name: 'Fuzz' })).id;
    return { id: (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id, customer };
  };
  const kept = await saveCard();
  // A card that is about to be taken away: its customer, and it.
  let going = await saveCard();
  return {
    customer_with_source: async () => (going = await saveCard()).customer,
    source: async () => going.id,
    token: async () => (await stripe.tokens.create({ card: 'pm_card_visa' })).id,
    confirmation_token: async () =>
      (await stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_visa' })).id,
    payment_method_saved: async () => (await saveCard()).id,
    customer_with_card: async () => kept.customer,
    payment_method_of_customer: async () => kept.id,
    setup_intent: async () => (await stripe.setupIntents.create({ description: 'Fuzz' })).id,
  };
}

function commerceMakers({ stripe }: TestSystem): Record<string, Maker> {
  const price: Maker = async () =>
    (await stripe.prices.create({ currency: 'eur', unit_amount: 1500, product_data: { name: 'Fuzz' } })).id;
  const lines = async () => [{ price: await price(), quantity: 2 }];
  return {
    product: async () => (await stripe.products.create({ name: 'Fuzz' })).id,
    price,
    checkout_session: async () =>
      (await stripe.checkout.sessions.create({ mode: 'payment', line_items: await lines() })).id,
    payment_link: async () => (await stripe.paymentLinks.create({ line_items: await lines() })).id,
  };
}

/** Shoppers with wallets, and what was asked of them. */
function walletMakers({ stripe, system }: TestSystem, admin: pg.Client): Record<string, Maker> {
  let people = 0;
  const person = async () => {
    people += 1;
    const { rows } = await admin.query<{ tenant: string }>('SELECT tenant FROM identity.api_key LIMIT 1');
    const tenant = rows[0]?.tenant ?? '';
    const context = operatorContext(tenant, `fuzz:person:${people}`);
    const input = { email: `fuzz${people}@shopper.example`, displayName: 'Fuzz', locale: 'en' } as const;
    return unwrap(await system.portFor(identityContract, 'operator').createPerson(context, input));
  };
  const post = async (path: string, parameters: Record<string, unknown>): Promise<string> => {
    const made: unknown = await stripe.rawRequest('POST', `/v1/wallet/${path}`, parameters);
    return (made as { readonly id: string }).id;
  };
  const wallet: Maker = async () => post('wallets', { person: (await person()).id });
  const funded: Maker = async () => {
    const id = await wallet();
    await post(`wallets/${id}/top_ups`, { amount: 10_000, currency: 'eur', payment_method: 'pm_card_visa' });
    return id;
  };
  const withdrawal: Maker = async () =>
    post(`wallets/${await funded()}/withdrawals`, { amount: 100, currency: 'eur', destination: 'Fuzz' });
  return {
    person: async () => (await person()).id,
    handle: async () => (await person()).handle,
    wallet,
    wallet_funded: funded,
    withdrawal,
    wallet_operation: withdrawal,
  };
}

/** Orders of the mall with a parcel of the first merchant, and returns of it. */
async function mallMakers(test: TestSystem): Promise<Record<string, Maker>> {
  const shelf = await openShelf(test);
  const shipped = async () => {
    const order = await shelf.buy(2);
    await shelf.post(`orders/${order.id}/ship`, { merchant: test.merchants[0] });
    return order;
  };
  return {
    mall_order: async () => (await shelf.buy(2)).id,
    mall_order_shipped: async () => (await shipped()).id,
    mall_return: async () => shelf.askBack(await shipped()),
    mall_return_awaited: async () => {
      const id = await shelf.askBack(await shipped());
      await shelf.post(`returns/${id}/accept`, { reason: 'Fuzz', when_received: true });
      return id;
    },
  };
}

function webhookMakers(test: TestSystem): Record<string, Maker> {
  const { stripe } = test;
  /** At an address that nobody answers at: loopback, and the port of nothing. */
  const endpoint: Maker = async () =>
    (await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['*'] })).id;
  return {
    webhook_endpoint: endpoint,
    event: async () => {
      await test.system.drainEvents();
      return (await stripe.events.list({ limit: 1 })).data[0]?.id ?? '';
    },
    // A delivery to an endpoint that is opened for it.
    webhook_delivery: async () => {
      const to = await endpoint();
      await stripe.paymentIntents.create({ amount: 2000, currency: 'eur' });
      await test.system.drainEvents();
      return newest(test, `webhook_deliveries?webhook_endpoint=${to}`);
    },
  };
}

async function newest(test: TestSystem, list: string): Promise<string> {
  const listed = await fetch(`${test.system.apiUrl}/v1/${list}`, {
    headers: { authorization: `Bearer ${test.secretKey}` },
  });
  return ((await listed.json()) as { data: { id: string }[] }).data[0]?.id ?? '';
}

/** The log of requests is written behind their answers, so the first may take a moment. */
async function newestRequest(test: TestSystem): Promise<string> {
  for (let tries = 0; tries < 400; tries += 1) {
    const id = await newest(test, 'request_logs?limit=1');
    if (id !== '') return id;
    await sleep(50);
  }
  throw new Error('no request was logged');
}

/**
 * Makes a refund look as if its acquirer had not been reached yet, which takes more than a request: its
 * operation is about that state alone.
 */
async function makeUnsent(admin: pg.Client, refund: string): Promise<string> {
  await admin.query(
    `WITH unsent AS (
       UPDATE payments.refund
       SET status = 'pending', unsent = true, next_attempt_at = now() + interval '1 day'
       WHERE id = $1 RETURNING charge, amount
     )
     UPDATE payments.charge AS c SET amount_sent_back = c.amount_sent_back - unsent.amount
     FROM unsent WHERE c.id = unsent.charge`,
    [refund],
  );
  return refund;
}

/** Makes a payment look as if its acquirer had refused to book it. */
async function refuseCapture(admin: pg.Client, intent: string): Promise<string> {
  await admin.query(
    `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
     SELECT 'adv_' || id, tenant, now(), id, latest_charge, 'capture', '25', amount
     FROM payments.intent WHERE id = $1`,
    [intent],
  );
  return intent;
}

/** A record of a clearing file that is about nothing of ours. */
async function clearNothing(admin: pg.Client, line: number): Promise<string> {
  await admin.query(
    `INSERT INTO acquiring.clearing_file (id, connector, name, content_hash, records, imported_at)
     VALUES ('clf_fuzz', 'acquirer-a', 'fuzz.csv', sha256('fuzz'), 1, now()) ON CONFLICT DO NOTHING`,
  );
  const id = `clf_fuzz.${line}`;
  await admin.query(
    `INSERT INTO acquiring.clearing_record (id, file, connector, line, type, reference, approval_code, amount,
       fee, currency, booked_at, created_at, exception)
     VALUES ($1, 'clf_fuzz', 'acquirer-a', $2, 'capture', 'nobody', 'A', 100, 0, 'eur', now(), now(),
       'unknown_reference')`,
    [id, line + 1],
  );
  return id;
}

/** What the one who sends the requests has proposed. */
async function proposed(test: TestSystem, path: string, proposal: object): Promise<string> {
  return String((await test.operator('POST', `/v1/operations/${path}`, proposal))['id']);
}

/** What another person than the one who sends the requests has proposed. */
async function proposeAsAnother(test: TestSystem, path: string, proposal: object): Promise<string> {
  const answer = await fetch(`${test.system.apiUrl}/v1/operations/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${test.secondOperatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(proposal),
  });
  return String(((await answer.json()) as { id?: unknown }).id);
}

function chargeOf(intent: Stripe.PaymentIntent): string {
  if (typeof intent.latest_charge !== 'string') throw new Error(`${intent.id} was not charged`);
  return intent.latest_charge;
}
