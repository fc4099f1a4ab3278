import { type Clock, manualClock } from '@tpmall/kernel';
import { silentLog, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import pg from 'pg';
import type { NewTransfer } from '../contract/index.ts';
import { account, transfer } from '../machine/fixtures.ts';
import { ledger } from '../module.ts';
import type { CallResult } from './calls.ts';
import type { WriterLimits } from './core.ts';
import { createWriter, type LedgerWriter } from './create-writer.ts';

/** Far enough for every test. Test code only. */
export const FAR = Number.MAX_SAFE_INTEGER;

/** Bounds small enough for a test to reach. */
const SMALL: WriterLimits = {
  queuedItemsMax: 1_000,
  knownTransfers: 4,
  flightItemsMax: 100,
  flightsMax: 2,
  checkpointEntries: 10,
};

/** A fresh ledger database, and a way to look at it as superuser. */
export async function ledgerDatabase(): Promise<TestDatabase & { query(text: string): Promise<unknown[]> }> {
  const database = await testDatabase({ modules: [ledger] });
  return {
    ...database,
    async query(text) {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        return (await client.query<object>(text)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

/** A writer on a test's database. */
export function writerOn(
  database: TestDatabase,
  limits: Partial<WriterLimits> = {},
  clock?: Clock,
): LedgerWriter {
  return createWriter({
    db: database.db('ledger'),
    clock: clock ?? manualClock(1_700_000_000_000_000),
    log: silentLog,
    limits: { ...SMALL, ...limits },
  });
}

/** Opens accounts 1 to `count`. */
export async function openAccounts(writer: LedgerWriter, count: number): Promise<void> {
  const accounts = Array.from({ length: count }, (_, index) => account({ id: BigInt(index + 1) }));
  await writer.submit({ kind: 'accounts', accounts, owner: 'operator' }, 'operator', FAR);
}

/**
 * Sends transfers (see the machine's fixtures for what is filled in) and answers their statuses or the code.
 */
export async function send(
  writer: LedgerWriter,
  ...items: readonly Partial<NewTransfer>[]
): Promise<string[]> {
  return statuses(
    await writer.submit({ kind: 'transfers', transfers: items.map(transfer) }, 'operator', FAR),
  );
}

/** A call's statuses, or the code it was refused with. */
function statuses(result: CallResult): string[] {
  return result.ok ? result.value.results.map((item) => item.status) : [result.error.code];
}

/** debitsPending/debitsPosted of an account. */
export async function debitsOf(writer: LedgerWriter, id: bigint): Promise<string> {
  const read = await writer.read(FAR, (state) => {
    const found = state.accounts.get(id);
    return `${found?.debitsPending}/${found?.debitsPosted}`;
  });
  return read.ok ? read.value : read.error.code;
}
