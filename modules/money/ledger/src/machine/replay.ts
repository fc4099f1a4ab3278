import type { AccountState } from './account-state.ts';
import { addAccount } from './apply-accounts.ts';
import { perform } from './effects.ts';
import { KIND, type LogEntry, RESOLUTION, type TransferEntry } from './entries.ts';
import { canExpire } from './expiries.ts';
import type { State } from './state.ts';

/** Puts a logged account back: the first step of recovery. Accounts come in the order of their creation. */
export function replayAccount(state: State, account: AccountState): void {
  addAccount(state, account);
  if (account.timestamp > state.lastTimestamp) state.lastTimestamp = account.timestamp;
}

/** Does what a logged entry did, without judging it again. Entries come in the order of the log. */
export function replay(state: State, entry: LogEntry): void {
  perform(state, entry);
  if (entry.timestamp > state.lastTimestamp) state.lastTimestamp = entry.timestamp;
  if (entry.kind !== KIND.refusal) state.lastTransfer = entry.timestamp;
}

/** Lets an entry be known again that the state had forgotten. Balances hold it already. */
export function learn(state: State, entry: Exclude<LogEntry, { kind: typeof KIND.expiry }>): void {
  state.known.set(entry.id, entry);
}

/**
 * Puts a pending transfer back that was open at the checkpoint: the restored balances hold its amount
 * already.
 */
export function restorePending(state: State, pending: TransferEntry): void {
  pending.resolution = RESOLUTION.open;
  state.known.set(pending.id, pending);
  state.openPendings += 1;
  if (canExpire(pending)) state.expiries.add(pending);
}
