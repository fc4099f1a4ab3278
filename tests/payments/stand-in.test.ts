import { MINUTE, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { advicesOf, control, until } from '../../modules/money/acquiring/test-acquirer/start-acquiring.ts';
import { createRealWorld, type RealWorld } from './world/real-world.ts';
import { type Instance, newIntent, TENANT } from './world/world.ts';

const NOTHING = { held: 0n, captured: 0n, refunded: 0n, ledgerHolds: 0n, ledgerReceivable: 0n };

let world: RealWorld;
let shop: Instance;
let learned = 0n;

beforeAll(async () => {
  const standIn = [{ name: 'all', currency: 'eur', perPayment: '10000', perDay: '1000000' }];
  world = await createRealWorld({ acquiring: { standIn }, answerTimeoutMs: 1_000 });
  shop = await world.start();
});
afterAll(() => world.close());

const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const unknown = async () => unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 100 }));
const as = (actor: string) => ({ ...world.context(), actor });

/** Whether the link to the host is up. */
const link = async () =>
  unwrap(await world.acquiring.operator.connectorHealth(world.context(), {}))[0]?.state;

/** What is paid while the host takes no sign-on. */
async function whileAway(work: () => Promise<void>): Promise<void> {
  await control(world.network, 'POST', '/behaviours', { kind: 'lose_answer', mti: '0800', times: null });
  await control(world.network, 'POST', '/drop-connections');
  await until(async () => (await link()) === 'connecting');
  await work();
  await control(world.network, 'DELETE', '/behaviours');
  await until(async () => {
    await world.acquiring.sweep();
    return (await advicesOf(world.acquiring.db)).every(({ state }) => !/queued|waiting/.test(state));
  });
}

/** Payments learns what acquiring has told since. */
async function learn(): Promise<void> {
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!subscription || !('handle' in subscription)) throw new Error('nobody learns from acquiring');
  const events = await world.look<{ seq: string; type: string; aggregate_id: string; payload: object }>(
    'SELECT seq, type, aggregate_id, payload FROM acquiring.outbox WHERE seq > $1 ORDER BY seq',
    [String(learned)],
  );
  for (const { seq, type, aggregate_id: aggregateId, payload } of events) {
    learned = BigInt(seq);
    if (!subscription.types.includes(type)) continue;
    const at = world.clock.now();
    const event = { from: 'acquiring', seq: learned, type, aggregateId, tenant: TENANT, at, payload };
    await world.database.db('payments').transaction((tx) => subscription.handle(event, tx));
  }
}

async function pay(paymentMethod: string, captureMethod: 'manual' | 'automatic'): Promise<string> {
  const wanted = newIntent({ captureMethod, paymentMethod, confirm: {} });
  const paid = unwrap(await shop.port.createIntent(world.context(), wanted));
  const [charge] = unwrap(
    await shop.port.listCharges(world.context(), { paymentIntent: paid.id, limit: 1 }),
  ).items;
  expect(charge).toMatchObject({
    status: 'succeeded',
    outcome: { networkStatus: 'not_sent_to_network', reason: 'stand_in' },
  });
  return paid.id;
}

it('what is approved on our own risk ends right on both sides', async () => {
  const ids: string[] = [];
  await whileAway(async () => {
    for (const method of ['automatic', 'manual', 'manual', 'manual'] as const)
      ids.push(await pay('pm_visa', method));
    unwrap(await shop.port.captureIntent(world.context(), { id: ids[1] ?? '', amountToCapture: 60_00n }));
    unwrap(await shop.port.cancelIntent(world.context(), { id: ids[2] ?? '' }));
    // A refund of what its acquirer has not heard of waits.
    const early = { paymentIntent: ids[0] ?? '', amount: 10_00n };
    expect(unwrap(await shop.port.createRefund(world.context(), early)).status).toBe('pending');
  });
  world.clock.advance(MINUTE);
  await shop.sweep();
  await learn();
  expect((await Promise.all(ids.map(find))).map(({ status }) => status)).toEqual([
    ...['succeeded', 'succeeded', 'canceled', 'requires_capture'],
  ]);
  const books = { held: 100_00n, captured: 160_00n, refunded: 10_00n };
  expect(await world.books()).toEqual({ ...books, ledgerHolds: 100_00n, ledgerReceivable: 150_00n });
  expect(await unknown()).toEqual([]);
  unwrap(await shop.port.cancelIntent(world.context(), { id: ids[3] ?? '' }));
});

it('what its issuer refuses afterwards is listed, and its money unwinds by two people', async () => {
  const before = await world.books();
  expect(before).toMatchObject({ held: 0n, ledgerHolds: 0n });
  let sold = '';
  let held = '';
  await whileAway(async () => {
    sold = await pay('pm_insufficient', 'automatic');
    held = await pay('pm_insufficient', 'manual');
  });
  await learn();
  // Nothing is held at the issuer, so from the moment that this is known nothing can be taken.
  expect(await shop.port.captureIntent(world.context(), { id: held })).toMatchObject({
    ok: false,
    error: { code: 'payment_intent_unexpected_state' },
  });
  await shop.sweep();
  expect(await find(held)).toMatchObject({ status: 'canceled', cancellationReason: 'automatic' });
  expect(await find(sold)).toMatchObject({ status: 'succeeded' });
  // The books say that the acquirer owes what it will not pay, until people have looked.
  const lost = await world.books();
  expect(lost.ledgerReceivable - before.ledgerReceivable).toBe(100_00n);
  expect(lost).toMatchObject({ held: 0n, ledgerHolds: 0n, captured: before.captured });
  const [outcome, ...others] = await unknown();
  expect(others).toEqual([]);
  expect(outcome).toMatchObject({ id: sold, kind: 'stand_in', amount: 100_00n });
  expect(outcome?.reason).toBe('refused_by_acquirer_51');

  const proposal = { id: sold, verdict: 'not_captured' as const, evidence: 'The issuer says 51' };
  const { id } = unwrap(await shop.port.proposeResolution(as('operator:person_anna'), proposal));
  unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id }));
  world.clock.advance(MINUTE);
  await shop.sweep();
  expect(await unknown()).toEqual([]);
  const after = await world.books();
  expect(after).toEqual({ ...NOTHING, ...before });
});
