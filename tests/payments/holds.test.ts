import { DAY, MINUTE, unwrap } from '@tpmall/kernel';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dyingAt, Killed, orKilled } from './world/crash.ts';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

/** No hold's end has more effects than this. */
const EFFECTS_MAX = 25;
const RUNS = Number(process.env['HOLD_RUNS'] ?? 15);

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const charged = async (id: string) =>
  unwrap(await shop.port.findCharge(world.context(), { id: (await find(id)).latestCharge ?? '' }));
const told = async (id: string) =>
  (
    await world.look<{ type: string }>(
      `SELECT type FROM payments.outbox
       WHERE aggregate_id = $1 AND type ~ '^(charge|payment_intent)' ORDER BY seq`,
      [id],
    )
  ).map(({ type }) => type);

async function held(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
  const wanted = newIntent({ paymentMethod: 'pm_visa', confirm: {}, ...over });
  const { id } = unwrap(await shop.port.createIntent(world.context(), wanted));
  expect(await find(id)).toMatchObject({ status: 'requires_capture' });
  return id;
}

/** The event that the issuer refuses what was approved on our own risk, and who learns of it. */
async function refusal() {
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!subscription || !('handle' in subscription)) throw new Error('nobody learns from acquiring');
  const [row] = await world.look<{ command_id: string }>('SELECT command_id FROM payments.charge');
  const commandId = `${row?.command_id}.authorise`;
  const payload = { commandId, authorisationId: 'au_1', networkCode: '51' };
  const event = {
    ...{ from: 'acquiring', seq: 1n, type: 'stand_in.refused', aggregateId: 'au_1', tenant: TENANT },
    ...{ at: world.clock.now(), payload },
  };
  return { subscription, event };
}

describe('what is held and not captured', () => {
  it('ends by itself after seven days, at the issuer, in the ledger and for the client', async () => {
    const id = await held();
    const before = await charged(id);
    expect(before.captureBefore).toBe(before.createdAt + 7 * DAY);
    world.clock.advance(7 * DAY - MINUTE);
    await shop.sweep();
    expect(await find(id)).toMatchObject({ status: 'requires_capture' });
    expect((await world.books()).held).toBe(100_00n);
    world.clock.advance(MINUTE);
    await shop.sweep();
    await shop.sweep();
    expect(await find(id)).toMatchObject({
      status: 'canceled',
      cancellationReason: 'automatic',
      amountCapturable: 0n,
    });
    expect(await charged(id)).toMatchObject({ captured: false, captureBefore: null });
    const ending = ['charge.expired', 'charge.refunded', 'payment_intent.canceled'];
    expect((await told(id)).slice(-3)).toEqual(ending);
    expect(await world.books()).toMatchObject({ held: 0n, ledgerHolds: 0n, ledgerReceivable: 0n });
    expect(await shop.port.captureIntent(world.context(), { id })).toMatchObject({
      error: { code: 'payment_intent_unexpected_state' },
    });
  });

  it('ends with what was captured of it, which stays paid', async () => {
    const id = await held({
      split: [],
      captureRequests: { multicapture: true, overcapture: false, incrementalAuthorisation: false },
    });
    unwrap(
      await shop.port.captureIntent(world.context(), { id, amountToCapture: 40_00n, finalCapture: false }),
    );
    world.clock.advance(7 * DAY);
    await shop.sweep();
    expect(await find(id)).toMatchObject({
      status: 'succeeded',
      cancellationReason: null,
      amountReceived: 40_00n,
    });
    expect(await told(id)).not.toContain('charge.expired');
    expect(await world.books()).toMatchObject({ held: 0n, captured: 40_00n, ledgerHolds: 0n });
  });

  it('ends when the brand of its card says so', async () => {
    shop = await world.start({ config: { holds: { brands: [{ brand: 'visa', days: 5 }] } } });
    const { createdAt, captureBefore } = await charged(await held());
    expect(captureBefore).toBe(createdAt + 5 * DAY);
  });

  it('is either captured or let go of, whatever comes at once', async () => {
    const other = await world.start();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('capture', 'cancel', 'end', 'end elsewhere'), {
          minLength: 2,
          maxLength: 6,
        }),
        async (calls) => {
          const before = await world.books();
          const id = await held();
          world.clock.advance(7 * DAY);
          const run = {
            capture: () => shop.port.captureIntent(world.context(), { id }),
            cancel: () => other.port.cancelIntent(world.context(), { id }),
            end: () => shop.sweep(),
            'end elsewhere': () => other.sweep(),
          };
          await Promise.all(calls.map((call) => run[call]()));
          await shop.sweep();
          const { status } = await find(id);
          const after = await world.books();
          expect(after).toMatchObject({ held: 0n, ledgerHolds: 0n });
          const taken = status === 'succeeded' ? 100_00n : 0n;
          expect(['succeeded', 'canceled']).toContain(status);
          expect(after.captured - before.captured).toBe(taken);
          expect(after.ledgerReceivable - before.ledgerReceivable).toBe(taken);
          const ends = (await told(id)).filter((type) => /canceled|succeeded$/.test(type));
          expect(ends.filter((type) => type.startsWith('payment_intent'))).toHaveLength(1);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('ends when its issuer refuses it, which is told again where it changed meanwhile', async () => {
    const id = await held();
    const { subscription, event } = await refusal();
    const tell = (...meanwhile: readonly string[]) =>
      world.database.db('payments').transaction((tx) => {
        const changes = [...meanwhile];
        const run: typeof tx.run = async (statement, values) => {
          const found = await tx.run<never>(statement, values);
          for (const text of changes.splice(0)) await world.look(text);
          return found;
        };
        return subscription.handle(event, { ...tx, run });
      });
    await expect(tell('UPDATE payments.intent SET version = version + 1')).rejects.toThrow(/changed while/);
    await tell();
    // It lets go of it from now on: nothing can be captured, and nobody waits for the next look.
    expect(await shop.port.captureIntent(world.context(), { id })).toMatchObject({
      error: { code: 'payment_intent_unexpected_state' },
    });
    expect(await world.look('SELECT task_identifier FROM graphile_worker.jobs')).toContainEqual({
      task_identifier: 'payments.resolve-payment',
    });
    await shop.sweep();
    expect(await find(id)).toMatchObject({ status: 'canceled', cancellationReason: 'automatic' });
    expect(await world.books()).toMatchObject({ held: 0n, ledgerHolds: 0n });
  });

  it.each([
    ['a process that died', true],
    ['a run that goes on', false],
  ])('ends when its issuer has refused it before it was stored, by %s', async (_name, dies) => {
    let refused = false;
    const running = await world.start({
      port: (contract, port) => {
        if (contract.module !== 'ledger') return port;
        const ledger = port as typeof world.ledger.port;
        const createTransfers: typeof ledger.createTransfers = async (...input) => {
          const made = await ledger.createTransfers(...input);
          if (refused) return made;
          refused = true;
          world.acquirer.refuseStandIns();
          const { subscription, event } = await refusal();
          await world.database.db('payments').transaction((tx) => subscription.handle(event, tx));
          if (dies) throw new Killed('the process dies');
          return made;
        };
        return { ...port, createTransfers };
      },
    });
    const { id } = unwrap(
      await shop.port.createIntent(world.context(), newIntent({ paymentMethod: 'pm_visa' })),
    );
    await orKilled(running.port.confirmIntent(world.context(), { id }));
    expect(refused).toBe(true);
    await shop.sweep();
    await shop.sweep();
    expect(await find(id)).toMatchObject({ status: 'canceled', cancellationReason: 'automatic' });
    expect(await world.books()).toMatchObject({ held: 0n, ledgerHolds: 0n });
  });

  it.each(['before', 'after'] as const)('ends once, wherever the process dies %s an effect', async (when) => {
    for (let effect = 1; effect <= EFFECTS_MAX; effect += 1) {
      const id = await held();
      world.clock.advance(7 * DAY);
      const dying = dyingAt(effect, when);
      await orKilled((await world.start(dying)).sweep());
      world.clock.advance(10 * MINUTE);
      await shop.sweep();
      expect(await find(id)).toMatchObject({ status: 'canceled', cancellationReason: 'automatic' });
      expect(await world.books()).toMatchObject({ held: 0n, ledgerHolds: 0n, captured: 0n });
      if (!dying.died()) return;
    }
    throw new Error('the end of a hold has more effects than the test allows for');
  });
});
