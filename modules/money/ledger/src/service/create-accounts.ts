import { err, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { CreateAccountStatus, EventResult, NewAccount } from '../contract/index.ts';
import type { LedgerDeps } from './deps.ts';
import { ownerOf } from './owner-of.ts';

type Code = 'account_owned_by_module' | 'account_limit_reached' | 'unavailable' | 'unknown';

/** Opens accounts for the caller; see the contract. */
export async function createAccounts(
  { writer, accountsMax }: LedgerDeps,
  context: CallContext,
  { accounts }: { readonly accounts: readonly NewAccount[] },
): Promise<Result<{ readonly results: readonly EventResult<CreateAccountStatus>[] }, Code>> {
  if (writer.status().accounts + accounts.length > accountsMax) {
    // Those that are there need no room: after a restart every module opens its accounts again.
    const opening = await writer.read(context.deadlineAt, (state) => {
      const missing = new Set(accounts.map(({ id }) => id).filter((id) => !state.accounts.has(id)));
      return { missing: missing.size, room: accountsMax - state.accounts.size };
    });
    if (!opening.ok) return opening;
    const { missing, room } = opening.value;
    if (missing > Math.max(room, 0)) {
      return err('account_limit_reached', `the ledger holds at most ${accountsMax} accounts`);
    }
  }
  const owner = ownerOf(context.caller);
  const answer = await writer.submit({ kind: 'accounts', accounts, owner }, owner, context.deadlineAt);
  // The state machine answers a batch of accounts with the statuses of accounts.
  return answer as Result<{ readonly results: readonly EventResult<CreateAccountStatus>[] }, Code>;
}
