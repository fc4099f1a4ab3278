import { unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balanceOf, createWorld, type Desk, openWith, TENANT, type World } from './world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await createWorld();
  desk = await world.start();
});
afterAll(() => world.close());

it('a top-up that its acquirer never pays is listed while it is spent, and unwinds later', async () => {
  const id = await openWith(world, desk, 'ada', 50_00n);
  const [topUp] = unwrap(
    await desk.port.listOperations(world.context(), { limit: 1, wallet: id, kind: 'top_up' }),
  ).items;
  const subject = topUp?.paymentIntent ?? '';
  await world.look(
    `INSERT INTO payments.refused_advice (advice_id, tenant, at, intent, charge, kind, network_code, amount)
     SELECT 'adv_top_up', tenant, now(), id, latest_charge, 'capture', '25', amount
     FROM payments.intent WHERE id = $1`,
    [subject],
  );
  const staff = world.paymentsFor('operator');
  const by = (actor: string) => world.context(undefined, TENANT, actor);
  const giveBack = async () => {
    const proposal = { id: subject, verdict: 'not_captured' as const, evidence: 'ticket 4711' };
    const proposed = await staff.proposeResolution(by('operator:person_anna'), proposal);
    unwrap(await staff.confirmResolution(by('operator:person_ben'), { id: unwrap(proposed).id }));
    await world.resolve();
    return unwrap(await staff.unknownOutcomes(world.context(), { limit: 10 }));
  };
  const owed = await world.credit('acquirer_receivable', TENANT);
  const sent = { wallet: id, handle: 'ben', currency: 'eur', amount: 30_00n };
  unwrap(await desk.port.send(world.context(), sent));
  for (let n = 0; n < 2; n += 1) {
    expect(await giveBack()).toMatchObject([
      { id: subject, advice: 'adv_top_up', amount: 50_00n, reason: 'give_back_failed_insufficient_funds' },
    ]);
    expect(await balanceOf(world, desk, id)).toEqual({ available: 20_00n, pending: 0n });
    expect(await world.credit('acquirer_receivable', TENANT)).toBe(owed);
  }
  const input = { wallet: id, currency: 'eur', amount: 30_00n, paymentMethod: 'pm_visa' };
  unwrap(await desk.port.topUp(world.context(), input));
  expect(await giveBack()).toEqual([]);
  expect(await balanceOf(world, desk, id)).toEqual({ available: 0n, pending: 0n });
  expect((await world.credit('acquirer_receivable', TENANT)) - owed).toBe(20_00n);
});
