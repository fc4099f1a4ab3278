import { manualClock } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import { silentLog } from '@tpmall/platform/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFaultyWay } from '../../test-model/faulty-way.ts';
import { AMOUNT_MAX } from '../contract/index.ts';
import { resolving, T, transfer } from '../machine/fixtures.ts';
import { toUuid } from '../store/log-store.ts';
import type { WriterLimits } from './core.ts';
import { createWriter, type LedgerWriter } from './create-writer.ts';
import { debitsOf, ledgerDatabase, openAccounts, send } from './fixtures.ts';

/** Nothing is known for longer than a moment, so that whatever is repeated must be asked for. */
const LIMITS: WriterLimits = {
  queuedItemsMax: 100_000,
  knownTransfers: 1,
  flightItemsMax: 50_000,
  flightsMax: 2,
  checkpointEntries: 1_000_000,
};
const ASK = 'ledger.select-by-id';

let database: Awaited<ReturnType<typeof ledgerDatabase>>;
let db: Database;
let writer: LedgerWriter;
/** What the writer warned of. */
let warnings: string[];
const clock = manualClock(1_700_000_000_000_000);
const warn = (_fields: object, message?: string): void => void warnings.push(message ?? '');
const newWriter = (on: Database, limits: Partial<WriterLimits> = {}): LedgerWriter =>
  createWriter({
    db: on,
    clock,
    log: { ...silentLog, warn, error: warn },
    limits: { ...LIMITS, ...limits },
  });

beforeEach(async () => {
  database = await ledgerDatabase();
  db = database.db('ledger');
  warnings = [];
});

afterEach(async () => {
  await writer.stop();
  await database.close();
});

/** Transfer 10, forgotten, on a ledger of two accounts. */
async function forgetful(on: Database): Promise<LedgerWriter> {
  const made = newWriter(on);
  await made.start();
  await openAccounts(made, 2);
  for (const id of [10n, 11n, 12n]) await send(made, { id });
  return made;
}

describe('while the log is asked about a call', () => {
  it('a batch that fails goes again before it, as it came', async () => {
    const held = holdable(db);
    writer = await forgetful(held.db);
    held.hold(1);
    // Under way, and to be refused for the repetition of 10.
    const first = send(writer, { id: 10n }, { id: 60n });
    await turn();
    const second = send(writer, { id: 60n, code: 9 }, resolving({ id: 61n, pendingId: 999n, ...POST }));
    await held.reached;
    await until(() => writer.status().queuedItems === 2);
    held.release();
    expect(await first).toEqual(['exists', 'created']);
    expect(await second).toEqual(['exists_with_different_code', 'pending_transfer_not_found']);
  });

  it('nothing that it learns is linked to what is under way and may be taken back', async () => {
    writer = newWriter(db, { knownTransfers: 4 });
    await writer.start();
    await openAccounts(writer, 2);
    await send(writer, { id: 10n, flags: T.pending, amount: 30n });
    const post = resolving({ id: 20n, pendingId: 10n, amount: 30n, ...POST });
    await send(writer, post);
    for (let id = 30n; id < 40n; id += 1n) await send(writer, { id });
    const locked = await lockLog();
    // Another pending transfer of an id that is forgotten is under way, until the index finds it repeated.
    const other = send(writer, { id: 10n, flags: T.pending, amount: 5n });
    await turn();
    // Refused where that is taken for the one that it posts, so that the log is asked.
    const again = send(writer, post);
    await pause(50);
    await locked.release();
    expect(await other).toEqual(['exists_with_different_amount']);
    expect(await again).toEqual(['exists']);
    expect(await send(writer, { ...post, amount: AMOUNT_MAX })).toEqual(['exists']);
    expect(warnings).toEqual([]);
  });

  it('its deadline counts, and it is not executed afterwards', async () => {
    const held = holdable(db);
    writer = await forgetful(held.db);
    held.hold(1);
    const transfers = [transfer({ id: 60n }), resolving({ id: 61n, pendingId: 999n, ...POST })];
    const late = writer.submit({ kind: 'transfers', transfers }, 'operator', clock.now() + 1_000_000);
    await held.reached;
    clock.advance(2_000_000);
    expect(await late).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    held.release();
    expect(await send(writer, { id: 60n, code: 9 })).toEqual(['created']);
  });

  it('a stop waits for it', async () => {
    const held = holdable(db);
    writer = await forgetful(held.db);
    // Otherwise the stop would wait for its checkpoint.
    await writer.checkpoint();
    held.hold(1);
    const answer = send(writer, { id: 60n }, resolving({ id: 61n, pendingId: 999n, ...POST }));
    await held.reached;
    const stopped = writer.stop();
    await turn();
    held.release();
    expect(await answer).toEqual(['created', 'pending_transfer_not_found']);
    await stopped;
  });

  it('an error that it always meets costs the others nothing', async () => {
    const poisoned: Database = {
      ...db,
      run: async (statement, values) => {
        if (statement.name === ASK && JSON.stringify(values).includes(toUuid(666n)))
          throw new Error('a value that Postgres does not take');
        return db.run(statement, values);
      },
    };
    writer = await forgetful(poisoned);
    const bad = send(writer, resolving({ id: 60n, pendingId: 666n, ...POST }));
    const good = send(writer, { id: 61n }, resolving({ id: 62n, pendingId: 999n, ...POST }));
    expect(await bad).toEqual(['unavailable']);
    expect(await good).toEqual(['created', 'pending_transfer_not_found']);
    expect(await send(writer, { id: 61n }, { id: 10n })).toEqual(['exists', 'exists']);
  });
});

describe('a checkpoint', () => {
  it('is written after the one under way, not beside it', async () => {
    let transactions = 0;
    const slow: Database = {
      ...db,
      async transaction(work) {
        transactions += 1;
        if (transactions === 2) for (let turns = 0; turns < 200; turns += 1) await turn();
        return db.transaction(work);
      },
    };
    writer = await forgetful(slow);
    await Promise.all([writer.checkpoint(), writer.checkpoint()]);
    const before = await debitsOf(writer, 1n);
    await writer.stop();
    writer = newWriter(db);
    await writer.start();
    expect(await debitsOf(writer, 1n)).toBe(before);
  });
});

describe('a checkpoint that could not be written', () => {
  it('is made up for by one of everything', async () => {
    let broken = false;
    const failing: Database = {
      ...db,
      transaction: (work) => (broken ? Promise.reject(new Error('no room')) : db.transaction(work)),
    };
    writer = newWriter(failing);
    await writer.start();
    await openAccounts(writer, 2);
    await send(writer, { id: 10n, flags: T.pending });
    broken = true;
    await writer.checkpoint();
    broken = false;
    await writer.checkpoint();
    await writer.stop();
    expect(await database.query('SELECT position::int FROM ledger.checkpoint')).toEqual([{ position: 3 }]);
    writer = newWriter(db);
    await writer.start();
    expect(await debitsOf(writer, 1n)).toBe('10/0');
  });
});

describe('what rests on a batch under way', () => {
  it('is answered once that is committed, be it a read or a call that changes nothing', async () => {
    writer = await forgetful(db);
    const locked = await lockLog();
    const answer = send(writer, { id: 60n });
    await turn();
    let answered = 0;
    const count = (): void => {
      answered += 1;
    };
    const read = debitsOf(writer, 1n).finally(count);
    const again = send(writer, { id: 60n }).finally(count);
    await pause(50);
    expect(answered).toBe(0);
    await locked.release();
    expect([await read, await answer, await again]).toEqual(['0/40', ['created'], ['exists']]);
  });
});

describe('a checkpoint of many entries', () => {
  it('is not followed by another one for the few that came while it was written', async () => {
    let [begun, written] = [0, 0];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: Database = {
      ...db,
      async transaction(work) {
        begun += 1;
        // The first one is the recovery's.
        if (begun > 1) await gate;
        const value = await db.transaction(work);
        written += 1;
        return value;
      },
    };
    writer = newWriter(slow, { checkpointEntries: 10 });
    await writer.start();
    await openAccounts(writer, 2);
    for (let id = 10n; id < 18n; id += 1n) await send(writer, { id });
    await until(() => begun === 2);
    for (let id = 20n; id < 23n; id += 1n) await send(writer, { id });
    release();
    await until(() => written === 2);
    for (let id = 30n; id < 33n; id += 1n) await send(writer, { id });
    expect(begun).toBe(2);
    for (let id = 33n; id < 37n; id += 1n) await send(writer, { id });
    await until(() => begun === 3);
  });
});

describe('a stop', () => {
  it('gives the lead up before it is done', async () => {
    const way = await openFaultyWay(db.url, 100);
    writer = newWriter({ ...db, url: way.url });
    await writer.start();
    await writer.stop();
    writer = newWriter(db);
    await writer.start();
    expect(writer.status().mode).toBe('leading');
    await way.close();
  });

  it('answers a call `unknown` whose commit the database does not answer', async () => {
    const way = await openFaultyWay(db.url);
    writer = newWriter({ ...db, url: way.url });
    await writer.start();
    await openAccounts(writer, 2);
    way.block();
    const answer = send(writer, { id: 10n });
    await turn();
    const stopped = writer.stop();
    // A minute later by the ledger's clock, which bounds how long a stop waits.
    clock.advance(60_000_000);
    expect(await answer).toEqual(['unknown']);
    await stopped;
    await way.close();
  });
});

const POST = { flags: T.postPendingTransfer };

/** Lets nobody write to the log until it is released. */
async function lockLog(): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE ledger.log IN EXCLUSIVE MODE');
  return { release: () => client.end() };
}

/** A database on which asks of the log can be held up. */
function holdable(on: Database) {
  let toHold = 0;
  let reach: () => void;
  let release: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held: Database = {
    ...on,
    async run(statement, values) {
      if (statement.name === ASK && toHold > 0) {
        toHold -= 1;
        reach();
        await gate;
      }
      return on.run(statement, values);
    },
  };
  return {
    db: held,
    reached,
    /** Holds so many asks up, from the next one on. */
    hold(asks: number) {
      toHold = asks;
    },
    release: () => release(),
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
