import { assert } from '@tpmall/kernel';
import type {
  CreateAccountStatus,
  CreateTransferStatus,
  NewAccount,
  NewTransfer,
} from '../contract/index.ts';
import { ACCOUNT_FLAGS, TRANSFER_FLAGS } from '../contract/index.ts';
import { type AccountState, apply, createState, KIND, nextTimestamp, type State } from './index.ts';

/** A ledger to write test vectors against: short names, readable results. Test code only. */
export interface Bench {
  readonly state: State;
  accounts(...items: readonly Partial<NewAccount>[]): CreateAccountStatus[];
  transfers(...items: readonly Partial<NewTransfer>[]): CreateTransferStatus[];
  account(id: bigint): AccountState;
  /** Lets seconds pass. */
  pass(seconds: number): void;
  /** debitsPending/debitsPosted/creditsPending/creditsPosted */
  balances(id: bigint): string;
  now(): bigint;
}

export const A = ACCOUNT_FLAGS;
export const T = TRANSFER_FLAGS;

/** An account with everything filled in that a vector does not name. */
export function account(fields: Partial<NewAccount>): NewAccount {
  return {
    id: 1n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger: 978,
    code: 1,
    flags: 0,
    timestamp: 0n,
    ...fields,
  };
}

/** A transfer of 10 from account 1 to account 2, where the vector does not say otherwise. */
export function transfer(fields: Partial<NewTransfer>): NewTransfer {
  return {
    id: 100n,
    debitAccountId: 1n,
    creditAccountId: 2n,
    amount: 10n,
    pendingId: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: 978,
    code: 1,
    flags: 0,
    timestamp: 0n,
    ...fields,
  };
}

/** A transfer that posts or voids; what it leaves zero it takes from the pending one. */
export function resolving(fields: Partial<NewTransfer>): NewTransfer {
  return transfer({ debitAccountId: 0n, creditAccountId: 0n, ledger: 0, code: 0, amount: 0n, ...fields });
}

export function ledgerBench(): Bench {
  const state = createState();
  let now = 1_000_000_000_000n;
  const bench: Bench = {
    state,
    accounts(...items) {
      const accounts = items.map(account);
      const timestamp = nextTimestamp(state, now, accounts.length);
      return apply(state, { kind: 'accounts', accounts, owner: 'operator' }, timestamp).results.map(
        (result) => result.status,
      );
    },
    transfers(...items) {
      const transfers = items.map((item) => transfer(item));
      const timestamp = nextTimestamp(state, now, transfers.length);
      return apply(state, { kind: 'transfers', transfers }, timestamp).results.map((result) => result.status);
    },
    account(id) {
      const found = state.accounts.get(id);
      assert(found, `no account ${id}`);
      return found;
    },
    pass(seconds) {
      now += BigInt(seconds) * 1_000_000_000n;
    },
    balances(id) {
      const { debitsPending, debitsPosted, creditsPending, creditsPosted } = bench.account(id);
      return [debitsPending, debitsPosted, creditsPending, creditsPosted].join('/');
    },
    now: () => now,
  };
  return bench;
}

/** What undo must bring back, as text: accounts, balances, known ids, counters. */
export function dump(state: State): string {
  const accounts = state.opened.map((item) =>
    [
      item.id,
      item.flags,
      item.debitsPending,
      item.debitsPosted,
      item.creditsPending,
      item.creditsPosted,
    ].join(':'),
  );
  const known = [...state.known.values()]
    .map((entry) =>
      entry.kind === KIND.refusal ? `${entry.id}:refused` : `${entry.id}:${entry.kind}:${entry.resolution}`,
    )
    .sort();
  const scalars = [state.openPendings, state.lastTimestamp, state.lastAccount, state.lastTransfer].join(':');
  return [...accounts, ...known, scalars].join('\n');
}
