import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { Part } from '../parts/object-page.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import { words as partWords } from '../parts/words.ts';
import type { Proposal } from './objects.ts';
import { words } from './words.ts';

const SHAPES: Readonly<Record<Proposal['state'], Shape>> = {
  proposed: 'wait',
  confirmed: 'wait',
  applied: 'done',
  overtaken: 'back',
  rejected: 'no',
  withdrawn: 'back',
  expired: 'open',
};

/** What people have said about something, and what became of it. */
export function Decided<P extends Proposal>(props: {
  readonly said: readonly P[];
  readonly nameOf: (proposal: P) => string;
}) {
  const w = useWords(words);
  const marks = useWords(partWords);
  if (props.said.length === 0) return null;
  return (
    <Part title={w.decided}>
      {props.said.map((proposal) => (
        <div key={proposal.id} className="stack s delivery">
          <p>
            <Status shape={SHAPES[proposal.state]}>{w.states[proposal.state]}</Status>{' '}
            <span className="strong">{props.nameOf(proposal)}</span>
          </p>
          <blockquote className="said">{proposal.evidence}</blockquote>
          {proposal.decision_reason !== null && (
            <blockquote className="said">{proposal.decision_reason}</blockquote>
          )}
          <p className="cap">
            {w.proposedBy} <span className="mono code">{proposal.proposed_by}</span>
            {marks.comma}
            <Instant at={proposal.proposed_at} />
            {proposal.decided_by !== null && proposal.decided_at !== null && (
              <>
                {' '}
                · {w.decidedBy} <span className="mono code">{proposal.decided_by}</span>
                {marks.comma}
                <Instant at={proposal.decided_at} />
              </>
            )}
          </p>
        </div>
      ))}
    </Part>
  );
}
