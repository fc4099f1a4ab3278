import { ACCOUNT_FLAGS, type Account, type Transfer } from '../src/contract/types.ts';
import { has, type PendingState, replaceAccount, type World } from './world.ts';

/** Writes a transfer that passed every check, the two accounts it changed, and their history. */
export function recordTransfer(
  world: World,
  transfer: Transfer,
  state: PendingState,
  changed: { debit: Account; credit: Account },
): void {
  world.transfers = [...world.transfers, { transfer, state }];
  for (const account of [changed.debit, changed.credit]) {
    replaceAccount(world, account);
    if (!has(account.flags, ACCOUNT_FLAGS.history)) continue;
    const balance = {
      debitsPending: account.debitsPending,
      debitsPosted: account.debitsPosted,
      creditsPending: account.creditsPending,
      creditsPosted: account.creditsPosted,
      timestamp: transfer.timestamp,
    };
    world.history = [...world.history, { accountId: account.id, balance }];
  }
}
