import { currencies } from '@tpmall/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskConfig } from '../../config.ts';
import type { ListEntry, RiskSubject } from '../../contract/index.ts';
import { decide, STRICTNESS } from './decide.ts';
import { DIMENSIONS, type Features, WINDOWS } from './features.ts';
import { listKeys, listValue } from './list-rules.ts';

const config = riskConfig.parse({});

const subject: RiskSubject = {
  payment: 'pi_1',
  amount: 1000n,
  currency: 'eur',
  cardFingerprint: 'fp',
  cardCountry: 'DE',
  cardBin: '424242',
  customer: 'cus_1',
  email: 'Ada@Example.com',
  ip: '192.0.2.1',
  merchants: [],
  offSession: false,
};

function features(counts: Partial<Record<(typeof DIMENSIONS)[number], number>> = {}, sum = 0n): Features {
  const of = (count: number) => ({
    '1m': { count, sum },
    '1h': { count, sum },
    '24h': { count, sum },
  });
  return {
    entries: [],
    velocities: { card: of(counts.card ?? 0), customer: of(counts.customer ?? 0), ip: of(counts.ip ?? 0) },
  };
}

const entry = (list: ListEntry['list'], kind: ListEntry['kind'] = 'card') => ({
  list,
  kind,
  value: 'v',
  reason: 'because',
});

describe('amount rules', () => {
  it('allow below, step up from 500 euro, refuse from 50,000 euro, each exactly at its limit', () => {
    const at = (amount: bigint) => decide(config, { ...subject, amount }, features()).action;
    expect([at(499_99n), at(500_00n), at(49_999_99n), at(50_000_00n)]).toEqual([
      'allow',
      'step_up',
      'step_up',
      'refuse',
    ]);
  });

  it('know the exponent of each currency', () => {
    const at = (amount: bigint) => decide(config, { ...subject, currency: 'jpy', amount }, features()).action;
    expect([at(84_999n), at(85_000n)]).toEqual(['allow', 'step_up']);
  });

  it('are there for every currency that the system knows', () => {
    expect(Object.keys(config.amounts).sort()).toEqual([...currencies.keys()].sort());
  });
});

describe('velocity rules', () => {
  it('count the payment that is being decided', () => {
    expect(decide(config, subject, features({ card: 4 })).action).toBe('allow');
    const decision = decide(config, subject, features({ card: 5 }));
    expect(decision.action).toBe('step_up');
    expect(decision.reasons.map((reason) => reason.code)).toEqual(['velocity.card.1m']);
  });

  it('refuse a card over its sum of a day', () => {
    const decision = decide(config, subject, features({}, 50_000_00n));
    expect(decision.action).toBe('refuse');
    expect(decision.reasons.map((reason) => reason.code)).toContain('velocity.card.24h.sum');
  });

  it('leave alone a payment without customer and address, and the cards that are exempt', () => {
    const { customer: _customer, ip: _ip, ...bare } = subject;
    expect(decide(config, bare, features({ customer: 1000, ip: 1000 })).action).toBe('allow');
    const exempt = riskConfig.parse({ velocityExemptBins: ['424242'] });
    expect(decide(exempt, subject, features({ card: 1000, customer: 1000, ip: 1000 })).action).toBe('allow');
  });
});

describe('lists', () => {
  it('compare values in one form', () => {
    expect(listKeys(subject)).toContainEqual({ kind: 'email', value: 'ada@example.com' });
    expect(listValue('country', ' de ')).toBe('DE');
  });

  it('allow lifts amounts and velocities and leaves them on record', () => {
    const decision = decide(
      config,
      { ...subject, amount: 60_000_00n },
      { ...features({ card: 1000 }), entries: [entry('allow')] },
    );
    expect(decision).toMatchObject({ action: 'allow', score: 0 });
    expect(decision.reasons.map((reason) => reason.code)).toEqual([
      'list.allow.card',
      'amount.refuse',
      'velocity.card.1m',
      'velocity.card.1h',
      'velocity.card.24h',
      'velocity.customer.24h.sum',
    ]);
  });

  it('block beats allow', () => {
    const both = { ...features(), entries: [entry('allow'), entry('block', 'email')] };
    expect(decide(config, subject, both)).toMatchObject({ action: 'refuse', score: 100 });
  });
});

describe('every decision', () => {
  const anyFeatures = fc.record({
    entries: fc.array(
      fc.record({
        list: fc.constantFrom<ListEntry['list']>('block', 'allow'),
        kind: fc.constantFrom<ListEntry['kind']>('card', 'ip', 'bin'),
        value: fc.constant('v'),
        reason: fc.constant('r'),
      }),
      { maxLength: 3 },
    ),
    counts: fc.array(fc.nat(600), { minLength: 9, maxLength: 9 }),
    sums: fc.array(fc.bigInt(0n, 10_000_000n), { minLength: 9, maxLength: 9 }),
  });
  it('takes the strictest reason, and a score from 0 to 100', () => {
    fc.assert(
      fc.property(anyFeatures, fc.bigInt(1n, 10_000_000n), ({ entries, counts, sums }, amount) => {
        const velocities = Object.fromEntries(
          DIMENSIONS.map((dimension, i) => [
            dimension,
            Object.fromEntries(
              WINDOWS.map((window, j) => [
                window,
                { count: counts[i * 3 + j] ?? 0, sum: sums[i * 3 + j] ?? 0n },
              ]),
            ),
          ]),
        ) as Features['velocities'];
        const decision = decide(config, { ...subject, amount }, { entries, velocities });
        const rank = (action: string) => STRICTNESS.findIndex((candidate) => candidate === action);
        const strictest = Math.max(0, ...decision.reasons.map((reason) => rank(reason.action)));
        expect(rank(decision.action)).toBe(strictest);
        expect(decision.score).toBeGreaterThanOrEqual(0);
        expect(decision.score).toBeLessThanOrEqual(100);
        if (entries.some((item) => item.list === 'block')) expect(decision.action).toBe('refuse');
        else if (entries.some((item) => item.list === 'allow')) expect(decision.action).toBe('allow');
      }),
    );
  });
});
