import type { Clock } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { AdviceAnswer, CardConnector, EnquiryAnswer, NoAnswer } from '../contract/index.ts';
import type { Advice } from '../store/advices.ts';
import { findEnquired, storeKnownOutcome } from '../store/enquiries.ts';

/**
 * Asks an acquirer that can be asked what became of a message whose answer was lost, and ends the resolution
 * where it knows: the message may stand after all. A hold that stands although it was given up, as people
 * have said that it does not, is reversed by the name that the acquirer has for it.
 *
 * @returns `resolved`; what is known no better yet, to ask again; what the reversal came to; undefined where
 * it is to be reversed without asking
 */
export async function resolveByEnquiry(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  connector: CardConnector,
  advice: Advice,
): Promise<'resolved' | AdviceAnswer | undefined> {
  const { kind, trace, original, amount, remaining, currency } = advice;
  if (kind !== 'resolution' || original.kind === 'increment' || !connector.enquire) return undefined;
  const answer = await connector.enquire({ original, amount, currency, ...(await findEnquired(db, advice)) });
  if (isUnknown(answer)) return answer;
  const stands = await storeKnownOutcome(db, { advice, answer, at: clock.now() });
  if (!stands || answer.state !== 'approved') return 'resolved';
  const { approvalCode, reference } = answer;
  return connector.reverse({
    ...{ trace, amount, remaining, currency, repeat: advice.attempts > 1 },
    original: { ...original, approvalCode, reference },
  });
}

function isUnknown(answer: EnquiryAnswer): answer is NoAnswer {
  return answer.state === 'lost' || answer.state === 'not_sent';
}
