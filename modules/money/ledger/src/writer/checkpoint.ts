import type { Database, Queryable } from '@tpmall/platform/db';
import { sql } from '@tpmall/platform/db';
import {
  type AccountState,
  isClosed,
  KIND,
  RESOLUTION,
  type State,
  type TransferEntry,
} from '../machine/index.ts';
import { toUuid } from '../store/log-store.ts';
import type { Changes } from './trail.ts';

/**
 * Rows written by one statement. They are turned into text just before, so that no batch waits long for it.
 */
const CHUNK_ROWS = 500;

const LOCK_CHECKPOINT = sql('ledger.lock-checkpoint', 'SELECT position FROM ledger.checkpoint FOR UPDATE');
const CHECK_EPOCH = sql('ledger.check-epoch', 'SELECT epoch FROM ledger.writer WHERE epoch = $1');
const UPSERT_BALANCES = sql(
  'ledger.upsert-balances',
  `INSERT INTO ledger.balance
     (account_id, debits_pending, debits_posted, credits_pending, credits_posted, closed)
   SELECT * FROM unnest($1::uuid[], $2::numeric[], $3::numeric[], $4::numeric[], $5::numeric[], $6::boolean[])
   ON CONFLICT (account_id) DO UPDATE SET debits_pending = excluded.debits_pending,
     debits_posted = excluded.debits_posted, credits_pending = excluded.credits_pending,
     credits_posted = excluded.credits_posted, closed = excluded.closed`,
);
const INSERT_PENDINGS = sql(
  'ledger.insert-open-pendings',
  'INSERT INTO ledger.open_pending (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING',
);
const DELETE_PENDINGS = sql(
  'ledger.delete-open-pendings',
  'DELETE FROM ledger.open_pending WHERE id = ANY ($1::uuid[])',
);
const CLEAR_PENDINGS = sql('ledger.clear-open-pendings', 'DELETE FROM ledger.open_pending');
const MOVE_CHECKPOINT = sql(
  'ledger.move-checkpoint',
  'UPDATE ledger.checkpoint SET position = $1, last_timestamp = $2, last_transfer = $3',
);

/** One account's balances, copied out of the state. */
interface Balance {
  readonly id: bigint;
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
  readonly closed: boolean;
}

/** The state at one position, copied out, to be written while the ledger goes on. */
export interface Snapshot {
  readonly position: bigint;
  /** The checkpoint that the changes are relative to. */
  readonly base: bigint;
  readonly lastTimestamp: bigint;
  readonly lastTransfer: bigint;
  readonly balances: readonly Balance[];
  readonly opened: readonly bigint[];
  readonly resolved: readonly bigint[];
  /** Whether this is everything rather than what changed since `base`. */
  readonly whole: boolean;
}

/** Copies the changes (or everything) out. Call it only when every applied batch is committed. */
export function takeSnapshot(
  state: State,
  changes: Changes,
  options: { base: bigint; position: bigint; whole: boolean },
): Snapshot {
  const { whole } = options;
  const open = whole ? [...state.known.values()].filter(isOpen) : changes.opened;
  return {
    ...options,
    lastTimestamp: state.lastTimestamp,
    lastTransfer: state.lastTransfer,
    balances: (whole ? state.opened : changes.accounts).map(copyBalance),
    opened: open.map((entry) => entry.id),
    resolved: changes.resolved.map((entry) => entry.id),
  };
}

function isOpen(entry: { kind: number; resolution?: number }): entry is TransferEntry {
  return entry.kind === KIND.pending && entry.resolution === RESOLUTION.open;
}

function copyBalance(account: AccountState): Balance {
  return {
    id: account.id,
    debitsPending: account.debitsPending,
    debitsPosted: account.debitsPosted,
    creditsPending: account.creditsPending,
    creditsPosted: account.creditsPosted,
    closed: isClosed(account),
  };
}

/** What became of writing a snapshot. `behind`: the tables are not at its base; take a whole one. */
export type Written = 'written' | 'behind' | 'fenced';

/** Writes a snapshot in one transaction, unless another writer has been elected. */
export function writeSnapshot(db: Database, snapshot: Snapshot, epoch: bigint): Promise<Written> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.run<{ position: bigint }>(LOCK_CHECKPOINT);
    if ((await tx.run<{ epoch: bigint }>(CHECK_EPOCH, [epoch])).count === 0) return 'fenced';
    if (!snapshot.whole && rows[0]?.position !== snapshot.base) return 'behind';
    await upsertBalances(tx, snapshot.balances);
    if (snapshot.whole) await tx.run(CLEAR_PENDINGS);
    await inChunks(snapshot.opened, (ids) => tx.run(INSERT_PENDINGS, [arrayOf(ids.map(toUuid))]));
    await inChunks(snapshot.resolved, (ids) => tx.run(DELETE_PENDINGS, [arrayOf(ids.map(toUuid))]));
    await tx.run(
      MOVE_CHECKPOINT,
      [snapshot.position, snapshot.lastTimestamp, snapshot.lastTransfer].map(String),
    );
    return 'written';
  });
}

async function upsertBalances(tx: Queryable, balances: readonly Balance[]): Promise<void> {
  await inChunks(balances, (rows) =>
    tx.run(UPSERT_BALANCES, [
      arrayOf(rows.map((row) => toUuid(row.id))),
      arrayOf(rows.map((row) => row.debitsPending)),
      arrayOf(rows.map((row) => row.debitsPosted)),
      arrayOf(rows.map((row) => row.creditsPending)),
      arrayOf(rows.map((row) => row.creditsPosted)),
      arrayOf(rows.map((row) => row.closed)),
    ]),
  );
}

/** An array as Postgres reads it. Nothing in these values needs quotes, which is what pg would look for. */
function arrayOf(values: readonly (string | bigint | boolean)[]): string {
  return `{${values.join(',')}}`;
}

async function inChunks<T>(
  items: readonly T[],
  write: (chunk: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += CHUNK_ROWS) {
    await write(items.slice(start, start + CHUNK_ROWS));
  }
}
