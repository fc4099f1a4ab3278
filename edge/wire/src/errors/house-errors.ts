import { type CatalogueEntry, invalid, nothingChanged } from './catalogue-entry.ts';

/** Refusals of the ledger, of identity and of what operators do. */
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
  outcome_not_resolvable: {
    id: 'TPM_PAYMENTS_OUTCOME_NOT_RESOLVABLE',
    type: invalid,
    status: 400,
    explanation: `What became of the payment is known, or the system goes on by itself. ${nothingChanged}`,
    remedy: 'Read the list of unknown outcomes again; only what is on it can be resolved.',
  },
  verdict_not_allowed: {
    id: 'TPM_PAYMENTS_VERDICT_NOT_ALLOWED',
    type: invalid,
    status: 400,
    explanation: `This cannot be said of such an outcome. ${nothingChanged}`,
    remedy: 'Use one of the verdicts that the list names for it.',
  },
  acquirer_code_missing: {
    id: 'TPM_PAYMENTS_ACQUIRER_CODE_MISSING',
    type: invalid,
    status: 400,
    explanation: `What stands at the acquirer has codes there, which later messages carry. ${nothingChanged}`,
    remedy: 'Give the approval code and the reference as the acquirer shows them.',
  },
  clearing_not_possible: {
    id: 'TPM_ACQUIRING_CLEARING_NOT_POSSIBLE',
    type: invalid,
    status: 400,
    explanation: `This cannot be said of such a clearing exception; the message says why. ${nothingChanged}`,
    remedy: 'Name a capture or refund that fits the record, or dispute the record with the acquirer.',
  },
  resolution_open: {
    id: 'TPM_PAYMENTS_RESOLUTION_OPEN',
    type: invalid,
    status: 409,
    explanation: `Another resolution of the same outcome waits for a second person. ${nothingChanged}`,
    remedy: 'Confirm or reject that one first.',
  },
  resolution_decided: {
    id: 'TPM_PAYMENTS_RESOLUTION_DECIDED',
    type: invalid,
    status: 409,
    explanation: `Somebody has decided about the resolution before. ${nothingChanged}`,
    remedy: 'Read the resolution; a rejected one may be proposed again.',
  },
  resolution_expired: {
    id: 'TPM_PAYMENTS_RESOLUTION_EXPIRED',
    type: invalid,
    status: 409,
    explanation: `Nobody has decided in time, and things may stand otherwise by now. ${nothingChanged}`,
    remedy: 'Look again, and propose it anew.',
  },
  not_the_proposer: {
    id: 'TPM_PAYMENTS_NOT_THE_PROPOSER',
    type: invalid,
    status: 403,
    explanation: `Only whoever proposed a resolution takes it back. ${nothingChanged}`,
    remedy: 'Reject it instead, and say why.',
  },
  job_running: {
    id: 'TPM_JOBS_JOB_RUNNING',
    type: invalid,
    status: 409,
    explanation: `The job is running at this moment. ${nothingChanged}`,
    remedy: 'Look again: it is gone when it has succeeded, and says why when it has failed.',
  },
  person_needed: {
    id: 'TPM_IDENTITY_PERSON_NEEDED',
    type: invalid,
    status: 403,
    explanation: `Two people decide this, and a key that belongs to nobody is no person. ${nothingChanged}`,
    remedy: 'Sign in to the console, or use an operator key that you have made there: it acts as you.',
  },
  not_your_key: {
    id: 'TPM_IDENTITY_NOT_YOUR_KEY',
    type: invalid,
    status: 403,
    explanation: `An operator key acts as its maker, and nobody else gets its successor. ${nothingChanged}`,
    remedy: 'Make a key of your own; one that must not be used any more can be revoked by every operator.',
  },
  second_person_needed: {
    id: 'TPM_PAYMENTS_SECOND_PERSON_NEEDED',
    type: invalid,
    status: 403,
    explanation: `Whoever proposed a resolution cannot decide about it, whatever they use. ${nothingChanged}`,
    remedy: 'Have another person confirm or reject it, at the console or with a key of their own.',
  },
} as const satisfies Record<string, CatalogueEntry>;
