import { type CatalogueEntry, invalid } from './catalogue-entry.ts';

/** Refusals of the ledger and of identity. */
export const houseErrors = {
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
  clearing_file_malformed: {
    id: 'TPM_ACQUIRING_CLEARING_FILE_MALFORMED',
    type: invalid,
    status: 400,
    explanation:
      'A line of the clearing file cannot be read, or its totals do not agree. Nothing of it was imported.',
    remedy: 'The message names the line and the field. Ask the acquirer for the file again.',
  },
  clearing_file_name_taken: {
    id: 'TPM_ACQUIRING_CLEARING_FILE_NAME_TAKEN',
    type: invalid,
    status: 409,
    explanation: 'Another clearing file of this name was imported. Nothing was imported.',
    remedy: 'Compare the two; where this one is a new file, import it under a name of its own.',
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
