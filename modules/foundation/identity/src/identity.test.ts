import { DAY, redacted, SECOND, seededRandom, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, SECRETS, startIdentity } from '../test-identity/start-identity.ts';
import { deriveKey } from './key/key-text.ts';

const { replaySecret } = SECRETS;
const allRows = sql(
  'test.identity-rows',
  `SELECT (SELECT coalesce(json_agg(k), '[]')::text FROM identity.api_key k)
     || (SELECT coalesce(json_agg(o), '[]')::text FROM identity.outbox o) AS text`,
);
const audits = sql(
  'test.identity-audits',
  `SELECT payload->>'action' AS action, payload->>'subject' AS subject FROM identity.outbox
   WHERE payload->>'subject' = ANY ($1::text[]) ORDER BY xid, seq`,
);
let first: IdentityUnderTest;
let commands = 0;

beforeAll(async () => {
  first = await startIdentity();
});
afterAll(() => first.close());

const start = (secret = replaySecret) => first.again({ replaySecret: secret });

const context = (tenant = 'acct_one', commandId = `key_cmd_${(commands += 1)}`) => ({
  ...first.context(commandId),
  tenant,
});

it('makes keys in the form of the convention, and knows them again', async () => {
  const { implementation } = await start();
  for (const [kind, form] of [
    ['secret', /^sk_test_[0-9A-Za-z]{32}$/],
    ['publishable', /^pk_test_[0-9A-Za-z]{32}$/],
    ['operator', /^ok_test_[0-9A-Za-z]{32}$/],
  ] as const) {
    const made = unwrap(await implementation.createKey(context(), { kind, name: 'till' }));
    expect(made.key).toMatch(form);
    expect(made.hint).toBe(`${made.key.slice(0, 8)}…${made.key.slice(-4)}`);
    expect(unwrap(await implementation.authenticate(context(''), { key: made.key }))).toEqual({
      keyId: made.id,
      tenant: 'acct_one',
      kind,
      permissions: null,
      dailyQuota: null,
      origins: [],
    });
  }
});

it('makes restricted keys, whose rights go over to their successors', async () => {
  const { implementation } = await start();
  const rights = { permissions: { charges: 'read', refunds: 'write' }, dailyQuota: 100 } as const;
  const made = unwrap(
    await implementation.createKey(context(), { kind: 'restricted', name: 'till', ...rights }),
  );
  expect(made.key).toMatch(/^rk_test_[0-9A-Za-z]{32}$/);
  const next = unwrap(await implementation.rotateKey(context(), { id: made.id, graceSeconds: 0 }));
  const principal = unwrap(await implementation.authenticate(context(''), { key: next.key }));
  expect(principal).toMatchObject({ kind: 'restricted', ...rights });
});

it('keeps no clear text, in no table', async () => {
  const { implementation } = await start();
  const made = unwrap(await implementation.createKey(context(), { kind: 'secret', name: 'till' }));
  const { rows } = await first.database.db('identity').run<{ text: string }>(allRows);
  expect(rows[0]?.text).toContain(made.id);
  expect(rows[0]?.text).not.toContain(made.key.slice(8));
});

it('answers a repeated command with the same key for a day, and makes no second one', async () => {
  const one = await start();
  const command = context('acct_repeat');
  const input = { kind: 'secret', name: 'till' } as const;
  const made = unwrap(await one.implementation.createKey(command, input));
  expect(unwrap(await (await start()).implementation.createKey(command, input))).toEqual(made);
  expect(unwrap(await one.implementation.listKeys(context('acct_repeat'), { limit: 10 }))).toHaveLength(1);

  const other = await start(redacted('another secret, after the first one was lost'));
  expect(await other.implementation.createKey(command, input)).toMatchObject({
    error: { code: 'answer_expired' },
  });
  first.clock.advance(DAY + SECOND);
  for (const job of one.jobs) if (job.every !== undefined) await job.run({});
  expect(await one.implementation.createKey(command, input)).toMatchObject({
    error: { code: 'answer_expired' },
  });
  expect((await one.implementation.authenticate(context(''), { key: made.key })).ok).toBe(true);
});

it('refuses what is no key, and another tenant’s keys', async () => {
  const { implementation } = await start();
  const made = unwrap(await implementation.createKey(context(), { kind: 'secret', name: 'till' }));
  for (const key of ['', 'sk_test_', `${made.key}x`, made.key.slice(0, -1), made.hint]) {
    expect(await implementation.authenticate(context(''), { key })).toMatchObject({
      error: { code: 'not_found' },
    });
  }
  const stranger = context('acct_two');
  expect(await implementation.revokeKey(stranger, { id: made.id, reason: 'mine now' })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect(await implementation.rotateKey(stranger, { id: made.id, graceSeconds: 0 })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect(unwrap(await implementation.listKeys(stranger, { limit: 10 }))).toEqual([]);
  expect((await implementation.authenticate(context(''), { key: made.key })).ok).toBe(true);
});

it('revokes at once in this process, and within five seconds in others', async () => {
  const here = await start();
  const elsewhere = await start();
  const made = unwrap(await here.implementation.createKey(context(), { kind: 'secret', name: 'till' }));
  for (const process of [here, elsewhere]) {
    expect((await process.implementation.authenticate(context(''), { key: made.key })).ok).toBe(true);
  }
  const revoked = unwrap(
    await here.implementation.revokeKey(context(), { id: made.id, reason: 'found on a train' }),
  );
  expect(revoked.expiresAt).toBe(first.clock.now());
  expect((await here.implementation.authenticate(context(''), { key: made.key })).ok).toBe(false);
  first.clock.advance(5 * SECOND);
  expect((await elsewhere.implementation.authenticate(context(''), { key: made.key })).ok).toBe(false);
  expect(await here.implementation.rotateKey(context(), { id: made.id, graceSeconds: 60 })).toMatchObject({
    error: { code: 'expired' },
  });
});

it('rotates with a grace period, once for one command', async () => {
  const { implementation } = await start();
  const old = unwrap(await implementation.createKey(context(), { kind: 'secret', name: 'till' }));
  const command = context();
  const next = unwrap(await implementation.rotateKey(command, { id: old.id, graceSeconds: 60 }));
  expect(unwrap(await implementation.rotateKey(command, { id: old.id, graceSeconds: 60 }))).toEqual(next);
  expect(next.key).not.toBe(old.key);
  const valid = async (key: string) => (await implementation.authenticate(context(''), { key })).ok;
  expect([await valid(old.key), await valid(next.key)]).toEqual([true, true]);
  first.clock.advance(61 * SECOND);
  expect([await valid(old.key), await valid(next.key)]).toEqual([false, true]);

  const { rows } = await first.database
    .db('identity')
    .run<{ action: string; subject: string }>(audits, [[old.id, next.id]]);
  expect(rows.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual(
    [`api_key.created ${old.id}`, `api_key.created ${next.id}`, `api_key.rotated ${old.id}`].sort(),
  );
});

it('derives every key from salt and secret together', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (salt, other) => {
      const key = deriveKey('secret', salt, replaySecret).reveal();
      expect(key).toMatch(/^sk_test_[0-9A-Za-z]{32}$/);
      expect(deriveKey('secret', salt, replaySecret).reveal()).toBe(key);
      expect(deriveKey('secret', salt, redacted('x'.repeat(32))).reveal()).not.toBe(key);
      if (Buffer.compare(salt, other) !== 0) {
        expect(deriveKey('secret', other, replaySecret).reveal()).not.toBe(key);
      }
    }),
  );
});

it('uses all characters of the alphabet about as often', () => {
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 2_000; i += 1) {
    for (const letter of deriveKey('secret', random.bytes(32), replaySecret).reveal().slice(8)) {
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
  }
  const expected = (2_000 * 32) / 62;
  expect(counts.size).toBe(62);
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2);
});
