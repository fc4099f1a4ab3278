import { currencyOf, formatAmount, hash128 } from '@tpmall/kernel';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import type { DevFile } from '@tpmall/server/instance';
import { UsageError } from '@tpmall/server/options';
import { cohortCardNumber } from '@tpmall/simulator-card-network';
import Stripe from 'stripe';
import type { DemoClient } from './client.ts';
import type { Narrator } from './narrator.ts';
import { createProgress } from './progress.ts';
import { type ReplayedTransaction, readDay } from './replay-file.ts';

/** Payments under way at once: enough to keep the server busy on a small machine. */
const IN_FLIGHT = 16;
const CURRENCY = 'eur';
const RECEIVABLE = ACCOUNT_CODES.acquirer_receivable.code;
/** Shoppers of a file are numbered by their ids; the card network knows ten million cards. */
const CARDS = 10_000_000n;

/** What became of the file. */
interface Tally {
  accepted: number;
  acceptedCents: bigint;
  refused: Map<string, number>;
  /** Not paid at the end and not refused: the file is not accounted for. */
  open: number;
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
  const tally: Tally = { accepted: 0, acceptedCents: 0n, refused: new Map(), open: 0 };
  const cards = createWallets(client);
  const from = performance.now();
  const progress = createProgress(process.stdout, transactions.length);
  let done = 0;
  await inParallel(transactions, async (transaction) => {
    await pay(options, transaction, await cards(transaction.customer), tally);
    done += 1;
    const rate = Math.round(done / ((performance.now() - from) / 1000));
    progress.show(done, `${rate}/s, ${tally.accepted} accepted`);
  });
  progress.end();
  return report(options, transactions.length, tally, (await receivable(client)) - before);
}

async function pay(
  { client, dev }: ReplayOptions,
  transaction: ReplayedTransaction,
  card: string,
  tally: Tally,
): Promise<void> {
  const refuse = (reason: string): void => {
    tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
  };
  if (transaction.amount === 0) return refuse('amount of zero');
  const merchants = dev.connectedAccounts;
  const merchant = merchants[Number(hash128(transaction.terminal) % BigInt(merchants.length))];
  try {
    let intent = await client.stripe.paymentIntents.create({
      amount: transaction.amount,
      currency: CURRENCY,
      payment_method: card,
      confirm: true,
      return_url: dev.apiUrl,
      metadata: { line: String(transaction.line), terminal: transaction.terminal },
      transfer_data: { destination: merchant?.id ?? '' },
      application_fee_amount: Math.floor(transaction.amount / 20),
    });
    if (intent.status === 'requires_action') {
      // Nobody sits at the other end who could prove who they are.
      intent = await client.stripe.paymentIntents.cancel(intent.id);
      return refuse('step-up not answered');
    }
    if (intent.status === 'succeeded') {
      tally.accepted += 1;
      tally.acceptedCents += BigInt(intent.amount_received);
    } else tally.open += 1;
  } catch (error) {
    if (
      !(error instanceof Stripe.errors.StripeError) ||
      error.statusCode === undefined ||
      error.statusCode >= 500
    ) {
      throw error;
    }
    refuse(error.decline_code ?? error.code ?? error.type);
  }
}

function report({ narrator }: ReplayOptions, lines: number, tally: Tally, booked: bigint): boolean {
  const refused = [...tally.refused.values()].reduce((sum, count) => sum + count, 0);
  narrator.line(`accepted ${tally.accepted}, refused ${refused}, of ${lines}`);
  narrator.block([...tally.refused].map(([reason, count]) => `${String(count).padStart(7)}  ${reason}`));
  if (tally.open > 0) narrator.line(`${tally.open} are still open`);
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
function createWallets(client: DemoClient): (customer: string) => Promise<string> {
  const cards = new Map<string, Promise<string>>();
  return (customer) => {
    let card = cards.get(customer);
    if (!card) {
      const number = cohortCardNumber(Number(hash128(customer) % CARDS));
      card = client.vault.paymentMethods
        .create({ type: 'card', card: { number, exp_month: 12, exp_year: 2034, cvc: '314' } })
        .then((method) => method.id);
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
