import { createHash } from 'node:crypto';
import {
  answerMti,
  type Fields,
  type IsoMessage,
  maskPan,
  readOriginalElement,
  readReplacementElement,
  unpackAdditionalData,
} from '@tpmall/connector-iso8583';
import { type Clock, isoInstant } from '@tpmall/kernel';
import { findTestCard } from '../cards.ts';
import { type Book, captureLimit, sumOf } from './book.ts';
import type { Entry } from './book-types.ts';
import type { Fault } from './faults.ts';
import { decide } from './issuer.ts';
import type { Journal } from './journal.ts';
import { messageKey, originalKey } from './key.ts';
import { overcapturePercent } from './overcapture.ts';

/** What becomes of a message: the answer, if one is to be sent at all, and what goes wrong with it. */
export interface Handled {
  readonly answer: IsoMessage | undefined;
  readonly fault: Fault | undefined;
}

/** The acquirer's host: books each message once and answers repeats as it answered the first. */
export interface Host {
  handle(message: IsoMessage): Promise<Handled>;
  /** Messages received so far by type, repeats included. Not kept over a restart. */
  readonly received: ReadonlyMap<string, number>;
}

/** What the host answers and, where that changes its book, the entry. */
interface Booking {
  readonly code: string;
  readonly approvalCode?: string | undefined;
  readonly entry?: Entry;
}

const ECHOED = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90, 95];
/** Without these a financial message cannot be told from another. */
const REQUIRED = [3, 4, 7, 11, 32, 37, 41, 42, 49];

/** DE 39 of a verification that finds the card good. */
const NO_REASON_TO_DECLINE = '85';

/** Makes the host over its book. */
export function createHost(options: {
  book: Book;
  journal: Journal;
  /** The faults of this host. */
  rules: { take(mti: string, maskedCard: string | undefined): Fault | undefined };
  clock: Clock;
  /** Told of every entry that a message has made, with the message's card number. */
  onBooked: (entry: Entry, pan: string | undefined) => void;
}): Host {
  const { book, journal, rules, clock, onBooked } = options;
  const received = new Map<string, number>();
  const authorisationsByCard = new Map<string, number>();

  const cardOf = (message: IsoMessage): string | undefined => {
    const pan = message.fields[2];
    if (pan !== undefined) return maskPan(pan);
    const key = keyOfOriginal(message);
    const moved = book.movement(key) ?? book.increment(key);
    return (book.authorisation(key) ?? moved?.authorisation)?.card;
  };

  const faultOf = (message: IsoMessage): Fault | undefined => {
    const ordered = rules.take(message.mti, cardOf(message));
    if (ordered || message.mti !== '0100') return ordered;
    const card = findTestCard(message.fields[2] ?? '');
    if (!card?.fault) return undefined;
    const before = authorisationsByCard.get(card.number) ?? 0;
    authorisationsByCard.set(card.number, before + 1);
    return card.faultAlternates && before % 2 === 1 ? undefined : card.fault;
  };

  const bookOne = (message: IsoMessage, forced: string | undefined): Booking => {
    const at = clock.now();
    const key = messageKey(message);
    const known = book.answerTo(key);
    if (known) {
      return {
        code: known.code,
        approvalCode: known.approvalCode,
        entry: { type: 'repeat', at, key, mti: message.mti },
      };
    }
    if (REQUIRED.some((de) => message.fields[de] === undefined)) return { code: '30' };
    switch (message.mti) {
      case '0100':
        if (message.fields[90] !== undefined) return increment(message, key, at, forced);
        if (isVerification(message)) return { code: forced ?? verify(message, at) };
        return authorise(message, key, at, forced);
      // What was ordered of an advice is not booked, so that the repeat is looked at again.
      case '0120':
      case '0121':
        return forced === undefined ? authorise(message, key, at) : { code: forced };
      case '0200':
        if (!isRefund(message)) return { code: '12' };
        return move(message, key, at, forced);
      case '0220':
      case '0221':
        return forced === undefined ? move(message, key, at) : { code: forced };
      case '0400':
      case '0401':
      case '0420':
      case '0421':
        return reverse(message, key, at, forced);
      default:
        return { code: '12' };
    }
  };

  // Nothing is booked: a repetition is simply asked again.
  const verify = (message: IsoMessage, at: number): string => {
    const { code } = decide(message, monthOf(at));
    return code === '00' ? NO_REASON_TO_DECLINE : code;
  };

  const authorise = (message: IsoMessage, key: string, at: number, forced?: string): Booking => {
    const { fields } = message;
    const decision = decide(message, monthOf(at));
    // A reversal that overtook its original has already said that this one must not stand.
    const code = forced ?? (book.reversedBefore(key) ? '12' : decision.code);
    // An advice brings the approval with it: whoever stood in for the issuer has given it.
    const approvalCode = code === '00' ? (fields[38]?.trim() ?? approvalCodeOf(key)) : '';
    const authorisation = {
      key,
      reference: fields[37] ?? '',
      stan: fields[11] ?? '',
      terminal: fields[41] ?? '',
      merchant: (fields[42] ?? '').trim(),
      card: maskPan(fields[2] ?? ''),
      amount: String(BigInt(fields[4] ?? '0')),
      currency: fields[49] ?? '',
      code,
      approvalCode,
      authenticated: decision.authenticated,
      overcapturePercent: overcapturePercent(fields[2] ?? '', fields[18] ?? ''),
    };
    return { code, approvalCode, entry: { type: 'authorisation', at, authorisation } };
  };

  const increment = (message: IsoMessage, key: string, at: number, forced?: string): Booking => {
    const { fields } = message;
    const of = keyOfOriginal(message);
    const code = forced ?? incrementCode(of, key, fields[2] ?? '');
    const approvalCode = code === '00' ? approvalCodeOf(key) : '';
    const amount = String(BigInt(fields[4] ?? '0'));
    return { code, approvalCode, entry: { type: 'increment', at, key, of, code, approvalCode, amount } };
  };

  const incrementCode = (of: string, key: string, pan: string): string => {
    const authorisation = book.authorisation(of);
    if (!authorisation) return '25';
    if (book.reversedBefore(key) || authorisation.state !== 'approved' || authorisation.reversals > 0) {
      return '12';
    }
    if (sumOf(authorisation, 'capture') > 0n) return '12';
    return findTestCard(pan)?.incrementCode ?? '14';
  };

  const move = (message: IsoMessage, key: string, at: number, forced?: string): Booking => {
    const refund = isRefund(message);
    const of = keyOfOriginal(message);
    const amount = BigInt(message.fields[4] ?? '0');
    const additional = unpackAdditionalData(message.fields[48] ?? '');
    const final = additional.ok && additional.value.finalCapture === '1';
    const code = forced ?? (refund ? refundCode(message, of) : captureCode(of, amount));
    const type = refund ? 'refund' : 'capture';
    return { code, entry: { type, at, key, of, code, amount: String(amount), final } };
  };

  const refundCode = (message: IsoMessage, of: string): string =>
    book.authorisation(of) ? (findTestCard(message.fields[2] ?? '')?.refundCode ?? '00') : '25';

  const captureCode = (of: string, amount: bigint): string => {
    const authorisation = book.authorisation(of);
    if (!authorisation) return '25';
    if (authorisation.state !== 'approved') return '12';
    return sumOf(authorisation, 'capture') + amount > captureLimit(authorisation) ? '13' : '00';
  };

  const reverse = (message: IsoMessage, key: string, at: number, forced?: string): Booking => {
    const of = keyOfOriginal(message);
    const remaining = message.fields[95] ? readReplacementElement(message.fields[95]) : 0n;
    const authorisation = book.authorisation(of);
    // Not booked, so that the repeat is looked at again.
    if (forced !== undefined) return { code: forced };
    let code = book.answerTo(of) ? '00' : '25';
    if (authorisation && sumOf(authorisation, 'capture') > remaining) code = '12';
    const added = book.increment(of);
    if (added && sumOf(added.authorisation, 'capture') > 0n) code = '12';
    return { code, entry: { type: 'reversal', at, key, of, code, remaining: String(remaining) } };
  };

  return {
    received,
    async handle(message) {
      received.set(message.mti, (received.get(message.mti) ?? 0) + 1);
      const fault = faultOf(message);
      if (fault?.kind === 'lose_request') return { answer: undefined, fault };
      if (message.mti === '0800') return { answer: answerTo(message, { code: '00' }), fault };
      const booking = bookOne(message, fault?.kind === 'decline' ? fault.code : undefined);
      if (booking.entry) {
        book.apply(booking.entry);
        await journal.append(booking.entry);
        onBooked(booking.entry, message.fields[2]);
      }
      return { answer: answerTo(message, booking), fault };
    },
  };
}

/** `YYMM` of an instant. */
function monthOf(at: number): string {
  const month = isoInstant(at);
  return month.slice(2, 4) + month.slice(5, 7);
}

function isVerification(message: IsoMessage): boolean {
  return message.fields[3]?.startsWith('33') === true;
}

function isRefund(message: IsoMessage): boolean {
  return message.fields[3]?.startsWith('20') === true;
}

function keyOfOriginal(message: IsoMessage): string {
  const de90 = message.fields[90];
  return de90 === undefined ? '' : originalKey(readOriginalElement(de90), message.fields[41]);
}

function answerTo(message: IsoMessage, booking: Booking): IsoMessage {
  const echoed: Record<number, string> = {};
  for (const de of ECHOED) {
    const value = message.fields[de];
    if (value !== undefined) echoed[de] = value;
  }
  const approval: Fields = booking.approvalCode ? { 38: booking.approvalCode } : {};
  return { mti: answerMti(message.mti), fields: { ...echoed, ...approval, 39: booking.code } };
}

/** Six characters that the same message always gets, so that a replay of a run gives the same book. */
function approvalCodeOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 6).toUpperCase();
}
