import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { currencyByNumber, currencyOf, formatAmount } from '@tpmall/kernel';
import { testCards } from '@tpmall/simulator-card-network';
import type Stripe from 'stripe';
import { fillBasket, type Line, totalOf } from './basket.ts';
import { walkThrough } from './browser.ts';
import type { DemoClient, LedgerTransfer } from './client.ts';
import type { Narrator } from './narrator.ts';
import { nameAccounts, postingsOf, transfersOf } from './postings.ts';
import { drawTAccounts } from './t-accounts.ts';

/** The platform keeps this share of each merchant's part, in hundredths of a percent. */
const COMMISSION_BASIS_POINTS = 800;
const CURRENCY = 'eur';
/** The code that the simulator's issuers want. */
const CHALLENGE_CODE = '1234';
/** How long the resolver may take before the story gives up on it. */
const RESOLVE_MS = 60_000;
const RETURN_URL = 'http://localhost/thanks';

/** What the story needs. */
export interface PurchaseOptions {
  readonly client: DemoClient;
  readonly merchants: readonly { readonly id: string; readonly name: string }[];
  readonly narrator: Narrator;
  readonly seed: number;
  /** Where to write all ids. */
  readonly json: string | undefined;
}

/** Everything a sceptic needs to add up again. */
interface Told {
  readonly seed: number;
  readonly paymentIntents: string[];
  readonly charges: string[];
  readonly refunds: string[];
  readonly merchants: string[];
  transfers: readonly LedgerTransfer[];
  trialBalance: unknown;
}

interface TrialBalance {
  readonly totals: readonly {
    readonly ledger: number;
    readonly debits_posted: string;
    readonly credits_posted: string;
    readonly debits_pending: string;
    readonly credits_pending: string;
    readonly balanced: boolean;
  }[];
}

/** Buys, tells what happens, and answers whether the books balance. */
export async function tellPurchase(options: PurchaseOptions): Promise<boolean> {
  const { client, merchants, narrator, seed } = options;
  const told: Told = {
    seed,
    paymentIntents: [],
    charges: [],
    refunds: [],
    merchants: merchants.map(({ id }) => id),
    transfers: [],
    trialBalance: undefined,
  };
  const paid = await buy(options, told);
  await loseAnAnswer(options, told);
  await refund(options, told, paid);

  narrator.chapter('The books');
  const transfers = await Promise.all(told.paymentIntents.map((intent) => transfersOf(client, intent)));
  told.transfers = transfers.flat();
  const trial = await client.operator<TrialBalance>('/v1/ledger/trial-balance');
  told.trialBalance = trial;
  const balanced = reportTrialBalance(trial, narrator);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(told, null, 2)}\n`);
    narrator.line(`every id is in ${options.json}`);
  }
  return balanced;
}

/** One order with goods of two merchants, paid with a card whose issuer wants to see the shopper. */
async function buy(options: PurchaseOptions, told: Told): Promise<Stripe.PaymentIntent> {
  const { client, merchants, narrator, seed } = options;
  const basket = fillBasket(seed);
  const total = totalOf(basket);
  narrator.chapter('An order');
  for (const [index, merchant] of merchants.slice(0, 2).entries()) {
    const lines = basket.filter((line) => line.merchant === index);
    narrator.line(`${merchant.name}: ${money(totalOf(lines))}`);
    narrator.block(lines.map(describeLine));
  }

  narrator.chapter('A payment');
  const created = await client.stripe.paymentIntents.create({
    amount: total,
    currency: CURRENCY,
    capture_method: 'manual',
    transfer_group: `order_${seed}`,
    description: 'Order of the demonstration',
    ...splitOver(merchants, basket),
  });
  told.paymentIntents.push(created.id);
  narrator.line(`intent ${created.id}: ${money(total)}, ${created.status}`);

  const card = await vaultCard(client, 'challenge');
  narrator.line(
    `the vault keeps the card and gives ${card.id} (${card.card?.brand} •••• ${card.card?.last4})`,
  );
  let intent: Stripe.PaymentIntent = await client.stripe.paymentIntents.confirm(created.id, {
    payment_method: card.id,
    return_url: RETURN_URL,
  });
  narrator.line(`confirmed: ${intent.status}`);
  if (intent.status === 'requires_action') intent = await authenticate(client, narrator, intent);
  const charge = await chargeOf(client, intent);
  told.charges.push(charge.id);
  narrator.line(
    `risk decision: ${charge.outcome?.risk_level ?? 'none'}, score ${charge.outcome?.risk_score ?? '–'}`,
  );
  narrator.line(
    `authorised: ${money(intent.amount_capturable)} held at the issuer, ` +
      `approval code ${charge.payment_method_details?.card?.authorization_code ?? 'none'}`,
  );

  const captured = await client.stripe.paymentIntents.capture(created.id);
  narrator.line(`captured: ${money(captured.amount_received)}, ${captured.status}`);
  narrator.chapter('Where each cent went');
  await showPostings(options, created.id);
  return captured;
}

/** The acquirer's answer is lost on its way: the outcome is unknown, and stays so until it is known. */
async function loseAnAnswer(options: PurchaseOptions, told: Told): Promise<void> {
  const { client, merchants, narrator } = options;
  narrator.chapter('An answer that never came');
  await client.network('/behaviours', { kind: 'lose_answer', mti: '0100', times: 1 });
  const card = await vaultCard(client, 'frictionless');
  narrator.line('the card network is told to lose its next answer; the connector waits for it in vain');
  const intent = await client.stripe.paymentIntents.create({
    amount: 4_800,
    currency: CURRENCY,
    payment_method: card.id,
    confirm: true,
    return_url: RETURN_URL,
    transfer_data: { destination: merchants[0]?.id ?? '' },
    application_fee_amount: 384,
  });
  told.paymentIntents.push(intent.id);
  narrator.line(`intent ${intent.id}: ${money(4_800)}, ${intent.status}`);
  narrator.line('the bank has not answered; it is asked to take back what it may have held');
  const resolved = await waitFor(() => client.stripe.paymentIntents.retrieve(intent.id), 'processing');
  narrator.line(`resolved: ${resolved.status}; ${resolved.last_payment_error?.message ?? 'paid'}`);
  if (resolved.status !== 'requires_payment_method') return;
  const again = await client.stripe.paymentIntents.confirm(intent.id, {
    payment_method: (await vaultCard(client, 'frictionless')).id,
    return_url: RETURN_URL,
  });
  narrator.line(`tried again: ${again.status}, ${money(again.amount_received)}`);
  told.charges.push((await chargeOf(client, again)).id);
}

/** A part of the first payment goes back, from the merchants and the commission in proportion. */
async function refund(options: PurchaseOptions, told: Told, paid: Stripe.PaymentIntent): Promise<void> {
  const { client, narrator } = options;
  narrator.chapter('A refund');
  const amount = Math.floor(paid.amount_received / 4);
  const refunded = await client.stripe.refunds.create({ payment_intent: paid.id, amount });
  told.refunds.push(refunded.id);
  narrator.line(
    `refund ${refunded.id}: ${money(amount)} of ${money(paid.amount_received)}, ${refunded.status}`,
  );
  await showPostings(options, paid.id);
}

async function showPostings(options: PurchaseOptions, intent: string): Promise<void> {
  const transfers = await transfersOf(options.client, intent);
  const names = await nameAccounts(options.client, transfers, options.merchants);
  options.narrator.block(drawTAccounts(postingsOf(transfers, names), currencyOf(CURRENCY).number));
}

/** The shopper goes to the issuer's page, types the code and comes back; the payment goes on by itself. */
async function authenticate(
  client: DemoClient,
  narrator: Narrator,
  intent: Stripe.PaymentIntent,
): Promise<Stripe.PaymentIntent> {
  const url = intent.next_action?.redirect_to_url?.url;
  if (!url) throw new Error(`${intent.id} requires an action that is no page`);
  narrator.line('the issuer wants to see the shopper (3-D Secure)');
  const visits = await walkThrough(url, CHALLENGE_CODE, RETURN_URL);
  narrator.block(visits.map((visit) => `${new URL(visit.url).host.padEnd(16)} ${visit.title}`));
  const resumed = await waitFor(
    () => client.stripe.paymentIntents.retrieve(intent.id),
    'requires_action',
    'processing',
  );
  narrator.line(`authenticated: ${resumed.status}`);
  return resumed;
}

/** Asks again until the payment has left these states. */
async function waitFor(
  ask: () => Promise<Stripe.PaymentIntent>,
  ...states: readonly Stripe.PaymentIntent.Status[]
): Promise<Stripe.PaymentIntent> {
  const until = performance.now() + RESOLVE_MS;
  for (;;) {
    const intent = await ask();
    if (!states.includes(intent.status)) return intent;
    if (performance.now() > until) throw new Error(`${intent.id} is still ${intent.status} after a minute`);
    await sleep(100);
  }
}

async function chargeOf(client: DemoClient, intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  if (typeof intent.latest_charge !== 'string')
    throw new Error(`${intent.id} (${intent.status}) has no charge`);
  return client.stripe.charges.retrieve(intent.latest_charge);
}

async function vaultCard(
  client: DemoClient,
  authentication: 'challenge' | 'frictionless',
): Promise<Stripe.PaymentMethod> {
  const card = testCards.find(
    (one) =>
      one.code === '00' &&
      one.fault === null &&
      one.authentication === authentication &&
      one.needsAuthentication === (authentication === 'challenge'),
  );
  return client.vault.paymentMethods.create({
    type: 'card',
    card: { number: card?.number ?? '', exp_month: 12, exp_year: 2034, cvc: '314' },
    billing_details: { name: 'Lin Wei' },
  });
}

/** One order, several merchants: TPMall's `split` beside the parameters that the SDK knows. */
function splitOver(merchants: PurchaseOptions['merchants'], basket: readonly Line[]): object {
  return {
    split: merchants.slice(0, 2).map((merchant, index) => {
      const amount = totalOf(basket.filter((line) => line.merchant === index));
      const fee = Math.floor((amount * COMMISSION_BASIS_POINTS) / 10_000);
      return { destination: merchant.id, amount, application_fee_amount: fee };
    }),
  };
}

function reportTrialBalance(trial: TrialBalance, narrator: Narrator): boolean {
  for (const total of trial.totals) {
    const currency = currencyByNumber(total.ledger);
    const amount = (text: string): string => (currency ? formatAmount(BigInt(text), currency) : text);
    narrator.line(
      `${currency?.code.toUpperCase() ?? total.ledger}: debits ${amount(total.debits_posted)}, ` +
        `credits ${amount(total.credits_posted)}, difference ` +
        amount(String(BigInt(total.debits_posted) - BigInt(total.credits_posted))),
    );
  }
  const balanced = trial.totals.every(
    (total) =>
      total.balanced &&
      total.debits_posted === total.credits_posted &&
      total.debits_pending === total.credits_pending,
  );
  narrator.line(balanced ? 'the trial balance is zero in every currency' : 'THE BOOKS DO NOT BALANCE');
  return balanced;
}

function describeLine(line: Line): string {
  const price = money(line.price * line.quantity).padStart(12);
  return `${String(line.quantity)} × ${line.what.padEnd(30)} ${price}`;
}

function money(cents: number): string {
  return `EUR ${formatAmount(BigInt(cents), currencyOf(CURRENCY))}`;
}
