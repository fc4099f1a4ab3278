import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import type { DevFile } from '@tpmall/server';
import { cohortCardNumber } from '@tpmall/simulator-card-network';
import { applyLoad, type Load } from './load.ts';
import { meanOf, ROUNDS } from './rounds.ts';
import { type BenchServer, type Cpu, createSender, startServer } from './server.ts';
import type { Bench, BenchOptions, Row } from './table.ts';
import { type BenchReceiver, startBenchReceiver } from './webhooks-target.ts';

const IN_FLIGHT = [1, 16, 128] as const;
/** Stored cards that take turns, so that no card pays suspiciously often. */
const CARDS = 200;
/**
 * Payments until the server's code is compiled and its statements are planned: after 10 seconds a payment
 * took half as much of Node's CPU again as after 30.
 */
const FIRST_WARM_UP = { inFlight: 64, seconds: 30 } as const;
/** The same for what only the later cases run: they are held against code that is compiled already. */
const SECOND_WARM_UP_SECONDS = 20;
const WARM_UP_SECONDS = 1;
/** Webhooks have come to rest when none arrives in this time; and how long that is waited for. */
const QUIET_MS = 300;
const QUIET_MAX_MS = 10_000;
const EUR = 978;
/** Bare posts under way at a time: two lanes of the webhooks; and bytes of one, as an event is on average. */
const BARE_IN_FLIGHT = 32;
const BARE_BYTES = 2_000;

/** What an operation is held against. */
const LEDGER_POST = 'ledger post over HTTP';
const THIN = 'checkout';
/** The most that the case before it could come to, if nothing but the posts themselves cost anything. */
const BARE = 'its webhooks as bare posts';

type Operation = (index: number) => Promise<void>;

/** What a payment of the benchmark has beyond the thin one. */
interface Extras {
  readonly savedCards?: boolean;
  readonly split?: boolean;
}

/**
 * Card payments with three calls each (create, confirm, capture) with stored cards, against a server and a
 * card network in processes of their own; beside an empty route and a bare ledger post over HTTP. Then the
 * same with what a mall's payments have, in turns with the thin ones.
 */
export async function run({ seconds, progress }: BenchOptions): Promise<Bench> {
  const server = await startServer();
  const receiver = await startBenchReceiver();
  try {
    const { dev } = server;
    const rows: Row[] = [];
    const notes: string[] = [];
    const measure = async (inFlight: number, name: string, operation: Operation, limit?: string) => {
      progress(`${name}, ${inFlight} in flight`);
      const { row, note } = await measureCase({ server, seconds, inFlight, name, operation });
      const beside = rows.findLast((one) => one.case === limit && one.inFlight === inFlight);
      rows.push(
        beside ? { ...row, limit: beside.case, limitRate: beside.rate, ratio: row.rate / beside.rate } : row,
      );
      if (limit !== undefined) notes.push(note);
    };

    progress('storing cards');
    const payers = await storePayers(dev);
    const pay = (extras: Extras): Operation => payment(dev, payers, extras);
    progress('warming up');
    await applyLoad(FIRST_WARM_UP.inFlight, FIRST_WARM_UP.seconds, pay({}));
    const post = await ledgerPost(dev);
    for (const inFlight of IN_FLIGHT) {
      await measure(inFlight, 'empty route', emptyRoute(dev));
      await measure(inFlight, LEDGER_POST, post);
      await measure(inFlight, THIN, pay({}), LEDGER_POST);
    }
    const endpoints = await createEndpoints(dev, receiver.origin);
    progress('warming up with all of these');
    const all = pay({ savedCards: true, split: true });
    await endpoints.enable();
    await applyLoad(FIRST_WARM_UP.inFlight, SECOND_WARM_UP_SECONDS, all);
    await quiet(receiver);
    const before = await receiver.answered();
    await all(0).then(() => quiet(receiver));
    const webhooks = (await receiver.answered()) - before;
    await endpoints.disable();
    const cases: readonly Case[] = [
      { name: THIN, operation: pay({}) },
      { name: 'with saved cards', operation: pay({ savedCards: true }) },
      { name: 'split over three', operation: pay({ split: true }) },
      { name: 'to two endpoints', operation: pay({}), events: true },
      { name: 'with all of these', operation: all, events: true },
      { name: BARE, operation: withBarePosts(all, receiver, webhooks) },
    ];
    const turn = async (one: Case, inFlight: number): Promise<{ row: Row; note: string }> => {
      progress(`${one.name}, ${inFlight} in flight`);
      if (one.events) await endpoints.enable();
      const measured = await measureCase({ server, seconds: seconds / ROUNDS, inFlight, ...one });
      // What is still on its way must not cost the next one's time.
      if (one.events) await endpoints.disable();
      await quiet(receiver);
      return measured;
    };
    for (const inFlight of IN_FLIGHT.slice(1)) rows.push(...(await inTurns(cases, inFlight, turn)));
    notes.push(
      `${await receiver.answered()} posts to the receiver, ${webhooks} for a payment with all of these.`,
      'Bare posts: the load sends as many, of the same size; nothing stores, signs or logs them.',
    );
    return { bench: 'checkout', rows, notes };
  } finally {
    receiver.stop();
    await server.stop();
  }
}

async function measureCase(of: {
  readonly server: BenchServer;
  readonly seconds: number;
  readonly inFlight: number;
  readonly name: string;
  readonly operation: Operation;
}): Promise<{ row: Row; note: string }> {
  const { server, inFlight, name } = of;
  await applyLoad(inFlight, WARM_UP_SECONDS, of.operation);
  const before = server.cpu();
  const load = await applyLoad(inFlight, of.seconds, of.operation);
  const used = difference(server.cpu(), before, load);
  const { rate, p50Ms, p99Ms } = load;
  return {
    row: {
      ...{ case: name, inFlight, rate, p50Ms, p99Ms, nodeCpuUs: used.server, postgresCpuUs: used.postgres },
      ...{ limit: null, limitRate: null, ratio: null },
    },
    note: `card network: ${used.network.toFixed(0)} µs CPU per payment ${name} at ${inFlight} in flight`,
  };
}

function difference(after: Cpu, before: Cpu, { operations }: Load): Cpu {
  return {
    server: (after.server - before.server) / operations,
    postgres: (after.postgres - before.postgres) / operations,
    network: (after.network - before.network) / operations,
  };
}

/** A kind of payment that is held against the thin one. */
interface Case {
  readonly name: string;
  readonly operation: Operation;
  /** Whether its events go to the endpoints. */
  readonly events?: boolean;
}

/** Measures the cases in turns; the first is what the others are held against. */
async function inTurns(
  cases: readonly Case[],
  inFlight: number,
  turn: (one: Case, inFlight: number) => Promise<{ row: Row }>,
): Promise<Row[]> {
  const measured = cases.map((): Row[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, one] of cases.entries()) measured[index]?.push((await turn(one, inFlight)).row);
  }
  const [thin, ...others] = measured.map(meanOf);
  if (!thin) return [];
  const limit = `${THIN}, in turns`;
  return [
    { ...thin, case: limit },
    ...others.map((row) => ({ ...row, limit, limitRate: thin.rate, ratio: row.rate / thin.rate })),
  ];
}

/** Resolves once no webhook has arrived for a while, or after the longest wait. */
async function quiet({ answered }: { answered(): Promise<number> }): Promise<void> {
  let last = -1;
  for (let waited = 0; waited < QUIET_MAX_MS; waited += QUIET_MS) {
    const now = await answered();
    if (now === last) return;
    last = now;
    await new Promise((resolve) => {
      setTimeout(resolve, QUIET_MS);
    });
  }
}

/** A stored card, and one that is saved for a customer. */
interface Payer {
  readonly card: string;
  readonly customer: string;
  readonly savedCard: string;
}

async function storePayers(dev: DevFile): Promise<Payer[]> {
  const merchant = createSender(dev.apiUrl, dev.secretKey);
  return Promise.all(
    Array.from({ length: CARDS }, async (_unused, index) => {
      const customer = JSON.parse(await merchant('/v1/customers', {})) as { id: string };
      const savedCard = await storeCard(dev, CARDS + index);
      await merchant(`/v1/payment_methods/${savedCard}/attach`, { customer: customer.id });
      return { card: await storeCard(dev, index), customer: customer.id, savedCard };
    }),
  );
}

async function storeCard(dev: DevFile, index: number): Promise<string> {
  const vault = createSender(dev.vaultUrl, dev.secretKey);
  const api = createSender(dev.apiUrl, dev.operatorKey);
  const card = await vault('/v1/payment_methods', {
    type: 'card',
    'card[number]': cohortCardNumber(index),
    'card[exp_month]': '12',
    'card[exp_year]': '2034',
    'card[cvc]': '314',
  });
  const { id, card: shown } = JSON.parse(card) as { id: string; card: { fingerprint: string } };
  // A card of a load pays far more often than a person's: the risk rules are told so.
  await api(
    '/v1/risk/lists',
    JSON.stringify({ list: 'allow', kind: 'card', value: shown.fingerprint, reason: 'benchmark' }),
  );
  return id;
}

/**
 * Payments of which each leaves as many posts to the receiver as its webhooks would be. The load itself sends
 * them, beside the payments, as many at a time as webhooks would be sent to two endpoints.
 */
function withBarePosts(pay: Operation, receiver: BenchReceiver, perPayment: number): Operation {
  const send = createSender(receiver.origin, 'none', BARE_IN_FLIGHT);
  const body = JSON.stringify({ data: 'x'.repeat(BARE_BYTES) });
  let owed = 0;
  let underWay = 0;
  let failed: Error | undefined;
  const sendOwed = (): void => {
    for (; owed > 0 && underWay < BARE_IN_FLIGHT; owed -= 1) {
      underWay += 1;
      void send('/bare', body)
        .catch((error: unknown) => {
          failed = new Error('a bare post failed', { cause: error });
        })
        .then(() => {
          underWay -= 1;
          sendOwed();
        });
    }
  };
  return async (index) => {
    await pay(index);
    if (failed) throw failed;
    owed += perPayment;
    sendOwed();
  };
}

/** Two endpoints that get every event while they are enabled; they are not at first. */
async function createEndpoints(dev: DevFile, origin: string) {
  const send = createSender(dev.apiUrl, dev.secretKey);
  const ids = await Promise.all(
    ['/first', '/second'].map(async (path) => {
      const text = await send('/v1/webhook_endpoints', { url: `${origin}${path}`, 'enabled_events[0]': '*' });
      return (JSON.parse(text) as { id: string }).id;
    }),
  );
  const set = async (disabled: boolean): Promise<void> => {
    for (const id of ids) await send(`/v1/webhook_endpoints/${id}`, { disabled: String(disabled) });
  };
  await set(true);
  return { enable: () => set(false), disable: () => set(true) };
}

function emptyRoute(dev: DevFile): Operation {
  const send = createSender(dev.apiUrl, dev.secretKey);
  return async () => {
    await send('/healthz');
  };
}

async function ledgerPost(dev: DevFile): Promise<Operation> {
  const send = createSender(dev.apiUrl, dev.operatorKey);
  const accounts = [1, 2].map((id) => ({
    id: String(id),
    ledger: EUR,
    code: ACCOUNT_CODES.merchant_payable.code,
  }));
  await send('/v1/ledger/accounts', JSON.stringify({ accounts }));
  let id = BigInt(Date.now()) << 80n;
  return async () => {
    id += 1n;
    const transfer = {
      id: id.toString(),
      debit_account_id: '1',
      credit_account_id: '2',
      amount: '1',
      ledger: EUR,
      code: 1,
    };
    const answer = await send('/v1/ledger/transfers', JSON.stringify({ transfers: [transfer] }));
    if (!answer.includes('"created"')) throw new Error(answer);
  };
}

function payment(dev: DevFile, payers: readonly Payer[], extras: Extras): Operation {
  const send = createSender(dev.apiUrl, dev.secretKey);
  const parameters = { amount: '4800', currency: 'eur', capture_method: 'manual', ...sharesOf(dev, extras) };
  return async (index) => {
    const payer = payers[index % payers.length];
    if (!payer) throw new Error('no card is stored');
    const { customer } = payer;
    const created = await send(
      '/v1/payment_intents',
      extras.savedCards ? { ...parameters, customer } : parameters,
      idempotent(),
    );
    const { id } = JSON.parse(created) as { id: string };
    const card = extras.savedCards ? payer.savedCard : payer.card;
    const confirmed = await send(`/v1/payment_intents/${id}/confirm`, { payment_method: card }, idempotent());
    if (!confirmed.includes('"requires_capture"')) throw new Error(confirmed);
    const captured = await send(`/v1/payment_intents/${id}/capture`, {}, idempotent());
    if (!captured.includes('"succeeded"')) throw new Error(captured);
  };
}

let keys = 0;
function idempotent(): Record<string, string> {
  keys += 1;
  return { 'idempotency-key': `bench-${process.pid}-${keys}` };
}

/** Who gets the money: one merchant, or three. */
function sharesOf({ connectedAccounts }: DevFile, { split }: Extras): Record<string, string> {
  if (!split) {
    return {
      'transfer_data[destination]': connectedAccounts[0]?.id ?? '',
      application_fee_amount: '384',
    };
  }
  return Object.fromEntries(
    connectedAccounts.slice(0, 3).flatMap(({ id }, leg) => [
      [`split[${leg}][destination]`, id],
      [`split[${leg}][amount]`, '1600'],
      [`split[${leg}][application_fee_amount]`, '128'],
    ]),
  );
}
