/** One entry of the catalogue: what happened, what it means, what to do. */
export interface CatalogueEntry {
  /** Unique for ever: `TPM_<MODULE>_<CODE>`. */
  readonly id: string;
  /** The class of error by which client libraries choose their exception. */
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  /**
   * The usual HTTP status; the same code may answer 400 where a parameter, not the path, names the object.
   */
  readonly status: number;
  readonly explanation: string;
  readonly remedy: string;
}

const invalid = 'invalid_request_error';
const nothingChanged = 'Nothing was changed.';

/** Errors of the gateway itself: keys, limits, repetition, form. */
const gatewayErrors = {
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
  permission_denied: {
    id: 'TPM_GATEWAY_PERMISSION_DENIED',
    type: invalid,
    status: 403,
    explanation: 'The API key is valid but its kind may not call this operation.',
    remedy:
      'Use a secret key for payments, an operator key for the ledger and the house; ' +
      'a publishable key only together with the client secret of one payment intent.',
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

/** Errors of single parameters. */
const parameterErrors = {
  parameter_missing: {
    id: 'TPM_WIRE_PARAMETER_MISSING',
    type: invalid,
    status: 400,
    explanation: 'A required parameter is not there.',
    remedy: 'Add the parameter that `param` names.',
  },
  parameter_unknown: {
    id: 'TPM_WIRE_PARAMETER_UNKNOWN',
    type: invalid,
    status: 400,
    explanation:
      'There is no such parameter. Unknown parameters are refused, so that a misspelling is noticed.',
    remedy: 'Check the spelling of the parameter that `param` names.',
  },
  parameter_unsupported: {
    id: 'TPM_WIRE_PARAMETER_UNSUPPORTED',
    type: invalid,
    status: 400,
    explanation:
      'Clients of this API know the parameter, but this server does not act on it and will not ignore it.',
    remedy: 'Leave it out; the message says what to use instead, where there is something.',
  },
  parameter_invalid: {
    id: 'TPM_WIRE_PARAMETER_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The parameter has a value that the operation does not accept.',
    remedy: 'The message says what is accepted.',
  },
  parameter_invalid_integer: {
    id: 'TPM_WIRE_PARAMETER_INVALID_INTEGER',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be a whole number within its bounds.',
    remedy: 'Send amounts in the minor unit (cents), without a decimal point.',
  },
  parameter_invalid_empty: {
    id: 'TPM_WIRE_PARAMETER_INVALID_EMPTY',
    type: invalid,
    status: 400,
    explanation: 'The parameter is empty, and an empty value would mean nothing here.',
    remedy: 'Send a value, or leave the parameter out.',
  },
  parameter_invalid_string: {
    id: 'TPM_WIRE_PARAMETER_INVALID_STRING',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be text of the allowed length.',
    remedy: 'The message says how long it may be.',
  },
  parameter_invalid_boolean: {
    id: 'TPM_WIRE_PARAMETER_INVALID_BOOLEAN',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be true or false.',
    remedy: 'Send `true` or `false`.',
  },
  parameter_invalid_enum: {
    id: 'TPM_WIRE_PARAMETER_INVALID_ENUM',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be one of a few words.',
    remedy: 'The message lists them.',
  },
  parameter_invalid_array: {
    id: 'TPM_WIRE_PARAMETER_INVALID_ARRAY',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be an array within its bound.',
    remedy: 'Write `name[0]=…&name[1]=…` in a form, or a JSON array.',
  },
  parameter_invalid_object: {
    id: 'TPM_WIRE_PARAMETER_INVALID_OBJECT',
    type: invalid,
    status: 400,
    explanation: 'The parameter must be an object.',
    remedy: 'Write `name[key]=…` in a form, or a JSON object.',
  },
  parameters_exclusive: {
    id: 'TPM_WIRE_PARAMETERS_EXCLUSIVE',
    type: invalid,
    status: 400,
    explanation: 'Two of the parameters exclude each other.',
    remedy: 'Send only one of them.',
  },
  email_invalid: {
    id: 'TPM_WIRE_EMAIL_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The parameter is not an e-mail address.',
    remedy: 'Send an address such as `name@example.org`.',
  },
  url_invalid: {
    id: 'TPM_WIRE_URL_INVALID',
    type: invalid,
    status: 400,
    explanation: 'The parameter is not an absolute http or https address.',
    remedy: 'Send the whole address, with its scheme.',
  },
  amount_too_large: {
    id: 'TPM_PAYMENTS_AMOUNT_TOO_LARGE',
    type: invalid,
    status: 400,
    explanation: `The amount is above what can be taken, captured or refunded here. ${nothingChanged}`,
    remedy: 'The message says the largest amount that would be accepted.',
  },
  amount_not_representable: {
    id: 'TPM_WIRE_AMOUNT_NOT_REPRESENTABLE',
    type: invalid,
    status: 400,
    explanation:
      'An amount of the object is above 2^53 − 1 minor units, which JSON integers cannot carry exactly.',
    remedy: 'Read it through the ledger endpoints, whose amounts are decimal strings.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** Refusals of the modules behind the gateway. */
const domainErrors = {
  resource_missing: {
    id: 'TPM_PAYMENTS_RESOURCE_MISSING',
    type: invalid,
    status: 404,
    explanation: 'There is no such object for this key.',
    remedy: 'Check the id, and that it was made with a key of the same platform.',
  },
  card_declined: {
    id: 'TPM_PAYMENTS_CARD_DECLINED',
    type: 'card_error',
    status: 402,
    explanation: 'The card was declined; `decline_code` says why. Nothing was charged.',
    remedy: 'Ask the shopper for another card; the payment intent is open for it.',
  },
  authentication_required: {
    id: 'TPM_PAYMENTS_AUTHENTICATION_REQUIRED',
    type: 'card_error',
    status: 402,
    explanation:
      'The issuer wants the shopper to authenticate, and the shopper is not present. Nothing was charged.',
    remedy: 'Confirm again while the shopper is present, without `off_session`.',
  },
  expired_card: {
    id: 'TPM_PAYMENTS_EXPIRED_CARD',
    type: 'card_error',
    status: 402,
    explanation: 'The card has expired. Nothing was charged.',
    remedy: 'Ask the shopper to check the date or to use another card.',
  },
  incorrect_cvc: {
    id: 'TPM_PAYMENTS_INCORRECT_CVC',
    type: 'card_error',
    status: 402,
    explanation: 'The card’s security code is wrong. Nothing was charged.',
    remedy: 'Ask the shopper to enter the card again.',
  },
  incorrect_number: {
    id: 'TPM_PAYMENTS_INCORRECT_NUMBER',
    type: 'card_error',
    status: 402,
    explanation: 'The card number is wrong. Nothing was charged.',
    remedy: 'Ask the shopper to enter the card again.',
  },
  processing_error: {
    id: 'TPM_PAYMENTS_PROCESSING_ERROR',
    type: 'card_error',
    status: 402,
    explanation: 'The acquirer, the network or a part of this system failed. Nothing was charged.',
    remedy: 'Confirm again in a little while, with a new idempotency key.',
  },
  payment_intent_authentication_failure: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_AUTHENTICATION_FAILURE',
    type: 'card_error',
    status: 402,
    explanation: 'The shopper was not authenticated by the issuer. Nothing was charged.',
    remedy: 'Let the shopper try again or use another card.',
  },
  payment_method_not_found: {
    id: 'TPM_PAYMENTS_PAYMENT_METHOD_NOT_FOUND',
    type: 'card_error',
    status: 402,
    explanation: 'The card was taken out of the vault before it could be charged. Nothing was charged.',
    remedy: 'Confirm with another payment method.',
  },
  payment_intent_unexpected_state: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The payment intent’s status does not allow this operation. ${nothingChanged}`,
    remedy: 'Read the payment intent and act on its status.',
  },
  payment_intent_incompatible_secret: {
    id: 'TPM_PAYMENTS_PAYMENT_INTENT_INCOMPATIBLE_SECRET',
    type: invalid,
    status: 400,
    explanation: 'A publishable key reaches a payment intent only with that intent’s client secret.',
    remedy: 'Send the `client_secret` that the server got when it made the payment intent.',
  },
  split_exceeds_amount: {
    id: 'TPM_PAYMENTS_SPLIT_EXCEEDS_AMOUNT',
    type: invalid,
    status: 400,
    explanation: 'The parts of the merchants add up to more than the payment, or a fee is above its part.',
    remedy: 'Lower the parts or raise the amount.',
  },
  destination_not_capable: {
    id: 'TPM_PAYMENTS_DESTINATION_NOT_CAPABLE',
    type: invalid,
    status: 400,
    explanation: 'The merchant cannot receive transfers.',
    remedy: 'Complete the merchant’s onboarding, or choose another destination.',
  },
  charge_already_refunded: {
    id: 'TPM_PAYMENTS_CHARGE_ALREADY_REFUNDED',
    type: invalid,
    status: 400,
    explanation: `All of the charge has been refunded already. ${nothingChanged}`,
    remedy: 'Nothing is left to do; list the refunds of the charge to see them.',
  },
  charge_not_refundable: {
    id: 'TPM_PAYMENTS_CHARGE_NOT_REFUNDABLE',
    type: invalid,
    status: 400,
    explanation: `The charge was not captured, so there is nothing to send back. ${nothingChanged}`,
    remedy: 'Cancel the payment intent instead, which lets go of the hold.',
  },
  ledger_account_owned: {
    id: 'TPM_LEDGER_ACCOUNT_OWNED_BY_MODULE',
    type: invalid,
    status: 403,
    explanation:
      'An account of the batch belongs to a module; only that module may touch it. Nothing was posted.',
    remedy: 'Use accounts opened with an operator key; correct a module’s account through that module.',
  },
  ledger_account_limit_reached: {
    id: 'TPM_LEDGER_ACCOUNT_LIMIT_REACHED',
    type: invalid,
    status: 409,
    explanation: 'The ledger holds as many accounts as it is set up for. No account was opened.',
    remedy: 'Raise the limit in the configuration of the ledger.',
  },
  api_key_answer_expired: {
    id: 'TPM_IDENTITY_API_KEY_ANSWER_EXPIRED',
    type: invalid,
    status: 400,
    explanation:
      'The key was made by an earlier request with this idempotency key; its clear text is gone by now.',
    remedy: 'Make another key with a new idempotency key, and revoke the one that was made.',
  },
  api_key_expired: {
    id: 'TPM_IDENTITY_API_KEY_EXPIRED',
    type: invalid,
    status: 400,
    explanation: 'The key has expired or was revoked, so it can have no successor.',
    remedy: 'Create a new key.',
  },
} as const satisfies Record<string, CatalogueEntry>;

const enterAgain = 'Ask the shopper to enter the card again.';

/** Errors of the vault’s origin, where card data is entered. */
const vaultErrors = {
  invalid_number: {
    id: 'TPM_VAULT_INVALID_NUMBER',
    type: 'card_error',
    status: 402,
    explanation: 'The card number is not one: wrong length or check digit.',
    remedy: enterAgain,
  },
  invalid_expiry_month: {
    id: 'TPM_VAULT_INVALID_EXPIRY_MONTH',
    type: 'card_error',
    status: 402,
    explanation: 'The card’s expiry month is not a month, or has passed.',
    remedy: enterAgain,
  },
  invalid_expiry_year: {
    id: 'TPM_VAULT_INVALID_EXPIRY_YEAR',
    type: 'card_error',
    status: 402,
    explanation: 'The card’s expiry year is not one, or has passed.',
    remedy: enterAgain,
  },
  invalid_cvc: {
    id: 'TPM_VAULT_INVALID_CVC',
    type: 'card_error',
    status: 402,
    explanation: 'The security code does not have the digits that this card has.',
    remedy: enterAgain,
  },
  invalid_api_key: {
    id: 'TPM_VAULT_INVALID_API_KEY',
    type: invalid,
    status: 401,
    explanation: 'The vault was not given a valid secret or publishable key.',
    remedy: 'Send a publishable key from a browser, a secret key from a server.',
  },
  body_unreadable: {
    id: 'TPM_VAULT_BODY_UNREADABLE',
    type: invalid,
    status: 400,
    explanation: 'The vault could not read the body.',
    remedy: 'Send a form, with nested parameters as `card[number]`.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** Every error the API can answer with, by its code on the wire. */
export const errorCatalogue = { ...gatewayErrors, ...parameterErrors, ...domainErrors, ...vaultErrors };

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/** The entry of a code that may not exist. */
export function findCatalogueEntry(code: string): CatalogueEntry | undefined {
  return Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode] : undefined;
}

/** Why a card was declined: the `decline_code` of a `card_declined` error, in the field's neutral words. */
export const declineCodes = {
  generic_decline: 'The issuer gave no reason.',
  insufficient_funds: 'The account does not hold enough.',
  lost_card: 'The card was reported lost. Show the shopper a general decline only.',
  stolen_card: 'The card was reported stolen. Show the shopper a general decline only.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code is wrong.',
  incorrect_number: 'The card number is wrong.',
  fraudulent: 'The issuer suspects fraud. Show the shopper a general decline only.',
  do_not_honor: 'The issuer declined without saying more.',
  transaction_not_allowed: 'The card does not allow this kind of payment.',
  card_velocity_exceeded: 'The card has been used too often or for too much.',
  processing_error: 'The acquirer or the network failed; another try may work.',
  issuer_not_available: 'The issuer could not be reached; another try may work.',
  authentication_required: 'The issuer wants 3-D Secure.',
  blocked: 'A block list of this platform refused the payment before it reached the issuer.',
  highest_risk_level: 'The risk rules of this platform refused the payment before it reached the issuer.',
} as const;
