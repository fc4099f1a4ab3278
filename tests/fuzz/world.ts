import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type Stripe from 'stripe';
import { approved, storeCard } from '../harness/cards.ts';
import type { TestSystem } from '../harness/system.ts';
import type { KnownIds } from './values.ts';

/** Where a shopper goes on; nobody visits it. */
const RETURN_URL = 'https://shop.example/done';

/** Objects in every state that the document's examples ask for. */
export interface World {
  readonly ids: KnownIds;
  /** A fresh object for a placeholder such as `{payment_intent_held}`. */
  make(placeholder: string): Promise<string>;
  /** Fingerprints of everything that a refused request must leave alone. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

/** Tables whose rows are the state of the house; command tables and caches are none. */
const STATE_TABLES = [
  'accounts.account',
  'catalogue.price',
  'catalogue.product',
  'checkout.link',
  'checkout.session',
  'identity.api_key',
  'payments.charge',
  'payments.customer',
  'payments.intent',
  'payments.refund',
  'payments.setup_intent',
  'risk.list_entry',
  'webhooks.endpoint',
];

/**
 * Cards that are or were saved. A card that was made for a request which was then refused is referred to by
 * nothing, and erased in time.
 */
const SAVED_CARDS = `SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY id)), '')
  FROM vault.card AS t WHERE customer IS NOT NULL OR detached_at IS NOT NULL`;

/** Fills a system with objects of every kind. */
export async function createWorld(test: TestSystem): Promise<World> {
  const { stripe } = test;
  const admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
  const card = await storeCard(test.vault, approved);
  await openLedgerAccounts(test);

  const open = (): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({ amount: 2000, currency: 'eur' });
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

  const saveCard = async (): Promise<{ readonly id: string; readonly customer: string }> => {
    const customer = (await stripe.customers.create({ name: 'Fuzz' })).id;
    return { id: (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id, customer };
  };
  const kept = await saveCard();
  const price = async (): Promise<string> =>
    (await stripe.prices.create({ currency: 'eur', unit_amount: 1500, product_data: { name: 'Fuzz' } })).id;
  const lines = async () => [{ price: await price(), quantity: 2 }];
  /** An address that nobody answers at: loopback, and the port of nothing. */
  const openEndpoint = (): Promise<Stripe.WebhookEndpoint> =>
    stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['*'] });
  const newestEvent = async (): Promise<string> => {
    await test.system.drainEvents();
    return (await stripe.events.list({ limit: 1 })).data[0]?.id ?? '';
  };
  /** A delivery to an endpoint that is opened for it. */
  const delivery = async (): Promise<string> => {
    const endpoint = await openEndpoint();
    await open();
    await test.system.drainEvents();
    const listed = await fetch(
      `${test.system.apiUrl}/v1/webhook_deliveries?webhook_endpoint=${endpoint.id}`,
      {
        headers: { authorization: `Bearer ${test.secretKey}` },
      },
    );
    return ((await listed.json()) as { data: { id: string }[] }).data[0]?.id ?? '';
  };

  const make = async (placeholder: string): Promise<string> => {
    switch (placeholder) {
      case 'payment_intent':
        return (await open()).id;
      case 'payment_intent_held':
        return (await pay('manual')).id;
      case 'payment_intent_paid':
        return (await pay('automatic')).id;
      case 'charge':
        return chargeOf(await pay('automatic'));
      case 'charge_held':
        return chargeOf(await pay('manual'));
      case 'refund_unsent':
        return makeUnsent(admin, await make('refund'));
      case 'refund':
        return (await stripe.refunds.create({ payment_intent: (await pay('automatic')).id, amount: 10 })).id;
      case 'customer':
        return (await stripe.customers.create({ name: 'Fuzz' })).id;
      case 'product':
        return (await stripe.products.create({ name: 'Fuzz' })).id;
      case 'price':
        return price();
      case 'checkout_session':
        return (await stripe.checkout.sessions.create({ mode: 'payment', line_items: await lines() })).id;
      case 'payment_link':
        return (await stripe.paymentLinks.create({ line_items: await lines() })).id;
      case 'account':
        return test.merchants[0] ?? '';
      case 'payment_method':
        return card.id;
      case 'payment_method_saved':
        return (await saveCard()).id;
      case 'customer_with_card':
        return kept.customer;
      case 'payment_method_of_customer':
        return kept.id;
      case 'setup_intent':
        return (await stripe.setupIntents.create({ description: 'Fuzz' })).id;
      case 'webhook_endpoint':
        return (await openEndpoint()).id;
      case 'event':
        return newestEvent();
      case 'webhook_delivery':
        return delivery();
      case 'key':
        return String((await test.operator('POST', '/v1/keys', { kind: 'secret', name: 'fuzz' }))['id']);
      case 'request':
        return newestRequest(test);
      default:
        throw new Error(`no example object for {${placeholder}}`);
    }
  };

  const several = async (placeholder: string, count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let index = 0; index < count; index += 1) made.push(await make(placeholder));
    return made;
  };
  const intents = [
    ...(await several('payment_intent', 20)),
    ...(await several('payment_intent_held', 4)),
    ...(await several('payment_intent_paid', 4)),
  ];
  const sessions = await several('checkout_session', 3);
  const ids: KnownIds = {
    payment_intent: intents,
    charge: await several('charge', 3),
    refund: await several('refund', 2),
    customer: await several('customer', 3),
    account: test.merchants,
    destination: test.merchants,
    payment_method: [card.id, kept.id],
    setup_intent: await several('setup_intent', 3),
    product: await several('product', 3),
    price: await several('price', 3),
    checkout: sessions,
    payment_page: sessions,
    payment_link: await several('payment_link', 3),
    key: await several('key', 2),
    event: await several('event', 1),
    webhook_endpoint: await several('webhook_endpoint', 2),
    webhook_delivery: await several('webhook_delivery', 1),
    code: ['card_declined', 'parameter_missing'],
    expand: ['latest_charge', 'customer', 'payment_intent', 'charge', 'data.customer', 'data.charge'],
    starting_after: intents.slice(0, 2),
    ending_before: intents.slice(0, 2),
  };
  return { ids, make, digest: () => digest(test, admin), close: () => admin.end() };
}

/**
 * Makes a refund look as if its acquirer had not been reached yet, which takes more than a request: its
 * operation is about that state alone.
 */
async function makeUnsent(admin: pg.Client, refund: string): Promise<string> {
  await admin.query(
    `UPDATE payments.refund SET status = 'pending', unsent = true, next_attempt_at = now() + interval '1 day'
     WHERE id = $1`,
    [refund],
  );
  return refund;
}

function chargeOf(intent: Stripe.PaymentIntent): string {
  if (typeof intent.latest_charge !== 'string') throw new Error(`${intent.id} was not charged`);
  return intent.latest_charge;
}

async function openLedgerAccounts(test: TestSystem): Promise<void> {
  const accounts = [1001, 1002].map((id) => ({
    id: String(id),
    ledger: 978,
    code: 30_000,
    flags: ['history'],
  }));
  await test.operator('POST', '/v1/ledger/accounts', { accounts });
}

async function digest(test: TestSystem, admin: pg.Client): Promise<string> {
  const hash = createHash('sha256');
  const ledger = await test.operator('GET', '/v1/ledger/digest');
  hash.update(JSON.stringify(ledger));
  const { rows } = await admin.query<{ present: string }>(
    `SELECT oid::regclass::text AS present FROM pg_class WHERE oid = ANY (
       SELECT to_regclass(name) FROM unnest($1::text[]) AS name)`,
    [STATE_TABLES],
  );
  for (const { present } of rows) {
    const sum = await admin.query(
      `SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '')
         FROM ${present} t`,
    );
    hash.update(`${present} ${JSON.stringify(sum.rows)}`);
  }
  const saved = await admin.query(SAVED_CARDS);
  hash.update(JSON.stringify(saved.rows));
  return hash.digest('hex');
}

/** The log of requests is written behind their answers, so the first may take a moment. */
async function newestRequest(test: TestSystem): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const listed = await fetch(`${test.system.apiUrl}/v1/request_logs?limit=1`, {
      headers: { authorization: `Bearer ${test.secretKey}` },
    });
    const { data } = (await listed.json()) as { data: { id: string }[] };
    if (data[0]) return data[0].id;
    await sleep(50);
  }
  throw new Error('no request was logged');
}
