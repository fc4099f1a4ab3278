import { err, type Micros, ok, Redacted, type Result } from '@tpmall/kernel';
import { brandOf, cvcLength, lengthFits } from './brands.ts';
import { luhnValid } from './luhn.ts';

/** A card as a shopper or a client typed it: every part still text. */
export interface CardText {
  readonly number: string;
  readonly expMonth: string;
  readonly expYear: string;
  /** Undefined where none was sent, as some clients do. */
  readonly cvc: string | undefined;
}

/** A card that passed every check that can be made without its issuer. */
export interface TypedCard {
  readonly pan: Redacted<string>;
  readonly expMonth: number;
  readonly expYear: number;
  readonly cvv: Redacted<string> | null;
}

/** Why a card was refused before any issuer saw it; the words are those of the wire. */
export type CardRefusal =
  | 'incorrect_number'
  | 'invalid_number'
  | 'invalid_expiry_month'
  | 'invalid_expiry_year'
  | 'invalid_cvc';

/** No card is issued for longer; a year beyond is a slip of the finger. */
const MAX_YEARS_AHEAD = 50;

/** Checks a card as typed. `field` of a refusal is `number`, `exp_month`, `exp_year` or `cvc`. */
export function readCard(text: CardText, now: Micros): Result<TypedCard, CardRefusal> {
  const number = readNumber(text.number);
  if (!number.ok) return number;
  const expiry = readExpiry(text.expMonth, text.expYear, now);
  if (!expiry.ok) return expiry;
  const pan = number.value;
  if (text.cvc === undefined) return ok({ pan, ...expiry.value, cvv: null });
  const cvv = readCvc(text.cvc, pan);
  return cvv.ok ? ok({ pan, ...expiry.value, cvv: cvv.value }) : cvv;
}

/** A card number without its spaces, if there can be such a card. */
export function readNumber(text: string): Result<Redacted<string>, 'invalid_number' | 'incorrect_number'> {
  const pan = text.replaceAll(/[\s-]/g, '');
  if (!/^\d+$/.test(pan)) {
    return err('invalid_number', 'The card number is not a valid card number.', { field: 'number' });
  }
  if (lengthFits(pan) && luhnValid(pan)) return ok(new Redacted(pan));
  return err('incorrect_number', 'Your card number is incorrect.', { field: 'number' });
}

/** A security code with as many digits as the number's brand has. */
export function readCvc(text: string, pan: Redacted<string>): Result<Redacted<string>, 'invalid_cvc'> {
  const code = text.trim();
  if (/^\d+$/.test(code) && code.length === cvcLength(brandOf(pan.reveal()))) return ok(new Redacted(code));
  return err('invalid_cvc', "Your card's security code is invalid.", { field: 'cvc' });
}

/**
 * Month and year, the year with two digits or four. A refusal's detail says whether the card ran out, and
 * when.
 */
export function readExpiry(
  monthText: string,
  yearText: string,
  now: Micros,
): Result<{ expMonth: number; expYear: number }, 'invalid_expiry_month' | 'invalid_expiry_year'> {
  const month = 'exp_month';
  const expMonth = /^\s*\d{1,2}\s*$/.test(monthText) ? Number(monthText) : 0;
  if (expMonth < 1 || expMonth > 12) {
    return err('invalid_expiry_month', "Your card's expiration month is invalid.", { field: month });
  }
  const today = new Date(Math.floor(now / 1000));
  const thisYear = today.getUTCFullYear();
  const digits = /^\s*(\d{4}|\d{2})\s*$/.exec(yearText)?.[1] ?? '';
  const expYear = digits.length === 2 ? thisYear - (thisYear % 100) + Number(digits) : Number(digits);
  if (expYear < thisYear || expYear > thisYear + MAX_YEARS_AHEAD) {
    const detail = { ranOut: digits !== '' && expYear < thisYear, expMonth, expYear };
    return err('invalid_expiry_year', "Your card's expiration year is invalid.", {
      field: 'exp_year',
      detail,
    });
  }
  if (expYear === thisYear && expMonth < today.getUTCMonth() + 1) {
    const detail = { ranOut: true, expMonth, expYear };
    return err('invalid_expiry_month', "Your card's expiration month is in the past.", {
      field: month,
      detail,
    });
  }
  return ok({ expMonth, expYear });
}
