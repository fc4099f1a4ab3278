import { ACCOUNT_FLAGS } from '../contract/index.ts';
import type { AccountState } from './account-state.ts';
import { type Applied, NO_HISTORY } from './state.ts';

/** Notes the balances of an account with the flag `history` after an event. */
export function recordHistory(account: AccountState, timestamp: bigint, applied: Applied<string>): void {
  if (!(account.flags & ACCOUNT_FLAGS.history)) return;
  if (applied.history === NO_HISTORY) applied.history = [];
  applied.history.push({
    account,
    timestamp,
    debitsPending: account.debitsPending,
    debitsPosted: account.debitsPosted,
    creditsPending: account.creditsPending,
    creditsPosted: account.creditsPosted,
  });
}
