import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of shoppers' wallets. */
export const walletErrors = {
  wallet_balance_insufficient: {
    id: 'TPM_WALLET_BALANCE_INSUFFICIENT',
    type: invalid,
    status: 402,
    explanation: 'The balance of the wallet is too small; `missing_amount` says by how much. No money moved.',
    remedy: 'Top the wallet up, take less, or pay with a card: a payment intent stays open for one.',
  },
  wallet_limit_exceeded: {
    id: 'TPM_WALLET_LIMIT_EXCEEDED',
    type: invalid,
    status: 400,
    explanation: `A limit of the wallet’s tier would be exceeded; the message names it. ${nothingChanged}`,
    remedy: 'Read the limits of the wallet and take less, wait for the next period, or have the tier raised.',
  },
  wallet_frozen: {
    id: 'TPM_WALLET_FROZEN',
    type: invalid,
    status: 403,
    explanation: `The wallet is frozen, so that nothing goes from it. ${nothingChanged}`,
    remedy: 'An operator who froze it can let it go again.',
  },
  wallet_currency_not_offered: {
    id: 'TPM_WALLET_CURRENCY_NOT_OFFERED',
    type: invalid,
    status: 400,
    explanation: `Wallets of this tier hold no money of this currency. ${nothingChanged}`,
    remedy: 'Use a currency that the limits name.',
  },
  wallet_recipient_not_found: {
    id: 'TPM_WALLET_RECIPIENT_NOT_FOUND',
    type: invalid,
    status: 400,
    explanation: `Nobody has this handle. ${nothingChanged}`,
    remedy: 'Ask the other person for their handle; it is on their wallet’s page.',
  },
  wallet_send_to_self: {
    id: 'TPM_WALLET_SEND_TO_SELF',
    type: invalid,
    status: 400,
    explanation: `Sender and recipient are the same person. ${nothingChanged}`,
    remedy: 'Give the handle of somebody else.',
  },
  wallet_recipient_unavailable: {
    id: 'TPM_WALLET_RECIPIENT_UNAVAILABLE',
    type: invalid,
    status: 400,
    explanation: `The other person’s wallet cannot take this amount now. ${nothingChanged}`,
    remedy: 'Try a smaller amount, or ask the other person.',
  },
  wallet_payment_not_possible: {
    id: 'TPM_WALLET_PAYMENT_NOT_POSSIBLE',
    type: invalid,
    status: 400,
    explanation: 'The payment intent cannot be paid from a wallet: it tops one up, or it has just changed.',
    remedy:
      'Read the payment intent; a top-up is paid by card, and a changed one may be paid by a new request.',
  },
  withdrawal_unexpected_state: {
    id: 'TPM_WALLET_WITHDRAWAL_UNEXPECTED_STATE',
    type: invalid,
    status: 400,
    explanation: `The withdrawal’s status does not allow this. ${nothingChanged}`,
    remedy: 'Read the withdrawal and act on its status.',
  },
  withdrawal_second_person_needed: {
    id: 'TPM_WALLET_SECOND_PERSON_NEEDED',
    type: invalid,
    status: 403,
    explanation: `Whoever approved a withdrawal cannot say that it was paid. ${nothingChanged}`,
    remedy: 'Have another person say it with a key of their own.',
  },
  wallet_limit_not_addable: {
    id: 'TPM_WALLET_LIMIT_NOT_ADDABLE',
    type: invalid,
    status: 400,
    explanation: `Limits are added, never changed, and begin now or later. ${nothingChanged}`,
    remedy: 'Choose a later instant, or leave `effective_from` out.',
  },
  wallet_statement_too_large: {
    id: 'TPM_WALLET_STATEMENT_TOO_LARGE',
    type: invalid,
    status: 400,
    explanation: 'The month has more entries than one statement holds.',
    remedy: 'Read the entries page by page.',
  },
} as const satisfies Record<string, CatalogueEntry>;
