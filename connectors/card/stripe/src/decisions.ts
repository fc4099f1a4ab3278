import type { DecisionAnswer } from '@tpmall/acquiring/contract';
import type { Meaning, PaymentIntent, RefundObject } from './answers.ts';
import { declineCodeOf, isUndecided } from './declines.ts';

/** An answer whose messages are recorded elsewhere. */
export type Unrecorded<T> = T extends unknown ? Omit<T, 'messages'> : never;
/** A decision without its messages. */
export type Decision = Unrecorded<DecisionAnswer>;

/** What the answer to a confirmation decides. */
export function decisionOf(confirmed: Meaning<PaymentIntent>): Decision {
  if (confirmed.state === 'done') return decisionOfIntent(confirmed.value);
  if (confirmed.state !== 'refused') {
    // Without a connection for it, the confirmation was not made; the card has been with the far side all the
    // same.
    if (confirmed.state === 'not_sent') return undecided('no_answer');
    return confirmed;
  }
  const { code, declineCode, ofCard } = confirmed;
  return ofCard ? declinedBy(declineCode ?? code) : undecided(code);
}

/** What an intent's status says about its hold. `lost` where it does not say yet. */
export function decisionOfIntent(intent: PaymentIntent): Decision {
  switch (intent.status) {
    case 'requires_capture':
    case 'succeeded':
      return {
        state: 'approved',
        approvalCode: approvalCodeOf(intent),
        networkCode: intent.status,
        reference: intent.id,
      };
    case 'requires_action':
      return {
        state: 'declined',
        declineCode: 'authentication_required',
        networkCode: intent.status,
        elsewhere: false,
      };
    case 'requires_payment_method': {
      const problem = intent.last_payment_error;
      return declinedBy(problem?.decline_code ?? problem?.code ?? intent.status);
    }
    default:
      return { state: 'lost', reason: `the payment intent is ${intent.status}` };
  }
}

/** What the answer to a refund, or the refund itself, says. */
export function refundDecisionOf(meaning: Meaning<RefundObject>): Decision {
  if (meaning.state === 'refused') {
    const { code, declineCode, unheard } = meaning;
    // No other acquirer can give this money back, so this one is asked until it has looked.
    if (unheard) return { state: 'lost', reason: code };
    return { ...declinedBy(declineCode ?? code), elsewhere: false };
  }
  if (meaning.state !== 'done') return meaning;
  const { id, status, failure_reason: why } = meaning.value;
  switch (status) {
    case 'succeeded':
      return { state: 'approved', approvalCode: '', networkCode: status, reference: id };
    case 'failed':
    case 'canceled':
      return { ...declinedBy(why ?? status), elsewhere: false };
    default:
      return { state: 'lost', reason: `the refund is ${status ?? 'without a status'}` };
  }
}

function declinedBy(code: string): Extract<Decision, { state: 'declined' }> {
  const declineCode = declineCodeOf(code);
  return { state: 'declined', declineCode, networkCode: code, elsewhere: isUndecided(declineCode) };
}

/** Nobody has decided about the card: the far side would not or could not ask. */
function undecided(networkCode: string): Decision {
  return { state: 'declined', declineCode: 'processing_error', networkCode, elsewhere: true };
}

function approvalCodeOf({ latest_charge: charge }: PaymentIntent): string {
  if (typeof charge !== 'object' || charge === null) return '';
  return charge.payment_method_details?.card?.authorization_code ?? '';
}
