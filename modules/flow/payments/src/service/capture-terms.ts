import { err, ok, type Result } from '@tpmall/kernel';
import { type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import type { ChargeRecord, IntentRecord, Share } from './records.ts';
import { type Shares, shareOut } from './split.ts';

type Asked = Pick<
  InputOf<(typeof paymentsContract)['operations']['captureIntent']>,
  'applicationFee' | 'destinationAmount' | 'metadata'
>;

/** What a capture can be refused with for what it says beside its amount. */
export type TermsCode =
  | 'capture_not_final'
  | 'split_missing'
  | 'split_exceeds_amount'
  | 'metadata_too_many_keys';

/** What a capture changes of its payment beside the money. */
type Terms = Pick<IntentRecord, 'metadata' | 'split' | 'captureShares'>;

/** Whether a capture says more than an amount. */
export function saysMore({ applicationFee, destinationAmount, metadata }: Asked): boolean {
  return applicationFee !== undefined || destinationAmount !== undefined || metadata !== undefined;
}

/**
 * Works out the terms of a capture of this amount. A share of its own is of the last capture only: what
 * further captures took would have to be shared out by what it left, which may be less than nothing.
 */
export function termsOf(
  intent: IntentRecord,
  charge: ChargeRecord,
  asked: Asked & { readonly amount: bigint; readonly final: boolean },
): Result<Terms, TermsCode> {
  const { applicationFee, destinationAmount, amount } = asked;
  const metadata = patchMetadata(intent.metadata, asked.metadata);
  if (!metadata.ok) return metadata;
  if (applicationFee === undefined && destinationAmount === undefined) {
    return ok({ metadata: metadata.value, split: intent.split, captureShares: null });
  }
  const field = applicationFee === undefined ? 'destinationAmount' : 'applicationFee';
  const [leg, ...others] = charge.split;
  if (!leg || others.length > 0) {
    return err('split_missing', 'a share of its own needs exactly one merchant in the split', { field });
  }
  if (!asked.final) {
    return err('capture_not_final', 'only the last capture can have a share of its own', { field });
  }
  const taken = { amount: charge.amountCaptured, shares: charge.shares };
  const derived = shareOut(amount, charge.amount, charge.split, taken).shares[0]?.amount ?? 0n;
  const share: Share = {
    destination: leg.destination,
    amount: destinationAmount ?? derived,
    fee: applicationFee ?? 0n,
  };
  if (share.amount > amount || share.fee > share.amount) {
    const message =
      destinationAmount === undefined
        ? `the commission is more than the merchant’s part of this capture, ${share.amount}`
        : `the merchant’s part is more than what is captured, ${amount}`;
    return err('split_exceeds_amount', message, { field });
  }
  const split = [
    { destination: leg.destination, amount: destinationAmount ?? leg.amount, applicationFee: share.fee },
  ];
  return ok({ metadata: metadata.value, split, captureShares: [share] });
}

/** A captured amount, shared out as its request says. */
export function sharedAs(shares: readonly Share[], amount: bigint): Shares {
  return { shares, rest: amount - shares.reduce((sum, share) => sum + share.amount, 0n) };
}
