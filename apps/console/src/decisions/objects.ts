/** What one person proposes, and what another says to it. */
export interface Proposal {
  readonly id: string;
  readonly evidence: string;
  readonly state: 'proposed' | 'confirmed' | 'applied' | 'overtaken' | 'rejected' | 'withdrawn' | 'expired';
  readonly proposed_by: string;
  readonly proposed_at: string;
  /** From then on nobody can confirm it. */
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
}
