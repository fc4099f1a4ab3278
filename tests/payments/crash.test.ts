import { MINUTE, type Result, unwrap } from '@tpmall/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dyingAt, goneFor, Killed, losingAt } from './world/crash.ts';
import { createRealWorld } from './world/real-world.ts';
import { type Books, createWorld, type Instance, newIntent, type Stage } from './world/world.ts';

/** No operation has more effects than this; the matrix ends where an operation survives. */
const EFFECTS_MAX = 40;

let world: Stage;

/** An operation that is killed, what comes before it, and where it must end however often it dies. */
interface Case {
  readonly name: string;
  prepare(shop: Instance): Promise<string>;
  act(shop: Instance, id: string, command: string): Promise<Result<{ readonly status: string }, string>>;
  /** What one such payment has added to the books of both sides before it. */
  readonly prepared: { held: bigint; captured: bigint };
  /** What one such payment adds to the books of both sides. */
  readonly adds: { held: bigint; captured: bigint; refunded: bigint };
  readonly status: string;
  /** Needs a card that the card network does not have. */
  readonly isModelOnly?: true;
}

const hold = async (shop: Instance, over: Parameters<typeof newIntent>[0] = {}): Promise<string> => {
  const intent = newIntent({ paymentMethod: 'pm_visa', confirm: {}, ...over });
  return unwrap(await shop.port.createIntent(world.context(), intent)).id;
};

const NOTHING = { held: 0n, captured: 0n };
const HELD = { held: 100_00n, captured: 0n };
const captureRequests = { multicapture: true, overcapture: true, incrementalAuthorisation: true };

const captureInPart = async (shop: Instance): Promise<string> => {
  const id = await hold(shop, { captureRequests });
  unwrap(
    await shop.port.captureIntent(world.context(), { id, amountToCapture: 40_00n, finalCapture: false }),
  );
  return id;
};
const IN_PART = { held: 60_00n, captured: 40_00n };

const cases: readonly Case[] = [
  {
    name: 'a confirmation with manual capture',
    prepare: async (shop) => unwrap(await shop.port.createIntent(world.context(), newIntent())).id,
    act: (shop, id, command) =>
      shop.port.confirmIntent(world.context(command), { id, paymentMethod: 'pm_visa' }),
    prepared: NOTHING,
    adds: { held: 100_00n, captured: 0n, refunded: 0n },
    status: 'requires_capture',
  },
  {
    name: 'a confirmation with automatic capture',
    prepare: async (shop) =>
      unwrap(await shop.port.createIntent(world.context(), newIntent({ captureMethod: 'automatic' }))).id,
    act: (shop, id, command) =>
      shop.port.confirmIntent(world.context(command), { id, paymentMethod: 'pm_visa' }),
    prepared: NOTHING,
    adds: { held: 0n, captured: 100_00n, refunded: 0n },
    status: 'succeeded',
  },
  {
    name: 'a confirmation with 3-D Secure',
    prepare: async (shop) => unwrap(await shop.port.createIntent(world.context(), newIntent())).id,
    act: (shop, id, command) =>
      shop.port.confirmIntent(world.context(command), {
        id,
        paymentMethod: 'pm_visa_frictionless',
        requestThreeDSecure: 'any',
      }),
    prepared: NOTHING,
    adds: { held: 100_00n, captured: 0n, refunded: 0n },
    status: 'requires_capture',
  },
  {
    name: 'a confirmation with a soft decline',
    isModelOnly: true,
    prepare: async (shop) => unwrap(await shop.port.createIntent(world.context(), newIntent())).id,
    act: (shop, id, command) =>
      shop.port.confirmIntent(world.context(command), { id, paymentMethod: 'pm_soft_frictionless' }),
    prepared: NOTHING,
    adds: { held: 100_00n, captured: 0n, refunded: 0n },
    status: 'requires_capture',
  },
  {
    name: 'a partial capture',
    prepare: (shop) => hold(shop),
    act: (shop, id, command) =>
      shop.port.captureIntent(world.context(command), { id, amountToCapture: 60_00n }),
    prepared: HELD,
    adds: { held: 0n, captured: 60_00n, refunded: 0n },
    status: 'succeeded',
  },
  {
    name: 'a cancellation of a hold',
    prepare: (shop) => hold(shop),
    act: (shop, id, command) => shop.port.cancelIntent(world.context(command), { id }),
    prepared: HELD,
    adds: { held: 0n, captured: 0n, refunded: 0n },
    status: 'canceled',
  },
  {
    name: 'a refund',
    prepare: (shop) => hold(shop, { captureMethod: 'automatic' }),
    act: (shop, id, command) =>
      shop.port.createRefund(world.context(command), { paymentIntent: id, amount: 25_00n }),
    prepared: { held: 0n, captured: 100_00n },
    adds: { held: 0n, captured: 100_00n, refunded: 25_00n },
    status: 'succeeded',
  },
  {
    name: 'an increment',
    prepare: (shop) => hold(shop, { captureRequests }),
    act: (shop, id, command) => shop.port.incrementIntent(world.context(command), { id, amount: 150_00n }),
    prepared: HELD,
    adds: { held: 150_00n, captured: 0n, refunded: 0n },
    status: 'requires_capture',
  },
  {
    name: 'one of several captures',
    prepare: (shop) => hold(shop, { captureRequests }),
    act: (shop, id, command) =>
      shop.port.captureIntent(world.context(command), { id, amountToCapture: 40_00n, finalCapture: false }),
    prepared: HELD,
    adds: { ...IN_PART, refunded: 0n },
    status: 'requires_capture',
  },
  {
    name: 'the last of several captures, beyond the hold',
    prepare: captureInPart,
    act: (shop, id, command) =>
      shop.port.captureIntent(world.context(command), { id, amountToCapture: 70_00n }),
    prepared: IN_PART,
    adds: { held: 0n, captured: 110_00n, refunded: 0n },
    status: 'succeeded',
  },
  {
    name: 'a cancellation of what was captured in part',
    prepare: captureInPart,
    act: (shop, id, command) => shop.port.cancelIntent(world.context(command), { id }),
    prepared: IN_PART,
    adds: { held: 0n, captured: 40_00n, refunded: 0n },
    status: 'succeeded',
  },
];

const worlds = [
  { name: 'models of both', create: createWorld, cases },
  {
    name: 'the real ledger and acquiring',
    create: createRealWorld,
    cases: cases.filter(({ isModelOnly }) => !isModelOnly),
  },
] as const;

describe.each(worlds)('between $name', ({ create, cases: possible }) => {
  beforeAll(async () => {
    world = await create();
  });
  afterAll(() => world.close());

  describe.each(possible)('$name', ({ prepare, act, prepared, adds, status }) => {
    it.each(['before', 'after'] as const)(
      'killed %s any of its effects ends in one legal state',
      async (when) => {
        const alive = await world.start();
        let effect = 1;
        for (; effect <= EFFECTS_MAX; effect += 1) {
          const id = await prepare(alive);
          const before = await world.books();
          const command = `crash-${when}-${effect}-${id}`;
          const dying = dyingAt(effect, when);
          const outcome = await act(await world.start(dying), id, command).catch((error: unknown) => error);
          if (dying.died()) expect(outcome).toBeInstanceOf(Killed);

          world.clock.advance(2 * MINUTE);
          const next = await world.start();
          await next.sweep();
          // The client never had an answer, so it repeats its command: the outcome is the same, whoever got
          // it done.
          await act(next, id, command);
          world.clock.advance(2 * MINUTE);
          await next.sweep();

          const intent = unwrap(await next.port.findIntent(world.context(), { id }));
          expect({ effect, status: intent.status }).toEqual({ effect, status });
          const after = booksAfter(before, prepared, adds);
          expect({ effect, ...(await world.books()) }).toEqual({ effect, ...after });
          expect(unwrap(await next.port.unknownOutcomes(world.context(), { limit: 10 }))).toEqual([]);
          if (!dying.died()) break;
        }
        expect(effect).toBeGreaterThan(4);
        expect(effect).toBeLessThan(EFFECTS_MAX);
      },
    );
  });
});

function booksAfter(before: Books, prepared: Case['prepared'], adds: Case['adds']): Books {
  const held = before.held - prepared.held + adds.held;
  const captured = before.captured - prepared.captured + adds.captured;
  const refunded = before.refunded + adds.refunded;
  return { held, captured, refunded, ledgerHolds: held, ledgerReceivable: captured - refunded };
}

describe('with an answer of the ledger or of acquiring that is lost', () => {
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  describe.each(cases)('$name', ({ prepare, act, prepared, adds, status }) => {
    it.each(['unavailable', 'unknown'] as const)(
      'as %s tells nothing as done that is not in both books, and ends right',
      async (answer) => {
        let call = 1;
        for (; call <= EFFECTS_MAX; call += 1) {
          const shop = await world.start();
          const id = await prepare(shop);
          const before = await world.books();
          const done = { call, ...booksAfter(before, prepared, adds) };
          const books = async () => ({ call, ...(await world.books()) });
          const losing = losingAt(call, answer);
          const command = `lost-${answer}-${call}-${id}`;
          const told = await act(await world.start(losing), id, command);
          const isDone = told.ok && !['processing', 'pending'].includes(told.value.status);
          if (isDone) expect(await books()).toEqual(done);
          for (let round = 0; round < 2; round += 1) {
            world.clock.advance(2 * MINUTE);
            await shop.sweep();
            await act(shop, id, command);
          }
          // A first attempt of which nothing was executed may end without money, and stays so.
          expect(told.ok || answer === 'unavailable').toBe(true);
          expect(await books()).toEqual(told.ok ? done : { call, ...before });
          const intent = unwrap(await shop.port.findIntent(world.context(), { id }));
          if (told.ok) expect({ call, status: intent.status }).toEqual({ call, status });
          expect(unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 10 }))).toEqual([]);
          if (!losing.lost()) break;
        }
        expect(call).toBeGreaterThan(1);
        expect(call).toBeLessThan(EFFECTS_MAX);
      },
    );
  });

  it.each(cases)(
    'of $name that was executed is not forgotten where the next run reaches nobody',
    async ({ prepare, act, prepared, adds, status }) => {
      let call = 1;
      for (; call <= EFFECTS_MAX; call += 1) {
        const shop = await world.start();
        const id = await prepare(shop);
        const before = await world.books();
        const losing = losingAt(call, 'unknown');
        const command = `forgotten-${call}-${id}`;
        unwrap(await act(await world.start(losing), id, command));
        for (const again of [await world.start(goneFor()), shop, shop]) {
          world.clock.advance(2 * MINUTE);
          await again.sweep();
        }
        const intent = unwrap(await shop.port.findIntent(world.context(), { id }));
        expect({ call, status: intent.status }).toEqual({ call, status });
        expect({ call, ...(await world.books()) }).toEqual({ call, ...booksAfter(before, prepared, adds) });
        if (!losing.lost()) break;
      }
      expect(call).toBeGreaterThan(1);
      expect(call).toBeLessThan(EFFECTS_MAX);
    },
  );
});
