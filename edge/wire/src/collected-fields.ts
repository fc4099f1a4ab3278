import {
  answerTo,
  COUNTRIES,
  type Collects,
  type CollectsChange,
  CUSTOM_FIELDS_MAX,
  CUSTOM_OPTIONS_MAX,
  CUSTOM_VALUE_MAX,
  type CustomField,
  NOTHING_COLLECTED,
  type Payer,
  type Session,
} from '@tpmall/checkout/contract';
import { z } from 'zod';
import { addressToWire } from './address.ts';
import {
  flag,
  integer,
  list,
  oneOf,
  type ParameterCode,
  parameter,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';

/** Letters and digits by which an integration knows something again. */
const word = (max: number) =>
  parameter({ type: 'string', pattern: '^[A-Za-z0-9]+$', maxLength: max }, (value) =>
    typeof value === 'string' && value.length <= max && /^[A-Za-z0-9]+$/.test(value)
      ? { value }
      : {
          code: 'parameter_invalid_string' as ParameterCode,
          message: `must be 1 to ${max} letters and digits`,
        },
  );
const country = oneOf(...COUNTRIES);
const length = integer(1, CUSTOM_VALUE_MAX).optional();
const written = z.strictObject({
  default_value: text(CUSTOM_VALUE_MAX).optional(),
  maximum_length: length,
  minimum_length: length,
});
const customField = z.strictObject({
  dropdown: z
    .strictObject({
      default_value: word(100).optional(),
      options: list(z.strictObject({ label: text(100), value: word(100) }), CUSTOM_OPTIONS_MAX),
    })
    .optional(),
  key: word(200),
  label: z.strictObject({ custom: text(50), type: oneOf('custom') }),
  numeric: written.optional(),
  optional: flag().optional(),
  text: written.optional(),
  type: oneOf('dropdown', 'numeric', 'text'),
});
const nameAsked = z.strictObject({ enabled: flag(), optional: flag().optional() }).optional();
const message = unsettable(z.strictObject({ message: text(1200) })).optional();

/** What sessions and links ask their shopper for. */
export const collectedParameters = {
  billing_address_collection: oneOf('auto', 'required').optional(),
  consent_collection: z
    .strictObject({
      terms_of_service: oneOf('none', 'required').optional(),
      ...unsupported('payment_method_reuse_agreement', 'promotions'),
    })
    .optional(),
  custom_fields: unsettable(list(customField, CUSTOM_FIELDS_MAX)).optional(),
  custom_text: z
    .strictObject({
      after_submit: message,
      shipping_address: message,
      submit: message,
      terms_of_service_acceptance: message,
    })
    .optional(),
  name_collection: unsettable(z.strictObject({ business: nameAsked, individual: nameAsked })).optional(),
  phone_number_collection: z.strictObject({ enabled: flag() }).optional(),
  shipping_address_collection: unsettable(
    z.strictObject({ allowed_countries: list(country, COUNTRIES.length) }),
  ).optional(),
};
type Given = z.infer<z.ZodObject<typeof collectedParameters>>;
type GivenField = z.infer<typeof customField>;

/** A parameter that cannot be meant, by its name. */
export interface CollectedProblem {
  readonly code: ParameterCode;
  readonly param: string;
  readonly message: string;
}

/**
 * What is said of what is asked for, in the words of checkout; undefined where nothing is.
 */
export function collectsFromWire(
  given: Given,
): { readonly collects: CollectsChange | undefined } | { readonly problem: CollectedProblem } {
  const problem = problemOf(given);
  if (problem) return { problem };
  const all = Object.keys(collectedParameters) as (keyof Given)[];
  if (all.every((name) => given[name] === undefined)) return { collects: undefined };
  const { billing_address_collection: billingAddress, phone_number_collection: phone } = given;
  const { custom_fields: fields, custom_text: texts, shipping_address_collection: shipping } = given;
  const { name_collection: names } = given;
  const terms = given.consent_collection?.terms_of_service;
  return {
    collects: {
      ...(phone && { phone: phone.enabled }),
      ...(names !== undefined && { names: namesFromWire(names) }),
      ...(billingAddress !== undefined && { billingAddress }),
      ...(shipping !== undefined && { shippingCountries: shipping?.allowed_countries ?? null }),
      ...(fields !== undefined && { customFields: (fields ?? []).map(fieldFromWire) }),
      ...(texts && { customText: textsFromWire(texts) }),
      ...(terms !== undefined && { termsOfService: terms === 'required' }),
    },
  };
}

type Names = Collects['names'];

/** Of which names it is said whether they are asked for; null asks for none. */
function namesFromWire(given: NonNullable<Given['name_collection']> | null): Partial<Names> {
  if (given === null) return NOTHING_COLLECTED.names;
  const { individual, business } = given;
  return {
    ...(individual && { individual: askedName(individual) }),
    ...(business && { business: askedName(business) }),
  };
}

function askedName({ enabled, optional }: { enabled: boolean; optional?: boolean | undefined }) {
  if (!enabled) return 'no';
  return optional ? 'optional' : 'required';
}

function textsFromWire(texts: NonNullable<Given['custom_text']>): CollectsChange['customText'] {
  const { submit, after_submit, shipping_address, terms_of_service_acceptance: terms } = texts;
  return {
    ...(submit !== undefined && { submit: submit && submit.message }),
    ...(after_submit !== undefined && { afterSubmit: after_submit && after_submit.message }),
    ...(shipping_address !== undefined && { shippingAddress: shipping_address && shipping_address.message }),
    ...(terms !== undefined && { termsOfService: terms && terms.message }),
  };
}

function fieldFromWire({ key, label, type, optional, ...of }: GivenField): CustomField {
  const terms = type === 'dropdown' ? undefined : of[type];
  return {
    ...{ key, label: label.custom, type, optional: optional ?? false },
    minimumLength: terms?.minimum_length ?? null,
    maximumLength: terms?.maximum_length ?? null,
    defaultValue: of[type]?.default_value ?? null,
    options: (type === 'dropdown' && of.dropdown?.options) || [],
  };
}

/** The first thing that contradicts itself. */
function problemOf({ custom_fields: fields, shipping_address_collection: shipping }: Given) {
  if (shipping?.allowed_countries.length === 0) {
    const param = 'shipping_address_collection[allowed_countries]';
    return { code: 'parameter_invalid_array', param, message: 'must name one country or more' } as const;
  }
  const keys = new Set<string>();
  for (const [index, field] of (fields ?? []).entries()) {
    const at = `custom_fields[${index}]`;
    if (keys.has(field.key)) {
      return {
        code: 'parameter_invalid_string',
        param: `${at}[key]`,
        message: 'each key is used once',
      } as const;
    }
    keys.add(field.key);
    const problem = problemOfField(field);
    if (problem) return { ...problem, param: `${at}${problem.param}` };
  }
  return undefined;
}

function problemOfField(field: GivenField): CollectedProblem | undefined {
  const { type } = field;
  for (const other of ['dropdown', 'numeric', 'text'] as const) {
    if (other === type || field[other] === undefined) continue;
    return { code: 'parameters_exclusive', param: `[${other}]`, message: `the field is of type ${type}` };
  }
  if (type === 'dropdown') return problemOfDropdown(field.dropdown);
  const {
    default_value: preset,
    minimum_length: least = 0,
    maximum_length: most = CUSTOM_VALUE_MAX,
  } = field[type] ?? {};
  if (least > most) {
    const message = 'must not be more than maximum_length';
    return { code: 'parameter_invalid_integer', param: `[${type}][minimum_length]`, message };
  }
  const fits = preset === undefined || (preset.length >= least && preset.length <= most);
  const isNumber = preset === undefined || type === 'text' || /^\d+$/.test(preset);
  if (fits && isNumber) return undefined;
  const message = isNumber ? 'must be as long as the field asks for' : 'must be digits';
  return { code: 'parameter_invalid_string', param: `[${type}][default_value]`, message };
}

function problemOfDropdown(dropdown: GivenField['dropdown']): CollectedProblem | undefined {
  if (!dropdown || dropdown.options.length === 0) {
    return { code: 'parameter_missing', param: '[dropdown][options]', message: 'a dropdown has options' };
  }
  const values = dropdown.options.map(({ value }) => value);
  const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
  if (twice >= 0) {
    const param = `[dropdown][options][${twice}][value]`;
    return { code: 'parameter_invalid_string', param, message: 'each value is used once' };
  }
  if (dropdown.default_value === undefined || values.includes(dropdown.default_value)) return undefined;
  const param = '[dropdown][default_value]';
  return { code: 'parameter_invalid_enum', param, message: 'must be the value of one of the options' };
}

/** What is asked for, on the wire. */
export function collectsToWire(asked: Collects | null) {
  // Events of before say nothing of names.
  const { customText, ...collects } = { ...NOTHING_COLLECTED, ...asked };
  return {
    ...namesToWire(collects.names),
    custom_fields: collects.customFields.map(fieldToWire),
    custom_text: {
      after_submit: messageToWire(customText.afterSubmit),
      shipping_address: messageToWire(customText.shippingAddress),
      submit: messageToWire(customText.submit),
      terms_of_service_acceptance: messageToWire(customText.termsOfService),
    },
    consent_collection: collects.termsOfService
      ? { payment_method_reuse_agreement: null, promotions: null, terms_of_service: 'required' as const }
      : null,
    phone_number_collection: { enabled: collects.phone },
    shipping_address_collection: collects.shippingCountries && {
      allowed_countries: [...collects.shippingCountries] as 'DE'[],
    },
  };
}

/** Clients know no such field where no name is asked for. */
function namesToWire({ individual, business }: Names) {
  const of = (asked: Names[keyof Names]) => ({ enabled: true, optional: asked === 'optional' });
  if (individual === 'no' && business === 'no') return {};
  return {
    name_collection: {
      ...(business !== 'no' && { business: of(business) }),
      ...(individual !== 'no' && { individual: of(individual) }),
    },
  };
}

/** What was answered, on the wire; null where nothing of it was asked for. */
export function collectedToWire({ collects, payer }: Pick<Session, 'collects' | 'payer'>) {
  const isConsented = collects?.termsOfService === true && payer?.termsAccepted === true;
  const [individual, business] = [payer?.individualName ?? null, payer?.businessName ?? null];
  const shipping = payer?.shipping ?? null;
  const isCollected = shipping !== null || individual !== null || business !== null;
  return {
    custom_fields: (collects?.customFields ?? []).map((field) => answeredToWire(field, payer)),
    collected_information: isCollected
      ? {
          business_name: business,
          individual_name: individual,
          shipping_details: shipping && { name: shipping.name, address: addressToWire(shipping.address) },
        }
      : null,
    consent: collects?.termsOfService
      ? { promotions: null, terms_of_service: isConsented ? ('accepted' as const) : null }
      : null,
  };
}

function messageToWire(message: string | null) {
  return message === null ? null : { message };
}

function fieldToWire(field: CustomField) {
  const { key, label, type, optional, minimumLength, maximumLength, defaultValue, options } = field;
  const shared = { key, label: { custom: label, type: 'custom' as const }, optional };
  if (type === 'dropdown') {
    const dropdown = { default_value: defaultValue, options: options.map((option) => ({ ...option })) };
    return { ...shared, type, dropdown };
  }
  const written = {
    ...{ default_value: defaultValue, maximum_length: maximumLength, minimum_length: minimumLength },
  };
  return type === 'numeric' ? { ...shared, type, numeric: written } : { ...shared, type, text: written };
}

/** A session's field has the answer in it; a link's is asked anew of everybody. */
function answeredToWire(field: CustomField, payer: Payer | null) {
  const value = answerTo(field, payer?.custom) ?? null;
  const asked = fieldToWire(field);
  switch (asked.type) {
    case 'dropdown':
      return { ...asked, dropdown: { ...asked.dropdown, value } };
    case 'numeric':
      return { ...asked, numeric: { ...asked.numeric, value } };
    case 'text':
      return { ...asked, text: { ...asked.text, value } };
  }
}
