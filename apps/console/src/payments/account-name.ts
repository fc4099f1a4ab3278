import type { Timeline } from './timeline-objects.ts';
import type { words } from './words.ts';

/** An account of the ledger by whose it is and what it is for; by its number where neither is known. */
export function accountName(
  { ledger_accounts: accounts, parties }: Pick<Timeline, 'ledger_accounts' | 'parties'>,
  id: string,
  w: (typeof words)['en'],
): string {
  const account = accounts.find((one) => one.id === id);
  if (!account) return id;
  const kind = w.accounts[account.kind] ?? account.kind;
  const party = account.party === null ? undefined : parties[account.party];
  return party === undefined ? kind : w.accountOf(party, kind);
}
