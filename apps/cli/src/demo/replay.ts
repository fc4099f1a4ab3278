import { setTimeout as sleep } from 'node:timers/promises';
import { base32, currencyOf, formatAmount, hash128 } from '@tpmall/kernel';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import type { DevFile } from '@tpmall/server/instance';
import { UsageError } from '@tpmall/server/options';
import { cohortCardNumber } from '@tpmall/simulator-card-network';
import Stripe from 'stripe';
import type { DemoClient } from './client.ts';
import type { Narrator } from './narrator.ts';
import { persist, type Waiting } from './persist.ts';
import { createProgress } from './progress.ts';
import { type ReplayedTransaction, readDay } from './replay-file.ts';

/** Payments under way at once: enough to keep the server busy on a small machine. */
const IN_FLIGHT = 16;
const CURRENCY = 'eur';
const RECEIVABLE = ACCOUNT_CODES.acquirer_receivable.code;
/** Shoppers of a file are numbered by their ids; the card network knows ten million cards. */
const CARDS = 10_000_000n;

/** How often the outcome of a payment is looked for before it counts as open: ten minutes in all. */
const LOOK_MS = 500;
const LOOKS_MAX = 1_200;

/** What became of the file. */
interface Tally {
  accepted: number;
  acceptedCents: bigint;
  refused: Map<string, number>;
  /** Payments whose outcome was not known when they were answered. */
  open: string[];
}

/** What a replay needs. */
export interface ReplayOptions {
  readonly client: DemoClient;
  readonly dev: DevFile;
  readonly narrator: Narrator;
  readonly file: string;
  readonly day: number;
}

/**
 * Sends a day of card transactions through the API, each as a payment to one of the merchants, and holds the
 * ledger against what was accepted. Answers whether both agree and every line of the file is accounted for.
 */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const { client, narrator, file, day } = options;
  narrator.chapter(`Day ${day} of ${file}`);
  const transactions = await readDay(file, day);
  if (transactions.length === 0) throw new UsageError(`${file} has no transactions on day ${day}`);
  const customers = new Set(transactions.map(({ customer }) => customer));
  narrator.line(`${transactions.length} transactions of ${customers.size} cards`);
  const before = await receivable(client);
  const tally: Tally = { accepted: 0, acceptedCents: 0n, refused: new Map(), open: [] };
  const from = performance.now();
  const progress = createProgress(process.stdout, transactions.length);
  let done = 0;
  const run: Run = {
    options,
    tally,
    name: `replay-${base32(BigInt(Date.now()))}`,
    waiting: (since) => progress.wait(done, noteOf(since)),
  };
  const cards = createWallets(run);
  await inParallel(transactions, async (transaction) => {
    await pay(run, transaction, await cards(transaction.customer));
    done += 1;
    const rate = Math.round(done / ((performance.now() - from) / 1000));
    progress.show(done, `${rate}/s, ${tally.accepted} accepted`);
  });
  progress.end();
  if (tally.open.length > 0) narrator.line(`${tally.open.length} with an unknown outcome; waiting for it`);
  await inParallel(tally.open.splice(0), (id) => followUp(run, id));
  const after = await receivable(client);
  return report(options, transactions.length, tally, after - before);
}

/** A replay on its way. */
interface Run {
  readonly options: ReplayOptions;
  readonly tally: Tally;
  /** What the idempotency keys of its requests begin with: another replay pays again. */
  readonly name: string;
  readonly waiting: Waiting;
}

function noteOf(since: number): string {
  const seconds = Math.round((performance.now() - since) / 1000);
  return `no answer for ${seconds} s; it goes on when the server runs again`;
}

async function pay(run: Run, transaction: ReplayedTransaction, card: string): Promise<void> {
  const { client, dev } = run.options;
  if (transaction.amount === 0) return refuse(run.tally, 'amount of zero');
  const merchants = dev.connectedAccounts;
  const merchant = merchants[Number(hash128(transaction.terminal) % BigInt(merchants.length))];
  const key = `${run.name}-${transaction.line}`;
  const asked: Stripe.PaymentIntentCreateParams = {
    amount: transaction.amount,
    currency: CURRENCY,
    payment_method: card,
    confirm: true,
    return_url: dev.apiUrl,
    metadata: { line: String(transaction.line), terminal: transaction.terminal },
    transfer_data: { destination: merchant?.id ?? '' },
    application_fee_amount: Math.floor(transaction.amount / 20),
  };
  try {
    const { paymentIntents } = client.stripe;
    const intent = await persist(() => paymentIntents.create(asked, { idempotencyKey: key }), run.waiting);
    if (intent.status === 'requires_action') {
      // Nobody sits at the other end who could prove who they are.
      const cancelKey = { idempotencyKey: `${key}-cancel` };
      await persist(() => paymentIntents.cancel(intent.id, {}, cancelKey), run.waiting);
      refuse(run.tally, 'step-up not answered');
    } else count(run.tally, intent);
  } catch (error) {
    // What was not answered has been asked again; what is left was refused, or is a bug.
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    refuse(run.tally, error.decline_code ?? error.code ?? error.type);
  }
}

function refuse({ refused }: Tally, reason: string): void {
  refused.set(reason, (refused.get(reason) ?? 0) + 1);
}

function count(tally: Tally, intent: Stripe.PaymentIntent): void {
  if (intent.status === 'succeeded') {
    tally.accepted += 1;
    tally.acceptedCents += BigInt(intent.amount_received);
  } else if (intent.status === 'requires_payment_method') {
    refuse(tally, intent.last_payment_error?.code ?? intent.status);
  } else tally.open.push(intent.id);
}

/** Waits until the resolver has found out what became of a payment. */
async function followUp({ options, tally, waiting }: Run, id: string): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const intent = await persist(() => options.client.stripe.paymentIntents.retrieve(id), waiting);
    if (intent.status !== 'processing' || looks >= LOOKS_MAX) return count(tally, intent);
    await sleep(LOOK_MS);
  }
}

function report({ narrator }: ReplayOptions, lines: number, tally: Tally, booked: bigint): boolean {
  const refused = [...tally.refused.values()].reduce((sum, count) => sum + count, 0);
  narrator.line(`accepted ${tally.accepted}, refused ${refused}, of ${lines}`);
  narrator.block([...tally.refused].map(([reason, count]) => `${String(count).padStart(7)}  ${reason}`));
  if (tally.open.length > 0) narrator.line(`${tally.open.length} are still open`);
  const eur = currencyOf(CURRENCY);
  narrator.line(
    `accepted EUR ${formatAmount(tally.acceptedCents, eur)}; ` +
      `the ledger's receivable grew by EUR ${formatAmount(booked, eur)}`,
  );
  const good = tally.accepted + refused === lines && booked === tally.acceptedCents;
  narrator.line(good ? 'the ledger equals the accepted' : 'THE LEDGER DOES NOT EQUAL THE ACCEPTED');
  return good;
}

/** One card a customer, vaulted at their first payment. */
function createWallets(run: Run): (customer: string) => Promise<string> {
  const cards = new Map<string, Promise<string>>();
  return (customer) => {
    let card = cards.get(customer);
    if (!card) {
      const number = cohortCardNumber(Number(hash128(customer) % CARDS));
      const asked = { type: 'card', card: { number, exp_month: 12, exp_year: 2034, cvc: '314' } } as const;
      const key = { idempotencyKey: `${run.name}-card-${customer}` };
      const { paymentMethods } = run.options.client.vault;
      card = persist(() => paymentMethods.create(asked, key), run.waiting).then((method) => method.id);
      cards.set(customer, card);
    }
    return card;
  };
}

/** What acquirers owe in euro: posted debits less posted credits. */
async function receivable(client: DemoClient): Promise<bigint> {
  const trial = await client.operator<{
    rows: { ledger: number; code: number; debits_posted: string; credits_posted: string }[];
  }>('/v1/ledger/trial-balance');
  const row = trial.rows.find((one) => one.ledger === currencyOf(CURRENCY).number && one.code === RECEIVABLE);
  return row ? BigInt(row.debits_posted) - BigInt(row.credits_posted) : 0n;
}

/** Takes items in order, `IN_FLIGHT` at a time; the first failure ends it. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
