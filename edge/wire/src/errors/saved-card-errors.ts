import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of saved cards and of setup intents. */
export const savedCardErrors = {
  payment_method_unexpected_state: {
    id: 'TPM_PAYMENTS_PAYMENT_METHOD_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation:
      'The payment method was detached, belongs to a customer who is not named, or is not attached to any. ' +
      nothingChanged,
    remedy: 'Name the customer it belongs to, or ask the shopper for another card.',
  },
  token_already_used: {
    id: 'TPM_VAULT_TOKEN_ALREADY_USED',
    type: invalid,
    status: 400,
    explanation: `The token was used before, and a token is used once. ${nothingChanged}`,
    remedy: 'Ask the shopper’s page for another token. To pay again with a card, save it.',
  },
  token_expired: {
    id: 'TPM_VAULT_TOKEN_EXPIRED',
    type: invalid,
    status: 400,
    explanation: `The token was not used in time. ${nothingChanged}`,
    remedy: 'Ask the shopper’s page for another token.',
  },
  setup_intent_unexpected_state: {
    id: 'TPM_PAYMENTS_SETUP_INTENT_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The setup intent’s status does not allow this operation. ${nothingChanged}`,
    remedy: 'Read the setup intent and act on its status.',
  },
  setup_intent_authentication_failure: {
    id: 'TPM_PAYMENTS_SETUP_INTENT_AUTHENTICATION_FAILURE',
    type: 'card_error',
    status: 402,
    explanation: 'The shopper was not authenticated by the issuer. The card was not saved.',
    remedy: 'Let the shopper try again or use another card.',
  },
} as const satisfies Record<string, CatalogueEntry>;
