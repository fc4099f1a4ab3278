import type { EnquireMessage, EnquiryAnswer } from '@tpmall/acquiring/contract';
import { HOUR } from '@tpmall/kernel';
import {
  type Ask,
  type Meaning,
  paymentIntent,
  type RefundObject,
  refundObject,
  refundPage,
} from './answers.ts';
import { decisionOfIntent, refundDecisionOf, type Unrecorded } from './decisions.ts';
import {
  cancelIntent,
  createIntent,
  createRefund,
  listRefunds,
  type Origins,
  OUR_ID,
  retrieveIntent,
} from './requests.ts';

type Answer = Unrecorded<EnquiryAnswer>;

/** Pages of an intent's refunds that are looked through. */
const PAGES_MAX = 20;
/**
 * Far sides remember a key for a day. An intent that is younger than its message by more than clocks may
 * differ was made by the repetition, and says nothing about the first time.
 */
const CLOCKS_DIFFER = HOUR;

/** Finds out what became of an authorisation or a refund whose answer was lost. */
export function createEnquiry(origins: Origins, ask: Ask): (message: EnquireMessage) => Promise<Answer> {
  const aboutAuthorisation = async (message: EnquireMessage): Promise<Answer> => {
    const { trace } = message.original;
    // The same key and parameters: the far side answers with the intent of the first time.
    const found = await ask(createIntent(origins, { ...message, id: trace.id }), paymentIntent);
    if (found.state !== 'done') return unknown(found);
    const { id, created } = found.value;
    if (created * 1_000_000 > trace.transmittedAt + CLOCKS_DIFFER) {
      return { state: 'lost', reason: 'the far side has forgotten the key; a person has to look' };
    }
    const now = await ask(retrieveIntent(origins, id), paymentIntent);
    if (now.state !== 'done') return unknown(now);
    const { status, last_payment_error: problem } = now.value;
    if (status === 'canceled') return { state: 'reversed', networkCode: status };
    const untouched =
      status === 'requires_confirmation' || (status === 'requires_payment_method' && !problem);
    if (!untouched && status !== 'requires_action') return decisionOfIntent(now.value);
    // Never confirmed, or waiting for the shopper: cancelled, so that a straggler finds nothing to confirm.
    const cancelled = await ask(cancelIntent(origins, id, message.original), paymentIntent);
    if (cancelled.state !== 'done') return unknown(cancelled);
    return { state: 'reversed', networkCode: cancelled.value.status };
  };

  const findRefund = async (intent: string, ourId: string): Promise<Meaning<RefundObject | undefined>> => {
    let after: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const listed = await ask(listRefunds(origins, intent, after), refundPage);
      if (listed.state !== 'done') return listed;
      const { data, has_more: more } = listed.value;
      const found = data.find(({ metadata }) => metadata?.[OUR_ID] === ourId);
      if (found || !more) return { state: 'done', value: found };
      after = data.at(-1)?.id;
    }
    return { state: 'lost', reason: 'the payment has more refunds than are looked through' };
  };

  const aboutRefund = async (message: EnquireMessage): Promise<Answer> => {
    const { reference, trace } = message.original;
    if (reference === null) return { state: 'lost', reason: 'the payment has no reference' };
    const found = await findRefund(reference, trace.id);
    if (found.state !== 'done') return unknown(found);
    if (found.value) return refundDecisionOf({ state: 'done', value: found.value });
    if (!message.isWanted) return { state: 'reversed', networkCode: 'not_found' };
    // It is not there: asked for by the same key, it is made once, be the first request still on its way or
    // not.
    const of = { id: trace.id, amount: message.amount };
    return refundDecisionOf(await ask(createRefund(origins, reference, of), refundObject));
  };

  return (message) =>
    message.original.kind === 'refund' ? aboutRefund(message) : aboutAuthorisation(message);
}

/** An enquiry that is refused has told nothing. */
function unknown(meaning: Exclude<Meaning<unknown>, { state: 'done' }>): Answer {
  if (meaning.state === 'refused')
    return { state: 'lost', reason: `the enquiry was refused: ${meaning.code}` };
  return meaning;
}
