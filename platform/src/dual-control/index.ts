export {
  createProposals,
  type DecisionCode,
  PROPOSAL_COLUMNS,
  type ProposalState,
  type WithdrawalCode,
} from './proposals.ts';
