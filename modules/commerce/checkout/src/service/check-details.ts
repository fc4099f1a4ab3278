import type { PostalAddress } from '@tpmall/payments/contract';
import { z } from 'zod';
import {
  ADDRESS_PARTS,
  answerTo,
  COUNTRIES,
  type Collects,
  CUSTOM_VALUE_MAX,
  type CustomField,
  type DetailProblem,
  type Details,
  hasPostalCodes,
  isPostalCode,
  NAME_MAX,
  type Payer,
} from '../contract/index.ts';

/** What is wrong, by the field: `phone`, `shipping.city`, `custom.size`; in the order of the form. */
export type DetailProblems = Readonly<Record<string, DetailProblem>>;

type Part = keyof typeof ADDRESS_PARTS;

/** Of an address (RFC 5321), and of a number with what people write between its digits. */
const [EMAIL_MAX, PHONE_MAX] = [320, 40];
const emailAddress = z.email();
/** Control characters and halves of others, which the database keeps as little as a letter shows them. */
const UNPRINTED = /[\p{Cc}\p{Cs}]/gu;
/** What people write between the digits of a number. */
const BETWEEN_DIGITS = /[\s().\-/]/g;
/** Digits of a telephone number, with its country or without (E.164 has at most fifteen). */
const PHONE = /^\+?\d{5,15}$/;

/**
 * Reads what a shopper has written into the fields of a page.
 *
 * @param asksEmail whether nobody has said an e-mail address yet
 * @returns who pays; or everything that is wrong, not only the first
 */
export function readDetails(
  collects: Collects,
  details: Details,
  asksEmail: boolean,
): { readonly payer: Payer } | { readonly problems: DetailProblems } {
  const problems: Record<string, DetailProblem> = {};
  const { note, said, needed, addressOf } = fieldsInto(problems);
  const { phone: asksPhone, shippingCountries, billingAddress, customFields, termsOfService } = collects;
  const { names } = collects;
  // In the order of the form, so that what is wrong is told in it.
  const email = asksEmail ? needed('email', details.email, EMAIL_MAX) : null;
  if (email && !emailAddress.safeParse(email).success) note('email', 'not_an_email');
  const phone = asksPhone ? needed('phone', details.phone, PHONE_MAX).replaceAll(BETWEEN_DIGITS, '') : null;
  if (phone !== null && !PHONE.test(phone)) note('phone', 'not_a_phone');
  const named = (field: 'individualName' | 'businessName', asked: (typeof names)['individual']) => {
    if (asked === 'no') return null;
    return (asked === 'required' ? needed : said)(field, details[field], NAME_MAX);
  };
  const individualName = named('individualName', names.individual);
  const businessName = named('businessName', names.business);
  let shipping: Payer['shipping'] = null;
  if (shippingCountries !== null) {
    const name = needed('shipping.name', details.shipping?.name, NAME_MAX);
    shipping = { name, address: addressOf('shipping', details.shipping, shippingCountries) };
  }
  const isBilled = billingAddress === 'required';
  const asShipped = details.billingIsShipping === true ? shipping : null;
  // Where no bill is written, who buys is who says so, or to whom it is sent.
  const otherName = asShipped?.name ?? individualName ?? shipping?.name ?? null;
  const name = isBilled && !asShipped ? needed('name', details.name, NAME_MAX) : otherName;
  const address = isBilled ? (asShipped?.address ?? addressOf('address', details.address, COUNTRIES)) : null;
  const custom: Record<string, string> = {};
  for (const field of customFields) {
    const value = said(`custom.${field.key}`, answerTo(field, details.custom), CUSTOM_VALUE_MAX);
    note(`custom.${field.key}`, customProblem(field, value));
    if (value !== null) custom[field.key] = value;
  }
  const termsAccepted = termsOfService && details.termsAccepted === true;
  if (termsOfService && !termsAccepted) note('terms', 'not_accepted');
  if (Object.keys(problems).length > 0) return { problems };
  return {
    payer: { email, name, individualName, businessName, phone, address, shipping, custom, termsAccepted },
  };
}

/** Reads fields, and notes the first thing that is wrong with each. */
function fieldsInto(problems: Record<string, DetailProblem>) {
  const note = (field: string, problem: DetailProblem | undefined): void => {
    if (problem !== undefined) problems[field] ??= problem;
  };
  /** What stands in a field: nothing that is not printed is anybody's name or street. */
  const said = (field: string, text: string | undefined, max: number): string | null => {
    const value = text?.replaceAll(UNPRINTED, ' ').trim() || null;
    if (value !== null && value.length > max) note(field, 'too_long');
    return value;
  };
  const needed = (field: string, text: string | undefined, max: number): string => {
    const value = said(field, text, max);
    if (value === null) note(field, 'missing');
    return value ?? '';
  };
  const addressOf = (
    at: 'address' | 'shipping',
    given: Details['address'],
    countries: readonly string[],
  ): PostalAddress => {
    const part = (name: Part) => said(`${at}.${name}`, given?.[name], ADDRESS_PARTS[name]);
    const neededPart = (name: Part) => needed(`${at}.${name}`, given?.[name], ADDRESS_PARTS[name]);
    const [line1, line2, city, state] = [
      neededPart('line1'),
      part('line2'),
      neededPart('city'),
      part('state'),
    ];
    const country = given?.country?.trim().toUpperCase() ?? '';
    const postalCode = hasPostalCodes(country) ? neededPart('postalCode') : part('postalCode');
    if (postalCode && !isPostalCode(country, postalCode)) note(`${at}.postalCode`, 'not_a_postal_code');
    if (neededPart('country') !== '' && !countries.includes(country)) note(`${at}.country`, 'not_a_country');
    return { line1, line2, city, state, postalCode, country };
  };
  return { note, said, needed, addressOf };
}

function customProblem(field: CustomField, value: string | null): DetailProblem | undefined {
  if (value === null) return field.optional ? undefined : 'missing';
  if (field.type === 'dropdown') {
    return field.options.some((option) => option.value === value) ? undefined : 'not_an_option';
  }
  if (field.type === 'numeric' && !/^\d+$/.test(value)) return 'not_digits';
  if (value.length < (field.minimumLength ?? 0)) return 'too_short';
  return value.length > (field.maximumLength ?? CUSTOM_VALUE_MAX) ? 'too_long' : undefined;
}
