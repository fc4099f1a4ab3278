import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Errors of single parameters. */
export const parameterErrors = {
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
