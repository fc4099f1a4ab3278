import { err, type Micros, type Redacted, type Result } from '@tpmall/kernel';
import { monthText } from '@tpmall/platform/pages';
import { BRAND_NAMES, brandOf, cvcLength } from '../card/brands.ts';
import { readCvc, readExpiry, readNumber, type TypedCard } from '../card/typed-card.ts';
import type { Refilled } from './card-fields-view.ts';
import type { CardForm } from './card-page-request.ts';
import type { Words } from './card-page-words.ts';

/** Checks every field of the form at once, and says what is wrong in the words of the page. */
export function readCardForm(
  form: CardForm,
  words: Words,
  now: Micros,
): { readonly card: TypedCard } | { readonly refilled: Refilled } {
  const number = readNumber(form.number);
  const pan = number.ok ? number.value : null;
  const expiry = readTypedExpiry(form.expiry, now);
  const cvv = pan ? readCvc(form.cvc, pan) : null;
  if (pan && expiry.ok && cvv?.ok) return { card: { pan, ...expiry.value, cvv: cvv.value } };

  const numberProblem = form.number.trim() === '' ? words.numberMissing : words.numberWrong;
  return {
    refilled: {
      problems: {
        ...(number.ok ? {} : { number: numberProblem }),
        ...(expiry.ok ? {} : { expiry: expiryProblem(form.expiry, expiry.error.detail, words) }),
        ...cvcProblem(form.cvc, pan, words),
      },
      expiry: form.expiry,
      name: form.name,
      numberHint: pan && words.numberAgain(BRAND_NAMES[brandOf(pan.reveal())]),
    },
  };
}

/** `09 / 28`, `9/2028`, `0928` and what is like it. */
function readTypedExpiry(
  text: string,
  now: Micros,
): Result<
  { expMonth: number; expYear: number },
  'unreadable' | 'invalid_expiry_month' | 'invalid_expiry_year'
> {
  const match =
    /^\s*(\d{1,2})\s*[/.\s-]\s*(\d{4}|\d{2})\s*$/.exec(text) ?? /^\s*(\d{2})(\d{4}|\d{2})\s*$/.exec(text);
  if (!match) return err('unreadable', 'no month and year');
  return readExpiry(match[1] ?? '', match[2] ?? '', now);
}

function expiryProblem(
  text: string,
  detail: Readonly<Record<string, unknown>> | undefined,
  words: Words,
): string {
  if (text.trim() === '') return words.expiryMissing;
  return detail?.ranOut === true
    ? words.expiryPast(monthText(words.language, Number(detail.expMonth), Number(detail.expYear)))
    : words.expiryWrong;
}

function cvcProblem(text: string, pan: Redacted<string> | null, words: Words): { cvc?: string } {
  if (text.trim() === '') return { cvc: words.cvcMissing };
  // Without a usable number nobody knows how many digits are right.
  if (!pan || readCvc(text, pan).ok) return {};
  const brand = brandOf(pan.reveal());
  return { cvc: words.cvcWrong(brand, BRAND_NAMES[brand], cvcLength(brand)) };
}
