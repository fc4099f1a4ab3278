import type {
  AuthoriseMessage,
  CaptureMessage,
  IncrementMessage,
  MessageCard,
  OriginalAuthorisation,
  RefundMessage,
  ReverseMessage,
  StandInMessage,
  Trace,
  VerifyMessage,
} from '@tpmall/acquiring/contract';
import type { Currency } from '@tpmall/kernel';
import {
  amountElement,
  type Fields,
  type IsoMessage,
  originalElement,
  packAdditionalData,
  repeatMti,
  replacementElement,
  retrievalReference,
  stanElement,
  timeElements,
} from './codec/index.ts';

/** Who speaks: the parts of a message that are the same in all of them. */
export interface Identity {
  readonly acquirerId: string;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly categoryCode: string;
}

/** DE 3: goods and services; return of goods. */
const PURCHASE = '000000';
const REFUND = '200000';
/**
 * DE 3 of a verification of the account: 33 of ISO 8583:2003, which hosts of the 1987 edition take as well.
 */
const VERIFICATION = '330000';
/** DE 22: electronic commerce, no PIN capability. */
const ENTRY_MODE = '812';
/** DE 25: electronic commerce request. */
const CONDITION = '59';
/** DE 25: verification of the account, no authorisation. */
const VERIFICATION_CONDITION = '51';

/** 0100: asks the issuer for a hold. */
export function authorisationRequest(
  identity: Identity,
  message: AuthoriseMessage,
  currency: Currency,
): IsoMessage {
  return {
    mti: '0100',
    fields: {
      ...common(identity, message.trace, message.trace, PURCHASE, message.amount, currency),
      ...issuersQuestion(message),
    },
  };
}

/**
 * 0120, repeated as 0121: a hold was approved on our own risk (DE 38), because this acquirer could not be
 * asked. Carries no security code, which is not kept.
 */
export function authorisationAdvice(
  identity: Identity,
  message: StandInMessage,
  currency: Currency,
): IsoMessage {
  return {
    mti: message.repeat ? repeatMti('0120') : '0120',
    fields: {
      ...common(identity, message.trace, message.trace, PURCHASE, message.amount, currency),
      ...issuersQuestion(message),
      38: message.approvalCode.padEnd(6, ' '),
    },
  };
}

/** 0100 with an amount of zero: asks the issuer whether a card is good, and holds nothing. */
export function verificationRequest(
  identity: Identity,
  message: VerifyMessage,
  currency: Currency,
): IsoMessage {
  return {
    mti: '0100',
    fields: {
      ...common(identity, message.trace, message.trace, VERIFICATION, 0n, currency),
      25: VERIFICATION_CONDITION,
      ...issuersQuestion(message),
    },
  };
}

/** What an issuer decides by: the card, the acceptor's name, proof and code. */
function issuersQuestion(message: VerifyMessage): Fields {
  const proof = message.authentication;
  const additional = packAdditionalData({
    ...(proof ? { eci: proof.eci, authenticationValue: proof.value.reveal() } : {}),
    ...(proof ? { directoryServerId: proof.directoryServerId } : {}),
    ...(message.card.cvv ? { cvv: message.card.cvv.reveal() } : {}),
  });
  return {
    ...card(message.card),
    43: acceptorName(message.descriptor),
    ...(additional === undefined ? {} : { 48: additional }),
  };
}

/**
 * 0100 with the reference (DE 37), the approval (DE 38) and the trace (DE 90) of an earlier one: asks the
 * issuer to hold so much more.
 */
export function incrementRequest(
  identity: Identity,
  message: IncrementMessage,
  currency: Currency,
): IsoMessage {
  return {
    mti: '0100',
    fields: {
      ...common(identity, message.trace, message.original.trace, PURCHASE, message.amount, currency),
      ...card(message.card),
      ...approval(message.original),
      43: acceptorName(message.descriptor),
      90: original(identity, '0100', message.original.trace),
    },
  };
}

/** 0220, repeated as 0221: a sale on an earlier authorisation has been completed. Carries no card number. */
export function captureAdvice(identity: Identity, message: CaptureMessage, currency: Currency): IsoMessage {
  return {
    mti: message.repeat ? repeatMti('0220') : '0220',
    fields: {
      ...common(identity, message.trace, message.original.trace, PURCHASE, message.amount, currency),
      ...approval(message.original),
      48: packAdditionalData({ finalCapture: message.final ? '1' : '0' }) ?? '',
      90: original(identity, '0100', message.original.trace),
    },
  };
}

/**
 * 0400, repeated as 0401: takes back a hold, an increment or a refund, or all of a hold but `remaining`
 * (DE 95). Carries no card number: DE 90 says what is meant, so that a reversal can always be sent.
 */
export function reversalRequest(identity: Identity, message: ReverseMessage, currency: Currency): IsoMessage {
  const refund = message.original.kind === 'refund';
  return {
    mti: message.repeat ? repeatMti('0400') : '0400',
    fields: {
      ...common(
        identity,
        message.trace,
        message.original.first ?? message.original.trace,
        refund ? REFUND : PURCHASE,
        message.amount,
        currency,
      ),
      ...approval(message.original),
      90: original(identity, refund ? '0200' : '0100', message.original.trace),
      ...(message.remaining > 0n ? { 95: replacementElement(message.remaining) } : {}),
    },
  };
}

/** 0200 with processing code 20: sends money back to the card. */
export function refundRequest(identity: Identity, message: RefundMessage, currency: Currency): IsoMessage {
  return {
    mti: '0200',
    fields: {
      ...common(identity, message.trace, message.original.trace, REFUND, message.amount, currency),
      ...card(message.card),
      ...approval(message.original),
      90: original(identity, '0100', message.original.trace),
    },
  };
}

function common(
  identity: Identity,
  trace: Trace,
  first: Trace,
  processingCode: string,
  amount: bigint,
  currency: Currency,
): Fields {
  const { transmission, time, date } = timeElements(trace.transmittedAt);
  return {
    3: processingCode,
    4: amountElement(amount),
    7: transmission,
    11: stanElement(trace.stan),
    12: time,
    13: date,
    18: identity.categoryCode,
    22: ENTRY_MODE,
    25: CONDITION,
    32: identity.acquirerId,
    // The reference of the authorisation stays the payment's reference for its whole life.
    37: retrievalReference(first.transmittedAt, first.stan),
    41: identity.terminalId,
    42: identity.merchantId.padEnd(15, ' '),
    49: String(currency.number).padStart(3, '0'),
  };
}

function card(of: MessageCard): Fields {
  return { 2: of.pan.reveal(), 14: of.expiry.reveal() };
}

function approval(of: OriginalAuthorisation): Fields {
  return of.approvalCode ? { 38: of.approvalCode.padEnd(6, ' ') } : {};
}

function original(identity: Identity, mti: string, trace: Trace): string {
  return originalElement({
    mti,
    stan: stanElement(trace.stan),
    transmission: timeElements(trace.transmittedAt).transmission,
    acquirer: identity.acquirerId,
  });
}

/**
 * DE 43: 25 characters of name, 13 of city, 2 of country. What the alphabet lacks is sent as a question mark.
 */
function acceptorName(descriptor: string): string {
  const name = descriptor.replace(/[^\x20-\x7e]/g, '?').slice(0, 25);
  return `${name.padEnd(25, ' ')}${' '.repeat(13)}${' '.repeat(2)}`;
}
