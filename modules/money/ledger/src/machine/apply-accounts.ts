import { ACCOUNT_FLAGS, type CreateAccountStatus, type NewAccount } from '../contract/index.ts';
import { AccountState, BLOCK_ACCOUNTS, createBalanceBlock } from './account-state.ts';
import { judgeAccount } from './create-account.ts';
import { KIND } from './entries.ts';
import { checkTimestamp } from './imported.ts';
import type { Applied, State } from './state.ts';

interface Chain {
  readonly start: number;
  readonly accounts: number;
  readonly lastAccount: bigint;
  broken: boolean;
}

/**
 * Judges and opens accounts one after the other, chains as a whole; item i has the timestamp first + i.
 *
 * @param taken timestamps of transfers that the state has forgotten; matters to imported accounts only
 */
export function applyAccounts(
  state: State,
  accounts: readonly NewAccount[],
  owner: string,
  first: bigint,
  taken: ReadonlySet<bigint>,
  applied: Applied<CreateAccountStatus>,
): void {
  const length = accounts.length;
  const batchImported = ((accounts[0]?.flags ?? 0) & ACCOUNT_FLAGS.imported) !== 0;
  const now = first + BigInt(length - 1);
  const isTransferTime = transferTimes(state, taken);
  let chain: Chain | undefined;
  let timestamp = first;
  for (let index = 0; index < length; index += 1, timestamp += 1n) {
    const account = accounts[index] as NewAccount;
    const linked = (account.flags & ACCOUNT_FLAGS.linked) !== 0;
    if (linked && !chain) {
      chain = {
        start: index,
        accounts: applied.accounts.length,
        lastAccount: state.lastAccount,
        broken: false,
      };
    }
    const imported = (account.flags & ACCOUNT_FLAGS.imported) !== 0;
    const at = imported ? account.timestamp : timestamp;
    let status: CreateAccountStatus | undefined;
    if (linked && index === length - 1) status = 'linked_event_chain_open';
    else if (chain?.broken) status = 'linked_event_failed';
    else {
      status =
        checkTimestamp(imported, batchImported, account.timestamp, now) ??
        judgeAccount(state, account, at, isTransferTime);
    }
    if (status === undefined) {
      const opened = new AccountState(account, owner, at);
      addAccount(state, opened);
      applied.accounts.push(opened);
      applied.results[index] = { status: 'created', timestamp: at };
    } else {
      // Asked before the chain is taken back: what exists may be an earlier item of it.
      const existing = status === 'exists' ? state.accounts.get(account.id)?.timestamp : undefined;
      if (chain && !chain.broken) {
        breakChain(state, chain, index, applied);
        chain.broken = true;
      }
      applied.results[index] = { status, timestamp: existing ?? timestamp };
    }
    if (chain && (!linked || status === 'linked_event_chain_open')) chain = undefined;
  }
}

/** Puts an account that was judged (now or before a restart) into the state. */
export function addAccount(state: State, account: AccountState): void {
  state.accounts.set(account.id, account);
  const place = state.opened.length;
  account.settle(place, (state.blocks[Math.floor(place / BLOCK_ACCOUNTS)] ??= createBalanceBlock()));
  state.opened.push(account);
  state.accountTimestamps.add(account.timestamp);
  state.lastAccount = account.timestamp;
}

/** Takes the newest accounts back, down to (and including) position `downTo`. */
export function removeAccounts(state: State, accounts: AccountState[], downTo: number): void {
  while (accounts.length > downTo) {
    const account = accounts.pop();
    if (!account) return;
    state.accounts.delete(account.id);
    state.opened.pop();
    state.accountTimestamps.delete(account.timestamp);
  }
}

function breakChain(state: State, chain: Chain, failed: number, applied: Applied<CreateAccountStatus>): void {
  removeAccounts(state, applied.accounts, chain.accounts);
  state.lastAccount = chain.lastAccount;
  for (let index = chain.start; index < failed; index += 1) {
    const result = applied.results[index];
    if (result) result.status = 'linked_event_failed';
  }
}

/** Imports are rare, so the set of transfer timestamps is built when the first imported account asks. */
function transferTimes(state: State, taken: ReadonlySet<bigint>): (timestamp: bigint) => boolean {
  let known: Set<bigint> | undefined;
  return (timestamp) => {
    if (timestamp > state.lastTransfer) return false;
    if (taken.has(timestamp)) return true;
    if (!known) {
      known = new Set();
      for (const entry of state.known.values()) if (entry.kind !== KIND.refusal) known.add(entry.timestamp);
    }
    return known.has(timestamp);
  };
}
