import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Errors of the gateway itself: keys, limits, repetition, form. */
export const gatewayErrors = {
  api_key_missing: {
    id: 'TPM_GATEWAY_API_KEY_MISSING',
    type: invalid,
    status: 401,
    explanation: 'The request carries no API key.',
    remedy: 'Send the key as `Authorization: Bearer …`, or as the user name of Basic authentication.',
  },
  api_key_invalid: {
    id: 'TPM_GATEWAY_API_KEY_INVALID',
    type: invalid,
    status: 401,
    explanation: 'The API key is unknown, revoked or past its grace period.',
    remedy:
      'Check that the whole key was copied and that it was not rotated; ask the operator for a new one.',
  },
  session_ended: {
    id: 'TPM_GATEWAY_SESSION_ENDED',
    type: invalid,
    status: 401,
    explanation: 'Nobody is signed in to the console here, or the session has ended.',
    remedy: 'Sign in with a code; sessions end when they are not used, and at the latest after a day.',
  },
  console_foreign: {
    id: 'TPM_GATEWAY_CONSOLE_FOREIGN',
    type: invalid,
    status: 403,
    explanation: `The request did not come from a page of the console. ${nothingChanged}`,
    remedy: 'Sign in on the console’s own page. Programs use an API key.',
  },
  sign_in_code_wrong: {
    id: 'TPM_GATEWAY_SIGN_IN_CODE_WRONG',
    type: invalid,
    status: 400,
    explanation: 'This is not the code of the mail. After five different wrong codes a sign-in is over.',
    remedy: 'Look for the newest mail, and write its six digits.',
  },
  sign_in_over: {
    id: 'TPM_GATEWAY_SIGN_IN_OVER',
    type: invalid,
    status: 400,
    explanation: 'The code was used before, is too old, or was guessed at too often.',
    remedy: 'Ask for a new code.',
  },
  permission_denied: {
    id: 'TPM_GATEWAY_PERMISSION_DENIED',
    type: invalid,
    status: 403,
    explanation: 'The API key is valid but its kind may not call this operation.',
    remedy:
      'Use a secret key for payments, an operator key for the ledger and the house; ' +
      'a publishable key only together with the client secret of one payment intent.',
  },
  origin_not_allowed: {
    id: 'TPM_GATEWAY_ORIGIN_NOT_ALLOWED',
    type: invalid,
    status: 403,
    explanation: `A page used a publishable key that does not name the page’s origin. ${nothingChanged}`,
    remedy:
      'Make a publishable key whose `origins` name those of your pages, such as `https://shop.example`.',
  },
  page_foreign: {
    id: 'TPM_GATEWAY_PAGE_FOREIGN',
    type: invalid,
    status: 403,
    explanation:
      'A page of another origin sent the credentials that the browser keeps for this one ' +
      `(Basic authentication). ${nothingChanged}`,
    remedy: 'Change things at the console. Programs send the key as `Authorization: Bearer …`.',
  },
  account_invalid: {
    id: 'TPM_GATEWAY_ACCOUNT_INVALID',
    type: invalid,
    status: 403,
    explanation: 'The account header names an account that is not a merchant of this platform.',
    remedy: 'Leave the header out, or name a merchant from `GET /v1/accounts`.',
  },
  account_scope_not_supported: {
    id: 'TPM_GATEWAY_ACCOUNT_SCOPE_NOT_SUPPORTED',
    type: invalid,
    status: 400,
    explanation:
      'Acting as a connected merchant is not supported; merchants are paid by the split of a payment.',
    remedy: 'Leave the account header out and name the merchant in `transfer_data[destination]` or `split`.',
  },
  rate_limit: {
    id: 'TPM_GATEWAY_RATE_LIMIT',
    type: invalid,
    status: 429,
    explanation: 'This key has sent more requests than its limit allows.',
    remedy: 'Wait for the seconds that `Retry-After` says, then repeat with the same idempotency key.',
  },
  quota_exceeded: {
    id: 'TPM_GATEWAY_QUOTA_EXCEEDED',
    type: invalid,
    status: 429,
    explanation: 'This key has made as many requests today (UTC) as it may.',
    remedy:
      'Wait for the seconds that `Retry-After` says, or ask the operator for a key with a higher quota.',
  },
  card_testing_suspected: {
    id: 'TPM_GATEWAY_CARD_TESTING_SUSPECTED',
    type: invalid,
    status: 429,
    explanation:
      'So many cards were declined that somebody seems to be trying out stolen ones. No card was tried.',
    remedy: 'Wait for the seconds that `Retry-After` says; protect the page that takes cards from scripts.',
  },
  request_too_large: {
    id: 'TPM_GATEWAY_REQUEST_TOO_LARGE',
    type: invalid,
    status: 413,
    explanation: 'The body is larger than this endpoint accepts: 4 MiB for the ledger, 256 KiB elsewhere.',
    remedy: 'Split the batch, or leave out what is not needed.',
  },
  media_type_unsupported: {
    id: 'TPM_GATEWAY_MEDIA_TYPE_UNSUPPORTED',
    type: invalid,
    status: 415,
    explanation: 'The body is neither a form nor JSON.',
    remedy: 'Send `application/x-www-form-urlencoded` or `application/json`.',
  },
  route_not_found: {
    id: 'TPM_GATEWAY_ROUTE_NOT_FOUND',
    type: invalid,
    status: 404,
    explanation: 'There is no such method and path.',
    remedy: 'Compare both with the operations at `/openapi.json`.',
  },
  request_malformed: {
    id: 'TPM_GATEWAY_REQUEST_MALFORMED',
    type: invalid,
    status: 400,
    explanation: 'The request could not be read as HTTP with a well-formed path, headers and body.',
    remedy: 'Check the path’s percent-encoding and the content length.',
  },
  parameters_malformed: {
    id: 'TPM_GATEWAY_PARAMETERS_MALFORMED',
    type: invalid,
    status: 400,
    explanation: 'The parameters could not be read: broken brackets, broken JSON, too deep, or too many.',
    remedy: 'Write nested parameters as `a[b]`, arrays as `a[0]` or `a[]`, each parameter once.',
  },
  expand_invalid: {
    id: 'TPM_GATEWAY_EXPAND_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The property cannot be expanded here, or the path is deeper than four.',
    remedy: 'Use only the properties that the reference marks as expandable; in lists begin with `data.`.',
  },
  search_query_invalid: {
    id: 'TPM_GATEWAY_SEARCH_QUERY_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The search cannot be read, or asks a field for what it cannot be asked.',
    remedy:
      'Write clauses as `status:"succeeded" AND amount>1000`; the message names the fields and operators.',
  },
  card_data_not_accepted: {
    id: 'TPM_GATEWAY_CARD_DATA_NOT_ACCEPTED',
    type: invalid,
    status: 400,
    explanation: 'This origin never accepts card numbers; the request was refused and not kept.',
    remedy: 'Send card data to the vault’s origin, which answers with a payment method id to use here.',
  },
  idempotency_key_invalid: {
    id: 'TPM_GATEWAY_IDEMPOTENCY_KEY_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The idempotency key is empty or longer than 255 characters.',
    remedy: 'Use a random key of up to 255 characters, such as a UUID.',
  },
  idempotency_mismatch: {
    id: 'TPM_GATEWAY_IDEMPOTENCY_MISMATCH',
    type: 'idempotency_error',
    status: 400,
    explanation: `The idempotency key was used before with other parameters. ${nothingChanged}`,
    remedy: 'Use one key for one intended change; make a new key when the parameters change.',
  },
  idempotency_key_in_use: {
    id: 'TPM_GATEWAY_IDEMPOTENCY_KEY_IN_USE',
    type: 'idempotency_error',
    status: 409,
    explanation: 'A request with this idempotency key is still being worked on.',
    remedy: 'Wait a moment and repeat; the answer of the first request will be given again.',
  },
  unavailable: {
    id: 'TPM_GATEWAY_UNAVAILABLE',
    type: 'api_error',
    status: 503,
    explanation: `A part of the system could not be reached in time. ${nothingChanged}`,
    remedy: 'Repeat with the same idempotency key.',
  },
  database_unavailable: {
    id: 'TPM_GATEWAY_DATABASE_UNAVAILABLE',
    type: 'api_error',
    status: 503,
    explanation:
      'The database is away for a moment, as while it is started again. Repeated with the same idempotency ' +
      'key, the request goes on where it stopped; nothing is done twice.',
    remedy: 'Repeat with the same idempotency key after the seconds that `Retry-After` says.',
  },
  outcome_unknown: {
    id: 'TPM_GATEWAY_OUTCOME_UNKNOWN',
    type: 'api_error',
    status: 504,
    explanation: 'The request may or may not have been carried out; nobody will be charged twice.',
    remedy: 'Repeat with the same idempotency key to learn the outcome, or read the object.',
  },
  internal_error: {
    id: 'TPM_GATEWAY_INTERNAL_ERROR',
    type: 'api_error',
    status: 500,
    explanation: 'The server met a fault of its own.',
    remedy: 'Repeat with the same idempotency key; tell the operator the request id if it happens again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
