import type { CaptureTerms } from '@tpmall/acquiring/contract';
import { currencyOf } from '@tpmall/kernel';
import { accountId } from '@tpmall/ledger/contract';
import { type Behalf, callContext } from './calls.ts';
import type { Decline } from './declines.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord } from './records.ts';

/** What an issuer, or what stands for one, has agreed to. */
export interface Approval {
  readonly authorisationId: string | null;
  readonly approvalCode: string | null;
  readonly networkCode: string | null;
  /** Given on our own risk, because no acquirer could be reached. */
  readonly standIn: boolean;
  /** The issuer has refused that since: nothing is held. */
  readonly refused: boolean;
  readonly terms: CaptureTerms;
}

/**
 * What stands for an issuer's approval where a wallet pays: nobody is asked, and whether the balance is there
 * is the ledger's to say when the money is moved.
 */
export function approvalOfWallet({ amount }: ChargeRecord): Approval {
  const terms = { multicapture: true, incrementalAuthorisation: false, maximumCapturable: amount };
  const codes = { authorisationId: null, approvalCode: null, networkCode: null };
  return { ...codes, standIn: false, refused: false, terms };
}

/**
 * What risk and an issuer would know of a card, where a wallet pays: the wallet stands for its fingerprint.
 */
export function walletAsCard(wallet: string) {
  return { fingerprint: wallet, country: '', bin: '', brand: '', funding: '' };
}

/**
 * The balance has less than the amount. What is missing is as it was when this was asked; it may not be
 * known.
 */
export async function balanceTooSmall(
  deps: PaymentsDeps,
  behalf: Behalf,
  charge: ChargeRecord,
): Promise<Decline> {
  const { number } = currencyOf(charge.currency);
  const ids = [accountId('shopper_wallet', charge.wallet?.id ?? '', number)];
  const context = callContext(deps, behalf, `${charge.commandId}.balance`);
  const found = await deps.ports.ledger.lookupAccounts(context, { ids });
  const [account] = found.ok ? found.value : [];
  const available = account
    ? account.creditsPosted - account.debitsPosted - account.debitsPending
    : found.ok
      ? 0n
      : null;
  const missing = available === null || available >= charge.amount ? null : charge.amount - available;
  return {
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'The balance of the wallet is too small. Nothing was charged.',
    outcome: {
      networkStatus: 'not_sent_to_network',
      reason: 'insufficient_funds',
      networkCode: null,
      missingAmount: missing === null ? null : missing.toString(),
    },
  };
}
