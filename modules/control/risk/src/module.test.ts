import { createIds, DAY, HOUR, MINUTE, manualClock, seededRandom, systemClock, unwrap } from '@tpmall/kernel';
import { type CallContext, createCallee, localPort } from '@tpmall/platform/contract';
import { jobQueue } from '@tpmall/platform/jobs';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { riskConfig } from './config.ts';
import { type RiskSubject, riskContract } from './contract/index.ts';
import { risk } from './module.ts';

let database: TestDatabase;
const clock = manualClock(systemClock.now());
const ids = createIds(clock, seededRandom(7));

beforeAll(async () => {
  database = await testDatabase({ modules: [risk] });
});
afterAll(() => database.close());

async function open(caller: string, settings: unknown = {}) {
  const running = await risk.create({
    config: riskConfig.parse(settings),
    db: database.db('risk'),
    ports: {},
    clock,
    random: seededRandom(1),
    ids,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: jobQueue,
  });
  return localPort(riskContract, createCallee(riskContract, running.implementation, clock), caller);
}

let commands = 0;
const context = (tenant = 'acct_a', commandId = `c${(commands += 1)}`): Omit<CallContext, 'caller'> => ({
  actor: 'key:1',
  tenant,
  commandId,
  deadlineAt: clock.now() + MINUTE,
  traceparent: '',
});

const subject = (over: Partial<RiskSubject> = {}): RiskSubject => ({
  payment: 'pi_1',
  amount: 1000n,
  currency: 'eur',
  cardFingerprint: ids.next('fp'),
  cardCountry: 'DE',
  cardBin: '424242',
  merchants: ['acct_m'],
  offSession: false,
  ...over,
});

describe('assess', () => {
  it('records the decision with its subject, and answers a repetition with it', async () => {
    const port = await open('payments');
    const ctx = context();
    const asked = subject({ amount: 600_00n, email: 'a@example.com' });
    const decision = unwrap(await port.assess(ctx, asked));
    expect(decision).toMatchObject({ action: 'step_up', score: 30 });
    expect(unwrap(await port.assess(ctx, { ...asked, amount: 1n }))).toEqual(decision);
    const recorded = unwrap(await port.findDecision(context(), { id: decision.id }));
    expect(recorded).toEqual({ ...decision, subject: asked, at: clock.now() });
    expect(await port.findDecision(context('acct_b'), { id: decision.id })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });

  it('decides once when the same command comes many times at once', async () => {
    const port = await open('payments');
    const ctx = context();
    const asked = subject();
    const decisions = await Promise.all(Array.from({ length: 20 }, () => port.assess(ctx, asked)));
    expect(new Set(decisions.map((decision) => unwrap(decision).id)).size).toBe(1);
  });

  it('shares statements among payments in flight, and each is judged by its own', async () => {
    const payments = await open('payments', {
      velocity: [{ by: 'card', window: '1h', maxCount: 1, action: 'review', score: 20 }],
    });
    const gateway = await open('gateway');
    const [seen, blocked] = [ids.next('fp'), ids.next('fp')];
    const entry = { list: 'block', kind: 'card', value: blocked, reason: 'chargeback' } as const;
    unwrap(await gateway.addToList(context(), entry));
    unwrap(await payments.assess(context(), subject({ cardFingerprint: seen, ip: '192.0.2.1' })));
    const cards = [seen, blocked, undefined];
    const asked = Array.from({ length: 150 }, (_unused, n) => {
      const cardFingerprint = cards[n % 3];
      return subject({
        payment: `pi_f${n}`,
        amount: BigInt(n + 1),
        ...(cardFingerprint && { cardFingerprint }),
      });
    });
    const contexts = asked.map((_unused, n) => context(n % 5 === 4 ? 'acct_b' : 'acct_a'));
    const answers = await Promise.all(asked.map((one, n) => payments.assess(contexts[n] ?? context(), one)));
    for (const [n, answer] of answers.entries()) {
      const decision = unwrap(answer);
      const own = contexts[n]?.tenant === 'acct_a';
      if (own && n % 3 === 1)
        expect(decision.reasons).toContainEqual(expect.objectContaining({ code: 'list.block.card' }));
      else if (own && n % 3 === 0) expect(decision).toMatchObject({ action: 'review', score: 20 });
      else if (n % 3 === 2) expect(decision).toMatchObject({ action: 'allow', score: 0, reasons: [] });
      const recorded = await payments.findDecision(contexts[n] ?? context(), { id: decision.id });
      expect(unwrap(recorded)).toEqual({ ...decision, subject: asked[n], at: clock.now() });
    }
  });

  it('counts windows of a minute, an hour and a day, per tenant', async () => {
    const port = await open('payments', {
      velocity: [
        { by: 'card', window: '1m', maxCount: 2, action: 'step_up', score: 10 },
        { by: 'card', window: '1h', maxCount: 3, action: 'review', score: 20 },
        { by: 'card', window: '24h', maxCount: 4, action: 'refuse', score: 40 },
      ],
    });
    const card = ids.next('fp');
    const act = async (tenant?: string) =>
      unwrap(await port.assess(context(tenant), subject({ cardFingerprint: card }))).action;
    expect([await act(), await act(), await act()]).toEqual(['allow', 'allow', 'step_up']);
    clock.advance(2 * MINUTE);
    expect(await act()).toBe('review');
    clock.advance(2 * HOUR);
    expect(await act()).toBe('refuse');
    expect(await act('acct_b')).toBe('allow');
    clock.advance(DAY);
    expect(await act()).toBe('allow');
  });

  it('sums the same currency only, and by customer and address as well', async () => {
    const port = await open('payments', {
      velocity: [
        { by: 'customer', window: '1h', maxCount: 50, maxSumInStepUps: 1, action: 'review', score: 20 },
        { by: 'ip', window: '1h', maxCount: 1, action: 'step_up', score: 20 },
      ],
    });
    const customer = ids.next('cus');
    const pay = async (over: Partial<RiskSubject>) =>
      unwrap(await port.assess(context(), subject({ customer, ...over }))).reasons.map(({ code }) => code);
    expect(await pay({ amount: 300_00n })).toEqual([]);
    expect(await pay({ amount: 300_00n, currency: 'usd' })).toEqual([]);
    expect(await pay({ amount: 200_01n })).toEqual(['velocity.customer.1h.sum']);
    expect(await pay({ amount: 1n, currency: 'chf', ip: '192.0.2.9' })).toEqual([]);
    expect(await pay({ amount: 1n, currency: 'chf', ip: '192.0.2.9' })).toEqual(['velocity.ip.1h']);
    // Whoever has one address of an IPv6 network has them all.
    expect(await pay({ amount: 1n, currency: 'chf', ip: '2001:db8::1' })).toEqual([]);
    expect(await pay({ amount: 1n, currency: 'chf', ip: '2001:db8::ff:2' })).toEqual(['velocity.ip.1h']);
  });
});

describe('lists', () => {
  it('decide for the tenant that keeps them, and every change is audited once', async () => {
    const payments = await open('payments');
    const gateway = await open('gateway');
    const card = ids.next('fp');
    const entry = { list: 'block', kind: 'card', value: card, reason: 'chargeback' } as const;
    const added = unwrap(await gateway.addToList(context(), entry));
    expect(unwrap(await gateway.addToList(context(), entry))).toEqual(added);
    const blocked = unwrap(await payments.assess(context(), subject({ cardFingerprint: card })));
    expect(blocked).toMatchObject({ action: 'refuse', score: 100, reasons: [{ code: 'list.block.card' }] });
    const other = unwrap(await payments.assess(context('acct_b'), subject({ cardFingerprint: card })));
    expect(other.action).toBe('allow');
    expect(unwrap(await gateway.lists(context(), { limit: 10 }))).toContainEqual(added);
    expect(unwrap(await gateway.removeFromList(context(), entry))).toEqual({ removed: true });
    expect(unwrap(await gateway.removeFromList(context(), entry))).toEqual({ removed: false });
    const { rows } = await look(
      `SELECT payload ->> 'action' AS action, payload ->> 'actor' AS actor
       FROM risk.outbox WHERE aggregate_id = $1`,
      [added.id],
    );
    expect(rows).toEqual([
      { action: 'risk_list.added', actor: 'key:1' },
      { action: 'risk_list.removed', actor: 'key:1' },
    ]);
  });

  it('compare e-mail addresses whatever their case', async () => {
    const payments = await open('payments');
    const gateway = await open('gateway');
    const reason = 'known';
    unwrap(await gateway.addToList(context(), { list: 'block', kind: 'email', value: 'Eve@X.org', reason }));
    const decision = unwrap(await payments.assess(context(), subject({ email: 'eve@x.ORG' })));
    expect(decision.action).toBe('refuse');
  });
});

describe('recordOutcome', () => {
  it('told twice is one row', async () => {
    const port = await open('payments');
    const told = { payment: ids.next('pi'), outcome: 'declined', at: clock.now() } as const;
    await port.recordOutcome(context(), told);
    await port.recordOutcome(context(), told);
    const { rows } = await look('SELECT outcome FROM risk.outcome WHERE payment = $1', [told.payment]);
    expect(rows).toEqual([{ outcome: 'declined' }]);
  });

  it('keeps what is told at once, each under its tenant, and the same one once', async () => {
    const port = await open('payments');
    const payments = Array.from({ length: 70 }, () => ids.next('pi'));
    const at = clock.now();
    const told = [...payments, ...payments].map((payment, n) =>
      port.recordOutcome(context(n % 2 ? 'acct_b' : 'acct_a'), { payment, outcome: 'authorised', at }),
    );
    for (const answer of await Promise.all(told)) expect(unwrap(answer)).toEqual({ recorded: true });
    const { rows } = await look(
      `SELECT tenant, payment FROM risk.outcome WHERE payment = ANY ($1) ORDER BY payment COLLATE "C"`,
      [payments],
    );
    const expected = payments.map((payment, n) => ({ tenant: n % 2 ? 'acct_b' : 'acct_a', payment }));
    expect(rows).toEqual(expected.sort((a, b) => (a.payment < b.payment ? -1 : 1)));
  });
});

async function look(text: string, values: unknown[]) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}
