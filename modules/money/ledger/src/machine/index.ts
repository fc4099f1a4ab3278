export { apply, type Batch, nextTimestamp, undo } from './apply.ts';
export {
  type AccountState,
  type ExpiryEntry,
  type HistoryEntry,
  isClosed,
  KIND,
  type LogEntry,
  openAccount,
  RESOLUTION,
  type RefusalEntry,
  type TransferEntry,
} from './entries.ts';
export { learn, replay, replayAccount, restorePending } from './replay.ts';
export { type Applied, createState, type State } from './state.ts';
