import { ACCOUNT_FLAGS as A, type NewAccount } from '../../src/contract/types.ts';
import { INT_MAX, type World } from '../world.ts';
import type { Dice } from './draw.ts';
import { account } from './plain.ts';

const FLAGS = [0, A.debitsMustNotExceedCredits, A.creditsMustNotExceedDebits, A.history, A.closed] as const;
const BALANCES = ['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted'] as const;

/** The accounts that every history starts with: each kind of limit, two ledgers, some with a history. */
export const firstAccounts: readonly NewAccount[] = [
  account(1n, 0),
  account(2n, A.debitsMustNotExceedCredits),
  account(3n, A.creditsMustNotExceedDebits),
  account(4n, A.history),
  account(5n, 0),
  { ...account(6n, 0), ledger: 2 },
  account(7n, A.history | A.debitsMustNotExceedCredits),
  account(8n, A.history | A.creditsMustNotExceedDebits),
];

/** Makes up one account: new, known, known with one change, or faulty. */
export function makeAccount(dice: Dice, world: World, imported: boolean, timestamp: bigint): NewAccount {
  const sort = dice.below(100);
  let made = account(BigInt(1 + dice.below(60)), dice.pick(FLAGS) | (dice.percent(30) ? A.history : 0));
  if (dice.percent(12)) made = { ...made, ledger: dice.pick([1, 2]), code: dice.pick([1, 2]) };
  if (dice.percent(20)) made = { ...made, userData128: BigInt(dice.below(3)), userData32: dice.below(3) };
  if (imported)
    made = { ...made, flags: made.flags | A.imported, timestamp: importTime(dice, world, timestamp) };
  if (sort < 40 && world.accounts.length > 0) made = repeated(dice, world);
  else if (sort < 60) made = faulty(dice, made);
  if (imported && sort >= 40 && dice.percent(10)) made = { ...made, flags: made.flags & ~A.imported };
  if (dice.percent(15)) made = { ...made, flags: made.flags | A.linked };
  return made;
}

function importTime(dice: Dice, world: World, timestamp: bigint): bigint {
  const newest = world.accounts.reduce((max, item) => (item.timestamp > max ? item.timestamp : max), 0n);
  const last = world.transfers.at(-1)?.transfer.timestamp ?? 1n;
  if (dice.percent(45)) return newest + BigInt(1 + dice.below(50));
  if (dice.percent(50)) return last;
  return dice.pick([
    newest,
    newest > 0n ? newest - 1n : 0n,
    timestamp,
    timestamp - 1n,
    timestamp + 1n,
    0n,
    1n << 63n,
  ]);
}

function repeated(dice: Dice, world: World): NewAccount {
  const { id, userData128, userData64, userData32, ledger, code, flags } = dice.pick(world.accounts);
  const same = { id, userData128, userData64, userData32, ledger, code, flags, timestamp: 0n };
  const timed = (flags & A.imported) === 0 ? same : { ...same, timestamp: 1n };
  switch (dice.below(8)) {
    case 0:
      return { ...timed, flags: flags ^ A.history };
    case 1:
      return { ...timed, userData128: userData128 + 1n };
    case 2:
      return { ...timed, userData64: userData64 + 1n };
    case 3:
      return { ...timed, userData32: userData32 + 1 };
    case 4:
      return { ...timed, ledger: ledger + 1 };
    case 5:
      return { ...timed, code: code + 1 };
    default:
      return timed;
  }
}

function faulty(dice: Dice, made: NewAccount): NewAccount {
  const limits = A.debitsMustNotExceedCredits | A.creditsMustNotExceedDebits;
  switch (dice.below(14)) {
    case 0:
      return { ...made, reserved: 1 };
    case 1:
      return { ...made, flags: made.flags | (1 << (6 + dice.below(10))) };
    case 2:
      return { ...made, id: 0n };
    case 3:
      return { ...made, id: INT_MAX };
    case 4:
      return { ...made, flags: made.flags | limits };
    case 5:
      return { ...made, ledger: 0 };
    case 6:
      return { ...made, code: 0 };
    case 7:
      return { ...made, timestamp: made.timestamp + 1n, flags: made.flags ^ A.imported };
    case 8:
      return { ...made, timestamp: 7n };
    default:
      return { ...made, [dice.pick(BALANCES)]: 1n };
  }
}
