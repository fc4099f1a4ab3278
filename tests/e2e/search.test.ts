import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, storeCard } from '../harness/cards.ts';
import { anotherPlatform } from '../harness/platform.ts';
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

  it('finds nothing of another platform, whatever is asked for', async () => {
    await stripe.customers.create({ name: 'Ada Another' });
    await test.system.drainEvents();
    const other = await anotherPlatform(test);
    const countsOf = async (platform: Stripe) => {
      const all = [
        platform.paymentIntents.search({ query: 'amount>0', expand: ['total_count'] }),
        platform.charges.search({ query: 'amount>0', expand: ['total_count'] }),
        platform.customers.search({ query: 'name~"another"', expand: ['total_count'] }),
      ];
      return (await Promise.all(all)).map(({ data, total_count: count }) => [data.length > 0, count]);
    };
    const own = [12, 4, 1].map((count) => [true, count]);
    expect(await countsOf(stripe)).toEqual(own);
    expect(await countsOf(other)).toEqual(own.map(() => [false, 0]));
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

describe('search of the catalogue', () => {
  const own = (product: object) => product as Stripe.ProductCreateParams;
  let other: Stripe;
  beforeAll(async () => {
    other = await anotherPlatform(test);
    const tea = own({ id: 'tea', name: 'Green tea', url: 'https://tea.example', shippable: true });
    await stripe.products.create({ ...tea, description: 'First picking', metadata: { shelf: '7' } });
    await stripe.products.create(own({ id: 'cup', name: 'Cup', active: false }));
    // An id is unique within its platform only.
    await other.products.create({ ...tea, name: 'Black tea' });
    await stripe.prices.create({ product: 'tea', currency: 'eur', unit_amount: 5, lookup_key: 'tea-gram' });
    const monthly = { recurring: { interval: 'month' as const }, nickname: 'box' };
    await stripe.prices.create({ product: 'tea', currency: 'usd', unit_amount: 900, ...monthly });
    await test.system.drainEvents();
  });

  it('finds products by every kind of field, and never those of another platform', async () => {
    const search = async (query: string, from = stripe) =>
      (await from.products.search({ query })).data.map(({ name }) => name);
    expect(await search('active:"true"')).toEqual(['Green tea']);
    expect(await search('active:"false" AND name~"cup"')).toEqual(['Cup']);
    expect(await search('name~"TEA"')).toEqual(['Green tea']);
    expect(await search('name~"tea"', other)).toEqual(['Black tea']);
    expect(await search('description~"picking" url:"https://tea.example" shippable:"true"')).toEqual([
      'Green tea',
    ]);
    expect(await search('shippable:null')).toEqual(['Cup']);
    expect(await search('metadata["shelf"]:"7" OR name:"cup"')).toEqual(['Cup', 'Green tea']);
    const page = await stripe.products.search({ query: 'created>0', limit: 1, expand: ['total_count'] });
    expect(page).toMatchObject({ total_count: 2, has_more: true, data: [{ id: 'cup' }] });
    const next = await stripe.products.search({ query: 'created>0', page: page.next_page ?? '' });
    expect(ids(next)).toEqual(['tea']);
  });

  it('finds prices by every kind of field, and what they are of where that is asked for', async () => {
    const search = (query: string, from = stripe) =>
      from.prices.search({ query, expand: ['data.product'] }).then(({ data }) => data);
    expect(await search('lookup_key~"gram"')).toMatchObject([{ currency: 'eur', product: { id: 'tea' } }]);
    expect(await search('lookup_key:"tea-gram" currency:"usd"')).toEqual([]);
    expect(await search('type:"recurring" AND active:"true"')).toMatchObject([{ nickname: 'box' }]);
    expect(await search('product:"tea"')).toHaveLength(2);
    expect(await search('product:"tea"', other)).toEqual([]);
  });

  it('follows what is changed and deleted', async () => {
    await stripe.products.update('tea', { name: 'White tea', metadata: { shelf: '' } });
    await stripe.products.del('cup');
    await test.system.drainEvents();
    const search = (query: string) => stripe.products.search({ query, expand: ['total_count'] });
    expect(await search('created>0')).toMatchObject({ total_count: 1, data: [{ name: 'White tea' }] });
    expect(ids(await search('metadata["shelf"]:"7"'))).toEqual([]);
    await expect(search('unit_amount>5')).rejects.toMatchObject({
      code: 'search_query_invalid',
      param: 'query',
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
