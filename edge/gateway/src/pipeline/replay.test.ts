import { DAY, manualClock } from '@tpmall/kernel';
import { describe, expect, it } from 'vitest';
import { claimedKey } from './admission.ts';
import { type KeyedRequest, runOnce } from './idempotent.ts';
import type { Rendered } from './render.ts';
import { createReplayCache, type GivenAnswer, requestFingerprint } from './replay.ts';

const request: KeyedRequest = { tenant: 'acct_1', key: 'k', fingerprint: 'f', requestId: 'req_1' };
const rendered = (status: number): Rendered => ({
  status,
  contentType: 'application/json',
  body: `{"n":${status}}`,
  headers: {},
});

function setUp(maxEntries = 10) {
  const clock = manualClock(DAY);
  const kept: GivenAnswer[] = [];
  const cache = createReplayCache(clock, maxEntries);
  const keeping = { cache, writeBehind: { add: (given: GivenAnswer) => void kept.push(given) } };
  let runs = 0;
  const once = (over: Partial<KeyedRequest> = {}, status = 200) =>
    runOnce({ ...request, ...over }, keeping, clock, async () => {
      runs += 1;
      return rendered(status);
    });
  return { clock, cache, kept, once, keeping, runs: () => runs };
}

describe('requests with an idempotency key', () => {
  it('run once, and get the first answer again for a day', async () => {
    const { once, runs, clock, kept } = setUp();
    await once();
    const again = await once({ requestId: 'req_2' });
    expect(again).toMatchObject({
      kind: 'done',
      rendered: { headers: { 'idempotent-replayed': 'true', 'original-request': 'req_1' } },
    });
    expect(runs()).toBe(1);
    expect(kept).toHaveLength(1);
    clock.advance(DAY);
    await once();
    expect(runs()).toBe(2);
  });

  it('are refused with other parameters, but not those of another tenant', async () => {
    const { once, runs } = setUp();
    await once();
    expect(await once({ fingerprint: 'g' })).toEqual({ kind: 'mismatch' });
    expect(await once({ tenant: 'acct_2', fingerprint: 'g' })).toMatchObject({ kind: 'done' });
    expect(runs()).toBe(2);
  });

  it('are refused while the first is under way, and free again when it fails', async () => {
    const { keeping, clock, once } = setUp();
    const failing = runOnce(request, keeping, clock, () => Promise.reject(new Error('broken')));
    expect(await once()).toEqual({ kind: 'in_flight' });
    await expect(failing).rejects.toThrow('broken');
    expect(await once()).toMatchObject({ kind: 'done' });
  });

  it.each([409, 429, 500, 503])('do not keep a %i', async (status) => {
    const { once, runs, kept } = setUp();
    await once({}, status);
    await once({}, 200);
    expect(runs()).toBe(2);
    expect(kept.map((given) => given.status)).toEqual([200]);
  });

  it('forget the oldest where there are too many', async () => {
    const { once, runs } = setUp(2);
    for (const key of ['a', 'b', 'c']) await once({ key });
    await once({ key: 'c' });
    expect(runs()).toBe(3);
    await once({ key: 'a' });
    expect(runs()).toBe(4);
  });
});

it('browsers and each merchant’s person have idempotency keys apart from those of the server', () => {
  const claims = [
    claimedKey({ kind: 'secret', actor: 'key:key_1' }, 'order-1001'),
    claimedKey({ kind: 'publishable', actor: 'key:key_2' }, 'order-1001'),
    claimedKey({ kind: 'merchant', actor: 'merchant:person_1' }, 'order-1001'),
    claimedKey({ kind: 'merchant', actor: 'merchant:person_2' }, 'order-1001'),
  ];
  expect(new Set(claims).size).toBe(4);
  expect(claims[0]).toBe('order-1001');
  // The same for every session of theirs.
  expect(claimedKey({ kind: 'merchant', actor: 'merchant:person_1' }, 'order-1001')).toBe(claims[2]);
});

it('the fingerprint of a request does not depend on the order of its parameters', () => {
  const one = requestFingerprint('POST', '/v1/x', { a: '1', b: { c: [1, 2], d: null } });
  expect(requestFingerprint('POST', '/v1/x', { b: { d: null, c: [1, 2] }, a: '1' })).toBe(one);
  expect(requestFingerprint('POST', '/v1/x', { a: '1', b: { c: [2, 1], d: null } })).not.toBe(one);
  expect(requestFingerprint('POST', '/v1/y', { a: '1', b: { c: [1, 2], d: null } })).not.toBe(one);
});
