import type { Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { CreateTransferStatus, EventResult, NewTransfer } from '../contract/index.ts';
import type { LedgerDeps } from './deps.ts';
import { ownerOf } from './owner-of.ts';

type Answer = Result<
  { readonly results: readonly EventResult<CreateTransferStatus>[] },
  'account_owned_by_module' | 'unavailable' | 'unknown'
>;

/** Makes transfers; see the contract. */
export function createTransfers(
  { writer }: LedgerDeps,
  context: CallContext,
  { transfers }: { readonly transfers: readonly NewTransfer[] },
): Promise<Answer> {
  const answer = writer.submit({ kind: 'transfers', transfers }, ownerOf(context.caller), context.deadlineAt);
  // The state machine answers a batch of transfers with the statuses of transfers.
  return answer as Promise<Answer>;
}
