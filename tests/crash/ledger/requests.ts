import type { seededRandom } from '@tpmall/kernel';
import {
  ACCOUNT_FLAGS,
  AMOUNT_MAX,
  type NewAccount,
  type NewTransfer,
  TRANSFER_FLAGS,
} from '@tpmall/ledger/contract';
import type { Acknowledged } from './wire.ts';

type Random = ReturnType<typeof seededRandom>;

const LEDGER = 978;
/** Merchants have no limit; the first is the hot one. */
const MERCHANTS = [1n, 1n, 1n, 2n, 3n];
/** Wallets can not be overdrawn. */
const WALLETS = [11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n];
/** What is kept to be repeated or settled later. */
const MEMORY = 200;

/** The accounts of the load: merchants (one with a history), wallets that cannot be overdrawn. */
export const loadAccounts: readonly NewAccount[] = [
  ...[1n, 2n, 3n].map((id) => account(id, id === 3n ? ACCOUNT_FLAGS.history : 0)),
  ...WALLETS.map((id) => account(id, ACCOUNT_FLAGS.debitsMustNotExceedCredits)),
];

/** Makes up the calls of one lane; its ids are its own, so that nobody but itself repeats them. */
export interface LaneRequests {
  next(): readonly NewTransfer[];
  /** What a call was answered: from then on it may be repeated, and its pending transfers settled. */
  acknowledged(call: Acknowledged): void;
}

/** @param lane 1 and up: the high half of the lane's ids */
export function createRequests(random: Random, lane: number): LaneRequests {
  let counter = 0n;
  const pendings: bigint[] = [];
  const earlier: (readonly NewTransfer[])[] = [];
  const nextId = (): bigint => {
    counter += 1n;
    return (BigInt(lane) << 64n) | counter;
  };
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;

  const one = (): NewTransfer => {
    const dice = random.below(100);
    const id = nextId();
    if (dice < 30) return transfer(id, pick(MERCHANTS), pick(WALLETS), BigInt(1 + random.below(60)), 0);
    if (dice < 55) return transfer(id, pick(WALLETS), pick(MERCHANTS), BigInt(1 + random.below(60)), 0);
    const pending = pendings.length > 0 && dice >= 78 ? pick(pendings) : undefined;
    if (pending === undefined) {
      const made = transfer(
        id,
        pick(WALLETS),
        pick(MERCHANTS),
        BigInt(1 + random.below(40)),
        TRANSFER_FLAGS.pending,
      );
      return { ...made, timeout: pick([0, 0, 1, 2]) };
    }
    const post = random.below(3) > 0;
    const flags = post ? TRANSFER_FLAGS.postPendingTransfer : TRANSFER_FLAGS.voidPendingTransfer;
    const amount = post ? pick([AMOUNT_MAX, 1n]) : 0n;
    return { ...transfer(id, 0n, 0n, amount, flags), pendingId: pending, ledger: 0, code: 0 };
  };

  return {
    next() {
      const old = earlier.length > 0 && random.below(100) < 12 ? pick(earlier) : undefined;
      if (old) return old;
      const made = Array.from({ length: 1 + random.below(6) }, one);
      if (made.length < 2 || random.below(100) >= 15) return made;
      return made.map((item, index) =>
        index === made.length - 1 ? item : { ...item, flags: item.flags | TRANSFER_FLAGS.linked },
      );
    },
    acknowledged({ transfers, results }) {
      remember(earlier, transfers);
      transfers.forEach((item, index) => {
        const isPending = (item.flags & TRANSFER_FLAGS.pending) !== 0;
        if (isPending && results[index]?.status === 'created') remember(pendings, item.id);
      });
    },
  };
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MEMORY) list.shift();
}

function account(id: bigint, flags: number): NewAccount {
  return {
    id,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger: LEDGER,
    code: 1,
    flags,
    timestamp: 0n,
  };
}

function transfer(id: bigint, debit: bigint, credit: bigint, amount: bigint, flags: number): NewTransfer {
  const accounts = { debitAccountId: debit, creditAccountId: credit };
  const data = { userData128: 0n, userData64: 0n, userData32: 0 };
  const fields = {
    id,
    ...accounts,
    amount,
    pendingId: 0n,
    ...data,
    timeout: 0,
    ledger: LEDGER,
    code: 1,
    flags,
  };
  return { ...fields, timestamp: 0n };
}
