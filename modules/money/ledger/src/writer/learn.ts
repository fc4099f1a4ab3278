import { assert } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import {
  ACCOUNT_FLAGS,
  CREATE_TRANSFER_STATUSES,
  type NewTransfer,
  TRANSFER_FLAGS,
  TRANSIENT_STATUSES,
} from '../contract/index.ts';
import { type Batch, KIND, learn, RESOLUTION, type State, type TransferEntry } from '../machine/index.ts';
import { entryFromRow } from '../store/entry-from-row.ts';
import {
  fromUuid,
  type LogRow,
  readByIds,
  readResolutions,
  readTakenTimestamps,
} from '../store/log-store.ts';
import type { Call } from './calls.ts';
import type { Trail } from './trail.ts';

const RESOLVING = TRANSFER_FLAGS.postPendingTransfer | TRANSFER_FLAGS.voidPendingTransfer;

/**
 * The ids a batch refers to that are not known here: the pending transfers it posts or voids, and those posts
 * and voids themselves, which may be repetitions. Everything still open is known, so this is empty but for
 * old transfers and for ids that never were.
 */
export function unknownReferences(state: State, transfers: readonly NewTransfer[], into: Set<bigint>): void {
  for (let index = 0; index < transfers.length; index += 1) {
    const transfer = transfers[index] as NewTransfer;
    if (!(transfer.flags & RESOLVING) || transfer.pendingId === 0n) continue;
    if (state.known.has(transfer.pendingId) || state.known.has(transfer.id)) continue;
    into.add(transfer.pendingId);
    into.add(transfer.id);
  }
}

/**
 * Refusals that come after the look for the id, and that the log does not note (which would find the id
 * there).
 */
const silent: ReadonlySet<string> = new Set([
  'linked_event_failed',
  ...CREATE_TRANSFER_STATUSES.slice(CREATE_TRANSFER_STATUSES.indexOf('id_already_failed') + 1).filter(
    (status) => !(TRANSIENT_STATUSES as readonly string[]).includes(status),
  ),
]);

/**
 * The ids of applied calls that were refused without a trace, and are not known here: they may repeat what
 * was forgotten, and a repetition is judged before anything else. Each id is asked for once: judged
 * again, after other calls came in between, a call may refuse items that it had accepted before.
 */
export function refusedUnknown(state: State, calls: readonly Call[]): bigint[] {
  const ids: bigint[] = [];
  for (const call of calls) {
    const { batch, applied } = call;
    if (!applied || batch.kind !== 'transfers') continue;
    for (let index = 0; index < batch.transfers.length; index += 1) {
      const status = applied.results[index]?.status ?? 'created';
      if (status === 'created' || !silent.has(status)) continue;
      const id = batch.transfers[index]?.id ?? 0n;
      if (!state.known.has(id) && !call.asked?.has(id)) ids.push(id);
    }
  }
  return ids;
}

/** The timestamps of a batch's imported accounts: a transfer that has been forgotten may have one of them. */
export function importedTimestamps(batch: Batch): bigint[] {
  if (batch.kind !== 'accounts') return [];
  return batch.accounts
    .filter((account) => account.flags & ACCOUNT_FLAGS.imported && account.timestamp < 1n << 63n)
    .map((account) => account.timestamp);
}

/** As {@link readTakenTimestamps}, but without a question where there is nothing to ask. */
export async function takenTimestamps(
  db: Queryable,
  timestamps: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  return timestamps.length === 0 ? new Set() : await readTakenTimestamps(db, timestamps);
}

/**
 * Reads forgotten transfers and used-up ids back from the log, with what became of the pending ones.
 *
 * @returns how many of the ids the log has
 */
export async function learnIds(
  db: Queryable,
  state: State,
  trail: Trail,
  ids: readonly bigint[],
): Promise<number> {
  const asked = await readByIds(db, ids);
  const needed = asked
    .map((row) => fromUuid(row.pending_id))
    .filter((id) => id !== 0n && !state.known.has(id));
  const referred = needed.length === 0 ? [] : await readByIds(db, needed);
  const rows = [...referred, ...asked];
  const pendings = rows.filter((row) => row.kind === KIND.pending).map((row) => fromUuid(row.id));
  const resolutions = pendings.length === 0 ? new Map<bigint, number>() : await readResolutions(db, pendings);
  // Two passes, because a post or void can only be linked to a pending transfer that is there.
  for (const row of rows) if (row.pending_id === null) learnRow(state, trail, row, resolutions);
  for (const row of rows) if (row.pending_id !== null) learnRow(state, trail, row, resolutions);
  return asked.length;
}

function learnRow(state: State, trail: Trail, row: LogRow, resolutions: ReadonlyMap<bigint, number>): void {
  const id = fromUuid(row.id);
  if (id === 0n || state.known.has(id)) return;
  const entry = entryFromRow(state, row, (pendingId) => knownPending(state, pendingId));
  if (entry.kind === KIND.expiry) return;
  if (entry.kind === KIND.pending) {
    const kind = resolutions.get(id);
    assert(kind !== undefined, `pending transfer ${id} is open, but was not known`);
    entry.resolution = resolutionOf(kind);
  }
  learn(state, entry);
  trail.learned(entry);
}

function resolutionOf(kind: number): number {
  if (kind === KIND.post) return RESOLUTION.posted;
  return kind === KIND.void ? RESOLUTION.voided : RESOLUTION.expired;
}

function knownPending(state: State, id: bigint): TransferEntry {
  const pending = state.known.get(id);
  assert(pending && pending.kind === KIND.pending, `the log resolves ${id}, which is no pending transfer`);
  return pending;
}
