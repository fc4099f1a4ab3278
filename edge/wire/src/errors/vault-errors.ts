import { type CatalogueEntry, invalid } from './catalogue-entry.ts';

const enterAgain = 'Ask the shopper to enter the card again.';

/** Errors of the vault’s origin, where card data is entered. */
export const vaultErrors = {
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
