import { assert, ok } from '@tpmall/kernel';
import {
  type AccountCodeName,
  accountId,
  type CreateTransferStatus,
  type ledgerContract,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '@tpmall/ledger/contract';
import type { Port } from '@tpmall/platform/contract';

/** Balances of one account, with TigerBeetle's four columns in two: posted and pending, debit positive. */
interface Balance {
  posted: bigint;
  pending: bigint;
}

/** A ledger of a few lines: chains, holds, partial posts and repetitions, and nothing else. */
export interface TestLedger {
  readonly port: Port<typeof ledgerContract>;
  readonly transfers: ReadonlyMap<bigint, NewTransfer>;
  /** Posted balance on the account's normal side for a liability: credits minus debits. */
  credit(kind: AccountCodeName, owner: string, currencyNumber?: number): bigint;
  /** Holds that are neither posted nor voided. */
  openHolds(): bigint;
}

/** Makes an empty ledger. */
export function createTestLedger(): TestLedger {
  const accounts = new Set<bigint>();
  const balances = new Map<bigint, Balance>();
  const transfers = new Map<bigint, NewTransfer>();
  const open = new Map<bigint, NewTransfer>();
  const balance = (id: bigint): Balance => {
    const found = balances.get(id) ?? { posted: 0n, pending: 0n };
    balances.set(id, found);
    return found;
  };

  const judge = (item: NewTransfer): CreateTransferStatus => {
    const known = transfers.get(item.id);
    if (known) {
      assert(
        known.amount === item.amount && known.debitAccountId === item.debitAccountId,
        'one id, one transfer',
      );
      return 'exists';
    }
    if (!accounts.has(item.debitAccountId)) return 'debit_account_not_found';
    if (!accounts.has(item.creditAccountId)) return 'credit_account_not_found';
    if (item.pendingId !== 0n) {
      const pending = open.get(item.pendingId);
      if (!pending) {
        return transfers.has(item.pendingId)
          ? 'pending_transfer_already_posted'
          : 'pending_transfer_not_found';
      }
      if (item.amount > pending.amount) return 'exceeds_pending_transfer_amount';
    }
    return 'created';
  };

  const perform = (item: NewTransfer): void => {
    transfers.set(item.id, item);
    if (item.flags & TRANSFER_FLAGS.pending) {
      open.set(item.id, item);
      balance(item.debitAccountId).pending += item.amount;
      balance(item.creditAccountId).pending -= item.amount;
      return;
    }
    const pending = open.get(item.pendingId);
    if (pending) {
      open.delete(pending.id);
      balance(pending.debitAccountId).pending -= pending.amount;
      balance(pending.creditAccountId).pending += pending.amount;
    }
    if (item.flags & TRANSFER_FLAGS.voidPendingTransfer) return;
    balance(item.debitAccountId).posted += item.amount;
    balance(item.creditAccountId).posted -= item.amount;
  };

  const chain = (items: readonly NewTransfer[]): CreateTransferStatus[] => {
    const statuses = items.map(judge);
    const failed = statuses.findIndex((status) => status !== 'created');
    if (failed < 0) {
      for (const item of items) perform(item);
      return statuses;
    }
    return statuses.map((status, index) => (index === failed ? status : 'linked_event_failed'));
  };

  const createTransfers: TestLedger['port']['createTransfers'] = async (_context, { transfers: items }) => {
    const results: CreateTransferStatus[] = [];
    let linked: NewTransfer[] = [];
    for (const item of items) {
      linked.push(item);
      if (item.flags & TRANSFER_FLAGS.linked) continue;
      results.push(...chain(linked));
      linked = [];
    }
    assert(linked.length === 0, 'every chain is closed');
    return ok({ results: results.map((status) => ({ status, timestamp: 0n })) });
  };

  const port = {
    createTransfers,
    lookupAccounts: async (_context: unknown, { ids }: { ids: readonly bigint[] }) =>
      ok(
        ids
          .filter((id) => accounts.has(id))
          .map((id) => {
            const { posted } = balance(id);
            return { id, debitsPosted: posted > 0n ? posted : 0n, creditsPosted: posted < 0n ? -posted : 0n };
          }),
      ),
    createAccounts: async (_context: unknown, input: { accounts: readonly { id: bigint }[] }) => {
      const results = input.accounts.map(({ id }) => {
        const status = accounts.has(id) ? 'exists' : 'created';
        accounts.add(id);
        return { status, timestamp: 0n };
      });
      return ok({ results });
    },
  } as unknown as TestLedger['port'];

  return {
    port,
    transfers,
    credit: (kind, owner, currency = 978) => -balance(accountId(kind, owner, currency)).posted,
    openHolds: () => [...open.values()].reduce((sum, item) => sum + item.amount, 0n),
  };
}
