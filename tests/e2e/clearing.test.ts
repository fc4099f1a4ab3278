import { setTimeout as sleep } from 'node:timers/promises';
import { ACCOUNT_CODES } from '@tpmall/ledger/contract';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

const RETURN_URL = 'http://localhost/thanks';

let test: TestSystem;
let stripe: Stripe;

beforeAll(async () => {
  test = await startTestSystem();
  stripe = test.stripe;
});
afterAll(() => test.close());

async function sell(amount: number, fee: number): Promise<Stripe.PaymentIntent> {
  const card = await storeCard(test.vault, approved);
  return stripe.paymentIntents.create({
    ...{ amount, currency: 'eur', payment_method: card.id, confirm: true, return_url: RETURN_URL },
    transfer_data: { destination: test.merchants[0] ?? '' },
    application_fee_amount: fee,
    expand: ['latest_charge.balance_transaction'],
  });
}

interface TrialBalance {
  readonly rows: readonly {
    readonly code: number;
    readonly debits_posted: string;
    readonly credits_posted: string;
  }[];
  readonly totals: readonly { readonly balanced: boolean }[];
}

async function trialBalance(): Promise<TrialBalance> {
  return (await test.operator('GET', '/v1/ledger/trial-balance')) as unknown as TrialBalance;
}

/** What stands on the debit side of a kind of account, in euro. */
async function debit(kind: 'acquirer_receivable' | 'due_from_acquirer'): Promise<bigint> {
  const { rows, totals } = await trialBalance();
  expect(totals.every(({ balanced }) => balanced)).toBe(true);
  const of = rows.filter(({ code }) => code === ACCOUNT_CODES[kind].code);
  return of.reduce((sum, row) => sum + BigInt(row.debits_posted) - BigInt(row.credits_posted), 0n);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 300; looks += 1) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error('never came true');
}

interface Clearing {
  readonly connectors: readonly { readonly connector: string; readonly records: number }[];
  readonly exceptions: readonly object[];
}
const clearing = async () => (await test.operator('GET', '/v1/operations/clearing')) as unknown as Clearing;

describe('the platform’s balance through the official SDK', () => {
  it('is told with each charge, in a list, and as a whole', async () => {
    const intent = await sell(5000, 400);
    const charge = intent.latest_charge as Stripe.Charge;
    expect(charge.balance_transaction).toMatchObject({
      object: 'balance_transaction',
      ...{
        type: 'charge',
        amount: 5000,
        fee: 0,
        net: 5000,
        currency: 'eur',
        status: 'pending',
        source: charge.id,
      },
    });
    const { data } = await stripe.balanceTransactions.list({ source: charge.id, expand: ['data.source'] });
    expect(data.map(({ type, net }) => `${type} ${net}`).toSorted()).toEqual([
      'application_fee 400',
      'charge 5000',
      'transfer -5000',
    ]);
    expect(data[0]?.source).toMatchObject({ object: 'charge', id: charge.id });
    expect(await stripe.balanceTransactions.list({ type: 'application_fee' })).toMatchObject({
      data: [{ type: 'application_fee', net: 400, reporting_category: 'platform_earning' }],
    });
    const balance = await stripe.balance.retrieve();
    expect(balance).toMatchObject({
      object: 'balance',
      available: [{ currency: 'eur', amount: 0 }],
      pending: [{ currency: 'eur', amount: 400, source_types: { card: 400 } }],
    });

    const refund = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 1000,
      expand: ['balance_transaction.source'],
    });
    expect(refund.balance_transaction).toMatchObject({
      ...{ type: 'refund', net: -1000, status: 'available' },
      source: { object: 'refund', id: refund.id },
    });
    await expect(stripe.balanceTransactions.retrieve('txn_nobody')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

describe('clearing', () => {
  it('moves what is owed to what is due when the acquirer’s day ends, by itself', async () => {
    await sell(2500, 0);
    expect(await debit('acquirer_receivable')).toBe(6500n);
    await until(async () => {
      await fetch(`${test.system.simulatorUrl}/end-of-day`, { method: 'POST' });
      const { connectors } = await clearing();
      return connectors.reduce((sum, { records }) => sum + records, 0) >= 3;
    });
    await until(async () => (await debit('acquirer_receivable')) === 0n);
    expect(await debit('due_from_acquirer')).toBe(6500n);
    expect((await clearing()).exceptions).toEqual([]);
  });

  it('is imported by an operator, and by nobody else', async () => {
    const file = {
      connector: 'acquirer-a',
      name: 'by-hand.csv',
      text:
        'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at\n' +
        'D,capture,000000000000,ABC123,424242******4242,900,eur,M,T,2026-11-27T12:00:00Z\n' +
        'T,total,,,1,900,eur,,,\n',
    };
    await expect(
      test.operator('POST', '/v1/operations/clearing/files', {
        ...file,
        text: file.text.replace(',1,', ',2,'),
      }),
    ).rejects.toThrow(/answered 400.*clearing_file_malformed/s);
    const imported = await test.operator('POST', '/v1/operations/clearing/files', file);
    expect(imported).toMatchObject({ connector: 'acquirer-a', records: 1 });
    expect(await test.operator('POST', '/v1/operations/clearing/files', file)).toEqual(imported);
    await expect(
      test.operator('POST', '/v1/operations/clearing/files', { ...file, text: `${file.text}x` }),
    ).rejects.toThrow(/answered 409/);
    await expect(
      test.operator('POST', '/v1/operations/clearing/files', { ...file, name: '../../etc/passwd' }),
    ).rejects.toThrow(/answered 400/);
    expect(await test.operator('GET', '/v1/operations/clearing/exceptions')).toMatchObject({
      data: [{ kind: 'unknown_reference', reference: '000000000000', amount: '900', line: 2 }],
    });
    const refused = await fetch(`${test.system.apiUrl}/v1/operations/clearing`, {
      headers: { authorization: `Bearer ${test.secretKey}` },
    });
    expect(refused.status).toBe(403);
  });
});
