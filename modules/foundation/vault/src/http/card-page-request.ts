import { type Currency, findCurrency } from '@tpmall/kernel';
import type { Language } from '@tpmall/platform/pages';
import { z } from 'zod';

/** What the page can make of a card; the parameter that brings it back has the same name. */
export const PAGE_RESULTS = ['payment_method', 'token', 'confirmation_token'] as const;

/** What the page is opened with, and carries along in hidden fields. */
export interface PageRequest {
  readonly key: string;
  readonly result: (typeof PAGE_RESULTS)[number];
  readonly returnUrl: URL;
  /** What the shopper is about to pay; shown, not charged. */
  readonly due: { readonly amount: bigint; readonly currency: Currency } | null;
  readonly language: Language | null;
}

/** A card as the form sends it. */
export interface CardForm {
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
  readonly name: string;
  /** The same for every submission of one page, so that a double click makes one card. */
  readonly nonce: string;
}

const pageFields = {
  key: z.string().min(1).max(200),
  result: z.enum(PAGE_RESULTS).default('payment_method'),
  return_url: z
    .string()
    .max(2000)
    .transform((text, context) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      // A name and password in front of the host would make another host look like the shop's.
      if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
      context.addIssue({ code: 'custom', message: 'is no http or https address' });
      return z.NEVER;
    }),
  amount: z
    .string()
    .regex(/^[1-9]\d{0,38}$/)
    .or(z.literal(''))
    .optional(),
  currency: z.string().max(3).optional(),
  lang: z.enum(['en', 'zh', '']).optional(),
};
const query = z.strictObject(pageFields);
/** The fields of a card's form, whatever page they stand in. */
export const cardFormFields = {
  number: z.string().max(60).default(''),
  expiry: z.string().max(20).default(''),
  cvc: z.string().max(12).default(''),
  name: z.string().max(100).default(''),
  nonce: z.string().regex(/^[\w-]{22}$/),
};
const submission = z.strictObject({ ...pageFields, ...cardFormFields });

/** A parameter that cannot be used. */
export interface PageRefusal {
  readonly parameter: string;
}

/** Reads the address of the page. */
export function readPageQuery(input: unknown): { page: PageRequest } | { refusal: PageRefusal } {
  const parsed = query.safeParse(input);
  if (!parsed.success) return { refusal: refusalOf(parsed.error) };
  return toPage(parsed.data);
}

/** Reads what the form sent. */
export function readPageForm(
  input: unknown,
): { page: PageRequest; form: CardForm } | { refusal: PageRefusal } {
  const parsed = submission.safeParse(input);
  if (!parsed.success) return { refusal: refusalOf(parsed.error) };
  const read = toPage(parsed.data);
  const { number, expiry, cvc, name, nonce } = parsed.data;
  return 'refusal' in read ? read : { page: read.page, form: { number, expiry, cvc, name, nonce } };
}

function toPage(fields: z.output<typeof query>): { page: PageRequest } | { refusal: PageRefusal } {
  const { key, result, return_url: returnUrl, lang } = fields;
  const page = { key, result, returnUrl, due: null, language: lang || null };
  if (!fields.amount && !fields.currency) return { page };
  const currency = findCurrency(fields.currency ?? '');
  if (!currency) return { refusal: { parameter: 'currency' } };
  if (!fields.amount) return { refusal: { parameter: 'amount' } };
  return { page: { ...page, due: { amount: BigInt(fields.amount), currency } } };
}

function refusalOf(error: z.ZodError): PageRefusal {
  const issue = error.issues[0];
  const parameter = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
  return { parameter: String(parameter ?? 'key') };
}
