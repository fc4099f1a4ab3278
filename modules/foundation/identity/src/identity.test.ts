import { readFileSync } from 'node:fs';
import { DAY, redacted, SECOND, seededRandom, unwrap } from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
      owner: null,
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
  expect(unwrap(await one.implementation.listKeys(context('acct_repeat'), { limit: 10 })).items).toHaveLength(
    1,
  );

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

it('refuses a command that was given for another key, and changes nothing', async () => {
  const { implementation } = await start();
  const { createKey, rotateKey, findKey, listKeys } = implementation;
  const mismatch = { error: { code: 'idempotency_mismatch' } };
  const till = { kind: 'restricted', name: 'till', permissions: { charges: 'read' } } as const;
  const creation = context('acct_mismatch');
  const [one, other] = [
    unwrap(await createKey(creation, till)),
    unwrap(await createKey(context('acct_mismatch'), till)),
  ];
  const more = { ...till, permissions: { charges: 'write' } } as const;
  expect(await createKey(creation, more)).toMatchObject(mismatch);
  expect(await createKey(creation, { ...till, dailyQuota: 1 })).toMatchObject(mismatch);
  expect(await rotateKey(creation, { id: one.id, graceSeconds: 0 })).toMatchObject(mismatch);

  const rotation = context('acct_mismatch');
  unwrap(await rotateKey(rotation, { id: one.id, graceSeconds: 60 }));
  expect(await rotateKey(rotation, { id: other.id, graceSeconds: 60 })).toMatchObject(mismatch);
  expect(await rotateKey(rotation, { id: one.id, graceSeconds: 0 })).toMatchObject(mismatch);
  expect(await createKey(rotation, till)).toMatchObject(mismatch);
  expect(unwrap(await findKey(context('acct_mismatch'), { id: other.id })).expiresAt).toBeNull();

  // Two keys by one command at once: the one that comes second is told.
  const ids = [
    unwrap(await createKey(context('acct_mismatch'), till)).id,
    unwrap(await createKey(context('acct_mismatch'), till)).id,
  ];
  const race = context('acct_mismatch');
  const raced = await Promise.all(ids.map((id) => rotateKey(race, { id, graceSeconds: 60 })));
  expect(raced.map((answer) => (answer.ok ? 'ok' : answer.error.code)).toSorted()).toEqual([
    'idempotency_mismatch',
    'ok',
  ]);
  expect(unwrap(await listKeys(context('acct_mismatch'), { limit: 10 })).items).toHaveLength(6);
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
  expect(await implementation.findKey(stranger, { id: made.id })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect(await implementation.rotateKey(stranger, { id: made.id, graceSeconds: 0 })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect(unwrap(await implementation.listKeys(stranger, { limit: 10 })).items).toEqual([]);
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
  // To its last second, and no further for having been asked about just before.
  first.clock.advance(59 * SECOND);
  expect(await valid(old.key)).toBe(true);
  first.clock.advance(SECOND);
  expect([await valid(old.key), await valid(next.key)]).toEqual([false, true]);

  const { rows } = await first.database
    .db('identity')
    .run<{ action: string; subject: string }>(audits, [[old.id, next.id]]);
  expect(rows.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual(
    [`api_key.created ${old.id}`, `api_key.created ${next.id}`, `api_key.rotated ${old.id}`].sort(),
  );
});

describe('an operator key', () => {
  const operator = { kind: 'operator', name: 'reports' } as const;
  const { role, account, reason } = { role: 'operator', account: null, reason: 'test' } as const;
  const as = (actor: string) => ({ ...context(), actor });
  const ownerOf = async (here: IdentityUnderTest, key: string) => {
    const found = await here.implementation.authenticate(context(''), { key });
    return found.ok ? found.value.owner : found.error.code;
  };
  let people = 0;
  const hire = async ({ implementation }: IdentityUnderTest): Promise<string> => {
    const email = `operator${(people += 1)}@house.example`;
    const input = { email, displayName: '', locale: 'en' } as const;
    const { id: personId } = unwrap(await implementation.createPerson(context(), input));
    unwrap(await implementation.grantRole(context(), { personId, role, account, reason }));
    return personId;
  };

  it('belongs to the person who makes it, by a session or a key, and a machine’s to nobody', async () => {
    const here = await start();
    const { createKey, listKeys } = here.implementation;
    const ada = await hire(here);
    // The gateway calls in the name of the person whom a session or a key belongs to.
    const own = unwrap(await createKey(as(`operator:${ada}`), operator));
    expect([own.owner, await ownerOf(here, own.key)]).toEqual([ada, ada]);
    expect(unwrap(await listKeys(context(), { limit: 1 })).items).toMatchObject([{ id: own.id, owner: ada }]);
    for (const actor of ['operator:setup', 'key:key_1', 'system', 'anonymous']) {
      expect(await ownerOf(here, unwrap(await createKey(as(actor), operator)).key)).toBeNull();
    }
    // What servers use goes on when its maker leaves.
    expect(unwrap(await createKey(as(`operator:${ada}`), { kind: 'secret', name: 'till' })).owner).toBeNull();
  });

  it('is given to nobody else: neither by a repetition nor as a successor', async () => {
    const here = await start();
    const { createKey, rotateKey, revokeKey } = here.implementation;
    const [ada, bob] = [await hire(here), await hire(here)];
    const command = as(`operator:${ada}`);
    const own = unwrap(await createKey(command, operator));
    expect(unwrap(await createKey(command, operator)).key).toBe(own.key);
    for (const actor of [`operator:${bob}`, 'key:key_1']) {
      expect(await createKey({ ...command, actor }, operator)).toMatchObject({
        error: { code: 'idempotency_mismatch' },
      });
      expect(await rotateKey(as(actor), { id: own.id, graceSeconds: 60 })).toMatchObject({
        error: { code: 'not_the_owner' },
      });
    }
    // Nor by the command that made it, as if it had been for the rotation of a key that anybody may rotate.
    const machine = unwrap(await createKey(context(), operator));
    const borrowed = { ...command, actor: `operator:${bob}` };
    for (const kind of ['secret', 'publishable'] as const) {
      expect(
        await createKey({ ...command, actor: 'merchant:person_1' }, { kind, name: 'till' }),
      ).toMatchObject({
        error: { code: 'idempotency_mismatch' },
      });
    }
    expect(await rotateKey(borrowed, { id: machine.id, graceSeconds: 60 })).toMatchObject({
      error: { code: 'idempotency_mismatch' },
    });
    const rotation = as(`operator:${ada}`);
    const next = unwrap(await rotateKey(rotation, { id: own.id, graceSeconds: 60 }));
    expect(await ownerOf(here, next.key)).toBe(ada);
    const again = { ...rotation, actor: `operator:${bob}` };
    expect(await rotateKey(again, { id: own.id, graceSeconds: 60 })).toMatchObject({
      error: { code: 'not_the_owner' },
    });
    unwrap(await revokeKey(as(`operator:${bob}`), { id: next.id, reason: 'found on a train' }));
    expect(await ownerOf(here, next.key)).toBe('not_found');
  });

  it('is worth nothing once its person is no operator any more', async () => {
    const [here, elsewhere] = [await start(), await start()];
    const ada = await hire(here);
    const { key } = unwrap(await here.implementation.createKey(as(`operator:${ada}`), operator));
    for (const process of [here, elsewhere]) expect(await ownerOf(process, key)).toBe(ada);
    // Of another role they keep, nothing comes of it.
    const merchants = { personId: ada, role: 'merchant', account: 'acct_1', reason } as const;
    unwrap(await here.implementation.grantRole(context(), merchants));
    unwrap(await here.implementation.revokeRole(context(), { personId: ada, role, account, reason }));
    expect(await ownerOf(here, key)).toBe('not_found');
    first.clock.advance(5 * SECOND);
    expect(await ownerOf(elsewhere, key)).toBe('not_found');
    const late = unwrap(await here.implementation.createKey(as(`operator:${ada}`), operator));
    expect(await ownerOf(here, late.key)).toBe('not_found');
  });

  it('ends with its person’s role, and does not come back with it', async () => {
    const here = await start();
    const [ada, bob] = [await hire(here), await hire(here)];
    const make = async (person: string) =>
      unwrap(await here.implementation.createKey(as(`operator:${person}`), operator));
    const [own, other] = [await make(ada), await make(bob)];
    const grant = { personId: ada, role, account, reason };
    unwrap(await here.implementation.revokeRole(as(`operator:${bob}`), grant));
    unwrap(await here.implementation.grantRole(context(), grant));
    expect(await ownerOf(here, own.key)).toBe('not_found');
    expect(await ownerOf(here, other.key)).toBe(bob);
    expect(await ownerOf(here, (await make(ada)).key)).toBe(ada);
    const { rows } = await first.database.db('identity').run(audits, [[own.id]]);
    expect(rows).toContainEqual({ action: 'api_key.revoked', subject: own.id });
  });

  it('that was there before finds its owner in the audit entries', async () => {
    const here = await start();
    const { createKey, rotateKey } = here.implementation;
    const ada = await hire(here);
    // Calls came in the name of a key, not of its person.
    const of = async (actor: string) => unwrap(await createKey(as(actor), operator)).id;
    const own = await of(`operator:${ada}`);
    const byOwn = await of(`key:${own}`);
    const { id: next } = unwrap(await rotateKey(as('system'), { id: byOwn, graceSeconds: 60 }));
    const machine = await of('operator:setup');
    const byMachine = await of(`key:${machine}`);
    const { id: taken } = unwrap(await rotateKey(as(`operator:${ada}`), { id: byMachine, graceSeconds: 60 }));
    const ids = [own, byOwn, next, machine, byMachine, taken];
    const migration = readFileSync(new URL('../migrations/0005-key-owners/up.sql', import.meta.url), 'utf8');
    const admin = new pg.Client({ connectionString: first.database.adminUrl });
    await admin.connect();
    await admin.query('UPDATE identity.api_key SET owner = NULL');
    await admin.query('SET search_path = identity');
    await admin.query(migration.slice(migration.indexOf('WITH RECURSIVE')));
    const { rows } = await admin.query<{ owner: string | null }>(
      'SELECT owner FROM api_key WHERE id = ANY ($1) ORDER BY array_position($1, id)',
      [ids],
    );
    await admin.end();
    expect(rows.map(({ owner }) => owner)).toEqual([ada, ada, ada, null, null, null]);
  });
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
