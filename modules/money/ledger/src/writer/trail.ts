import {
  type AccountState,
  BLOCK_ACCOUNTS,
  KIND,
  type LogEntry,
  RESOLUTION,
  type State,
  type TransferEntry,
} from '../machine/index.ts';

/** Bits of a transfer's `bookmark`. */
const FORGOTTEN = 1;
const STORED = 2;
/** What resolved it is committed; until then it may become open again. */
const SETTLED = 4;

/** Open pending transfers that are noted before those resolved since are let go. */
const OPENED_MIN = 4_096;

/** What changed since the last checkpoint. */
export interface Changes {
  /** Blocks of accounts that have changed: block n is the accounts from the place 64n on. */
  readonly blocks: readonly number[];
  readonly opened: readonly TransferEntry[];
  readonly resolved: readonly TransferEntry[];
}

/**
 * What the writer keeps about the entries behind it: which transfers to forget so that memory stays bounded,
 * and what has changed since the last checkpoint.
 */
export interface Trail {
  /** The position that the last checkpoint was made at. */
  base: number;
  /** Notes an entry that is in the state (and in the log, or about to be). */
  applied(entry: LogEntry): void;
  /** Notes an entry that was read back from the log, so that it is forgotten again in its turn. */
  learned(entry: Exclude<LogEntry, { kind: typeof KIND.expiry }>): void;
  /** Forgets the oldest entries beyond the number to keep. Open pending transfers are never forgotten. */
  trim(state: State): void;
  /** The changes since the last call; the next checkpoint must hold them. */
  takeChanges(): Changes;
}

/** @param keep how many entries stay known */
export function createTrail(keep: number, base: number): Trail {
  // A queue in an array: taken from `head`, cut when half of it is spent. Spent places are emptied at once,
  // or they would keep what was forgotten from the garbage collector.
  let queue: (LogEntry | undefined)[] = [];
  let head = 0;
  let generation = 1;
  /** For each block of accounts the generation it was last collected in. */
  const marks: number[] = [];
  let blocks: number[] = [];
  let opened: TransferEntry[] = [];
  let openedMax = OPENED_MIN;
  let resolved: TransferEntry[] = [];

  const touch = (account: AccountState): void => {
    const block = Math.floor(account.place / BLOCK_ACCOUNTS);
    if (marks[block] === generation) return;
    while (marks.length <= block) marks.push(0);
    marks[block] = generation;
    blocks.push(block);
  };

  // Most pending transfers are resolved before the next checkpoint: those need neither a row nor memory.
  const open = (entry: TransferEntry): void => {
    if (opened.length >= openedMax) {
      opened = opened.filter((item) => !(item.bookmark & SETTLED));
      openedMax = Math.max(OPENED_MIN, opened.length * 2);
    }
    opened.push(entry);
  };

  const forget = (state: State, entry: LogEntry): void => {
    if (entry.kind === KIND.expiry) return forgetResolved(state, entry.pending);
    if (entry.kind === KIND.pending && !(entry.bookmark & SETTLED)) {
      entry.bookmark |= FORGOTTEN;
      return;
    }
    state.known.delete(entry.id);
    if (entry.kind !== KIND.refusal && entry.pending) forgetResolved(state, entry.pending);
  };

  return {
    base,
    applied(entry) {
      queue.push(entry);
      if (entry.kind === KIND.refusal) return;
      const of = entry.kind === KIND.expiry ? entry.pending : entry;
      touch(of.debit);
      touch(of.credit);
      if (entry.kind === KIND.pending) open(entry);
      const { pending } = entry;
      if (!pending) return;
      pending.bookmark |= SETTLED;
      if (pending.bookmark & STORED) resolved.push(pending);
    },
    learned(entry) {
      if (entry.kind === KIND.pending) entry.bookmark |= SETTLED;
      queue.push(entry);
    },
    trim(state) {
      while (queue.length - head > keep) {
        const entry = queue[head];
        queue[head] = undefined;
        head += 1;
        if (entry) forget(state, entry);
      }
      if (head > queue.length / 2) {
        queue = queue.slice(head);
        head = 0;
      }
    },
    takeChanges() {
      const changes = {
        blocks,
        opened: opened.filter((entry) => entry.resolution === RESOLUTION.open),
        resolved,
      };
      for (const entry of changes.opened) entry.bookmark |= STORED;
      generation += 1;
      blocks = [];
      opened = [];
      openedMax = OPENED_MIN;
      resolved = [];
      return changes;
    },
  };
}

/** Marks an open pending transfer as read from the checkpoint: it stands there, and in no queue here. */
export function markRestored(entry: TransferEntry): void {
  entry.bookmark |= STORED | FORGOTTEN;
}

/** A pending transfer whose turn came while it was open goes with the entry that resolved it. */
function forgetResolved(state: State, pending: TransferEntry): void {
  if (pending.bookmark & FORGOTTEN) state.known.delete(pending.id);
}
