import { err, findCurrency, ok, type Result } from '@tpmall/kernel';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { isWallet, type SplitLeg } from '../contract/index.ts';
import type { PaymentsDeps } from './deps.ts';
import { findParties, type Unreached } from './look-up.ts';
import { type AskedLeg, pricedLeg, sizeSplit } from './price-split.ts';

/** ISO 8583 DE 4 holds twelve digits. */
const AMOUNT_MAX = 999_999_999_999n;

/** What amounts and splits can be refused with. */
export type SplitCode =
  | 'amount_too_large'
  | 'split_exceeds_amount'
  | 'destination_not_found'
  | 'destination_not_capable'
  | 'invalid_input'
  | Unreached;

/**
 * Checks an amount, its currency and its split, down to the merchants' capabilities.
 *
 * @param mayTopUp whether a part may go to a wallet: only the wallets' own module asks for that
 * @returns the split with every amount and commission, by the merchants' fee plans where none was asked for
 */
export async function checkSplit(
  deps: PaymentsDeps,
  context: OutgoingContext,
  asked: { readonly amount: bigint; readonly currency: string; readonly split: readonly AskedLeg[] },
  mayTopUp = false,
): Promise<Result<readonly SplitLeg[], SplitCode>> {
  const { amount, currency } = asked;
  if (!findCurrency(currency)) {
    return err('invalid_input', `there is no currency ${currency}`, { field: 'currency' });
  }
  if (amount > AMOUNT_MAX) {
    return err('amount_too_large', `an amount has at most twelve digits`, {
      field: 'amount',
      detail: { maximum: AMOUNT_MAX.toString() },
    });
  }
  const sized = sizeSplit(asked.split, amount);
  if (!sized.ok) return sized;
  const split = sized.value;
  if (split.length === 0) return ok([]);
  const total = split.reduce((sum, leg) => sum + leg.amount, 0n);
  if (total > amount) {
    return err('split_exceeds_amount', 'the parts of the split are more than the amount', { field: 'split' });
  }
  const greedy = split.findIndex((leg) => (leg.applicationFee ?? 0n) > leg.amount);
  if (greedy >= 0) {
    return err('split_exceeds_amount', 'a commission is at most its part', {
      field: `split[${greedy}].applicationFee`,
    });
  }
  const parties = await findParties(
    deps,
    context,
    split.map((leg) => leg.destination),
  );
  if (!parties.ok) return parties;
  const legs: SplitLeg[] = [];
  for (const [index, leg] of split.entries()) {
    const { destination } = leg;
    const field = `split[${index}].destination`;
    if (mayTopUp && isWallet(destination)) {
      legs.push({ destination, amount: leg.amount, applicationFee: 0n });
      continue;
    }
    const party = parties.value.get(destination);
    if (party?.kind !== 'merchant') {
      return err('destination_not_found', `No such merchant: '${destination}'`, { field });
    }
    if (!party.capabilities.transfers) {
      return err('destination_not_capable', `merchant ${destination} cannot take transfers`, { field });
    }
    legs.push(pricedLeg(leg, currency, party));
  }
  return ok(legs);
}
