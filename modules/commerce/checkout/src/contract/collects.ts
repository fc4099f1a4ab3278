import type { PostalAddress } from '@tpmall/payments/contract';
import { z } from 'zod';
import { isCountry } from './countries.ts';

/** Custom fields of one page. */
export const CUSTOM_FIELDS_MAX = 3;
/** Characters of what is written into a field of text, and digits of one of numbers. */
export const CUSTOM_VALUE_MAX = 255;
/** Choices of a dropdown. */
export const CUSTOM_OPTIONS_MAX = 200;

const text = (max: number) => z.string().min(1).max(max);
const length = z.number().int().min(1).max(CUSTOM_VALUE_MAX).nullable();
const customField = z.strictObject({
  key: text(200).regex(/^[A-Za-z0-9]+$/),
  label: text(50),
  type: z.enum(['text', 'numeric', 'dropdown']),
  optional: z.boolean(),
  minimumLength: length,
  maximumLength: length,
  /** What stands in the field until the shopper says otherwise. */
  defaultValue: text(CUSTOM_VALUE_MAX).nullable(),
  /** Of a dropdown. */
  options: z.array(z.strictObject({ label: text(100), value: text(100) })).max(CUSTOM_OPTIONS_MAX),
});
const message = text(1200).nullable();
/** Whether a name is asked for, and whether it may be left out. */
export const NAME_ASKED = ['no', 'optional', 'required'] as const;
const nameAsked = z.enum(NAME_ASKED);
const names = z.strictObject({ individual: nameAsked, business: nameAsked });
const country = z.string().refine(isCountry, { error: 'is no country that is sent to' });

const customText = z.strictObject({
  submit: message,
  afterSubmit: message,
  shippingAddress: message,
  termsOfService: message,
});
const collects = z.strictObject({
  phone: z.boolean(),
  /** Of the person who buys, and of the business that they buy for. */
  names,
  /** `auto`: only where it is needed, which it never is here. */
  billingAddress: z.enum(['auto', 'required']),
  /** Where is sent to, by ISO 3166-1; null: nothing is sent. */
  shippingCountries: z.array(country).min(1).max(300).nullable(),
  customFields: z.array(customField).max(CUSTOM_FIELDS_MAX),
  customText,
  /** Whether the terms of service have to be agreed to. */
  termsOfService: z.boolean(),
});
/** What a page asks its shopper for besides the payment. */
export type Collects = z.output<typeof collects>;

/** What is said of {@link Collects}: what is not given stays as it was, and is nothing to begin with. */
export const collectsChangeSchema = collects.partial().extend({
  customText: customText.partial().optional(),
  names: names.partial().optional(),
});
/** See {@link collectsChangeSchema}. */
export type CollectsChange = z.output<typeof collectsChangeSchema>;
/** One field that the seller has thought of. */
export type CustomField = Collects['customFields'][number];

/** Nothing but the payment. */
export const NOTHING_COLLECTED: Collects = {
  phone: false,
  names: { individual: 'no', business: 'no' },
  billingAddress: 'auto',
  shippingCountries: null,
  customFields: [],
  customText: { submit: null, afterSubmit: null, shippingAddress: null, termsOfService: null },
  termsOfService: false,
};

/** What a page asks for once something else is said of it. */
export function changeCollects(before: Collects | null, change: CollectsChange): Collects {
  const old = before ?? NOTHING_COLLECTED;
  return {
    phone: change.phone ?? old.phone,
    names: { ...old.names, ...given(change.names ?? {}) },
    billingAddress: change.billingAddress ?? old.billingAddress,
    shippingCountries:
      change.shippingCountries === undefined ? old.shippingCountries : change.shippingCountries,
    customFields: change.customFields ?? old.customFields,
    customText: { ...old.customText, ...given(change.customText ?? {}) },
    termsOfService: change.termsOfService ?? old.termsOfService,
  };
}

/** The parts that something is said of. */
function given<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** What was written into a field; a key may be the name of something that every object has. */
export function answerTo(
  { key }: CustomField,
  answers: Readonly<Record<string, string>> | undefined,
): string | undefined {
  return answers && Object.hasOwn(answers, key) ? answers[key] : undefined;
}

/** Whether there is anything that a shopper has to be asked for before paying. */
export function asksForDetails(collects: Collects | null): collects is Collects {
  if (collects === null) return false;
  const { phone, names, billingAddress, shippingCountries, customFields, termsOfService } = collects;
  const isPlain = !phone && billingAddress === 'auto' && shippingCountries === null && !termsOfService;
  const isNamed = names.individual !== 'no' || names.business !== 'no';
  return !isPlain || isNamed || customFields.length > 0;
}

/** Who pays, as far as it is known, and what they were asked for. */
export interface Payer {
  readonly email: string | null;
  readonly name: string | null;
  /** As they were asked for by themselves. */
  readonly individualName: string | null;
  readonly businessName: string | null;
  /** Digits, with a plus before them where the country is said. */
  readonly phone: string | null;
  readonly address: PostalAddress | null;
  readonly shipping: { readonly name: string; readonly address: PostalAddress } | null;
  /** By key; a field that was left empty is not there. */
  readonly custom: Readonly<Record<string, string>>;
  readonly termsAccepted: boolean;
}

/** Somebody of whom nothing is known. */
export const NOBODY: Payer = {
  email: null,
  name: null,
  individualName: null,
  businessName: null,
  phone: null,
  address: null,
  shipping: null,
  custom: {},
  termsAccepted: false,
};

/** Characters of a name. */
export const NAME_MAX = 200;
/** Parts of an address as they are written into a form, with how long each may be. */
export const ADDRESS_PARTS = {
  line1: 200,
  line2: 200,
  city: 100,
  state: 100,
  postalCode: 20,
  country: 2,
} as const;
/** Nobody writes more into a line; what is too long for its field is said of it. */
const written = z.string().max(1000);
const writtenAddress = {
  line1: written.optional(),
  line2: written.optional(),
  city: written.optional(),
  state: written.optional(),
  postalCode: written.optional(),
  country: written.optional(),
};

/** What a shopper has written, as it was written. */
export const detailsSchema = z.strictObject({
  email: written.optional(),
  name: written.optional(),
  individualName: written.optional(),
  businessName: written.optional(),
  phone: written.optional(),
  /** The bill is written to whom and where it is sent: then name and address are not looked at. */
  billingIsShipping: z.boolean().optional(),
  address: z.strictObject(writtenAddress).optional(),
  shipping: z.strictObject({ name: written.optional(), ...writtenAddress }).optional(),
  /** By key. */
  custom: z.record(z.string().max(200), written).optional(),
  termsAccepted: z.boolean().optional(),
});
/** See {@link detailsSchema}. */
export type Details = z.output<typeof detailsSchema>;

/** What is wrong with something that was written. */
export const DETAIL_PROBLEMS = [
  'missing',
  'too_short',
  'too_long',
  'not_digits',
  'not_an_option',
  'not_an_email',
  'not_a_phone',
  'not_a_country',
  'not_a_postal_code',
  'not_accepted',
] as const;
/** One of {@link DETAIL_PROBLEMS}. */
export type DetailProblem = (typeof DETAIL_PROBLEMS)[number];
