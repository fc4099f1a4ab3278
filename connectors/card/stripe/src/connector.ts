import {
  type AdviceAnswer,
  type AuthoriseMessage,
  type CardConnector,
  type ConnectorStatus,
  type DecisionAnswer,
  defineConnector,
  type MessageRecord,
  type RefundMessage,
  type ReverseMessage,
} from '@tpmall/acquiring/contract';
import {
  type Ask,
  type Meaning,
  meaningOf,
  paymentIntent,
  paymentMethod,
  type Refusal,
  refundObject,
} from './answers.ts';
import { createApi } from './api.ts';
import { decisionOf, refundDecisionOf } from './decisions.ts';
import { declineCodeOf, isUndecided } from './declines.ts';
import { createEnquiry } from './enquiry.ts';
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  createMethod,
  createRefund,
  retrieveIntent,
} from './requests.ts';
import { stripeSettings } from './settings.ts';

/** The API takes eight digits. */
const MAX_AMOUNT = 99_999_999n;

type Connect = Parameters<typeof defineConnector<typeof stripeSettings>>[0]['connect'];

/**
 * The connector to a far side that speaks the Stripe API: TPMall itself, or whoever else does. It holds no
 * payment and no card: a card goes to the far side's vault, once for each authorisation.
 */
const connect: Connect = (settings, { clock }) => {
  const api = createApi({ secretKey: settings.secretKey, clock });
  let state: ConnectorStatus['state'] = 'stopped';
  let since = clock.now();

  /** Each message has its own record of what was said about it. */
  const recording = (): { ask: Ask; messages: MessageRecord[] } => {
    const messages: MessageRecord[] = [];
    const ask: Ask = async (question, schema) => {
      const reply = await api.ask(question, settings.answerTimeoutMs);
      messages.push(...reply.messages);
      return meaningOf(reply, schema);
    };
    return { ask, messages };
  };

  const authorise = async (message: AuthoriseMessage): Promise<DecisionAnswer> => {
    const { ask, messages } = recording();
    // Neither of the two can hold anything, so whatever becomes of them, only the confirmation is at stake.
    const [intent, method] = await Promise.all([
      ask(createIntent(settings, { ...message, id: message.trace.id }), paymentIntent),
      ask(createMethod(settings, message), paymentMethod),
    ]);
    if (intent.state !== 'done' || method.state !== 'done') {
      return { ...notPrepared(intent, method), messages };
    }
    const confirmed = await ask(
      confirmIntent(settings, intent.value.id, method.value.id, {
        ...message,
        authentication: settings.sendsProof ? message.authentication : null,
      }),
      paymentIntent,
    );
    if (confirmed.state === 'done' && confirmed.value.status === 'requires_action') {
      // The far side wants to see the shopper; that happens here, before a card is sent.
      await ask(cancelIntent(settings, intent.value.id, message), paymentIntent);
    }
    return { ...decisionOf(confirmed), messages };
  };

  const reverse = async (message: ReverseMessage): Promise<AdviceAnswer> => {
    const { ask, messages } = recording();
    const { reference, kind } = message.original;
    if (reference === null || kind !== 'authorisation') {
      return { state: 'lost', reason: 'it is known by enquiry only', messages };
    }
    const cancelled = await ask(cancelIntent(settings, reference, message), paymentIntent);
    if (cancelled.state !== 'refused' || cancelled.unheard) return { ...acknowledged(cancelled), messages };
    // What is cancelled already has reached its aim.
    const now = await ask(retrieveIntent(settings, reference), paymentIntent);
    if (now.state !== 'done' && (now.state !== 'refused' || now.unheard)) {
      return { ...acknowledged(now), messages };
    }
    const reached = now.state === 'done' && now.value.status === 'canceled';
    return { state: reached ? 'acknowledged' : 'refused', networkCode: cancelled.code, messages };
  };

  const refund = async (message: RefundMessage): Promise<DecisionAnswer> => {
    const { ask, messages } = recording();
    const { reference } = message.original;
    if (reference === null) return { state: 'not_sent', reason: 'the payment has no reference', messages };
    const of = { id: message.trace.id, amount: message.amount };
    return { ...refundDecisionOf(await ask(createRefund(settings, reference, of), refundObject)), messages };
  };

  return {
    name: settings.name,
    maxAmount: MAX_AMOUNT,
    acceptor: settings,
    start() {
      state = 'signed_on';
      since = clock.now();
    },
    async stop() {
      state = 'stopped';
      since = clock.now();
      api.stop();
    },
    // There is no line to sign on to: whether the far side is well, its answers say.
    status: () => ({ state, since, inFlight: api.inFlight, lastProblem: api.lastProblem }),
    authorise,
    async capture(message) {
      const { ask, messages } = recording();
      const { reference } = message.original;
      if (reference === null) return { state: 'refused', networkCode: 'no_reference', messages };
      return {
        ...acknowledged(await ask(captureIntent(settings, reference, message), paymentIntent)),
        messages,
      };
    },
    reverse,
    refund,
    async enquire(message) {
      const { ask, messages } = recording();
      const answer = await createEnquiry(settings, ask)(message);
      return { ...answer, messages };
    },
  } satisfies CardConnector;
};

/** Why there was nothing to confirm: no hold can have come of it. */
function notPrepared(intent: Meaning<unknown>, method: Meaning<unknown>) {
  if (method.state === 'refused' && method.ofCard) return declined(method);
  if (intent.state === 'not_sent' && method.state === 'not_sent') {
    return { state: 'not_sent', reason: intent.reason } as const;
  }
  const refused = [intent, method].find((each): each is Refusal => each.state === 'refused');
  // The card may have been sent, so this is no `not_sent`: its security code has been used.
  return {
    state: 'declined',
    declineCode: 'processing_error',
    networkCode: refused?.code ?? 'no_answer',
    elsewhere: true,
  } as const;
}

function declined({ code, declineCode }: Refusal) {
  const found = declineCodeOf(declineCode ?? code);
  return {
    state: 'declined',
    declineCode: found,
    networkCode: declineCode ?? code,
    elsewhere: isUndecided(found),
  } as const;
}

/** What an advice has come to. What nobody has looked at is asked again. */
function acknowledged(meaning: Meaning<unknown>) {
  if (meaning.state === 'done') return { state: 'acknowledged', networkCode: 'succeeded' } as const;
  if (meaning.state !== 'refused') return meaning;
  if (meaning.unheard) return { state: 'lost', reason: meaning.code } as const;
  return { state: 'refused', networkCode: meaning.code } as const;
}

/** The Stripe API over HTTPS, for the acquiring module. */
export const stripe = defineConnector({ protocol: 'stripe', settings: stripeSettings, connect });
