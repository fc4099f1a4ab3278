import { err, MINUTE, unwrap } from '@tpmall/kernel';
import { SETUP_TRANSITIONS, type SetupIntent } from '@tpmall/payments/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dyingAt, Killed } from './world/crash.ts';
import { createWorld, type Instance, type World } from './world/world.ts';

/** No confirmation has more effects than this; the matrix ends where one survives. */
const EFFECTS_MAX = 40;

/** Every change of a status is written down by the database itself, however short it lasts. */
const WATCH = `
CREATE TABLE public.seen (before text NOT NULL, after text NOT NULL);
CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.seen VALUES (OLD.status, NEW.status);
  RETURN NEW;
END $$;
CREATE TRIGGER see AFTER UPDATE ON payments.setup_intent FOR EACH ROW EXECUTE FUNCTION public.see();
`;

let world: World;
let shop: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
  await world.look(WATCH);
});
afterAll(() => world.close());

let made = 0;
/** A card that nobody has used yet, and that does what its name says. */
const freshCard = (does = 'pm_visa'): string => `${does}_${(made += 1)}`;
const newCustomer = async (): Promise<string> =>
  unwrap(await shop.port.createCustomer(world.context(), { name: 'Lin' })).id;
const open = async (more: object = {}): Promise<SetupIntent> =>
  unwrap(await shop.port.createSetupIntent(world.context(), { usage: 'off_session', ...more }));
const read = async (id: string): Promise<SetupIntent> =>
  unwrap(await shop.port.findSetupIntent(world.context(), { id }));
const events = async (id: string): Promise<string[]> =>
  (
    await world.look<{ type: string }>(
      'SELECT type FROM payments.outbox WHERE aggregate_id = $1 ORDER BY xid, seq',
      [id],
    )
  ).map(({ type }) => type);

async function end(setup: SetupIntent, seen: boolean): Promise<void> {
  const id = setup.nextAction?.url.split('/').at(-1);
  if (id !== undefined) world.acquirer.complete(id, seen ? 'authenticated' : 'failed');
}

it('saves the card once, whichever of its effects a confirmation dies at', { timeout: 120_000 }, async () => {
  for (const when of ['before', 'after'] as const) {
    let effect = 1;
    for (; effect <= EFFECTS_MAX; effect += 1) {
      const customer = await newCustomer();
      const paymentMethod = freshCard();
      const { id } = await open({ customer });
      const command = `setup-${when}-${effect}`;
      const dying = dyingAt(effect, when);
      const doomed = await world.start(dying);
      const outcome = await doomed.port
        .confirmSetupIntent(world.context(command), { id, paymentMethod })
        .catch((error: unknown) => error);
      if (dying.died()) expect(outcome).toBeInstanceOf(Killed);
      world.clock.advance(2 * MINUTE);
      const next = await world.start();
      await next.sweep();
      unwrap(await next.port.confirmSetupIntent(world.context(command), { id, paymentMethod }));
      expect({ effect, ...(await read(id)) }).toMatchObject({ effect, status: 'succeeded', paymentMethod });
      expect(world.vault.saved.get(paymentMethod)).toBe(customer);
      expect(await events(id)).toEqual(['setup_intent.created', 'setup_intent.succeeded']);
      if (!dying.died()) break;
    }
    expect(effect).toBeGreaterThan(4);
    expect(effect).toBeLessThan(EFFECTS_MAX);
  }
});

it('waits for a vault whose answer was lost, and never says that a saved card is not', async () => {
  let lost = 1;
  const away = await world.start({
    port: (contract, port) =>
      contract.module !== 'vault'
        ? port
        : {
            ...port,
            attachCard: async (...call: unknown[]) => {
              const inner = port as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
              const answer = await inner['attachCard']?.(...call);
              lost -= 1;
              return lost >= 0 ? err('unknown', 'the answer was lost') : answer;
            },
          },
  });
  const customer = await newCustomer();
  const paymentMethod = freshCard();
  const { id } = await open({ customer });
  const confirmed = unwrap(await away.port.confirmSetupIntent(world.context(), { id, paymentMethod }));
  expect(confirmed.status).toBe('processing');
  world.clock.advance(2 * MINUTE);
  await away.sweep();
  expect(await read(id)).toMatchObject({ status: 'succeeded', paymentMethod });
  expect(world.vault.saved.get(paymentMethod)).toBe(customer);
});

it('takes one of many confirmations at once, and tells one success', async () => {
  const customer = await newCustomer();
  const paymentMethod = freshCard();
  const { id } = await open({ customer });
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => shop.port.confirmSetupIntent(world.context(), { id, paymentMethod })),
  );
  const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
  expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set(['ok', 'setup_intent_unexpected_state']));
  expect(await events(id)).toEqual(['setup_intent.created', 'setup_intent.succeeded']);
});

it.each([
  ['pm_insufficient', 'insufficient_funds'],
  ['pm_unreachable', 'processing_error'],
])('%s is refused, saved for nobody, and refused alike when repeated', async (paymentMethod, declineCode) => {
  const { id } = await open({ customer: await newCustomer() });
  const command = world.context();
  const refused = await shop.port.confirmSetupIntent(command, { id, paymentMethod });
  expect(refused).toMatchObject({
    error: { code: 'card_declined', detail: { setupIntent: id, declineCode } },
  });
  expect(await shop.port.confirmSetupIntent(command, { id, paymentMethod })).toEqual(refused);
  expect(world.vault.saved.has(paymentMethod)).toBe(false);
  expect(await read(id)).toMatchObject({ status: 'requires_payment_method', paymentMethod: null });
  expect(await events(id)).toEqual(['setup_intent.created', 'setup_intent.setup_failed']);
});

it('keeps what the confirmation after a challenge says', async () => {
  const { id } = await open();
  const first = { id, paymentMethod: freshCard('pm_soft_challenge') };
  await end(unwrap(await shop.port.confirmSetupIntent(world.context(), first)), true);
  const said = { returnUrl: 'https://shop.example/back', mandateAcceptance: { type: 'offline' } as const };
  const saved = unwrap(await shop.port.confirmSetupIntent(world.context(), { id, ...said }));
  expect(saved).toMatchObject({ status: 'succeeded', returnUrl: 'https://shop.example/back' });
  const agreed = `SELECT mandate_acceptance ->> 'type' AS type FROM payments.setup_intent WHERE id = $1`;
  expect(await world.look(agreed, [id])).toEqual([{ type: 'offline' }]);
});

it('is refused alike when the confirmation after a challenge is repeated', async () => {
  const { id } = await open();
  const first = { id, paymentMethod: freshCard('pm_soft_challenge') };
  await end(unwrap(await shop.port.confirmSetupIntent(world.context(), first)), false);
  const command = world.context();
  const refused = await shop.port.confirmSetupIntent(command, { id });
  expect(refused).toMatchObject({ error: { detail: { code: 'setup_intent_authentication_failure' } } });
  expect(await shop.port.confirmSetupIntent(command, { id })).toEqual(refused);
});

it('takes the cards of a deleted customer away', async () => {
  const customer = await newCustomer();
  const paymentMethod = freshCard();
  unwrap(await shop.port.attachPaymentMethod(world.context(), { id: paymentMethod, customer }));
  unwrap(await shop.port.deleteCustomer(world.context(), { id: customer }));
  const forget = shop.running.subscriptions?.find(({ cursor }) => cursor === 'cards-of-deleted-customers');
  if (!forget || !('perform' in forget)) throw new Error('nobody takes cards away');
  const [event] = await world.look<{ type: string; aggregate_id: string; tenant: string; payload: object }>(
    `SELECT type, aggregate_id, tenant, payload FROM payments.outbox
     WHERE aggregate_id = $1 AND type = 'customer.deleted'`,
    [customer],
  );
  if (!event) throw new Error('nobody was told');
  const told = { ...event, aggregateId: event.aggregate_id, seq: 1n, at: 0, xid: 1n } as never;
  await forget.perform(told);
  await forget.perform(told);
  expect(world.vault.saved.has(paymentMethod)).toBe(false);
  const again = await shop.port.attachPaymentMethod(world.context(), { id: freshCard(), customer });
  expect(again).toMatchObject({ error: { code: 'customer_not_found' } });
});

const method = fc.constantFrom(
  'pm_visa',
  'pm_insufficient',
  'pm_soft_challenge',
  'pm_unreachable',
  'pm_gone',
);
const call = fc.oneof(
  fc.record({ kind: fc.constant('confirm' as const), method, any: fc.boolean() }),
  fc.record({ kind: fc.constant('update' as const), method: fc.constantFrom('pm_visa', null) }),
  fc.record({ kind: fc.constant('challenge' as const), seen: fc.boolean() }),
  fc.record({ kind: fc.constant('cancel' as const) }),
  fc.record({ kind: fc.constant('sweep' as const) }),
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
const confirmed = (does: 'pm_visa' | 'pm_soft_challenge' | 'pm_insufficient'): Call => ({
  kind: 'confirm',
  method: does,
  any: false,
});
/** Between them they make every declared move, whatever chance brings besides. */
const examples: [Call[]][] = [
  [[{ kind: 'update', method: 'pm_visa' }, { kind: 'update', method: null }, { kind: 'cancel' }]],
  [[{ kind: 'update', method: 'pm_visa' }, { kind: 'cancel' }]],
  [[{ kind: 'update', method: 'pm_visa' }, confirmed('pm_insufficient'), confirmed('pm_visa')]],
  [[confirmed('pm_soft_challenge'), { kind: 'challenge', seen: true }]],
  [[confirmed('pm_soft_challenge'), confirmed('pm_visa')]],
  [[confirmed('pm_soft_challenge'), { kind: 'cancel' }]],
];

/** Refusals are answers too; anything thrown is a bug and fails the test. */
async function make(id: string, one: Call): Promise<unknown> {
  const { port } = shop;
  switch (one.kind) {
    case 'confirm':
      return port.confirmSetupIntent(world.context(), {
        id,
        paymentMethod: one.method,
        requestThreeDSecure: one.any ? 'any' : 'automatic',
      });
    case 'update':
      return port.updateSetupIntent(world.context(), { id, paymentMethod: one.method });
    case 'challenge':
      await end(await read(id), one.seen);
      return port.confirmSetupIntent(world.context(), { id });
    case 'cancel':
      return port.cancelSetupIntent(world.context(), { id });
    case 'sweep':
      world.clock.advance(10 * MINUTE);
      return shop.sweep();
  }
}

it('no sequence of calls reaches a state that is not declared', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 8 }), async (calls) => {
      const { id } = await open();
      for (const one of calls) {
        await make(id, one);
        const setup = await read(id);
        expect(setup.nextAction !== null).toBe(setup.status === 'requires_action');
        expect(setup.status).not.toBe('processing');
      }
    }),
    { numRuns: 100, endOnFailure: true, examples },
  );
  const declared = Object.values(SETUP_TRANSITIONS).flatMap(({ from, to }) =>
    from.map((state) => `${state} → ${to}`),
  );
  const seen = await world.look<{ before: string; after: string }>(
    'SELECT DISTINCT before, after FROM public.seen WHERE before <> after',
  );
  const moves = seen.map(({ before, after }) => `${before} → ${after}`);
  expect(moves.filter((move) => !declared.includes(move))).toEqual([]);
  // The other way round, so that a test which reaches nothing cannot pass: every declared move was made.
  const still = (move: string): boolean => move.split(' → ')[0] === move.split(' → ')[1];
  expect(declared.filter((move) => !still(move) && !moves.includes(move))).toEqual([]);
});
