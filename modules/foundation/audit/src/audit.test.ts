import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createIds, systemClock, systemRandom, unwrap } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import { SQLSTATE, sql, sqlState } from '@tpmall/platform/db';
import { createRelay, type StoredEvent } from '@tpmall/platform/events';
import { createMetrics } from '@tpmall/platform/telemetry';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audit } from './module.ts';
import { canonicalEntry } from './service/canonical.ts';

const context: CallContext = {
  caller: 'operator',
  actor: 'operator:test',
  tenant: '',
  commandId: 'cmd_1',
  deadlineAt: 0,
  traceparent: '',
};
let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase({ modules: [audit] });
});
afterEach(() => database.close());

async function start(modules: readonly string[] = ['vault', 'identity']) {
  const running = await audit.create({
    config: { modules: [...modules] },
    db: database.db('audit'),
    ports: {},
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    jobs: { enqueue: async () => {} },
  });
  const deliver = async (...events: StoredEvent[]): Promise<void> => {
    const from = events[0]?.from;
    const subscription = running.subscriptions?.find((one) => one.from === from);
    if (!subscription || !('handleAll' in subscription)) throw new Error(`nobody listens to ${from}`);
    await database.db('audit').transaction((tx) => subscription.handleAll(events, tx));
  };
  return { ...running.implementation, subscriptions: running.subscriptions ?? [], deliver };
}

function event(from: string, seq: bigint, payload: object = {}): StoredEvent {
  return {
    from,
    seq,
    type: 'audit.entry',
    aggregateId: 'x',
    tenant: 'acct_one',
    at: 1_790_000_000_000_001 + Number(seq),
    payload: {
      actor: 'system',
      action: 'test.done',
      subject: `s${seq}`,
      reason: 'because “it” \\ must',
      detail: { b: 1.5, a: true, c: null, d: '金' },
      ...payload,
    },
  };
}

async function asOwner(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(text);
  await client.end();
}

it('listens to the outbox of every configured module, each with a cursor of its own', async () => {
  const { subscriptions } = await start();
  expect(subscriptions.map(({ from, types, cursor }) => [from, types, cursor])).toEqual([
    ['vault', ['audit.entry'], 'audit.vault'],
    ['identity', ['audit.entry'], 'audit.identity'],
  ]);
});

it('gives concurrent entries positions without gaps, in one chain that holds', async () => {
  const log = await start();
  const events = Array.from({ length: 60 }, (_, i) => event(i % 2 ? 'vault' : 'identity', BigInt(i)));
  await Promise.all(events.map((item) => log.deliver(item)));
  const entries = unwrap(await log.entries(context, { after: 0n, limit: 1000 }));
  expect(entries.map(({ position }) => position)).toEqual(events.map((_, i) => BigInt(i + 1)));
  expect(new Set(entries.map(({ subject }) => subject)).size).toBe(60);
  const report = unwrap(await log.verifyChain(context, { after: 0n, limit: 1000 }));
  expect(report).toMatchObject({ verifiedTo: 60n, brokenAt: null });
  const half = unwrap(await log.verifyChain(context, { after: 30n, limit: 1000 }));
  expect(half).toEqual(report);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 7 })).verifiedTo).toBe(7n);
});

it('keeps an entry as it was told, and gives pages', async () => {
  const log = await start();
  await log.deliver(event('vault', 1n));
  await log.deliver(event('vault', 2n, { detail: undefined }));
  const [first] = unwrap(await log.entries(context, { after: 0n, limit: 1 }));
  expect(first).toEqual({
    position: 1n,
    module: 'vault',
    tenant: 'acct_one',
    at: 1_790_000_000_000_002,
    ...event('vault', 1n).payload,
  });
  const [second] = unwrap(await log.entries(context, { after: 1n, limit: 1 }));
  expect(second).toMatchObject({ position: 2n, subject: 's2' });
  expect(second).not.toHaveProperty('detail');
});

it('is not changed by a second delivery, also when both come at once', async () => {
  const log = await start();
  // Whoever comes second waits for the head, and then finds the entry there.
  await Promise.all([
    log.deliver(event('vault', 1n)),
    log.deliver(event('vault', 1n)),
    log.deliver(event('identity', 1n)),
  ]);
  await log.deliver(event('vault', 1n));
  await log.deliver(event('vault', 2n));
  const entries = unwrap(await log.entries(context, { after: 0n, limit: 10 }));
  expect(entries.map(({ position }) => position)).toEqual([1n, 2n, 3n]);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 10 })).brokenAt).toBeNull();
});

it('places a batch in its order, those of it that are not there yet', async () => {
  const log = await start();
  await log.deliver(event('vault', 2n));
  await log.deliver(...[4n, 2n, 3n, 3n, 1n].map((seq) => event('vault', seq)));
  await log.deliver(...[1n, 4n].map((seq) => event('vault', seq)));
  const entries = unwrap(await log.entries(context, { after: 0n, limit: 10 }));
  expect(entries.map(({ position, subject }) => `${position} ${subject}`)).toEqual([
    '1 s2',
    '2 s4',
    '3 s3',
    '4 s1',
  ]);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 10 }))).toMatchObject({
    verifiedTo: 4n,
    brokenAt: null,
  });
});

it('keeps the beginning of a reason that is too long, so that one text never stops the log', async () => {
  const log = await start();
  // The cut goes through a character of two halves.
  const reason = `${'x'.repeat(9_999)}😀 and more`;
  await log.deliver(event('vault', 1n, { reason }), event('vault', 2n));
  const entries = unwrap(await log.entries(context, { after: 0n, limit: 10 }));
  expect(entries.map((entry) => entry.reason)).toEqual([
    `${'x'.repeat(9_999)}\ufffd`,
    'because “it” \\ must',
  ]);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 10 })).brokenAt).toBeNull();
});

it('refuses what is no audit entry, and keeps nothing of it', async () => {
  const log = await start();
  await expect(log.deliver(event('vault', 1n, { actor: 7 }))).rejects.toThrow();
  expect(unwrap(await log.entries(context, { after: 0n, limit: 10 }))).toEqual([]);
});

it.each([
  ['changed', `UPDATE audit.entry SET reason = 'none' WHERE position = 3`, 3n],
  ['moved', `UPDATE audit.entry SET position = CASE position WHEN 3 THEN 40 ELSE position END`, 3n],
  ['removed', 'DELETE FROM audit.entry WHERE position = 2', 2n],
  ['cut off at its end', 'DELETE FROM audit.entry WHERE position = 5', 5n],
])('shows that an entry was %s by somebody above the application', async (_how, tampering, brokenAt) => {
  const log = await start();
  for (let seq = 1n; seq <= 5n; seq += 1n) await log.deliver(event('vault', seq));
  await asOwner(tampering);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 10 }))).toMatchObject({ brokenAt });
});

it.each([
  "UPDATE audit.entry SET reason = 'none'",
  'DELETE FROM audit.entry',
  'TRUNCATE audit.entry',
  'DELETE FROM audit.head',
  'DROP TABLE audit.entry',
])('is append-only for the application: %s', async (text) => {
  const refused = await database
    .db('audit')
    .run(sql('test.tamper', text))
    .then(
      () => undefined,
      (error: unknown) => sqlState(error),
    );
  expect(refused).toBe(SQLSTATE.insufficientPrivilege);
});

it('writes a canonical text that does not depend on the order of the details', () => {
  const base = {
    module: 'm',
    seq: 1n,
    tenant: 't',
    at: 5,
    actor: 'a',
    action: 'b',
    subject: 'c',
    reason: 'd',
  };
  expect(canonicalEntry({ ...base, detail: { y: 1, x: 2 } })).toBe(
    canonicalEntry({ ...base, detail: { x: 2, y: 1 } }),
  );
  expect(canonicalEntry({ ...base, detail: { y: 1 } })).not.toBe(
    canonicalEntry({ ...base, detail: { y: 2 } }),
  );
});

it('takes what another module recorded out of its outbox, once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tpmall-speaker-'));
  const migration = join(folder, '0001-begin');
  await mkdir(migration);
  await writeFile(join(migration, 'up.sql'), '-- tpmall:outbox\n');
  await writeFile(join(migration, 'notes.md'), 'A module that only speaks.\n');
  await writeFile(join(migration, 'test-after.sql'), 'SELECT 1;\n');
  const speaker = { name: 'speaker', migrations: pathToFileURL(`${folder}/`) };
  await database.close();
  database = await testDatabase({ modules: [audit, speaker] });
  const log = await start(['speaker']);
  const say = sql(
    'speaker.say',
    `INSERT INTO speaker.outbox (type, aggregate_id, tenant, at, payload)
     VALUES ($1, 'x', 'acct_one', now(), $2)`,
  );
  for (const type of ['audit.entry', 'speaker.said', 'audit.entry']) {
    await database.db('speaker').run(say, [type, JSON.stringify(event('speaker', 1n).payload)]);
  }
  const consumers = log.subscriptions.map((subscription) => ({
    module: 'audit',
    db: database.db('audit'),
    subscription,
  }));
  for (let run = 0; run < 2; run += 1) {
    const relay = createRelay({
      reader: database.db('relay'),
      consumers,
      clock: systemClock,
      log: silentLog,
      metrics: createMetrics({ processMetrics: false }),
    });
    await relay.drain();
    await relay.stop();
  }
  const entries = unwrap(await log.entries(context, { after: 0n, limit: 10 }));
  expect(entries.map(({ position, module }) => `${position} ${module}`)).toEqual(['1 speaker', '2 speaker']);
  expect(unwrap(await log.verifyChain(context, { after: 0n, limit: 10 })).brokenAt).toBeNull();
  await rm(folder, { recursive: true });
});

it('is searched by actor, subject, beginning of an action, module and time, the newest first', async () => {
  const log = await start();
  await log.deliver(
    event('vault', 1n, { actor: 'key:1', subject: 'pi_1', action: 'a_b.done' }),
    event('vault', 2n, { actor: 'key:2', subject: 'pi_1', action: 'axb.done' }),
    event('vault', 3n, { actor: 'key:1', subject: 'pi_2', action: 'a_b.undone' }),
  );
  await log.deliver(event('identity', 4n, { actor: 'key:1', subject: 'pi_1', action: 'c%' }));
  const find = async (wanted: object) => {
    const found = unwrap(await log.searchEntries(context, { limit: 100, ...wanted }));
    return found.items.map(({ position }) => Number(position));
  };
  expect(await find({})).toEqual([4, 3, 2, 1]);
  expect(await find({ actor: 'key:1' })).toEqual([4, 3, 1]);
  expect(await find({ actor: 'key:1', subject: 'pi_1' })).toEqual([4, 1]);
  // The letters that a pattern knows stand for themselves.
  expect(await find({ action: 'a_b.' })).toEqual([3, 1]);
  expect(await find({ action: 'c%' })).toEqual([4]);
  expect(await find({ action: 'c_' })).toEqual([]);
  expect(await find({ module: 'identity' })).toEqual([4]);
  const at = 1_790_000_000_000_001;
  expect(await find({ from: at + 2, to: at + 4 })).toEqual([3, 2]);
  const first = unwrap(await log.searchEntries(context, { limit: 3 }));
  expect(first.hasMore).toBe(true);
  const before = first.items.at(-1)?.position;
  expect(await find({ before })).toEqual([1]);
  expect(unwrap(await log.searchEntries(context, { limit: 1, before })).hasMore).toBe(false);
});
