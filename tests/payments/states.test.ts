import { acquiringContract } from '@tpmall/acquiring/contract';
import { err, MINUTE, unwrap } from '@tpmall/kernel';
import { CHARGE_TRANSITIONS, INTENT_TRANSITIONS, REFUND_TRANSITIONS } from '@tpmall/payments/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

/**
 * Every change of a status is written down by the database itself, whoever makes it and however short it
 * lasts.
 */
const WATCH = `
CREATE TABLE public.seen (of text NOT NULL, before text NOT NULL, after text NOT NULL);
CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.seen VALUES ('intent', coalesce(OLD.phase, OLD.status), coalesce(NEW.phase, NEW.status));
  RETURN NEW;
END $$;
CREATE TRIGGER see AFTER UPDATE ON payments.intent FOR EACH ROW EXECUTE FUNCTION public.see();
CREATE FUNCTION public.see_charge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.seen VALUES ('charge', OLD.status, NEW.status);
  RETURN NEW;
END $$;
CREATE TRIGGER see AFTER UPDATE ON payments.charge FOR EACH ROW EXECUTE FUNCTION public.see_charge();
CREATE FUNCTION public.state_of(payments.refund) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN $1.status = 'succeeded' AND $1.failure_reason IS NOT NULL THEN 'returning'
    ELSE $1.status END
$$;
CREATE FUNCTION public.see_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.seen VALUES ('refund', public.state_of(OLD), public.state_of(NEW));
  RETURN NEW;
END $$;
CREATE TRIGGER see AFTER UPDATE ON payments.refund FOR EACH ROW EXECUTE FUNCTION public.see_refund();
`;

let world: World;
let shop: Instance;
/** A process that does not reach the acquirer with refunds. */
let away: Instance;
beforeAll(async () => {
  world = await createWorld();
  shop = await world.start();
  away = await world.start({
    port: (contract, port) =>
      contract.module === acquiringContract.module
        ? { ...port, refund: async () => err('unavailable', 'the acquirer is away') }
        : port,
  });
  await world.look(WATCH);
});
afterAll(() => world.close());

const methods = fc.constantFrom(
  'pm_visa',
  'pm_lost',
  'pm_insufficient',
  'pm_soft_challenge',
  'pm_soft_frictionless',
  'pm_unreachable',
  'pm_gone',
);
const amount = fc.constantFrom<bigint>(1n, 10_07n, 10_13n, 50_00n, 100_00n, 100_01n);
const call = fc.oneof(
  fc.record({ kind: fc.constant('confirm' as const), method: methods, any: fc.boolean() }),
  fc.record({
    kind: fc.constant('capture' as const),
    amount: fc.option(fc.oneof(amount, fc.constantFrom(0n, 105_00n)), { nil: undefined }),
    final: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('increment' as const),
    amount: fc.constantFrom(99_00n, 110_00n, 110_07n, 110_13n, 150_00n),
  }),
  fc.record({ kind: fc.constant('give_back' as const) }),
  fc.record({ kind: fc.constant('call_off' as const), amount: fc.constantFrom(1n, 2n) }),
  fc.record({ kind: fc.constant('cancel' as const) }),
  fc.record({ kind: fc.constant('refund' as const), amount: fc.option(amount, { nil: undefined }) }),
  fc.record({ kind: fc.constant('update' as const), method: fc.constantFrom('pm_visa', null) }),
  fc.record({ kind: fc.constant('challenge' as const), seen: fc.boolean() }),
  fc.record({ kind: fc.constant('resolve' as const), to: fc.constantFrom('approved', 'reversed') }),
  fc.record({ kind: fc.constant('sweep' as const) }),
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

const confirmed = (method: Extract<Call, { kind: 'confirm' }>['method']): Call => ({
  kind: 'confirm',
  method,
  any: false,
});
const updated = (method: 'pm_visa' | null): Call => ({ kind: 'update', method });
/** Between them they make every declared move, whatever chance brings besides. */
const examples: ['manual' | 'automatic', Call[]][] = [
  ['manual', [{ kind: 'cancel' }]],
  ['manual', [updated('pm_visa'), updated(null), updated('pm_visa'), { kind: 'cancel' }]],
  ['manual', [updated('pm_visa'), confirmed('pm_insufficient'), confirmed('pm_visa'), { kind: 'cancel' }]],
  [
    'manual',
    [
      confirmed('pm_visa'),
      { kind: 'capture', amount: 50_00n, final: true },
      { kind: 'refund', amount: 1n },
      { kind: 'give_back' },
      { kind: 'call_off', amount: 1n },
      { kind: 'refund', amount: 7n },
      { kind: 'refund', amount: 13n },
      { kind: 'resolve', to: 'approved' },
      { kind: 'sweep' },
    ],
  ],
  [
    'manual',
    [
      confirmed('pm_visa'),
      { kind: 'increment', amount: 110_00n },
      { kind: 'increment', amount: 110_07n },
      { kind: 'capture', amount: 50_00n, final: false },
      { kind: 'refund', amount: 1n },
      { kind: 'cancel' },
    ],
  ],
  [
    'manual',
    [
      confirmed('pm_visa'),
      { kind: 'capture', amount: 50_00n, final: false },
      { kind: 'capture', amount: 0n, final: true },
    ],
  ],
  ['manual', [confirmed('pm_visa'), { kind: 'increment', amount: 110_13n }, { kind: 'cancel' }]],
  ['manual', [confirmed('pm_soft_challenge'), { kind: 'challenge', seen: true }]],
  ['manual', [confirmed('pm_soft_challenge'), { kind: 'cancel' }]],
  ['automatic', [confirmed('pm_visa')]],
];

/** Refusals are answers too; anything thrown is a bug and fails the test. */
async function make(id: string, one: Call): Promise<unknown> {
  const { port } = shop;
  const context = world.context();
  switch (one.kind) {
    case 'confirm': {
      const requestThreeDSecure = one.any ? 'any' : 'automatic';
      return port.confirmIntent(context, { id, paymentMethod: one.method, requestThreeDSecure });
    }
    case 'capture':
      return port.captureIntent(context, { id, amountToCapture: one.amount, finalCapture: one.final });
    case 'increment':
      return port.incrementIntent(context, { id, amount: one.amount });
    case 'give_back':
      return giveBack(id);
    case 'call_off': {
      const made = await away.port.createRefund(context, { paymentIntent: id, amount: one.amount });
      return made.ok && port.cancelRefund(world.context(), { id: made.value.id });
    }
    case 'cancel':
      return port.cancelIntent(context, { id });
    case 'refund':
      return port.createRefund(context, { paymentIntent: id, amount: one.amount });
    case 'update':
      return port.updateIntent(context, { id, paymentMethod: one.method });
    case 'challenge': {
      const url = unwrap(await port.findIntent(context, { id })).nextAction?.url;
      if (url !== undefined) {
        world.acquirer.complete(url.split('/').at(-1) ?? '', one.seen ? 'authenticated' : 'failed');
      }
      return port.confirmIntent(world.context(), { id });
    }
    case 'resolve':
      return world.acquirer.resolve(one.to === 'approved' ? 'approved' : 'reversed');
    case 'sweep':
      world.clock.advance(10 * MINUTE);
      return shop.sweep();
  }
}

/** The issuer sends the newest refund back, if one has succeeded, and acquiring tells it. */
async function giveBack(id: string): Promise<void> {
  const listed = unwrap(await shop.port.listRefunds(world.context(), { paymentIntent: id, limit: 100 }));
  const [newest] = listed.items.filter(({ status }) => status === 'succeeded');
  const [row] = await world.look<{ command_id: string }>(
    'SELECT command_id FROM payments.refund WHERE id = $1',
    [newest?.id ?? ''],
  );
  const command = row && world.acquirer.giveBack(`${row.command_id}.refund`);
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (command === undefined || !subscription || !('handle' in subscription)) return;
  const outcome = { state: 'returned', refundId: 'rf', declineCode: 'lost_card', networkCode: '41' };
  const event = {
    ...{ from: 'acquiring', seq: 1n, type: 'refund.returned', aggregateId: 'rf', tenant: TENANT },
    ...{ at: world.clock.now(), payload: { commandId: command, outcome } },
  };
  await world.database.db('payments').transaction((tx) => subscription.handle(event, tx));
  await shop.sweep();
}

/** What must hold after every call, whatever it was. */
async function check(id: string): Promise<void> {
  const intent = unwrap(await shop.port.findIntent(world.context(), { id }));
  if (intent.status === 'succeeded') expect(intent.amountReceived > 0n).toBe(true);
  if (intent.status === 'canceled') expect(intent.amountReceived).toBe(0n);
  if (intent.status !== 'requires_capture' && intent.status !== 'processing') {
    expect(intent.amountCapturable).toBe(0n);
  }
  expect(intent.nextAction !== null).toBe(intent.status === 'requires_action');
  const { items } = unwrap(await shop.port.listCharges(world.context(), { paymentIntent: id, limit: 100 }));
  const open = items.filter((charge) => charge.status === 'pending');
  // What was approved may be in work again: for an increment, a capture or a release.
  const isUndecided =
    ['processing', 'requires_action'].includes(intent.status) &&
    !items.some((charge) => charge.status === 'succeeded');
  expect(open.length).toBe(isUndecided ? 1 : 0);
  for (const charge of items) expect(charge.amountRefunded <= charge.amountCaptured).toBe(true);
}

it('no sequence of calls reaches a state that is not declared, or parts the books', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('manual' as const, 'automatic' as const),
      fc.array(call, { minLength: 1, maxLength: 12 }),
      async (captureMethod, calls) => {
        const captureRequests = { multicapture: true, overcapture: true, incrementalAuthorisation: true };
        const intent = newIntent({ captureMethod, captureRequests });
        const { id } = unwrap(await shop.port.createIntent(world.context(), intent));
        for (const one of calls) {
          await make(id, one);
          await check(id);
        }
        world.acquirer.resolve('reversed');
        for (let round = 0; round < 3; round += 1) await make(id, { kind: 'sweep' });
        expect(unwrap(await shop.port.findIntent(world.context(), { id })).status).not.toBe('processing');
        const { held, captured, refunded } = world.acquirer.totals();
        expect(world.ledger.openHolds()).toBe(held);
        expect(-world.ledger.credit('acquirer_receivable', TENANT)).toBe(captured - refunded);
      },
    ),
    { numRuns: 120, endOnFailure: true, examples },
  );
  // One that its server confirms itself, before and after its shopper has acted.
  const intent = newIntent({ confirmationMethod: 'manual', captureMethod: 'automatic' });
  const { id } = unwrap(await shop.port.createIntent(world.context(), intent));
  await make(id, confirmed('pm_soft_challenge'));
  const { nextAction } = unwrap(await shop.port.findIntent(world.context(), { id }));
  const authenticationId = nextAction?.url.split('/').at(-1) ?? '';
  world.acquirer.complete(authenticationId, 'authenticated');
  const acquiring = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!acquiring || !('handle' in acquiring)) throw new Error('payments learns nothing from acquiring');
  const event = {
    ...{ from: 'acquiring', seq: 1n, type: 'authentication.completed', aggregateId: authenticationId },
    ...{ tenant: TENANT, at: world.clock.now(), payload: { authenticationId, state: 'authenticated' } },
  };
  await world.database.db('payments').transaction((tx) => acquiring.handle(event, tx));
  expect(unwrap(await shop.port.findIntent(world.context(), { id })).status).toBe('requires_confirmation');
  await make(id, confirmed('pm_soft_challenge'));
  expect(unwrap(await shop.port.findIntent(world.context(), { id })).status).toBe('succeeded');
  for (const [of, machine] of [
    ['intent', INTENT_TRANSITIONS],
    ['charge', CHARGE_TRANSITIONS],
    ['refund', REFUND_TRANSITIONS],
  ] as const) {
    const transitions: readonly { readonly from: readonly string[]; readonly to: string }[] =
      Object.values(machine);
    const declared = transitions
      .flatMap(({ from, to }) => from.map((state) => `${state} → ${to}`))
      .filter((move) => !isStill(move));
    const seen = await world.look<{ before: string; after: string }>(
      'SELECT DISTINCT before, after FROM public.seen WHERE of = $1 AND before <> after',
      [of],
    );
    const moves = seen.map(({ before, after }) => `${before} → ${after}`);
    expect(moves.filter((move) => !declared.includes(move))).toEqual([]);
    // The other way round, so that a test which reaches nothing cannot pass: every declared move was made.
    expect(declared.filter((move) => !moves.includes(move))).toEqual([]);
  }
});

function isStill(move: string): boolean {
  const [before, after] = move.split(' → ');
  return before === after;
}
