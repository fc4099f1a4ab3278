import type { Claim } from '@tpmall/platform/command';
import type { Card } from '@tpmall/vault/contract';
import type { ChargeCard, PayingWallet } from '../contract/index.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ChargeRecord, IntentRecord } from './records.ts';

/** What pays: a card or a wallet. */
export type Source =
  | { readonly card: Card; readonly wallet: null }
  | { readonly card: null; readonly wallet: PayingWallet };

/** A charge as it is opened: nobody has been asked yet. */
export function openCharge(
  deps: PaymentsDeps,
  intent: IntentRecord,
  { card, wallet }: Source,
  claim: Claim,
): ChargeRecord {
  return {
    id: deps.ids.next('ch'),
    tenant: intent.tenant,
    paymentIntent: intent.id,
    status: 'pending',
    amount: intent.amount,
    amountCaptured: 0n,
    amountRefunded: 0n,
    amountSentBack: 0n,
    currency: intent.currency,
    captured: false,
    captureBefore: null,
    captureTerms: null,
    receiptEmail: intent.receiptEmail,
    shipping: intent.shipping,
    customer: intent.customer,
    paymentMethod: card?.id ?? wallet?.id ?? '',
    card: card && shownCard(card),
    wallet,
    statementDescriptor: intent.statementDescriptor,
    description: intent.description,
    transferGroup: intent.transferGroup,
    onBehalfOf: intent.onBehalfOf,
    split: intent.split,
    failureCode: null,
    failureMessage: null,
    outcome: {
      networkStatus: 'unknown',
      reason: null,
      networkCode: null,
      approvalCode: null,
      threeDSecure: null,
      riskScore: 0,
      riskAction: 'none',
    },
    metadata: intent.metadata,
    createdAt: claim.at,
    commandId: claim.id,
    commandAt: claim.at,
    authorisationId: null,
    authenticationId: null,
    holds: [],
    shares: [],
    balanceTransaction: null,
    refundedParts: [],
  };
}

function shownCard({ brand, last4, expMonth, expYear, country, funding, fingerprint }: Card): ChargeCard {
  return { brand, last4, expMonth, expYear, country, funding, fingerprint };
}

/** A charge whose challenge nobody waits for any more. */
export function abandoned(charge: ChargeRecord): ChargeRecord {
  return {
    ...charge,
    status: 'failed',
    failureCode: 'payment_intent_authentication_failure',
    failureMessage: 'The authentication was not completed. Nothing was charged.',
    outcome: { ...charge.outcome, networkStatus: 'not_sent_to_network', reason: 'authentication_abandoned' },
  };
}
