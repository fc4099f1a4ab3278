export {
  DECISION_CODES,
  type DecisionCode,
  PROPOSAL_CODES,
  type ProposalCode,
  WITHDRAWAL_CODES,
  type WithdrawalCode,
} from './codes.ts';
export { createProposals, PROPOSAL_COLUMNS, type ProposalState } from './proposals.ts';
