import { ACCOUNT_FLAGS } from '../contract/index.ts';
import type { AccountState, HistoryEntry } from './entries.ts';

/** Notes the balances of an account with the flag `history` after an event. */
export function recordHistory(account: AccountState, timestamp: bigint, history: HistoryEntry[]): void {
  if (!(account.flags & ACCOUNT_FLAGS.history)) return;
  history.push({
    account,
    timestamp,
    debitsPending: account.debitsPending,
    debitsPosted: account.debitsPosted,
    creditsPending: account.creditsPending,
    creditsPosted: account.creditsPosted,
  });
}
