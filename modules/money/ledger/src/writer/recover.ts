import { assert } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import { ACCOUNT_FLAGS } from '../contract/index.ts';
import {
  createState,
  KIND,
  replay,
  replayAccount,
  restorePending,
  type State,
  type TransferEntry,
} from '../machine/index.ts';
import { entryFromRow } from '../store/entry-from-row.ts';
import { fromUuid, readAccounts, readCheckpoint, readWindow } from '../store/log-store.ts';
import { createTrail, markRestored, type Trail } from './trail.ts';

/** Rows read at once: bounds the memory that recovery needs beside the state itself. */
const PAGE_ROWS = 20_000;

/** A state as it was rebuilt, and what the writer must go on keeping of it. */
export interface Recovered {
  readonly state: State;
  readonly trail: Trail;
}

/**
 * The state after the log's entry `position`: accounts, the checkpoint's balances and open pendings, and the
 * log after it. A start, a restart and a takeover all begin with this.
 *
 * @param keep how many transfers to keep known in memory
 */
export async function recover(db: Database, position: bigint, keep: number): Promise<Recovered> {
  const state = createState();
  for (let after = -1n; ; ) {
    const accounts = await readAccounts(db, after, PAGE_ROWS);
    for (const account of accounts) replayAccount(state, account);
    const last = accounts.at(-1);
    if (!last || accounts.length < PAGE_ROWS) break;
    after = last.timestamp;
  }
  const base = await restoreCheckpoint(db, state);
  const trail = createTrail(keep, Number(base));
  const pendingOf = (id: bigint): TransferEntry => {
    const pending = state.known.get(id);
    assert(pending && pending.kind === KIND.pending, `the log resolves ${id}, which is not open`);
    return pending;
  };
  for (let after = base; after < position; after += BigInt(PAGE_ROWS)) {
    const upTo = after + BigInt(PAGE_ROWS);
    const rows = await readWindow(db, after, upTo < position ? upTo : position);
    for (const row of rows) {
      const entry = entryFromRow(state, row, pendingOf);
      replay(state, entry);
      trail.applied(entry);
    }
    trail.trim(state);
  }
  return { state, trail };
}

async function restoreCheckpoint(db: Database, state: State): Promise<bigint> {
  const { checkpoint, balances, openPendings } = await readCheckpoint(db);
  for (const row of balances) {
    const account = state.accounts.get(fromUuid(row.account_id));
    assert(account, `the checkpoint has a balance of ${row.account_id}, which is no account`);
    account.debitsPending = row.debits_pending;
    account.debitsPosted = row.debits_posted;
    account.creditsPending = row.credits_pending;
    account.creditsPosted = row.credits_posted;
    account.flags = row.closed ? account.flags | ACCOUNT_FLAGS.closed : account.flags & ~ACCOUNT_FLAGS.closed;
  }
  const none = (): never => {
    throw new Error('an open pending transfer resolves nothing');
  };
  for (const row of openPendings) {
    const entry = entryFromRow(state, row, none);
    assert(entry.kind === KIND.pending, 'only pending transfers are open');
    restorePending(state, entry);
    markRestored(entry);
  }
  if (checkpoint.last_timestamp > state.lastTimestamp) state.lastTimestamp = checkpoint.last_timestamp;
  state.lastTransfer = checkpoint.last_transfer;
  return checkpoint.position;
}
