import type { NewAccount } from '../contract/index.ts';

/** Accounts whose balances lie in one block; the checkpoint keeps a block in one row. */
export const BLOCK_ACCOUNTS = 64;
/** Words of 64 bits of an account: four balances of 128 bits, the lower word first. */
const WORDS = 8;
const WORD_MAX = (1n << 64n) - 1n;

/** Balances of {@link BLOCK_ACCOUNTS} accounts, {@link WORDS} words each. */
export type BalanceBlock = BigUint64Array;

/** A block of accounts with nothing on them. */
export function createBalanceBlock(): BalanceBlock {
  return new BigUint64Array(BLOCK_ACCOUNTS * WORDS);
}

/** Of an account that no state has yet: whoever asks it for a balance is wrong, and meets a TypeError. */
const NONE: BalanceBlock = new BigUint64Array();

/**
 * An account in memory; balances and the flag `closed` change in place.
 *
 * Balances are words in a block that many accounts share, not bigints of their own: a bigint that an old
 * object points to survives the garbage collector's next run, which is what a ledger of many accounts would
 * keep it busy with, and lies anywhere in memory.
 */
export class AccountState {
  // What every transfer reads comes first, so that it shares a line of the processor's cache.
  flags: number;
  readonly ledger: number;
  #block: BalanceBlock = NONE;
  #at = 0;
  readonly owner: string;
  /** The id as four signed words, highest first: what the log's encoder writes. */
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  readonly id: bigint;
  readonly timestamp: bigint;
  readonly code: number;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  /** The flags it was opened with, which is what the log keeps; `closed` may be set and cleared since. */
  readonly openedFlags: number;
  /** Its place in the order of creation, from 0 on; set when the state takes it up. */
  place = -1;

  /** A new account with nothing on it, which no state has yet. */
  constructor(account: NewAccount, owner: string, timestamp: bigint) {
    this.flags = account.flags;
    this.ledger = account.ledger;
    this.owner = owner;
    this.word0 = wordOf(account.id, 96n);
    this.word1 = wordOf(account.id, 64n);
    this.word2 = wordOf(account.id, 32n);
    this.word3 = wordOf(account.id, 0n);
    this.id = account.id;
    this.timestamp = timestamp;
    this.code = account.code;
    this.userData128 = account.userData128;
    this.userData64 = account.userData64;
    this.userData32 = account.userData32;
    this.openedFlags = account.flags;
  }

  /** Gives it its place, and the words of that place in the place's block, which become zero. */
  settle(place: number, block: BalanceBlock): void {
    this.place = place;
    this.#block = block;
    this.#at = (place % BLOCK_ACCOUNTS) * WORDS;
    block.fill(0n, this.#at, this.#at + WORDS);
  }

  get debitsPending(): bigint {
    return read(this.#block, this.#at);
  }
  set debitsPending(value: bigint) {
    write(this.#block, this.#at, value);
  }
  get debitsPosted(): bigint {
    return read(this.#block, this.#at + 2);
  }
  set debitsPosted(value: bigint) {
    write(this.#block, this.#at + 2, value);
  }
  get creditsPending(): bigint {
    return read(this.#block, this.#at + 4);
  }
  set creditsPending(value: bigint) {
    write(this.#block, this.#at + 4, value);
  }
  get creditsPosted(): bigint {
    return read(this.#block, this.#at + 6);
  }
  set creditsPosted(value: bigint) {
    write(this.#block, this.#at + 6, value);
  }
}

/** The balances of the account at this index of a block. */
export function balancesIn(block: BalanceBlock, index: number) {
  const at = index * WORDS;
  return {
    debitsPending: read(block, at),
    debitsPosted: read(block, at + 2),
    creditsPending: read(block, at + 4),
    creditsPosted: read(block, at + 6),
  };
}

function read(block: BalanceBlock, at: number): bigint {
  const high = block[at + 1] as bigint;
  const low = block[at] as bigint;
  return high === 0n ? low : (high << 64n) | low;
}

function write(block: BalanceBlock, at: number, value: bigint): void {
  // Takes the lower word by itself.
  block[at] = value;
  block[at + 1] = value <= WORD_MAX ? 0n : value >> 64n;
}

function wordOf(id: bigint, shift: bigint): number {
  return Number(BigInt.asIntN(32, id >> shift));
}
