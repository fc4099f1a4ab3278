import { hash128, seededRandom } from '@tpmall/kernel';
import { AMOUNT_MAX, type NewAccount, type NewTransfer, TRANSFER_FLAGS } from '@tpmall/ledger/contract';
import type { LedgerTarget } from './ledger-target.ts';
import { applyLoad } from './load.ts';

/** Where the money goes: to any account alike, or nine times of ten to one merchant's. */
export type Spread = 'uniform' | 'hot';

/** Accounts of the workload. */
export const ACCOUNTS = 100_000;
const HOT_SHARE = 0.9;
const EUR = 978;
const GENERATOR_SECONDS = 0.5;

/** A third plain, a third pending, a third posting pendings of earlier batches; ids ordered in time. */
export interface Workload {
  readonly accounts: readonly NewAccount[];
  /** The next transfers. Hand them to `acknowledged` once they are: only then are their pendings posted. */
  next(count: number, spread: Spread): readonly NewTransfer[];
  acknowledged(transfers: readonly NewTransfer[]): void;
}

/** @param startMillis high bits of the first ids, as the time of a command's first acceptance would be */
export function createWorkload(startMillis: number, seed = 1): Workload {
  const random = seededRandom(seed);
  // Drawn beforehand: neither a random number nor an amount must cost more than the transfer it is for.
  const draws = Uint32Array.from({ length: 1 << 20 }, () => random.below(0xffff_ffff));
  const steps = Array.from({ length: 1 << 12 }, () => BigInt(random.below(0x4000_0000) + 1) << 32n);
  const amounts = Array.from({ length: 1 << 12 }, () => BigInt(random.below(100_000) + 1));
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

  const one = (spread: Spread): NewTransfer => {
    kind = kind === 2 ? 0 : kind + 1;
    sequence += steps[below(steps.length)] as bigint;
    if (kind === 2 && taken < open.length) {
      const pendingId = open[taken] as bigint;
      taken += 1;
      return transferOf(sequence, 0n, 0n, AMOUNT_MAX, pendingId, TRANSFER_FLAGS.postPendingTransfer);
    }
    const debit = below(ACCOUNTS - 1) + 1;
    const credit = spread === 'hot' && below(1_000) < HOT_SHARE * 1_000 ? 0 : below(ACCOUNTS);
    const amount = amounts[below(amounts.length)] as bigint;
    const from = ids[debit] as bigint;
    const to = ids[credit === debit ? 0 : credit] as bigint;
    return transferOf(sequence, from, to, amount, 0n, kind === 1 ? TRANSFER_FLAGS.pending : 0);
  };
  return {
    accounts,
    next(count, spread) {
      const transfers = [one(spread)];
      while (transfers.length < count) transfers.push(one(spread));
      return transfers;
    },
    acknowledged(transfers) {
      if (taken > 100_000) {
        open = open.slice(taken);
        taken = 0;
      }
      for (let index = 0; index < transfers.length; index += 1) {
        const transfer = transfers[index] as NewTransfer;
        if (transfer.flags === TRANSFER_FLAGS.pending) open.push(transfer.id);
      }
    },
  };
}

/**
 * One operation of a load: the next transfers, sent, and noted once they are acknowledged. It rejects where
 * one is refused. Built from as few promises as can be, since it runs beside what is measured.
 */
export function loadOf(
  target: Pick<LedgerTarget, 'createTransfers'>,
  workload: Workload,
  perCall: number,
  spread: Spread,
): () => Promise<void> {
  return () => {
    const transfers = workload.next(perCall, spread);
    return target.createTransfers(transfers).then((answer) => {
      if (!answer.ok) throw new Error(answer.error.message);
      const { results } = answer.value;
      for (let index = 0; index < transfers.length; index += 1) {
        const status = results[index]?.status;
        if (status !== 'created') throw new Error(`refused: ${status}`);
      }
      workload.acknowledged(transfers);
    });
  };
}

/**
 * Microseconds of CPU that the load itself costs for one transfer: the same load on a ledger that does
 * nothing.
 */
export async function generatorCpuUs(workload: Workload, inFlight: number, perCall: number): Promise<number> {
  const created = { status: 'created', timestamp: 0n } as const;
  const answer = { ok: true, value: { results: Array.from({ length: perCall }, () => created) } } as const;
  const operation = loadOf({ createTransfers: () => Promise.resolve(answer) }, workload, perCall, 'uniform');
  const from = process.cpuUsage();
  const { operations } = await applyLoad(inFlight, GENERATOR_SECONDS, operation);
  const used = process.cpuUsage(from);
  return (used.user + used.system) / (operations * perCall);
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
