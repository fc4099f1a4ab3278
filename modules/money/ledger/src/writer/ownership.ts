import { err } from '@tpmall/kernel';
import { isShared } from '../contract/index.ts';
import { type AccountState, type Applied, type Batch, KIND, type State } from '../machine/index.ts';
import type { CallResult } from './calls.ts';

/** The owner of accounts that anybody may use, and on whose behalf operators act. */
export const OPERATOR = 'operator';

/**
 * Whether a call that has just been applied touches an account that is another module's. Asked afterwards,
 * because the entries point at their accounts and so the question costs next to nothing; the caller undoes
 * the call.
 */
export function ownershipRefusal(
  state: State,
  batch: Batch,
  owner: string,
  applied: Applied<string>,
): CallResult | undefined {
  if (batch.kind === 'accounts') {
    const index = batch.accounts.findIndex((item, at) => {
      // A module that finds its account opened by an operator must not take it for its own.
      const existing = applied.results[at]?.status === 'created' ? undefined : state.accounts.get(item.id);
      return existing !== undefined && existing.owner !== owner;
    });
    return index < 0 ? undefined : refuse(index, state.accounts.get(batch.accounts[index]?.id ?? 0n));
  }
  for (const entry of applied.entries) {
    if (entry.kind === KIND.refusal || entry.kind === KIND.expiry) continue;
    if (mayUse(owner, entry.debit) && mayUse(owner, entry.credit)) continue;
    const index = batch.transfers.findIndex((transfer) => transfer.id === entry.id);
    return refuse(index, mayUse(owner, entry.debit) ? entry.credit : entry.debit);
  }
  for (let index = 0; index < batch.transfers.length; index += 1) {
    const transfer = batch.transfers[index];
    if (!transfer || applied.results[index]?.status === 'created') continue;
    const pending = transfer.pendingId === 0n ? undefined : state.known.get(transfer.pendingId);
    const touched =
      pending && pending.kind !== KIND.refusal
        ? [pending.debit, pending.credit]
        : [state.accounts.get(transfer.debitAccountId), state.accounts.get(transfer.creditAccountId)];
    const foreign = touched.find((account) => !mayUse(owner, account));
    if (foreign) return refuse(index, foreign);
  }
  return undefined;
}

function mayUse(owner: string, account: AccountState | undefined): boolean {
  if (account === undefined || account.owner === owner || account.owner === OPERATOR) return true;
  return isShared(account.code, account.owner, owner);
}

function refuse(index: number, account: AccountState | undefined): CallResult {
  const owner = account?.owner ?? OPERATOR;
  return err('account_owned_by_module', `item ${index} touches an account that belongs to ${owner}`, {
    detail: { index, accountId: String(account?.id ?? 0n), owner },
  });
}
