import type { FastifyReply } from 'fastify';
import type { CardRefusal } from '../card/typed-card.ts';

/** Codes that the card-bearing endpoints answer with. */
export type ApiCode =
  | CardRefusal
  | 'parameter_missing'
  | 'parameter_unknown'
  | 'parameter_invalid'
  | 'invalid_api_key'
  | 'permission_denied'
  | 'idempotency_mismatch'
  | 'body_unreadable'
  | 'rate_limit'
  | 'unavailable';

/** The one table from code to HTTP status and error type; a new code does not compile until it is here. */
const SHAPES: Readonly<Record<ApiCode, { readonly status: number; readonly type: string }>> = {
  incorrect_number: { status: 402, type: 'card_error' },
  invalid_number: { status: 402, type: 'card_error' },
  invalid_expiry_month: { status: 402, type: 'card_error' },
  invalid_expiry_year: { status: 402, type: 'card_error' },
  invalid_cvc: { status: 402, type: 'card_error' },
  parameter_missing: { status: 400, type: 'invalid_request_error' },
  parameter_unknown: { status: 400, type: 'invalid_request_error' },
  parameter_invalid: { status: 400, type: 'invalid_request_error' },
  invalid_api_key: { status: 401, type: 'invalid_request_error' },
  permission_denied: { status: 403, type: 'invalid_request_error' },
  idempotency_mismatch: { status: 400, type: 'idempotency_error' },
  body_unreadable: { status: 400, type: 'invalid_request_error' },
  rate_limit: { status: 429, type: 'invalid_request_error' },
  unavailable: { status: 503, type: 'api_error' },
};

/** An error as it goes out. Its message never repeats what was sent. */
export interface ApiError {
  readonly code: ApiCode;
  readonly message: string;
  /** The parameter at fault, as the client wrote it: `card[number]`. */
  readonly param?: string | undefined;
  /** Seconds after which a repetition makes sense. */
  readonly retryAfterSeconds?: number;
}

/** Answers with an error in the shape that clients written for the Stripe API expect. */
export function sendError(reply: FastifyReply, docsUrl: string, error: ApiError): FastifyReply {
  const { status, type } = SHAPES[error.code];
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  return reply.code(status).send({
    error: {
      type,
      code: error.code,
      ...(error.param === undefined ? {} : { param: error.param }),
      message: error.message,
      doc_url: `${docsUrl}#${error.code}`,
    },
  });
}

/** `['card', 'number']` as `card[number]`. A name that could hold a card number is not repeated. */
export function wirePath(path: readonly PropertyKey[]): string {
  const [first = '', ...rest] = path.map((part) => safeName(String(part)));
  return first + rest.map((part) => `[${part}]`).join('');
}

/** A parameter name as a client wrote it, unless it is none of ours by its looks. */
export function safeName(name: string): string {
  return /^[\w[\] .-]{1,80}$/.test(name) && !/\d{5}/.test(name) ? name : '(unreadable)';
}
