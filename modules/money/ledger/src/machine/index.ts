export { AccountState, type BalanceBlock, BLOCK_ACCOUNTS, balancesIn } from './account-state.ts';
export { apply, type Batch, nextTimestamp, undo } from './apply.ts';
export {
  type ExpiryEntry,
  type HistoryEntry,
  isClosed,
  KIND,
  type LogEntry,
  RESOLUTION,
  type RefusalEntry,
  type TransferEntry,
} from './entries.ts';
export { learn, replay, replayAccount, restorePending } from './replay.ts';
export { type Applied, createState, type State } from './state.ts';
