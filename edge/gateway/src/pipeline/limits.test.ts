import type { Principal } from '@tpmall/identity/contract';
import { DAY, HOUR, manualClock, SECOND } from '@tpmall/kernel';
import { createRateLimit } from '@tpmall/platform/http';
import { createMetrics, silentLog } from '@tpmall/platform/telemetry';
import { type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateway } from '../module.ts';
import { addQuotaUse, dayOf, findQuotaUse } from '../store/quota-use.ts';
import { mayCall, resourceOf } from './authenticate.ts';
import { createCardTestingGuard } from './card-testing.ts';
import { createQuota } from './quota.ts';
import type { Call, Route } from './route.ts';

const principal = (fields: Partial<Principal> = {}): Principal => ({
  keyId: 'key_1',
  tenant: 'acct_1',
  kind: 'secret',
  permissions: null,
  dailyQuota: null,
  owner: null,
  origins: [],
  ...fields,
});

it('a key may send its burst at once and then as fast as its bucket fills', () => {
  const clock = manualClock(0);
  const limit = createRateLimit(clock, { perSecond: 2, burst: 3 });
  expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 0]);
  expect(limit.take('a')).toBe(1);
  expect(limit.take('b')).toBe(0);
  clock.advance(SECOND);
  expect([1, 2].map(() => limit.take('a'))).toEqual([0, 0]);
  expect(limit.take('a')).toBe(1);
});

describe('a restricted key', () => {
  const kinds = ['secret', 'restricted', 'publishable', 'operator'] as const;
  const accesses = [
    'secret',
    'browser',
    'operator',
    'public',
    'secret-or-merchant',
    'secret-or-operator',
    'operator-or-developer',
  ] as const;
  const of = (path: string, method: Route['method'], access: Route['access']) => ({ path, method, access });

  it('is let in by its permissions alone; every kind of key has its own doors', () => {
    const allowed = kinds.flatMap((kind) =>
      accesses
        .filter((access) => mayCall(of('/v1/charges', 'POST', access), principal({ kind, permissions: {} })))
        .map((access) => `${kind} ${access}`),
    );
    expect(allowed).toEqual([
      'secret secret',
      'secret browser',
      'secret public',
      'secret secret-or-merchant',
      'secret secret-or-operator',
      'restricted public',
      'publishable browser',
      'publishable public',
      'operator operator',
      'operator public',
      'operator secret-or-operator',
      'operator operator-or-developer',
    ]);
  });

  it('reads where it may read, and writes only where it may write', () => {
    const key = principal({ kind: 'restricted', permissions: { charges: 'read', customers: 'write' } });
    const may = (path: string, method: Route['method']) => mayCall(of(path, method, 'secret'), key);
    expect(may('/v1/charges', 'GET')).toBe(true);
    expect(may('/v1/charges/search', 'GET')).toBe(true);
    expect(may('/v1/charges/:id', 'POST')).toBe(false);
    expect(may('/v1/customers/:id', 'DELETE')).toBe(true);
    expect(may('/v1/customers/:id/payment_methods', 'GET')).toBe(true);
    expect(may('/v1/refunds', 'GET')).toBe(false);
    expect(mayCall(of('/v1/charges', 'GET', 'operator'), key)).toBe(false);
    // A name that every object has is no permission.
    expect(may('/v1/constructor', 'GET')).toBe(false);
    expect(resourceOf('/v1/checkout/sessions/:id/expire')).toBe('checkout_sessions');
  });
});

describe('a daily quota', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase({ modules: [gateway] });
  });
  afterAll(async () => {
    await test.close();
  });

  it('ends with the day, is shared by processes and outlives them', async () => {
    const db = test.db('gateway');
    const clock = manualClock(20_000 * DAY + 23 * HOUR);
    const key = principal({ dailyQuota: 3 });
    const open = () => createQuota(clock, silentLog, (counted) => addQuotaUse(db, counted));
    const [one, other] = [open(), open()];
    expect([one.take(key), one.take(key), other.take(key)]).toEqual([0, 0, 0]);
    await one.stop();
    await other.stop();
    // The other has learned of the two.
    expect(other.take(key)).toBe(3_600);
    const later = open();
    later.load(await findQuotaUse(db, dayOf(clock.now())));
    expect(later.take(key)).toBe(3_600);
    expect(later.take(principal({ keyId: 'key_2' }))).toBe(0);
    clock.advance(HOUR);
    expect(later.take(key)).toBe(0);
    await later.stop();
  });

  it('keeps what it could not share, and shares it later', async () => {
    const db = test.db('gateway');
    const clock = manualClock(30_000 * DAY);
    let broken = true;
    const quota = createQuota(clock, silentLog, async (counted) => {
      if (broken) throw new Error('no database');
      return addQuotaUse(db, counted);
    });
    const key = principal({ keyId: 'key_3', dailyQuota: 5 });
    quota.take(key);
    quota.take(key);
    await quota.stop();
    expect(await findQuotaUse(db, dayOf(clock.now()))).toEqual([]);
    broken = false;
    quota.take(key);
    await quota.stop();
    expect(await findQuotaUse(db, dayOf(clock.now()))).toMatchObject([{ keyId: 'key_3', used: 3 }]);
  });
});

describe('card testing', () => {
  const clock = manualClock(0);
  const refused = createMetrics({ processMetrics: false }).counter('refused', 'For this test.', ['by']);
  const rates = { perKey: { perSecond: 1, burst: 5 }, perBrowser: { perSecond: 0.5, burst: 2 } };
  const guard = createCardTestingGuard(clock, rates, refused);
  const call = (kind: Principal['kind'], ip: string) => ({ principal: principal({ kind }), ip }) as Call;
  const trying = { triesCards: true } as Route;
  const answered = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

  const again = { 'idempotent-replayed': 'true' };
  /** Tries a card, and has it answered: the seconds to wait, where it was not let in. */
  const tries = (kind: Principal['kind'], ip: string, status: number, headers = {}): number => {
    const one = call(kind, ip);
    const wait = guard.admit(trying, one);
    guard.learn(one, answered(status, headers));
    return wait;
  };

  it('makes who has had many declines wait, by address where a browser asks', () => {
    const declined = (ip: string) => tries('publishable', ip, 402);
    const thief = '203.0.113.1';
    for (let n = 0; n < 9; n += 1) expect(tries('publishable', thief, 200)).toBe(0);
    expect([declined(thief), declined(thief), declined(thief)]).toEqual([0, 0, 2]);
    expect(guard.admit({} as Route, call('publishable', thief))).toBe(0);
    expect(declined('203.0.113.2')).toBe(0);
    expect(tries('secret', thief, 200)).toBe(0);
    expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map(declined)).toEqual([0, 0, 2]);
    clock.advance(2 * SECOND);
    expect(declined(thief)).toBe(0);
  });

  it('counts the declines of a server by its key', () => {
    for (let n = 0; n < 5; n += 1) expect(tries('secret', `198.51.100.${n}`, 402)).toBe(0);
    expect(tries('secret', '198.51.100.9', 402)).toBe(1);
  });

  it('lets in no more tries at once than may be declined', () => {
    const together = Array.from({ length: 100 }, () => call('publishable', '203.0.113.9'));
    const waits = together.map((one) => guard.admit(trying, one));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(2);
    // One that was not let in has nothing to give back; one that was paid with has, once.
    for (const one of together) guard.learn(one, answered(one === together[0] ? 200 : 402));
    for (const one of together) guard.learn(one, answered(200));
    expect([200, 402, 402].map((status) => tries('publishable', '203.0.113.9', status))).toEqual([0, 0, 2]);
  });

  it('does not count a decline that is told again: no card was tried', () => {
    const waits = [1, 2, 3].map(() => tries('publishable', '203.0.113.10', 402, again));
    expect(waits).toEqual([0, 0, 0]);
  });
});
