import { hash128, seededRandom } from '@tpmall/kernel';
import { AMOUNT_MAX, type NewAccount, type NewTransfer, TRANSFER_FLAGS } from '@tpmall/ledger/contract';

/** Where the money goes: to any account alike, or nine times of ten to one merchant's. */
export type Spread = 'uniform' | 'hot';

/** Accounts of the workload. */
export const ACCOUNTS = 100_000;
const HOT_SHARE = 0.9;
const EUR = 978;

/** A third plain, a third pending, a third posting pendings of earlier batches; ids ordered in time. */
export interface Workload {
  readonly accounts: readonly NewAccount[];
  /** The next transfers, and the pendings among them: hand those to `opened` once they are acknowledged. */
  next(count: number, spread: Spread): { readonly transfers: NewTransfer[]; readonly pendings: bigint[] };
  opened(pendings: readonly bigint[]): void;
}

/** @param startMillis high bits of the first ids, as the time of a command's first acceptance would be */
export function createWorkload(startMillis: number, seed = 1): Workload {
  const random = seededRandom(seed);
  // Drawn beforehand: a random number must not cost more than the transfer it is for.
  const draws = Uint32Array.from({ length: 1 << 20 }, () => random.below(0xffff_ffff));
  let drawn = 0;
  const below = (limit: number): number => {
    drawn = (drawn + 1) & (draws.length - 1);
    return (draws[drawn] as number) % limit;
  };
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    newAccount(hash128('bench', String(index))),
  );
  const ids = accounts.map((account) => account.id);
  let sequence = BigInt(startMillis) << 80n;
  let kind = 0;
  // A queue in an array, taken from `taken`.
  let open: bigint[] = [];
  let taken = 0;

  const nextId = (): bigint => {
    sequence += BigInt(below(0x4000_0000) + 1) << 32n;
    return sequence;
  };
  const twoAccounts = (spread: Spread): [bigint, bigint] => {
    const debit = below(ACCOUNTS - 1) + 1;
    const credit = spread === 'hot' && below(1_000) < HOT_SHARE * 1_000 ? 0 : below(ACCOUNTS);
    return [ids[debit] as bigint, ids[credit === debit ? 0 : credit] as bigint];
  };
  const one = (spread: Spread, pendings: bigint[]): NewTransfer => {
    kind = (kind + 1) % 3;
    const id = nextId();
    if (kind === 2 && taken < open.length) {
      const pendingId = open[taken] as bigint;
      taken += 1;
      return transferOf(id, 0n, 0n, AMOUNT_MAX, pendingId, TRANSFER_FLAGS.postPendingTransfer);
    }
    const [debit, credit] = twoAccounts(spread);
    const amount = BigInt(below(100_000) + 1);
    if (kind !== 1) return transferOf(id, debit, credit, amount, 0n, 0);
    pendings.push(id);
    return transferOf(id, debit, credit, amount, 0n, TRANSFER_FLAGS.pending);
  };
  return {
    accounts,
    next(count, spread) {
      const pendings: bigint[] = [];
      const transfers: NewTransfer[] = [];
      for (let index = 0; index < count; index += 1) transfers.push(one(spread, pendings));
      return { transfers, pendings };
    },
    opened(pendings) {
      if (taken > 100_000) {
        open = open.slice(taken);
        taken = 0;
      }
      for (const id of pendings) open.push(id);
    },
  };
}

function newAccount(id: bigint): NewAccount {
  return {
    id,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger: EUR,
    code: 30_000,
    flags: 0,
    timestamp: 0n,
  };
}

function transferOf(
  id: bigint,
  debitAccountId: bigint,
  creditAccountId: bigint,
  amount: bigint,
  pendingId: bigint,
  flags: number,
): NewTransfer {
  const resolves = pendingId !== 0n;
  return {
    id,
    debitAccountId,
    creditAccountId,
    amount,
    pendingId,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger: resolves ? 0 : EUR,
    code: resolves ? 0 : 30_000,
    flags,
    timestamp: 0n,
  };
}
