import { z } from 'zod';
import type { CardText } from '../card/typed-card.ts';
import { ALLOW_REDISPLAY, type AllowRedisplay } from '../contract/index.ts';
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

const requestBody = z.strictObject({
  type: z.literal('card'),
  card: z.strictObject({ number: digits, exp_month: digits, exp_year: digits, cvc: digits.optional() }),
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
  /** Where a browser cannot set a header. */
  key: z.string().max(200).optional(),
  expand: z.array(z.string().max(100)).max(10).optional(),
});

/** A payment method as a client asks for it. */
export interface PaymentMethodRequest {
  readonly card: CardText;
  readonly details: CardDetails;
  readonly allowRedisplay: AllowRedisplay | undefined;
}

/** Reads a body; a refusal names the parameter as the client wrote it and never repeats a value. */
export function readPaymentMethodRequest(
  body: unknown,
): { readonly request: PaymentMethodRequest } | { readonly error: ApiError } {
  const parsed = requestBody.safeParse(body);
  if (!parsed.success) return { error: refusal(body, parsed.error) };
  const { card, billing_details: billing, metadata, allow_redisplay: allowRedisplay } = parsed.data;
  const address = billing?.address;
  const request: PaymentMethodRequest = {
    card: { number: card.number, expMonth: card.exp_month, expYear: card.exp_year, cvc: card.cvc },
    details: {
      billing: {
        name: billing?.name ?? null,
        email: billing?.email ?? null,
        phone: billing?.phone ?? null,
        address: {
          city: address?.city ?? null,
          country: address?.country ?? null,
          line1: address?.line1 ?? null,
          line2: address?.line2 ?? null,
          postalCode: address?.postal_code ?? null,
          state: address?.state ?? null,
        },
      },
      metadata: metadata ?? {},
    },
    allowRedisplay,
  };
  return { request };
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
