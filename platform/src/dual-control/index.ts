export {
  createProposals,
  type DecisionCode,
  PROPOSAL_COLUMNS,
  type ProposalCode,
  type ProposalState,
  type WithdrawalCode,
} from './proposals.ts';
