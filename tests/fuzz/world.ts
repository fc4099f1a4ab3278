import pg from 'pg';
import type { TestSystem } from '../harness/system.ts';
import { createMakers } from './makers.ts';
import type { KnownIds } from './values.ts';

/** Objects in every state that the document's examples ask for. */
export interface World {
  readonly ids: KnownIds;
  /** A fresh object for a placeholder such as `{payment_intent_held}`. */
  make(placeholder: string): Promise<string>;
  /** Fingerprints of everything that a refused request must leave alone. */
  digest(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Tables whose rows are the state of the house; command tables and caches are none. */
const STATE_TABLES = [
  'accounts.account',
  'acquiring.clearing_file',
  'acquiring.clearing_record',
  'acquiring.clearing_resolution',
  'catalogue.price',
  'catalogue.product',
  'checkout.link',
  'checkout.session',
  'identity.api_key',
  'mall.customer_order',
  'mall.order_line',
  'mall.parcel',
  'mall.return_request',
  'payments.charge',
  'payments.customer',
  'payments.intent',
  'payments.refund',
  'payments.resolution',
  'payments.setup_intent',
  'risk.list_entry',
  'vault.token',
  'wallet.limit_use',
  'wallet.operation',
  'wallet.tier_limit',
  'wallet.wallet',
  'webhooks.endpoint',
];

/** What deliveries find out about an endpoint, in their own time and whoever asks for what meanwhile. */
const HEALTH = 'failing_since';

/**
 * Cards that are or were saved. A card that was made for a request which was then refused is referred to by
 * nothing, and erased in time.
 */
const SAVED_CARDS = `SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY id)), '')
  FROM vault.card AS t WHERE customer IS NOT NULL OR detached_at IS NOT NULL`;

/** Fills a system with objects of every kind. */
export async function createWorld(test: TestSystem): Promise<World> {
  const admin = new pg.Client({ connectionString: test.system.databaseUrl });
  await admin.connect();
  await openLedgerAccounts(test);
  const makers = await createMakers(test, admin);
  const make = (placeholder: string): Promise<string> => {
    const maker = makers[placeholder];
    if (!maker) throw new Error(`no example object for {${placeholder}}`);
    return maker();
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
    balance_transaction: await several('balance_transaction', 1),
    customer: await several('customer', 3),
    account: test.merchants,
    destination: test.merchants,
    payment_method: [await make('payment_method'), await make('payment_method_of_customer')],
    source: [await make('payment_method_of_customer')],
    token: await several('token', 3),
    confirmation_token: await several('confirmation_token', 3),
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
    person: [await make('person')],
    handle: [await make('handle')],
    wallet: [await make('wallet'), await make('wallet_funded')],
    wallet_operation: [await make('wallet_operation')],
    withdrawal: [await make('withdrawal')],
    mall_order: [await make('mall_order'), await make('mall_order_shipped')],
    mall_return: [await make('mall_return'), await make('mall_return_awaited')],
    code: ['card_declined', 'parameter_missing'],
    expand: ['latest_charge', 'customer', 'payment_intent', 'charge', 'data.customer', 'data.charge'],
    starting_after: intents.slice(0, 2),
    ending_before: intents.slice(0, 2),
  };
  return { ids, make, digest: () => digest(test, admin), close: () => admin.end() };
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

/** The state of each part, so that a difference says where it is. */
async function digest(test: TestSystem, admin: pg.Client): Promise<Record<string, string>> {
  // What was accepted before goes on by events: a refund reaches its wallet, a payment its session.
  await test.system.drainEvents();
  const ledger = await test.operator('GET', '/v1/ledger/digest');
  const parts: Record<string, string> = { ledger: JSON.stringify(ledger) };
  const { rows } = await admin.query<{ present: string }>(
    `SELECT oid::regclass::text AS present FROM pg_class WHERE oid = ANY (
       SELECT to_regclass(name) FROM unnest($1::text[]) AS name)`,
    [STATE_TABLES],
  );
  for (const { present } of rows) {
    const sum = await admin.query(
      `SELECT count(*), coalesce(md5(string_agg(md5(row), '' ORDER BY md5(row))), '')
         FROM (SELECT (to_jsonb(t) - $1)::text AS row FROM ${present} t) AS state`,
      [HEALTH],
    );
    parts[present] = JSON.stringify(sum.rows);
  }
  parts['saved cards'] = JSON.stringify((await admin.query(SAVED_CARDS)).rows);
  return parts;
}
