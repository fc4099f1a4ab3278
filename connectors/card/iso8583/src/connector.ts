import {
  type AdviceAnswer,
  type CardConnector,
  type DecisionAnswer,
  defineConnector,
  type MessageRecord,
  type StrayAnswer,
} from '@tpmall/acquiring/contract';
import { currencyOf } from '@tpmall/kernel';
import { createIsoClient } from './client/client.ts';
import type { Exchange } from './client/in-flight.ts';
import { systemTimers, type Timers } from './client/timers.ts';
import { type IsoMessage, MAX_DE4_AMOUNT, maskedFields, retrievalReference } from './codec/index.ts';
import {
  authorisationAdvice,
  authorisationRequest,
  captureAdvice,
  type Identity,
  incrementRequest,
  refundRequest,
  reversalRequest,
  verificationRequest,
} from './messages.ts';
import { declineCode, hasNobodyDecided, isAcknowledged, isApproved, isVerified } from './response-codes.ts';
import { readReturnedRefund } from './returned-refund.ts';
import { iso8583Settings } from './settings.ts';

/** DE 39 of our answer to an advice of the host; after a 96 it comes again. */
const ADVICE_CODES = { noted: '00', not_now: '96', unknown: '25' } as const;

type Connect = Parameters<typeof defineConnector<typeof iso8583Settings>>[0]['connect'];

/**
 * The connector to an ISO 8583:1987 host. It holds one connection and no payment: what a message was about,
 * and whether it must be sent again, is its caller's knowledge.
 */
const connect = (timers: Timers, ...[settings, environment]: Parameters<Connect>): ReturnType<Connect> => {
  const { clock, log, onStrayAnswer } = environment;
  const identity: Identity = settings;
  const record = (direction: 'in' | 'out', message: IsoMessage): MessageRecord => ({
    direction,
    at: clock.now(),
    type: message.mti,
    fields: maskedFields(message),
  });
  const client = createIsoClient({
    ...settings,
    clock,
    timers,
    log,
    onStray: (kind, message) => onStrayAnswer({ kind, message: record('in', message) } satisfies StrayAnswer),
    onAdvice: async (message) => {
      const read = readReturnedRefund(message, clock.now());
      if (!read) return ADVICE_CODES.unknown;
      const returned = { connector: settings.name, ...read, message: record('in', message) };
      return ADVICE_CODES[await environment.onReturnedRefund(returned)];
    },
  });

  const ask = async (question: IsoMessage): Promise<{ exchange: Exchange; messages: MessageRecord[] }> => {
    const out = record('out', question);
    const exchange = await client.ask(question);
    if (exchange.state === 'answered') return { exchange, messages: [out, record('in', exchange.answer)] };
    return { exchange, messages: exchange.state === 'lost' ? [out] : [] };
  };

  const decide = async (question: IsoMessage, isGood = isApproved): Promise<DecisionAnswer> => {
    const { exchange, messages } = await ask(question);
    if (exchange.state !== 'answered') return { ...exchange, messages };
    const { fields } = exchange.answer;
    const networkCode = fields[39];
    // An answer without a response code decides nothing.
    if (networkCode === undefined)
      return { state: 'lost', reason: 'the answer has no response code', messages };
    if (!isGood(networkCode)) {
      const elsewhere = hasNobodyDecided(networkCode);
      return { state: 'declined', declineCode: declineCode(networkCode), networkCode, elsewhere, messages };
    }
    const reference = (question.fields[37] ?? '').trim();
    return { state: 'approved', approvalCode: fields[38]?.trim() ?? '', networkCode, reference, messages };
  };

  const advise = async (advice: IsoMessage): Promise<AdviceAnswer> => {
    const { exchange, messages } = await ask(advice);
    if (exchange.state !== 'answered') return { ...exchange, messages };
    const networkCode = exchange.answer.fields[39];
    if (networkCode === undefined)
      return { state: 'lost', reason: 'the answer has no response code', messages };
    // Nobody has decided about what could not be passed on, or met a system that failed: it is told again.
    if (hasNobodyDecided(networkCode))
      return { state: 'lost', reason: `nobody has decided: ${networkCode}`, messages };
    const state = isAcknowledged(advice.mti, networkCode) ? 'acknowledged' : 'refused';
    return { state, networkCode, messages };
  };

  return {
    name: settings.name,
    maxAmount: MAX_DE4_AMOUNT,
    acceptor: settings,
    start: () => client.start(),
    stop: () => client.stop(),
    status: () => client.status(),
    authorise: (message) => decide(authorisationRequest(identity, message, currencyOf(message.currency))),
    increment: (message) => decide(incrementRequest(identity, message, currencyOf(message.currency))),
    verify: (message) =>
      decide(verificationRequest(identity, message, currencyOf(message.currency)), isVerified),
    standIn: {
      referenceOf: ({ transmittedAt, stan }) => retrievalReference(transmittedAt, stan),
      advise: (message) => advise(authorisationAdvice(identity, message, currencyOf(message.currency))),
    },
    capture: (message) => advise(captureAdvice(identity, message, currencyOf(message.currency))),
    reverse: (message) => advise(reversalRequest(identity, message, currencyOf(message.currency))),
    refund: (message) => decide(refundRequest(identity, message, currencyOf(message.currency))),
  } satisfies CardConnector;
};

/** ISO 8583:1987 over TCP, for the acquiring module; waits for its host by the given timers. */
export const iso8583On = (timers: Timers) =>
  defineConnector({
    protocol: 'iso8583',
    settings: iso8583Settings,
    connect: (settings, environment) => connect(timers, settings, environment),
  });

/** {@link iso8583On} the machine's timers. */
export const iso8583 = iso8583On(systemTimers);
