import { readFileSync } from 'node:fs';
import { manualClock } from '@tpmall/kernel';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, dump, resolving, T } from '../machine/fixtures.ts';
import { createAccounts } from '../service/create-accounts.ts';
import { verify } from '../service/verify.ts';
import type { LedgerWriter } from './create-writer.ts';
import { debitsOf, FAR, ledgerDatabase, openAccounts, send, writerOn } from './fixtures.ts';

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
let writer: LedgerWriter;
let clock: ReturnType<typeof manualClock>;

beforeEach(async () => {
  database = await ledgerDatabase();
  clock = manualClock(1_700_000_000_000_000);
  writer = writerOn(database, {}, clock);
  await writer.start();
  await openAccounts(writer, 5);
});

afterEach(async () => {
  await writer.stop();
  await database.close();
});

const context = {
  ...{ caller: 'operator', actor: 'system', tenant: '', commandId: '', traceparent: '' },
  deadlineAt: FAR,
};
const countRows = () => database.query('SELECT count(*)::int AS n FROM ledger.log');
const stateOf = async (of: LedgerWriter): Promise<string> => {
  const read = await of.read(FAR, (state) =>
    dump(state)
      .split('\n')
      .filter((line) => /^\d+:\d+:\d+:\d+/.test(line))
      .join('\n'),
  );
  return read.ok ? read.value : read.error.code;
};

describe('repeated ids', () => {
  it('are answered from memory while they are known', async () => {
    expect(await send(writer, { id: 10n })).toEqual(['created']);
    expect(await send(writer, { id: 10n }, { id: 10n, amount: 1n })).toEqual([
      'exists',
      'exists_with_different_amount',
    ]);
    expect(await countRows()).toEqual([{ n: 1 }]);
  });

  it('are found by the log’s index once they are forgotten, and their batch is judged again', async () => {
    await send(writer, { id: 10n });
    await send(writer, { id: 11n, flags: T.pending, amount: 7n });
    await send(writer, resolving({ id: 12n, pendingId: 11n, amount: 3n, flags: T.postPendingTransfer }));
    for (let id = 20n; id < 40n; id += 1n) await send(writer, { id });
    const before = await debitsOf(writer, 1n);
    expect(
      await send(
        writer,
        { id: 50n },
        { id: 10n },
        { id: 10n, code: 9 },
        { id: 11n, flags: T.pending, amount: 7n },
        resolving({ id: 12n, pendingId: 11n, amount: 3n, flags: T.postPendingTransfer }),
        resolving({ id: 13n, pendingId: 11n, flags: T.voidPendingTransfer }),
      ),
    ).toEqual([
      'created',
      'exists',
      'exists_with_different_code',
      'exists',
      'exists',
      'pending_transfer_already_posted',
    ]);
    expect(before).toBe('0/213');
    expect(await debitsOf(writer, 1n)).toBe('0/223');
  });

  it('of many batches at once count once', async () => {
    await send(writer, { id: 10n });
    for (let id = 20n; id < 40n; id += 1n) await send(writer, { id, amount: 0n });
    const sent = Array.from({ length: 60 }, (_, index) =>
      send(writer, { id: BigInt(100 + index) }, { id: 10n }),
    );
    for (const result of await Promise.all(sent)) expect(result).toEqual(['created', 'exists']);
    expect(await debitsOf(writer, 1n)).toBe('0/610');
  });

  it('stay used up after a transient refusal, though forgotten', async () => {
    expect(await send(writer, { id: 10n, debitAccountId: 99n })).toEqual(['debit_account_not_found']);
    for (let id = 20n; id < 40n; id += 1n) await send(writer, { id, amount: 0n });
    await openAccounts(writer, 5);
    expect(await send(writer, { id: 10n })).toEqual(['id_already_failed']);
  });
});

describe('an account', () => {
  it('is logged as it was opened, though the same flight closes it', async () => {
    const opened = writer.submit(
      { kind: 'accounts', accounts: [account({ id: 9n })], owner: 'operator' },
      'operator',
      FAR,
    );
    const closed = send(writer, {
      id: 10n,
      creditAccountId: 9n,
      flags: T.pending | T.closingCredit,
      timeout: 1,
    });
    expect(await opened).toMatchObject({ ok: true, value: { results: [{ status: 'created' }] } });
    expect(await closed).toEqual(['created']);
    const flags = "SELECT flags FROM ledger.account WHERE id = '00000000-0000-0000-0000-000000000009'";
    expect(await database.query(flags)).toEqual([{ flags: 0 }]);
    clock.advance(2_000_000);
    expect(await send(writer, { id: 11n, creditAccountId: 9n })).toEqual(['created']);
    const deps = { db: database.db('ledger'), writer, accountsMax: 100 };
    expect(await verify(deps, context)).toMatchObject({ value: { ok: true } });
  });

  it('that is there is opened again where the ledger is full, and no new one beside it', async () => {
    const deps = { db: database.db('ledger'), writer, accountsMax: 6 };
    const open = async (...ids: readonly bigint[]) => {
      const opened = await createAccounts(deps, context, { accounts: ids.map((id) => account({ id })) });
      return opened.ok ? opened.value.results.map(({ status }) => status) : opened.error.code;
    };
    expect(await open(6n, 7n)).toBe('account_limit_reached');
    expect(await open(1n, 6n, 2n)).toEqual(['exists', 'created', 'exists']);
    expect(await open(1n, 6n)).toEqual(['exists', 'exists']);
    expect(await open(6n, 7n)).toBe('account_limit_reached');
    expect(writer.status().accounts).toBe(6);
  });
});

describe('recovery', () => {
  it('rebuilds the same state from checkpoint and log, again and again', async () => {
    for (let id = 100n; id < 145n; id += 3n) {
      await send(writer, { id }, { id: id + 1n, flags: T.pending, timeout: id % 2n === 0n ? 50 : 0 });
      if (id % 2n === 0n) {
        await send(
          writer,
          resolving({ id: id + 2n, pendingId: id + 1n, amount: 4n, flags: T.postPendingTransfer }),
        );
      }
    }
    await send(writer, { id: 500n, flags: T.pending | T.closingCredit, creditAccountId: 5n });
    const before = await stateOf(writer);
    for (let round = 0; round < 3; round += 1) {
      await writer.stop();
      writer = writerOn(database, {}, clock);
      await writer.start();
      expect(await stateOf(writer)).toBe(before);
    }
    expect(await send(writer, { id: 501n, creditAccountId: 5n })).toEqual(['credit_account_already_closed']);
    expect(
      await send(writer, resolving({ id: 502n, pendingId: 104n, flags: T.voidPendingTransfer })),
    ).toEqual(['created']);
  });

  it('needs no checkpoint, and writes one where many entries lie behind it', async () => {
    await send(writer, { id: 10n, flags: T.pending, timeout: 1 });
    clock.advance(2_000_000);
    await send(writer, { id: 11n });
    const before = await stateOf(writer);
    await writer.stop();
    await database.query(
      `UPDATE ledger.checkpoint SET position = 0, last_timestamp = 0, last_transfer = 0;
       TRUNCATE ledger.balance_block, ledger.open_pending`,
    );
    writer = writerOn(database, { checkpointEntries: 5 }, clock);
    await writer.start();
    expect(await stateOf(writer)).toBe(before);
    const position = Number(writer.status().position);
    const written = () => database.query('SELECT position::int FROM ledger.checkpoint');
    await expect.poll(written, { timeout: 20_000 }).toEqual([{ position }]);
  });

  it('keeps balances in blocks of accounts, and writes those that changed', async () => {
    await openAccounts(writer, 600);
    for (let id = 10n; id < 600n; id += 45n) {
      await send(writer, { id, debitAccountId: id, creditAccountId: id + 1n, amount: 1n << (id / 5n) });
    }
    await writer.checkpoint();
    const sizes = await database.query(
      'SELECT block, cardinality(account_ids) AS size FROM ledger.balance_block ORDER BY block',
    );
    expect(sizes).toEqual(Array.from({ length: 10 }, (_, block) => ({ block, size: block < 9 ? 64 : 24 })));

    await openAccounts(writer, 610);
    await send(writer, { id: 700n, debitAccountId: 605n, creditAccountId: 65n, amount: (1n << 128n) - 1n });
    await send(writer, { id: 701n, debitAccountId: 64n, flags: T.pending | T.closingDebit });
    const before = await stateOf(writer);
    await writer.checkpoint();
    const written = await database.query(
      `SELECT block, cardinality(account_ids) AS size FROM ledger.balance_block
       WHERE xmin = (SELECT xmin FROM ledger.checkpoint) ORDER BY block`,
    );
    expect(written).toEqual([
      { block: 0, size: 64 },
      { block: 1, size: 64 },
      { block: 9, size: 34 },
    ]);
    await writer.stop();
    writer = writerOn(database, {}, clock);
    await writer.start();
    expect(await stateOf(writer)).toBe(before);
  });

  it('finds the balances that a checkpoint left in one row each', async () => {
    await openAccounts(writer, 70);
    await send(writer, { id: 10n, debitAccountId: 64n, creditAccountId: 65n, amount: 1n << 100n });
    await send(writer, { id: 11n, debitAccountId: 70n, flags: T.pending | T.closingDebit });
    const before = await stateOf(writer);
    const { position } = writer.status();
    await writer.stop();
    const left = await database.query('SELECT position::int FROM ledger.checkpoint');
    expect(left).toEqual([{ position: Number(position) }]);
    const conversion = new URL('../../migrations/0002-balances-in-blocks/up.sql', import.meta.url);
    await database.query(
      `SET search_path = ledger;
       CREATE TABLE balance AS
         SELECT one.* FROM balance_block AS of, unnest(of.account_ids, of.debits_pending, of.debits_posted,
           of.credits_pending, of.credits_posted, of.closed) AS one
             (account_id, debits_pending, debits_posted, credits_pending, credits_posted, closed)
         WHERE one.debits_pending + one.debits_posted + one.credits_pending + one.credits_posted > 0;
       DROP TABLE balance_block`,
    );
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('SET search_path = ledger');
    await client.query(readFileSync(conversion, 'utf8'));
    await client.end();
    expect(await database.query('SELECT count(*)::int AS n FROM ledger.balance_block')).toEqual([{ n: 2 }]);
    writer = writerOn(database, {}, clock);
    await writer.start();
    expect(await stateOf(writer)).toBe(before);
  });

  it('writes a whole checkpoint where the tables are not where they were left', async () => {
    await send(writer, { id: 10n, flags: T.pending }, { id: 11n, flags: T.pending });
    await writer.checkpoint();
    await send(writer, resolving({ id: 12n, pendingId: 10n, flags: T.voidPendingTransfer }));
    await send(writer, { id: 13n, flags: T.pending });
    // A row that is missing, one that has become wrong since, and one that is new.
    await database.query(
      'UPDATE ledger.checkpoint SET position = 1; DELETE FROM ledger.open_pending WHERE id::text LIKE $$%b$$',
    );
    await writer.checkpoint();
    await writer.checkpoint();
    const rows = await database.query('SELECT position::int FROM ledger.checkpoint');
    expect(rows).toEqual([{ position: Number(writer.status().position) }]);
    expect(
      await database.query('SELECT right(id::text, 1) AS id FROM ledger.open_pending ORDER BY id'),
    ).toEqual([{ id: 'b' }, { id: 'd' }]);
  });
});

describe('the limits', () => {
  it('refuse what there is no room to queue', async () => {
    const items = (from: number) => Array.from({ length: 90 }, (_, index) => ({ id: BigInt(from + index) }));
    const calls = Array.from({ length: 40 }, (_, index) => send(writer, ...items(1_000 * (index + 1))));
    const answers = await Promise.all(calls);
    const refused = answers.filter(([first]) => first === 'unavailable');
    expect(refused.length).toBeGreaterThan(0);
    const done = answers.length - refused.length;
    expect(await debitsOf(writer, 1n)).toBe(`0/${done * 900}`);
  });
});

describe('time-outs', () => {
  it('expire without another batch', async () => {
    await send(writer, { id: 10n, flags: T.pending, timeout: 1 });
    expect(await debitsOf(writer, 1n)).toBe('10/0');
    clock.advance(1_100_000);
    await send(writer);
    expect(await debitsOf(writer, 1n)).toBe('0/0');
    expect(await send(writer, resolving({ id: 11n, pendingId: 10n, flags: T.postPendingTransfer }))).toEqual([
      'pending_transfer_expired',
    ]);
  });
});
