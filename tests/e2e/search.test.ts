import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { startTestSystem, type TestSystem } from '../harness/system.ts';

let test: TestSystem;
let stripe: Stripe;
const made: Stripe.PaymentIntent[] = [];
beforeAll(async () => {
  test = await startTestSystem();
  ({ stripe } = test);
  const card = await storeCard(test.vault, approved);
  for (let index = 0; index < 12; index += 1) {
    made.push(
      await stripe.paymentIntents.create({
        amount: 1_000 + index,
        currency: index % 2 === 0 ? 'eur' : 'usd',
        metadata: { order: String(index % 3) },
        ...(index < 4 && { payment_method: card.id, confirm: true, return_url: 'http://localhost/done' }),
      }),
    );
  }
  await test.system.drainEvents();
});
afterAll(async () => {
  await test.close();
});

const ids = (found: { data: readonly { id: string }[] }): string[] => found.data.map(({ id }) => id);
const madeThat = (does: (intent: Stripe.PaymentIntent, index: number) => boolean): string[] =>
  made
    .filter(does)
    .map(({ id }) => id)
    .reverse();

describe('search through the official SDK', () => {
  it('finds payment intents by every kind of field', async () => {
    const search = async (query: string) => ids(await stripe.paymentIntents.search({ query, limit: 100 }));
    expect(await search('status:"succeeded"')).toEqual(madeThat((_, index) => index < 4));
    expect(await search('amount>=1010')).toEqual(madeThat((_, index) => index >= 10));
    expect(await search('metadata["order"]:"2" -currency:"eur"')).toEqual(
      madeThat((_, index) => index % 3 === 2 && index % 2 === 1),
    );
    expect(await search('amount:1003 OR amount:1007')).toEqual(
      madeThat((_, index) => index === 3 || index === 7),
    );
    expect(await search('created<1000')).toEqual([]);
  });

  it('pages to the end by next_page, and counts where asked', async () => {
    const all: string[] = [];
    for await (const intent of stripe.paymentIntents.search({ query: 'amount>0', limit: 5 }))
      all.push(intent.id);
    expect(all).toEqual(madeThat(() => true));
    const counted = await stripe.paymentIntents.search({
      query: 'amount>0',
      limit: 2,
      expand: ['total_count', 'data.latest_charge'],
    });
    expect(counted).toMatchObject({ total_count: 12, has_more: true });
  });

  it('finds what was changed since, with its latest state', async () => {
    const [, , , , changed] = made;
    if (!changed) throw new Error('not made');
    await stripe.paymentIntents.update(changed.id, { metadata: { order: 'late' } });
    await test.system.drainEvents();
    const found = await stripe.paymentIntents.search({ query: 'metadata["order"]:"late"' });
    expect(found.data).toMatchObject([{ id: changed.id, metadata: { order: 'late' } }]);
  });

  it('finds charges by their card', async () => {
    const found = await stripe.charges.search({
      query: `payment_method_details.card.last4:"${approved.slice(-4)}" AND status:"succeeded"`,
    });
    expect(found.data).toHaveLength(4);
    expect(await stripe.charges.search({ query: 'refunded:"true"' })).toMatchObject({ data: [] });
  });

  it('refuses what it cannot read, and names the query', async () => {
    await expect(stripe.paymentIntents.search({ query: 'nothing:"a"' })).rejects.toMatchObject({
      statusCode: 400,
      code: 'search_query_invalid',
      param: 'query',
    });
    await expect(stripe.paymentIntents.search({ query: 'amount>1', page: 'x' })).rejects.toMatchObject({
      param: 'page',
    });
  });
});

describe('lists by time', () => {
  it('hold every bound, alone and together with a cursor', async () => {
    const seconds = made.map(({ created }) => created);
    const [first = 0] = seconds;
    const last = seconds.at(-1) ?? 0;
    const list = async (created: Stripe.RangeQueryParam | number) =>
      ids(await stripe.paymentIntents.list({ created, limit: 100 }));
    expect(await list({ gte: first, lte: last })).toEqual(madeThat(() => true));
    expect(await list({ gt: last })).toEqual([]);
    expect(await list({ lt: first })).toEqual([]);
    expect(await list(first)).toEqual(madeThat(({ created }) => created === first));
    const [newest = ''] = madeThat(() => true);
    const rest = await stripe.paymentIntents.list({
      created: { gte: first },
      starting_after: newest,
      limit: 100,
    });
    expect(ids(rest)).toEqual(madeThat(({ id }) => id !== newest));
    await expect(stripe.paymentIntents.list({ created: { gte: -1 } })).rejects.toMatchObject({
      param: 'created',
    });
  });
});
