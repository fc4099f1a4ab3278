import { identityContract } from '@tpmall/identity/contract';
import { unwrap } from '@tpmall/kernel';
import { operatorContext } from '@tpmall/server';
import pg from 'pg';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sdk, startTestSystem, type TestSystem } from '../harness/system.ts';

type Answer = Record<string, unknown> & { readonly id: string };

describe('wallets, with the official SDK', () => {
  let test: TestSystem;
  let stripe: Stripe;
  let tenant = '';
  beforeAll(async () => {
    test = await startTestSystem();
    stripe = test.stripe;
    const admin = new pg.Client({ connectionString: test.system.databaseUrl });
    await admin.connect();
    const { rows } = await admin.query<{ tenant: string }>('SELECT tenant FROM identity.api_key LIMIT 1');
    tenant = rows[0]?.tenant ?? '';
    await admin.end();
  });
  afterAll(async () => {
    await test.close();
  });

  const person = async (name: string) =>
    unwrap(
      await test.system
        .portFor(identityContract, 'operator')
        .createPerson(operatorContext(tenant, `test:${name}`), {
          email: `${name}@shopper.example`,
          displayName: name,
          locale: 'en',
          handle: name,
        }),
    ).id;
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    parameters?: Record<string, unknown>,
    as = stripe,
  ) =>
    (await (method === 'POST'
      ? as.rawRequest(method, `/v1/wallet/${path}`, parameters)
      : as.rawRequest(
          method,
          `/v1/wallet/${path}?${new URLSearchParams(parameters as Record<string, string>)}`,
        ))) as unknown as Answer;
  const open = async (name: string) => (await ask('POST', 'wallets', { person: await person(name) })).id;
  const euros = { currency: 'eur' };

  it('are topped up, paid with, sent and withdrawn, and say where the money went', async () => {
    const ada = await open('ada_wallet');
    await open('bob_wallet');
    const topped = await ask('POST', `wallets/${ada}/top_ups`, {
      ...{ ...euros, amount: 10_000, payment_method: 'pm_card_visa' },
    });
    expect(topped).toMatchObject({ status: 'succeeded', payment_intent: { status: 'succeeded' } });
    const sent = await ask('POST', `wallets/${ada}/sends`, {
      ...{ ...euros, amount: 1_000, handle: '@bob_wallet', note: '=for tea' },
    });
    expect(sent).toMatchObject({ object: 'wallet_operation', status: 'succeeded' });
    const order = await stripe.paymentIntents.create({ ...euros, amount: 2_500 });
    const paid = await ask('POST', `wallets/${ada}/payments`, { payment_intent: order.id });
    expect(paid).toMatchObject({ status: 'succeeded', amount_captured: 2_500 });
    const intent = await stripe.paymentIntents.retrieve(order.id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      ...{ status: 'succeeded', payment_method: null },
      latest_charge: { payment_method: null, payment_method_details: { type: 'customer_balance' } },
    });
    const refund = await stripe.refunds.create({ payment_intent: order.id, amount: 500 });
    expect(refund).toMatchObject({
      status: 'succeeded',
      destination_details: { type: 'customer_cash_balance' },
    });
    const withdrawal = await ask('POST', `wallets/${ada}/withdrawals`, {
      ...{ ...euros, amount: 2_000, destination: 'DE89 3704' },
    });
    expect(await ask('GET', `wallets/${ada}`)).toMatchObject({
      balances: [{ currency: 'eur', available: 5_000, pending: 2_000 }],
    });

    const decide = async (key: string, body: object) => {
      const said = await fetch(`${test.system.apiUrl}/v1/operations/withdrawals/${withdrawal.id}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return said.json();
    };
    const approval = { to: 'approved', reason: 'checked' };
    const payment = { to: 'paid', reason: 'bank', reference: 'SEPA 1' };
    expect(await decide(test.machineKey, approval)).toMatchObject({ code: 'person_needed' });
    expect(await decide(test.operatorKey, approval)).toMatchObject({ status: 'approved' });
    expect(await decide(test.machineKey, payment)).toMatchObject({ code: 'person_needed' });
    expect(await decide(test.operatorKey, payment)).toMatchObject({
      code: 'withdrawal_second_person_needed',
    });
    expect(await decide(test.secondOperatorKey, payment)).toMatchObject({
      ...{ status: 'paid', reference: 'SEPA 1' },
    });

    const entries = (await ask('GET', `wallets/${ada}/entries`, euros)) as unknown as {
      data: { kind: string; amount: number; balance: number }[];
    };
    expect(entries.data.map(({ kind, amount, balance }) => [kind, amount, balance])).toEqual([
      ['withdrawal', -2_000, 5_000],
      ['refund', 500, 7_000],
      ['payment', -2_500, 6_500],
      ['sent', -1_000, 9_000],
      ['top_up', 10_000, 10_000],
    ]);
    const month = new Date().toISOString().slice(0, 7);
    expect(await ask('GET', `wallets/${ada}/statement`, { ...euros, month })).toMatchObject({
      ...{ opening: 0, total_in: 10_500, total_out: 5_500, closing: 5_000 },
    });
    const file = await fetch(
      `${test.system.apiUrl}/v1/wallet/wallets/${ada}/statement.csv?currency=eur&month=${month}`,
      { headers: { authorization: `Bearer ${test.secretKey}` } },
    );
    expect(file.headers.get('content-type')).toContain('text/csv');
    const lines = (await file.text()).trim().split('\r\n');
    expect(lines).toHaveLength(8);
    expect(lines[3]).toContain(',sent,-10.00,90.00,');
    expect(lines[3]).toContain("'=for tea");
    expect(lines.at(-1)).toContain(',closing,,50.00,');
  });

  it('are refused by name, and keep to their tenant and keys', async () => {
    const ada = await open('ada_refused');
    const refused = async (path: string, parameters: Record<string, unknown>, more: object) =>
      expect(await ask('POST', path, parameters).catch((error: unknown) => error)).toMatchObject(more);
    await refused('wallets', { person: 'person_nobody' }, { statusCode: 400, param: 'person' });
    await refused(
      `wallets/${ada}/withdrawals`,
      { ...euros, amount: 150, destination: 'x' },
      {
        ...{ statusCode: 402, code: 'wallet_balance_insufficient', raw: { missing_amount: 150 } },
      },
    );
    await ask('POST', `wallets/${ada}/top_ups`, { ...euros, amount: 100, payment_method: 'pm_card_visa' });
    await refused(
      `wallets/${ada}/sends`,
      { ...euros, amount: 1, handle: 'nobody_here' },
      {
        code: 'wallet_recipient_not_found',
        param: 'handle',
      },
    );
    await refused(
      `wallets/${ada}/withdrawals`,
      { ...euros, amount: 150, destination: 'x' },
      {
        ...{ statusCode: 402, code: 'wallet_balance_insufficient', raw: { missing_amount: 50 } },
      },
    );
    await refused(`wallets/${ada}/top_ups`, { ...euros, amount: 15_001 }, { code: 'wallet_limit_exceeded' });
    await refused('wallets/wal_nothing/top_ups', { ...euros, amount: 1 }, { statusCode: 404 });
    const identity = test.system.portFor(identityContract, 'operator');
    const reading = unwrap(
      await identity.createKey(operatorContext(tenant, 'reading'), {
        ...{ kind: 'restricted', name: 'reads', permissions: { wallet: 'read' } },
      }),
    );
    const reader = sdk(test.system.apiUrl, reading.key);
    expect((await ask('GET', `wallets/${ada}`, undefined, reader)).id).toBe(ada);
    await expect(
      ask('POST', `wallets/${ada}/top_ups`, { ...euros, amount: 1 }, reader),
    ).rejects.toMatchObject({ statusCode: 403 });
    const other = unwrap(
      await identity.createKey(operatorContext('acct_elsewhere', 'elsewhere'), {
        kind: 'secret',
        name: 'other',
      }),
    );
    await expect(
      ask('GET', `wallets/${ada}`, undefined, sdk(test.system.apiUrl, other.key)),
    ).rejects.toMatchObject({ statusCode: 404 });
  });
});
