import type { Database, Queryable } from '@tpmall/platform/db';
import { sql } from '@tpmall/platform/db';
import {
  type AccountState,
  type BalanceBlock,
  BLOCK_ACCOUNTS,
  balancesIn,
  isClosed,
  KIND,
  RESOLUTION,
  type State,
  type TransferEntry,
} from '../machine/index.ts';
import { toUuid } from '../store/log-store.ts';
import { accountIdArray, booleanArray, numericArray } from './balance-arrays.ts';
import type { Changes } from './trail.ts';

/** Blocks of balances written by one statement. They are encoded just before, so that no batch waits long. */
const CHUNK_BLOCKS = 8;
/** Ids of pending transfers written by one statement. */
const CHUNK_IDS = 500;

const LOCK_CHECKPOINT = sql('ledger.lock-checkpoint', 'SELECT position FROM ledger.checkpoint FOR UPDATE');
const CHECK_EPOCH = sql('ledger.check-epoch', 'SELECT epoch FROM ledger.writer WHERE epoch = $1');
const UPSERT_BALANCES = sql(
  'ledger.upsert-balances',
  `INSERT INTO ledger.balance_block
     (block, account_ids, debits_pending, debits_posted, credits_pending, credits_posted, closed)
   SELECT block, ($2::uuid[])[low:high], ($3::numeric[])[low:high], ($4::numeric[])[low:high],
     ($5::numeric[])[low:high], ($6::numeric[])[low:high], ($7::boolean[])[low:high]
   FROM unnest($1::int[]) WITH ORDINALITY AS list (block, nth),
     LATERAL (
       SELECT (nth::int - 1) * ${BLOCK_ACCOUNTS} + 1, nth::int * ${BLOCK_ACCOUNTS}
     ) AS range (low, high)
   ON CONFLICT (block) DO UPDATE SET account_ids = excluded.account_ids,
     debits_pending = excluded.debits_pending, debits_posted = excluded.debits_posted,
     credits_pending = excluded.credits_pending, credits_posted = excluded.credits_posted,
     closed = excluded.closed`,
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

/**
 * A block of accounts, copied out of the state. Every block is full but the ledger's last one, which comes
 * last.
 */
interface BlockCopy {
  readonly block: number;
  readonly accounts: readonly AccountState[];
  readonly balances: BalanceBlock;
  readonly closed: readonly boolean[];
}

/** The state at one position, copied out, to be written while the ledger goes on. */
export interface Snapshot {
  readonly position: bigint;
  /** The checkpoint that the changes are relative to. */
  readonly base: bigint;
  readonly lastTimestamp: bigint;
  readonly lastTransfer: bigint;
  readonly balances: readonly BlockCopy[];
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
    balances: copyBalances(state, whole ? allBlocks(state) : changes.blocks),
    opened: open.map((entry) => entry.id),
    resolved: changes.resolved.map((entry) => entry.id),
  };
}

function isOpen(entry: { kind: number; resolution?: number }): entry is TransferEntry {
  return entry.kind === KIND.pending && entry.resolution === RESOLUTION.open;
}

function allBlocks({ opened }: State): number[] {
  return Array.from({ length: Math.ceil(opened.length / BLOCK_ACCOUNTS) }, (_, block) => block);
}

function copyBalances({ opened, blocks }: State, changed: readonly number[]): BlockCopy[] {
  return changed
    .toSorted((a, b) => a - b)
    .map((block) => {
      const accounts = opened.slice(block * BLOCK_ACCOUNTS, (block + 1) * BLOCK_ACCOUNTS);
      const balances = (blocks[block] as BalanceBlock).slice();
      return { block, accounts, balances, closed: accounts.map(isClosed) };
    });
}

/** What became of writing a snapshot. `behind`: the tables are not at its base; take a whole one. */
export type Written = 'written' | 'behind' | 'fenced';

/** Writes a snapshot in one transaction, unless another writer has been elected. */
export function writeSnapshot(db: Database, snapshot: Snapshot, epoch: bigint): Promise<Written> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.run<{ position: bigint }>(LOCK_CHECKPOINT);
    if ((await tx.run<{ epoch: bigint }>(CHECK_EPOCH, [epoch])).count === 0) return 'fenced';
    if (!snapshot.whole && rows[0]?.position !== snapshot.base) return 'behind';
    await inChunks(snapshot.balances, CHUNK_BLOCKS, (copies) => upsertBalances(tx, copies));
    if (snapshot.whole) await tx.run(CLEAR_PENDINGS);
    await inChunks(snapshot.opened, CHUNK_IDS, (ids) => tx.run(INSERT_PENDINGS, [arrayOf(ids.map(toUuid))]));
    await inChunks(snapshot.resolved, CHUNK_IDS, (ids) =>
      tx.run(DELETE_PENDINGS, [arrayOf(ids.map(toUuid))]),
    );
    await tx.run(
      MOVE_CHECKPOINT,
      [snapshot.position, snapshot.lastTimestamp, snapshot.lastTransfer].map(String),
    );
    return 'written';
  });
}

async function upsertBalances(tx: Queryable, copies: readonly BlockCopy[]): Promise<void> {
  const balances = copies.flatMap((copy) =>
    copy.accounts.map((_, index) => balancesIn(copy.balances, index)),
  );
  await tx.run(UPSERT_BALANCES, [
    copies.map((copy) => copy.block),
    accountIdArray(copies.flatMap((copy) => copy.accounts)),
    numericArray(balances.map((of) => of.debitsPending)),
    numericArray(balances.map((of) => of.debitsPosted)),
    numericArray(balances.map((of) => of.creditsPending)),
    numericArray(balances.map((of) => of.creditsPosted)),
    booleanArray(copies.flatMap((copy) => copy.closed)),
  ]);
}

/** An array as Postgres reads it. Nothing in these values needs quotes, which is what pg would look for. */
function arrayOf(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}

async function inChunks<T>(
  items: readonly T[],
  size: number,
  write: (chunk: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    await write(items.slice(start, start + size));
  }
}
