import type { Account, AccountBalance, EventResult, Transfer } from '../../src/contract/types.ts';
import { KIND } from '../../src/machine/index.ts';
import { accountOf, type MachineEngine } from '../machine-engine.ts';
import type { World } from '../world.ts';

/**
 * The model's world as text, one thing a line, so that two worlds are compared and a difference is readable.
 */
export function describeWorld(world: World): string[] {
  return [
    ...world.accounts.map(accountLine),
    ...world.transfers.map(({ transfer, state }) => transferLine(transfer, state)),
    ...refusedLines(world.failedIds),
    ...world.history.map(({ accountId, balance }) => historyLine(accountId, balance)),
  ];
}

/** The machine's state in the same words. */
export function describeMachine(machine: MachineEngine): string[] {
  const known = [...machine.state.known.values()];
  const transfers = known
    .filter((entry) => entry.kind !== KIND.refusal)
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  const refused = known.filter((entry) => entry.kind === KIND.refusal).map((entry) => entry.id);
  const expiries = new Set(
    machine.log.filter((entry) => entry.kind === KIND.expiry).map((entry) => entry.timestamp),
  );
  return [
    ...machine.state.opened.map((account) => accountLine(accountOf(account))),
    ...transfers.map(({ id }) =>
      transferLine(machine.transfer(id) as Transfer, machine.pendingState(id) as string),
    ),
    ...refusedLines(refused),
    // The machine notes expiries as well, where the reference's history has transfers only.
    ...machine.history
      .filter((entry) => !expiries.has(entry.timestamp))
      .map((entry) => historyLine(entry.account.id, entry)),
  ];
}

/** Results as text. */
export function describeResults(results: readonly EventResult<string>[]): string[] {
  return results.map((result) => `${result.status} @${result.timestamp}`);
}

function accountLine(account: Account): string {
  const { id, flags, debitsPending, debitsPosted, creditsPending, creditsPosted, ...rest } = account;
  const fixed = [rest.userData128, rest.userData64, rest.userData32, rest.ledger, rest.code, rest.owner];
  const balances = [debitsPending, debitsPosted, creditsPending, creditsPosted].join('/');
  return `account ${id} ${balances} flags ${flags} @${rest.timestamp} ${fixed.join(' ')}`;
}

function transferLine(transfer: Transfer, state: string): string {
  const { id, debitAccountId, creditAccountId, amount, pendingId, flags, timestamp, ...rest } = transfer;
  const data = [rest.userData128, rest.userData64, rest.userData32, rest.timeout, rest.ledger, rest.code];
  const move = `${debitAccountId}→${creditAccountId} ${amount} of ${pendingId}`;
  return `transfer ${id} ${move} flags ${flags} @${timestamp} ${state} ${data.join(' ')}`;
}

function refusedLines(ids: readonly bigint[]): string[] {
  return [...ids].sort((a, b) => (a < b ? -1 : 1)).map((id) => `refused ${id}`);
}

function historyLine(accountId: bigint, balance: AccountBalance): string {
  const { debitsPending, debitsPosted, creditsPending, creditsPosted, timestamp } = balance;
  const balances = [debitsPending, debitsPosted, creditsPending, creditsPosted].join('/');
  return `history ${accountId} ${balances} @${timestamp}`;
}
