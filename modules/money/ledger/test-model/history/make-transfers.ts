import {
  ACCOUNT_FLAGS as A,
  type Account,
  TRANSFER_FLAGS as F,
  type NewTransfer,
  type Transfer,
} from '../../src/contract/types.ts';
import { findAccount, has, INT_MAX, type World } from '../world.ts';
import type { Dice } from './draw.ts';
import { transfer } from './plain.ts';

const HALF = 1n << 127n;
const HUGE = [INT_MAX, INT_MAX - 1n, INT_MAX - 5n, HALF, HALF - 1n, HALF + 1n, HALF >> 1n] as const;
const LIMITS = A.debitsMustNotExceedCredits | A.creditsMustNotExceedDebits;
const SMALL = [0n, 1n, 2n, 5n, 10n, 50n, 100n] as const;
const TIMEOUTS = [0, 0, 0, 1, 1, 2, 3, 7, 60, 0xffff_ffff] as const;

/** What a transfer is made up from. */
export interface Kitchen {
  readonly world: World;
  /** Everything sent so far, refused or not, to be sent again. */
  readonly sent: readonly NewTransfer[];
  /** Sent earlier in this batch, which the world does not know yet. */
  readonly batch: readonly NewTransfer[];
  readonly imported: boolean;
  readonly timestamp: bigint;
}

/** Makes up one transfer: plain, settling a pending one, a repetition, or faulty. */
export function makeTransfer(dice: Dice, kitchen: Kitchen): NewTransfer {
  const sort = dice.below(100);
  let made: NewTransfer;
  if (sort < 50) made = plain(dice, kitchen);
  else if (sort < 73) made = settling(dice, kitchen);
  else if (sort < 88 && kitchen.sent.length > 0) return repeated(dice, kitchen);
  else made = faulty(dice, kitchen);
  if (kitchen.imported && dice.percent(8)) made = toNewest(dice, kitchen);
  else if (kitchen.imported) {
    const flags = dice.percent(4) ? made.flags : made.flags | F.imported;
    made = {
      ...made,
      flags,
      timestamp: importTime(dice, kitchen),
      timeout: dice.percent(80) ? 0 : made.timeout,
    };
  }
  return dice.percent(14) ? { ...made, flags: made.flags | F.linked } : made;
}

function plain(dice: Dice, { world }: Kitchen): NewTransfer {
  const id = BigInt(1 + dice.below(600));
  if (dice.percent(16)) return huge(dice, world, id);
  const known = world.accounts.map((account) => account.id);
  const newest = known.slice(-4);
  const choose = (): bigint =>
    dice.percent(4) ? BigInt(1 + dice.below(70)) : dice.pick(dice.percent(25) ? newest : known.slice(0, 8));
  const debit = choose();
  let credit = choose();
  if (dice.percent(95)) {
    const home = findAccount(world, debit)?.ledger;
    const fit = world.accounts.filter((other) => other.id !== debit && other.ledger === home);
    if (fit.every((other) => other.id !== credit) && fit.length > 0) credit = dice.pick(fit).id;
  }
  const ledger = dice.percent(94) ? (findAccount(world, debit)?.ledger ?? 1) : dice.pick([1, 2, 3]);
  const base = { ...transfer(id, debit, credit), ledger, amount: dice.pick(SMALL), code: 1 + dice.below(3) };
  const data = dice.percent(30)
    ? {
        ...base,
        userData128: BigInt(dice.below(3)),
        userData64: BigInt(dice.below(3)),
        userData32: dice.below(3),
      }
    : base;
  const sort = dice.below(100);
  if (sort < 40) return data;
  const pending = { ...data, flags: F.pending, timeout: dice.pick(TIMEOUTS) };
  if (sort < 72) return pending;
  if (sort < 90) {
    const flags = dice.pick([F.balancingDebit, F.balancingCredit, F.balancingDebit | F.balancingCredit]);
    const amount = dice.pick([INT_MAX, INT_MAX, 0n, 5n, 100n]);
    return dice.percent(30) ? { ...pending, flags: F.pending | flags, amount } : { ...data, flags, amount };
  }
  const closing = dice.pick([F.closingDebit, F.closingCredit, F.closingDebit | F.closingCredit]);
  return { ...pending, flags: F.pending | closing, timeout: dice.pick([0, 1, 1, 2]) };
}

/**
 * Amounts near 2^128: half of them between a few accounts, so that one more is too many for one side only.
 */
function huge(dice: Dice, world: World, id: bigint): NewTransfer {
  const few = [1n, 4n, 5n];
  const unlimited = world.accounts.filter(({ flags, ledger }) => ledger === 1 && (flags & LIMITS) === 0);
  const any = dice.percent(50) ? unlimited.map((account) => account.id) : few;
  const debit = dice.pick(dice.percent(50) ? any : few);
  const credit = dice.pick([...any, ...few].filter((other) => other !== debit));
  const pending = dice.percent(50);
  return {
    ...transfer(id, debit, credit),
    amount: dice.pick(HUGE),
    flags: pending ? F.pending : 0,
    timeout: pending ? dice.pick([1, 2, 3]) : 0,
  };
}

function settling(dice: Dice, kitchen: Kitchen): NewTransfer {
  const { world, batch } = kitchen;
  const open = world.transfers.filter((entry) => entry.state === 'pending').map((entry) => entry.transfer);
  const pendings = world.transfers.filter((entry) => entry.state !== 'none').map((entry) => entry.transfer);
  const sent = batch.filter((item) => has(item.flags, F.pending));
  const all = world.transfers.map((entry) => entry.transfer);
  const sources: (readonly NewTransfer[])[] = [open, open, open, pendings, sent, all];
  const candidates = dice.pick(sources);
  const pending = candidates.length > 0 ? dice.pick(candidates) : undefined;
  if (!pending && dice.percent(70)) return plain(dice, kitchen);
  const id = BigInt(1 + dice.below(600));
  const post = dice.percent(55);
  const amounts = pending
    ? [0n, INT_MAX, pending.amount, pending.amount - 1n, pending.amount + 1n, pending.amount / 2n]
    : [0n];
  const amount = dice.percent(60)
    ? post
      ? INT_MAX
      : 0n
    : dice.pick(amounts.filter((it) => it >= 0n && it <= INT_MAX));
  const made = {
    ...transfer(id, 0n, 0n),
    pendingId: pending?.id ?? BigInt(1 + dice.below(900)),
    amount,
    ledger: 0,
    code: 0,
    flags: post ? F.postPendingTransfer : F.voidPendingTransfer,
  };
  if (!pending || dice.percent(50)) return made;
  const stated = {
    ...made,
    debitAccountId: pending.debitAccountId,
    creditAccountId: pending.creditAccountId,
    ledger: pending.ledger,
    code: pending.code,
    userData64: BigInt(dice.below(2)),
  };
  return dice.percent(55) ? stated : changed(dice, stated, dice.pick(['debit', 'credit', 'ledger', 'code']));
}

const CHANGES = [
  'flags',
  'pending',
  'timeout',
  'debit',
  'credit',
  'amount',
  'data128',
  'data64',
  'data32',
  'ledger',
  'code',
] as const;

function repeated(dice: Dice, { sent, imported, world, timestamp }: Kitchen): NewTransfer {
  const stored: readonly Transfer[] = world.transfers.map((entry) => entry.transfer);
  const again = dice.percent(70) && stored.length > 0 ? dice.pick(stored) : dice.pick(sent);
  const timed = has(again.flags, F.imported) ? again : { ...again, timestamp: 0n };
  const due =
    imported && dice.percent(90) ? { ...timed, flags: timed.flags | F.imported, timestamp: 1n } : timed;
  const late = due.timestamp >= timestamp ? { ...due, timestamp: 1n } : due;
  return dice.percent(35) ? late : changed(dice, late, dice.pick(CHANGES));
}

function changed(dice: Dice, made: NewTransfer, what: (typeof CHANGES)[number]): NewTransfer {
  switch (what) {
    case 'flags':
      return { ...made, flags: made.flags ^ dice.pick([F.pending, F.balancingDebit, F.linked]) };
    case 'pending':
      return { ...made, pendingId: next(made.pendingId) };
    case 'timeout':
      return { ...made, timeout: (made.timeout + 1) % 0xffff_ffff };
    case 'debit':
      return { ...made, debitAccountId: next(made.debitAccountId) };
    case 'credit':
      return { ...made, creditAccountId: next(made.creditAccountId) };
    case 'amount':
      return { ...made, amount: made.amount === 0n ? 1n : made.amount - 1n };
    case 'data128':
      return { ...made, userData128: made.userData128 + 1n };
    case 'data64':
      return { ...made, userData64: made.userData64 + 1n };
    case 'data32':
      return { ...made, userData32: made.userData32 + 1 };
    case 'ledger':
      return { ...made, ledger: made.ledger + 1 };
    case 'code':
      return { ...made, code: made.code + 1 };
  }
}

/** The next id; after the last one the first, since callers cannot send more than 128 bits. */
function next(id: bigint): bigint {
  return id === INT_MAX ? 0n : id + 1n;
}

function faulty(dice: Dice, kitchen: Kitchen): NewTransfer {
  const made = dice.percent(60) ? plain(dice, kitchen) : settling(dice, kitchen);
  const faults: readonly Partial<NewTransfer>[] = [
    { flags: made.flags | (1 << (9 + dice.below(7))) },
    { id: 0n },
    { id: INT_MAX },
    { debitAccountId: 0n },
    { debitAccountId: INT_MAX },
    { creditAccountId: 0n },
    { creditAccountId: INT_MAX },
    { creditAccountId: made.debitAccountId },
    { pendingId: 0n },
    { pendingId: INT_MAX },
    { pendingId: made.id },
    { pendingId: next(made.pendingId) },
    { timeout: 5, flags: made.flags & ~F.pending },
    { timeout: 5 },
    { flags: (made.flags & ~F.pending) | F.closingCredit },
    { flags: made.flags | F.postPendingTransfer },
    { flags: made.flags | F.voidPendingTransfer },
    { ledger: 0 },
    { code: 0 },
    { timestamp: 1n },
    { flags: made.flags ^ F.imported, timestamp: 1n },
  ];
  const once = { ...made, ...dice.pick(faults) };
  return dice.percent(80) ? once : { ...once, ...dice.pick(faults) };
}

/** An imported transfer that involves the newest account, around the time of its opening. */
function toNewest(dice: Dice, { world }: Kitchen): NewTransfer {
  const newest = world.accounts.at(-1) as Account;
  const other = world.accounts.find(({ ledger }) => ledger === newest.ledger) as Account;
  const made = dice.percent(60)
    ? transfer(9_000n, other.id, newest.id)
    : transfer(9_001n, newest.id, other.id);
  const timestamp = newest.timestamp - BigInt(dice.below(3));
  return { ...made, ledger: newest.ledger, flags: F.imported, timestamp: timestamp < 0n ? 0n : timestamp };
}

function importTime(dice: Dice, { world, timestamp, batch }: Kitchen): bigint {
  const last = world.transfers.at(-1)?.transfer.timestamp ?? 0n;
  const sent = batch.reduce(
    (max, item) => (item.timestamp > max && item.timestamp < timestamp ? item.timestamp : max),
    last,
  );
  if (dice.percent(60)) return sent + BigInt(1 + dice.below(20));
  const account = dice.pick(world.accounts).timestamp;
  const newest = world.accounts.at(-1)?.timestamp ?? 1n;
  const times = [
    last,
    last - 1n,
    account,
    newest,
    newest,
    newest - 1n,
    newest - 1n,
    newest + 1n,
    timestamp - 1n,
    timestamp,
    0n,
    1n << 63n,
  ];
  return dice.pick(times.filter((time) => time >= 0n));
}
