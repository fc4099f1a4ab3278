/** What a proposal can be refused with, beside what its module has to say. */
export const PROPOSAL_CODES = ['person_needed', 'resolution_open', 'idempotency_mismatch'] as const;
/** One of {@link PROPOSAL_CODES}. */
export type ProposalCode = (typeof PROPOSAL_CODES)[number];

const unended = [
  'not_found',
  'person_needed',
  'resolution_decided',
  'resolution_expired',
  'idempotency_mismatch',
] as const;
/** What ends no proposal, whoever says it. */
export type Unended = (typeof unended)[number];

/** What another person's decision can be refused with. */
export const DECISION_CODES = [...unended, 'same_person'] as const;
/** One of {@link DECISION_CODES}. */
export type DecisionCode = (typeof DECISION_CODES)[number];

/** What taking a proposal back can be refused with. */
export const WITHDRAWAL_CODES = [...unended, 'not_the_proposer'] as const;
/** One of {@link WITHDRAWAL_CODES}. */
export type WithdrawalCode = (typeof WITHDRAWAL_CODES)[number];
