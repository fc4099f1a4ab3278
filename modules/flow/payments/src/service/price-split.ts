import type { PartyAccount } from '@tpmall/accounts/contract';
import { err, ok, type Result } from '@tpmall/kernel';
import type { InputOf } from '@tpmall/platform/contract';
import { isWallet, type PaymentIntent, type paymentsContract, type SplitLeg } from '../contract/index.ts';

type Operations = (typeof paymentsContract)['operations'];

/** A leg of a split as it is asked for. */
export type AskedLeg = InputOf<Operations['createIntent']>['split'][number];

/** The parts of a change that decide who gets a payment. */
export type SplitChange = Pick<InputOf<Operations['updateIntent']>, 'amount' | 'split' | 'applicationFee'>;

/**
 * The split that a change of an intent asks for: the one given, else the one there is, where a merchant who
 * gets all of the payment still does after its amount has changed. A top-up is its wallet's, all of it: there
 * nothing of who gets what is changed.
 */
export function changedSplit(
  intent: Pick<PaymentIntent, 'amount' | 'split'>,
  { split, applicationFee, amount }: SplitChange,
): Result<readonly AskedLeg[], 'split_missing' | 'invalid_input'> {
  if (intent.split.some(({ destination }) => isWallet(destination))) {
    return err('invalid_input', 'a top-up is all for its wallet; it can be described or canceled', {
      field: applicationFee !== undefined ? 'applicationFee' : amount !== undefined ? 'amount' : 'split',
    });
  }
  const legs: readonly AskedLeg[] = split ?? intent.split;
  const only = legs.length === 1 ? legs[0] : undefined;
  if (applicationFee !== undefined) {
    if (!only) {
      return err('split_missing', 'a commission of its own needs exactly one merchant in the split', {
        field: 'applicationFee',
      });
    }
    return ok([{ ...resized(only), applicationFee }]);
  }
  return ok(only ? [resized(only)] : legs);

  function resized(leg: AskedLeg): AskedLeg {
    const isWhole = split === undefined && leg.amount === intent.amount;
    return isWhole && amount !== undefined ? { ...leg, amount } : leg;
  }
}

/** What a merchant's commission depends on. */
type Priced = Pick<PartyAccount, 'feePlan' | 'defaultCurrency'>;

/**
 * The commission of a part by its merchant's fee plan: hundredths of a percent of it, rounded half up, and
 * the fixed part in the merchant's own currency; never more than the part.
 */
function planFee(amount: bigint, currency: string, { feePlan, defaultCurrency }: Priced): bigint {
  const share = (amount * BigInt(feePlan.basisPoints) + 5_000n) / 10_000n;
  const fee = share + (defaultCurrency === currency ? feePlan.fixed : 0n);
  return fee > amount ? amount : fee;
}

/** A split whose parts all have an amount and, where it was given, a commission. */
export type SizedLeg = AskedLeg & { readonly amount: bigint };

/** Gives the only leg without an amount all of the payment. */
export function sizeSplit(split: readonly AskedLeg[], amount: bigint): Result<SizedLeg[], 'invalid_input'> {
  const open = split.findIndex((leg) => leg.amount === undefined);
  if (open >= 0 && split.length > 1) {
    return err('invalid_input', 'each of several parts needs an amount', { field: `split[${open}].amount` });
  }
  return ok(split.map((leg) => ({ ...leg, amount: leg.amount ?? amount })));
}

/** A leg as it is stored. */
export function pricedLeg(leg: SizedLeg, currency: string, merchant: Priced): SplitLeg {
  const { destination, amount } = leg;
  return { destination, amount, applicationFee: leg.applicationFee ?? planFee(amount, currency, merchant) };
}
