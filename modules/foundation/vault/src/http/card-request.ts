import { z } from 'zod';
import type { CardText } from '../card/typed-card.ts';
import {
  ALLOW_REDISPLAY,
  type AllowRedisplay,
  type CardBilling,
  type ConfirmationTerms,
  TOKEN_USAGES,
} from '../contract/index.ts';
import type { CardDetails } from '../envelope/card-cipher.ts';
import { type ApiError, wirePath } from './api-errors.ts';

/** A text, or a number where a JSON client sends one. */
const digits = z.union([z.string().max(40), z.number().int().min(0).transform(String)]);
/** An empty string unsets, as everywhere in this API. */
const optionalText = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((text) => (text ? text : null));

const address = z.strictObject({
  city: optionalText(100),
  country: optionalText(2),
  line1: optionalText(200),
  line2: optionalText(200),
  postal_code: optionalText(20),
  state: optionalText(100),
});

/** Where goods go: two letters of ISO 3166-1, in either case. */
const destination = address.extend({
  country: z
    .string()
    .regex(/^([A-Za-z]{2})?$/)
    .nullish()
    .transform((code) => (code ? code.toUpperCase() : null)),
});

const number = { number: digits, exp_month: digits, exp_year: digits, cvc: digits.optional() };
const common = {
  /** Where a browser cannot set a header. */
  key: z.string().max(200).optional(),
  expand: z.array(z.string().max(100)).max(10).optional(),
};

const methodFields = {
  type: z.literal('card'),
  card: z.strictObject(number),
  billing_details: z
    .strictObject({
      name: optionalText(200),
      email: optionalText(320),
      phone: optionalText(40),
      address: address.optional(),
    })
    .optional(),
  metadata: z
    .record(z.string().min(1).max(40), z.string().max(500))
    .refine((metadata) => Object.keys(metadata).length <= 50, 'has at most 50 keys')
    .optional(),
  allow_redisplay: z.enum(ALLOW_REDISPLAY).optional(),
};
const methodData = z.strictObject(methodFields);
const methodBody = z.strictObject({ ...methodFields, ...common });

const tokenBody = z.strictObject({
  card: z.strictObject({
    ...number,
    name: optionalText(200),
    address_city: optionalText(100),
    address_country: optionalText(2),
    address_line1: optionalText(200),
    address_line2: optionalText(200),
    address_state: optionalText(100),
    address_zip: optionalText(20),
  }),
  ...common,
});

const confirmationBody = z.strictObject({
  payment_method_data: methodData,
  return_url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  setup_future_usage: z.enum(TOKEN_USAGES).optional(),
  shipping: z
    .strictObject({ name: z.string().trim().min(1).max(1000), phone: optionalText(40), address: destination })
    .optional(),
  ...common,
});

/** A card as a client sends it. */
export interface CardRequest {
  readonly card: CardText;
  readonly details: CardDetails;
  readonly allowRedisplay: AllowRedisplay | undefined;
}

/** A card and what its shopper agrees to besides. */
export interface ConfirmationRequest extends CardRequest {
  readonly terms: ConfirmationTerms;
}

/** A body that was read; a refusal names the parameter as the client wrote it and never repeats a value. */
export type ReadBody<Request> = { readonly request: Request } | { readonly error: ApiError };

/** Reads the body of `POST /v1/payment_methods`. */
export function readPaymentMethodRequest(body: unknown): ReadBody<CardRequest> {
  const parsed = methodBody.safeParse(body);
  return parsed.success ? { request: ofMethod(parsed.data) } : { error: refusal(body, parsed.error) };
}

/** Reads the body of `POST /v1/tokens`. */
export function readTokenRequest(body: unknown): ReadBody<CardRequest> {
  const parsed = tokenBody.safeParse(body);
  if (!parsed.success) return { error: refusal(body, parsed.error) };
  const { card } = parsed.data;
  const billing: CardBilling = {
    ...{ name: card.name, email: null, phone: null },
    address: {
      city: card.address_city,
      country: card.address_country,
      line1: card.address_line1,
      line2: card.address_line2,
      postalCode: card.address_zip,
      state: card.address_state,
    },
  };
  return {
    request: { card: cardText(card), details: { billing, metadata: {} }, allowRedisplay: undefined },
  };
}

/** Reads the body of `POST /v1/confirmation_tokens`. */
export function readConfirmationRequest(body: unknown): ReadBody<ConfirmationRequest> {
  const parsed = confirmationBody.safeParse(body);
  if (!parsed.success) return { error: refusal(body, parsed.error) };
  const { payment_method_data: data, return_url, setup_future_usage, shipping } = parsed.data;
  const terms: ConfirmationTerms = {
    returnUrl: return_url ?? null,
    setupFutureUsage: setup_future_usage ?? null,
    shipping: shipping
      ? { name: shipping.name, phone: shipping.phone, address: ofAddress(shipping.address) }
      : null,
  };
  return { request: { ...ofMethod(data), terms } };
}

function ofMethod(data: z.infer<typeof methodData>): CardRequest {
  const { card, billing_details: billing, metadata, allow_redisplay: allowRedisplay } = data;
  return {
    card: cardText(card),
    details: {
      billing: {
        name: billing?.name ?? null,
        email: billing?.email ?? null,
        phone: billing?.phone ?? null,
        address: ofAddress(billing?.address),
      },
      metadata: metadata ?? {},
    },
    allowRedisplay,
  };
}

function cardText(card: z.infer<typeof methodData>['card']): CardText {
  return { number: card.number, expMonth: card.exp_month, expYear: card.exp_year, cvc: card.cvc };
}

function ofAddress(given: z.infer<typeof address> | undefined): CardBilling['address'] {
  return {
    city: given?.city ?? null,
    country: given?.country ?? null,
    line1: given?.line1 ?? null,
    line2: given?.line2 ?? null,
    postalCode: given?.postal_code ?? null,
    state: given?.state ?? null,
  };
}
function refusal(body: unknown, error: z.ZodError): ApiError {
  const issue = error.issues[0];
  if (!issue) return { code: 'parameter_invalid', message: 'The request is invalid.' };
  if (issue.code === 'unrecognized_keys') {
    const param = wirePath([...issue.path, ...issue.keys.slice(0, 1)]);
    return { code: 'parameter_unknown', message: `Received unknown parameter: ${param}`, param };
  }
  const param = wirePath(issue.path);
  if (valueAt(body, issue.path) === undefined) {
    return { code: 'parameter_missing', message: `Missing required param: ${param}.`, param };
  }
  return { code: 'parameter_invalid', message: `Invalid value for ${param}.`, param };
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
