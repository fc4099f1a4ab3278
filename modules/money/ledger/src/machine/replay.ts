import { addAccount } from './apply-accounts.ts';
import { perform } from './effects.ts';
import { type AccountState, KIND, type LogEntry } from './entries.ts';
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
  if (entry.kind !== KIND.expiry && entry.kind !== KIND.refusal) state.lastTransfer = entry.timestamp;
}

/** Lets an entry be known again that the state had forgotten. Balances hold it already. */
export function learn(state: State, entry: Exclude<LogEntry, { kind: typeof KIND.expiry }>): void {
  state.known.set(entry.id, entry);
}
