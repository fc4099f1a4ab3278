import { assert, type Clock } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { CardConnector, EnquiryAnswer, NoAnswer } from '../contract/index.ts';
import type { Advice } from '../store/advices.ts';
import { findAuthorisationById } from '../store/authorisations.ts';
import { storeKnownOutcome } from '../store/enquiries.ts';

/**
 * Asks an acquirer that can be asked what became of a message whose answer was lost, and ends the resolution
 * where it knows: the message may stand after all.
 *
 * @returns `resolved`; what is known no better yet, to ask again; undefined where it is to be reversed: of an
 * acquirer that cannot be asked, or against what people have said
 */
export async function resolveByEnquiry(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  connector: CardConnector,
  advice: Advice,
): Promise<'resolved' | NoAnswer | undefined> {
  const { kind, original, amount, currency, authorisationId } = advice;
  if (kind !== 'resolution' || original.kind === 'increment' || !connector.enquire) return undefined;
  const authorisation = await findAuthorisationById(db, authorisationId);
  assert(authorisation, 'an advice is about an authorisation');
  const { descriptor } = authorisation;
  const answer = await connector.enquire({ original, amount, currency, descriptor });
  if (isUnknown(answer)) return answer;
  const isOver = await storeKnownOutcome(db, { advice, answer, at: clock.now() });
  // What stands although people have said that it does not is taken back.
  return isOver || answer.state !== 'approved' ? 'resolved' : undefined;
}

function isUnknown(answer: EnquiryAnswer): answer is NoAnswer {
  return answer.state === 'lost' || answer.state === 'not_sent';
}
