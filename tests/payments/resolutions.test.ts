import { MINUTE, SECOND, unwrap } from '@tpmall/kernel';
import type { Resolution, Verdict } from '@tpmall/payments/contract';
import { AUDIT_EVENT } from '@tpmall/platform/events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dyingAt, Killed } from './world/crash.ts';
import { createWorld, type Instance, newIntent, TENANT, type World } from './world/world.ts';

/** No confirmation has more effects than this. */
const EFFECTS_MAX = 30;
const EVIDENCE = 'The acquirer’s portal shows it, ticket 4711';
const CODES = { approvalCode: 'A1B2C3', reference: '000000004711' };
const NOTHING = { held: 0n, captured: 0n, refunded: 0n, ledgerHolds: 0n, ledgerReceivable: 0n };

let world: World;
let shop: Instance;

beforeEach(async () => {
  world = await createWorld();
  shop = await world.start();
});
afterEach(() => world.close());

const as = (actor: string, command?: string) => ({ ...world.context(command), actor });
const find = async (id: string) => unwrap(await shop.port.findIntent(world.context(), { id }));
const unknown = async () => unwrap(await shop.port.unknownOutcomes(world.context(), { limit: 100 }));

/** A payment whose answer is lost. */
async function lose(over: Parameters<typeof newIntent>[0] = {}): Promise<string> {
  const { id } = unwrap(await shop.port.createIntent(world.context(), newIntent(over)));
  const answer = await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_lost' });
  expect(unwrap(answer).status).toBe('processing');
  return id;
}

/** A paid payment with a refund whose answer is lost. */
async function loseRefund(): Promise<{ readonly id: string; readonly refund: string }> {
  const paid = newIntent({ captureMethod: 'automatic', paymentMethod: 'pm_visa', confirm: {} });
  const { id } = unwrap(await shop.port.createIntent(world.context(), paid));
  const refund = await shop.port.createRefund(world.context(), { paymentIntent: id, amount: 10_13n });
  return { id, refund: unwrap(refund).id };
}

/** A payment whose capture is advised, or whose hold is let go of. */
async function advise(kind: RefusedKind = 'capture'): Promise<string> {
  const { id } = unwrap(
    await shop.port.createIntent(world.context(), newIntent({ paymentMethod: 'pm_visa', confirm: {} })),
  );
  if (kind === 'release') unwrap(await shop.port.cancelIntent(world.context(), { id }));
  else unwrap(await shop.port.captureIntent(world.context(), { id }));
  return id;
}

type RefusedKind = 'capture' | 'release' | 'refund';

/** The acquirer refuses the advice of a payment. */
async function refuse(id: string, kind: RefusedKind = 'capture', amount = '10000'): Promise<void> {
  const [charge] = await world.look<{ command_id: string }>(
    'SELECT command_id FROM payments.charge WHERE intent = $1',
    [id],
  );
  const subscription = shop.running.subscriptions?.find(({ from }) => from === 'acquiring');
  if (!subscription || !('handle' in subscription)) throw new Error('nobody learns from acquiring');
  const commandId = `${charge?.command_id}.authorise`;
  const refused = { adviceId: `adv_${id}`, kind, authorisationId: 'au', networkCode: '25', commandId };
  await world.database.db('payments').transaction((tx) =>
    subscription.handle(
      {
        ...{ from: 'acquiring', seq: 1n, type: 'advice.refused', aggregateId: 'au', tenant: TENANT },
        ...{ at: world.clock.now(), payload: { ...refused, amount } },
      },
      tx,
    ),
  );
}

/** A paid payment whose capture the acquirer has refused. */
async function refuseCapture(kind: RefusedKind = 'capture'): Promise<string> {
  const id = await advise(kind);
  await refuse(id, kind);
  return id;
}

async function propose(id: string, verdict: Verdict, more: object = {}): Promise<Resolution> {
  const codes = verdict === 'approved' || verdict === 'refunded' ? CODES : {};
  const proposal = { id, verdict, evidence: EVIDENCE, ...codes, ...more };
  return unwrap(await shop.port.proposeResolution(as('operator:person_anna'), proposal));
}

/** Time passes, and the resolver does what is due. */
async function goOn(): Promise<void> {
  world.clock.advance(10 * MINUTE);
  await shop.sweep();
}

describe('an unknown outcome', () => {
  it.each([
    ['approved', 'requires_capture', { ...NOTHING, held: 100_00n, ledgerHolds: 100_00n }],
    ['not_charged', 'requires_payment_method', NOTHING],
  ] as const)('goes on as %s once a second person confirms, exactly once', async (verdict, status, books) => {
    const id = await lose();
    const proposed = await propose(id, verdict);
    expect(proposed).toMatchObject({
      state: 'proposed',
      kind: 'authorisation',
      proposedBy: 'operator:person_anna',
    });
    expect(await find(id)).toMatchObject({ status: 'processing' });
    const confirmed = await shop.port.confirmResolution(as('operator:person_ben', 'c1'), { id: proposed.id });
    expect(unwrap(confirmed)).toMatchObject({ state: 'applied', decidedBy: 'operator:person_ben' });
    expect(await shop.port.confirmResolution(as('operator:person_ben', 'c1'), { id: proposed.id })).toEqual(
      confirmed,
    );
    await shop.sweep();
    await goOn();
    expect(await find(id)).toMatchObject({ status });
    expect(await world.books()).toEqual(books);
    expect(await unknown()).toEqual([]);
    expect(world.acquirer.asked.count).toBe(1);
  });

  it('of an increment and of a refund is settled the same way', async () => {
    const held = newIntent({
      paymentMethod: 'pm_visa',
      confirm: {},
      captureRequests: { multicapture: false, overcapture: false, incrementalAuthorisation: true },
      split: [],
    });
    const { id } = unwrap(await shop.port.createIntent(world.context(), held));
    unwrap(await shop.port.incrementIntent(world.context(), { id, amount: 110_13n }));
    const { refund } = await loseRefund();
    expect((await unknown()).map(({ kind }) => kind).sort()).toEqual(['increment', 'refund']);
    for (const [subject, verdict] of [
      [id, 'approved'],
      [refund, 'not_refunded'],
    ] as const) {
      const { id: proposal } = await propose(subject, verdict);
      unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    }
    await goOn();
    expect(await find(id)).toMatchObject({ status: 'requires_capture', amount: 110_13n });
    const failed = unwrap(await shop.port.findRefund(world.context(), { id: refund }));
    expect(failed).toMatchObject({ status: 'failed', failureReason: 'unknown' });
    const books = await world.books();
    expect(books.held).toBe(books.ledgerHolds);
    expect(books.ledgerReceivable).toBe(books.captured - books.refunded);
  });

  it('is settled by whichever is stored first: the answer, and then the people change nothing', async () => {
    const id = await lose();
    const { id: proposal } = await propose(id, 'not_charged');
    world.acquirer.resolve('approved');
    const late = await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal });
    expect(unwrap(late)).toMatchObject({ state: 'overtaken' });
    await goOn();
    expect(await find(id)).toMatchObject({ status: 'requires_capture' });
    expect(await world.books()).toEqual({ ...NOTHING, held: 100_00n, ledgerHolds: 100_00n });
  });

  it('that is decided settles its own message, never a later one of the same payment', async () => {
    const id = await lose();
    const { id: proposal } = await propose(id, 'approved');
    world.acquirer.resolve('reversed');
    await goOn();
    unwrap(await shop.port.confirmIntent(world.context(), { id, paymentMethod: 'pm_lost' }));
    expect(
      unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal })),
    ).toMatchObject({
      state: 'overtaken',
    });
    expect(await find(id)).toMatchObject({ status: 'processing' });
    expect((await world.books()).held).toBe(0n);
  });

  it('is carried out by the sweep where acquiring was away', async () => {
    const id = await lose();
    const { id: proposal } = await propose(id, 'not_charged');
    const { withFaults } = await import('@tpmall/platform/contract');
    const cut = await world.start({
      port: (contract, port) =>
        contract.module === 'acquiring' ? withFaults(contract, port, () => 'before') : port,
    });
    const answer = await cut.port.confirmResolution(as('operator:person_ben'), { id: proposal });
    expect(unwrap(answer)).toMatchObject({ state: 'confirmed' });
    await goOn();
    expect(unwrap(await shop.port.findResolution(world.context(), { id: proposal })).state).toBe('applied');
    expect(await find(id)).toMatchObject({ status: 'requires_payment_method' });
  });
});

describe('a refused advice', () => {
  it('that was booked after all leaves the list, and moves nothing', async () => {
    const id = await refuseCapture();
    const before = await world.books();
    const { id: proposal } = await propose(id, 'captured');
    unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    await goOn();
    expect(await unknown()).toEqual([]);
    expect([...world.acquirer.booked]).toEqual([`adv_${id}`]);
    expect(await world.books()).toEqual(before);
  });

  it('that is never booked gives back what the books have moved, once, and sends nothing', async () => {
    const id = await refuseCapture();
    const { id: proposal } = await propose(id, 'not_captured');
    unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    await goOn();
    await goOn();
    const { items } = unwrap(await shop.port.listRefunds(world.context(), { limit: 10, paymentIntent: id }));
    expect(items).toMatchObject([
      { status: 'succeeded', amount: 100_00n, metadata: { resolution: proposal } },
    ]);
    // The acquirer has heard of no refund; our receivable for what it does not pay is gone.
    expect(await world.books()).toMatchObject({ refunded: 0n, ledgerReceivable: 0n });
    expect(world.ledger.credit('merchant_payable', 'acct_one')).toBe(0n);
    expect(world.ledger.credit('platform_commission', TENANT)).toBe(0n);
  });

  it('lets nobody refund before people have said what became of it', async () => {
    const id = await refuseCapture();
    const refund = () => shop.port.createRefund(world.context(), { paymentIntent: id, amount: 60_00n });
    expect(await refund()).toMatchObject({
      error: { code: 'charge_not_refundable', message: expect.stringContaining('people'), field: 'charge' },
    });
    const { id: proposal } = await propose(id, 'captured');
    unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    expect(unwrap(await refund()).status).toBe('succeeded');
  });

  it.each([60_00n, 100_00n])(
    'gives back all of it, whatever was refunded before (%s): that is owed to the acquirer',
    async (amount) => {
      const id = await advise();
      unwrap(await shop.port.createRefund(world.context(), { paymentIntent: id, amount }));
      await refuse(id);
      const { id: proposal } = await propose(id, 'not_captured');
      unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
      await goOn();
      const charge = unwrap(
        await shop.port.findCharge(world.context(), { id: (await find(id)).latestCharge ?? '' }),
      );
      expect(charge.amountRefunded).toBe(100_00n);
      // The acquirer has paid out what it never took.
      expect(await world.books()).toMatchObject({ refunded: amount, ledgerReceivable: -amount });
      // The merchants and the platform bear what their refund sent out.
      const owed = [
        ...['acct_one', 'acct_two', TENANT].map((who) => world.ledger.credit('merchant_payable', who)),
        world.ledger.credit('platform_commission', TENANT),
      ];
      expect(owed.reduce((sum, each) => sum + each, 0n)).toBe(-amount);
      expect(owed.every((each) => each < 0n)).toBe(true);
      expect(world.ledger.credit('refund_clearing', TENANT)).toBe(0n);
    },
  );

  it.each([
    ['refunded', 1, 40_00n],
    ['not_refunded', 0, 100_00n],
  ] as const)('of a refund that was made after all is %s', async (verdict, refunds, receivable) => {
    const id = await advise();
    await refuse(id, 'refund', '6000');
    expect(await unknown()).toMatchObject([
      { id, kind: 'refund', amount: 60_00n, reason: 'made_by_acquirer_25' },
    ]);
    const { id: proposal } = await propose(id, verdict);
    unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    await goOn();
    expect(await unknown()).toEqual([]);
    const { items } = unwrap(await shop.port.listRefunds(world.context(), { limit: 10, paymentIntent: id }));
    expect(items).toHaveLength(refunds);
    // Nothing is sent: the acquirer has made it.
    expect(await world.books()).toMatchObject({ refunded: 0n, ledgerReceivable: receivable });
    expect(world.acquirer.booked.size).toBe(refunds);
  });

  it('of a release is dismissed', async () => {
    const id = await refuseCapture('release');
    const refused = await shop.port.proposeResolution(as('operator:person_anna'), {
      ...{ id, verdict: 'captured', evidence: EVIDENCE },
    });
    expect(refused).toMatchObject({ error: { code: 'verdict_not_allowed', detail: { allowed: 'dismiss' } } });
    const { id: proposal } = await propose(id, 'dismiss');
    unwrap(await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal }));
    expect(await unknown()).toEqual([]);
  });
});

describe('what is refused changes nothing', () => {
  const propose2 = (input: object) =>
    shop.port.proposeResolution(as('operator:person_anna'), {
      verdict: 'approved',
      evidence: EVIDENCE,
      ...input,
    } as never);

  it('says why, and names the field', async () => {
    const id = await lose();
    const { id: held } = unwrap(
      await shop.port.createIntent(world.context(), newIntent({ paymentMethod: 'pm_visa', confirm: {} })),
    );
    const cases = [
      [{ id: 'pi_nobody' }, 'not_found', 'id'],
      [{ id: held, ...CODES }, 'not_resolvable', 'id'],
      [{ id, verdict: 'refunded', ...CODES }, 'verdict_not_allowed', 'verdict'],
      [{ id }, 'acquirer_code_missing', 'approvalCode'],
      [{ id, approvalCode: 'A1' }, 'acquirer_code_missing', 'reference'],
      [{ id, ...CODES, evidence: '' }, 'invalid_input', 'evidence'],
      [{ id, ...CODES, advice: 'adv_none' }, 'not_resolvable', 'id'],
    ] as const;
    for (const [input, code, field] of cases) {
      expect(await propose2(input), code).toMatchObject({ ok: false, error: { code, field } });
    }
    expect(await world.look('SELECT id FROM payments.resolution')).toEqual([]);
  });

  it('one person alone, twice, or of another tenant', async () => {
    const id = await lose();
    const proposal = (await propose(id, 'not_charged')).id;
    const reason = 'no';
    for (const decide of [
      (actor: string, of: string) => shop.port.confirmResolution(as(actor), { id: of }),
      (actor: string, of: string) => shop.port.rejectResolution(as(actor), { id: of, reason }),
    ]) {
      expect(await decide('operator:person_anna', proposal)).toMatchObject({
        error: { code: 'same_person' },
      });
      expect(await decide('operator:person_ben', 'rsl_none')).toMatchObject({
        error: { code: 'not_found', field: 'id' },
      });
    }
    const stranger = { ...world.context(undefined, 'acct_other'), actor: 'operator:person_eve' };
    expect(await shop.port.confirmResolution(stranger, { id: proposal })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await shop.port.outcomeTrail(stranger, { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(await propose2({ id, ...CODES })).toMatchObject({ error: { code: 'resolution_open' } });
    unwrap(await shop.port.rejectResolution(as('operator:person_ben'), { id: proposal, reason }));
    expect(await shop.port.confirmResolution(as('operator:person_cleo'), { id: proposal })).toMatchObject({
      error: { code: 'resolution_decided' },
    });
    expect(await find(id)).toMatchObject({ status: 'processing' });
    // A rejected proposal makes room for another one.
    await propose(id, 'not_charged');
  });

  it('but answers one person who says the same thing twice at once', async () => {
    const { id: proposal } = await propose(await lose(), 'not_charged');
    const context = as('operator:person_ben');
    const twice = [shop, await world.start()].map(({ port }) =>
      port.confirmResolution(context, { id: proposal }),
    );
    for (const answer of await Promise.all(twice)) {
      expect(unwrap(answer)).toMatchObject({ id: proposal, decidedBy: 'operator:person_ben' });
    }
  });

  it('even a program that forgets the rule cannot store one person alone', async () => {
    const id = await lose();
    await propose(id, 'not_charged');
    const alone = `UPDATE payments.resolution
      SET state = 'confirmed', decided_by = proposed_by, decided_at = now()`;
    await expect(world.look(alone)).rejects.toThrow('two_people');
  });
});

it('the audit log is told who proposed, who confirmed and why', async () => {
  const id = await lose();
  const { id: proposal } = await propose(id, 'not_charged');
  unwrap(
    await shop.port.confirmResolution(as('operator:person_ben'), { id: proposal, reason: 'Seen as well' }),
  );
  const told = await world.look<{ payload: object }>(
    'SELECT payload FROM payments.outbox WHERE type = $1 ORDER BY seq',
    [AUDIT_EVENT],
  );
  const shared = { subject: id, detail: { resolution: proposal, verdict: 'not_charged' } };
  expect(told.map(({ payload }) => payload)).toMatchObject([
    { ...shared, action: 'resolution.proposed', actor: 'operator:person_anna', reason: EVIDENCE },
    { ...shared, action: 'resolution.confirmed', actor: 'operator:person_ben', reason: 'Seen as well' },
    { ...shared, action: 'resolution.applied', actor: 'operator:person_ben' },
  ]);
});

describe('at the same time', () => {
  it('any people, the answer and the resolver end in one legal history', async () => {
    const acts = fc.constantFrom('confirm', 'reject', 'answer', 'sweep', 'propose') as fc.Arbitrary<string>;
    const verdicts = fc.constantFrom('approved' as const, 'not_charged' as const);
    const property = fc.asyncProperty(
      verdicts,
      fc.constantFrom('approved' as const, 'reversed' as const),
      fc.array(acts, { minLength: 2, maxLength: 8 }),
      async (verdict, answer, sequence) => {
        const before = await world.books();
        const id = await lose();
        const { id: proposal } = await propose(id, verdict);
        const run: Record<string, (n: number) => unknown> = {
          confirm: (n) => shop.port.confirmResolution(as(`operator:person_${n}`), { id: proposal }),
          reject: (n) =>
            shop.port.rejectResolution(as(`operator:person_${n}`), { id: proposal, reason: 'no' }),
          answer: () => world.acquirer.resolve(answer),
          sweep: () => shop.sweep(),
          propose: () =>
            shop.port.proposeResolution(as('operator:person_x'), {
              id,
              verdict: 'not_charged',
              evidence: EVIDENCE,
            }),
        };
        world.clock.advance(30 * SECOND);
        await Promise.all(sequence.map((act, n) => run[act]?.(n)));
        world.acquirer.resolve(answer);
        await goOn();
        await goOn();
        const isHeld = (await find(id)).status === 'requires_capture';
        const after = await world.books();
        expect(after.held - before.held).toBe(isHeld ? 100_00n : 0n);
        expect(after.ledgerHolds).toBe(after.held);
        const events = await world.look(
          `SELECT type FROM payments.outbox WHERE aggregate_id = $1
           AND type IN ('charge.succeeded', 'charge.failed')`,
          [id],
        );
        expect(events).toHaveLength(1);
        const decided = await world.look<{ state: string }>(
          `SELECT state FROM payments.resolution WHERE id = $1`,
          [proposal],
        );
        if (decided[0]?.state === 'applied') expect(isHeld).toBe(verdict === 'approved');
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('two confirmers are one confirmation', async () => {
    const id = await lose();
    const { id: proposal } = await propose(id, 'approved');
    const answers = await Promise.all(
      ['ben', 'cleo', 'dora'].map((who) =>
        shop.port.confirmResolution(as(`operator:person_${who}`), { id: proposal }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.acquirer.verdicts.size).toBe(1);
  });
});

it.each(['before', 'after'] as const)(
  'killed %s any effect of a confirmation, it is carried out once',
  async (when) => {
    let effect = 1;
    for (; effect <= EFFECTS_MAX; effect += 1) {
      const before = await world.books();
      const id = await lose();
      const { id: proposal } = await propose(id, 'approved');
      const command = `confirm-${when}-${effect}`;
      const dying = dyingAt(effect, when);
      const died = await world.start(dying);
      const outcome = await died.port
        .confirmResolution(as('operator:person_ben', command), { id: proposal })
        .catch((error: unknown) => error);
      if (dying.died()) expect(outcome).toBeInstanceOf(Killed);
      unwrap(await shop.port.confirmResolution(as('operator:person_ben', command), { id: proposal }));
      await goOn();
      expect(unwrap(await shop.port.findResolution(world.context(), { id: proposal })).state).toBe('applied');
      expect(await find(id)).toMatchObject({ status: 'requires_capture' });
      const after = await world.books();
      expect(after.held - before.held).toBe(100_00n);
      expect(after.ledgerHolds).toBe(after.held);
      if (!dying.died()) break;
    }
    expect(effect).toBeGreaterThan(3);
    expect(effect).toBeLessThanOrEqual(EFFECTS_MAX);
  },
);
