import { useState } from 'react';
import { useWords } from '../language.tsx';
import { Act } from '../parts/act.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Paragraph } from '../parts/field.tsx';
import { Instant } from '../parts/instant.tsx';
import { Part } from '../parts/object-page.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { words as partWords } from '../parts/words.ts';
import { useVisitor } from '../shell/visitor.tsx';
import type { Proposal } from './objects.ts';
import { words } from './words.ts';

type Decides = 'confirm' | 'reject' | 'withdraw';

/** What one person has found out; another one, and nobody else, agrees or disagrees. */
export function Decision(props: {
  readonly proposal: Proposal;
  /** Of the API, where the proposals are. */
  readonly path: string;
  readonly name: string;
  readonly means: string;
  /** What happens when it is confirmed. */
  readonly effect: string;
  /** What else was proposed. */
  readonly facts?: readonly Fact[];
}) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { person } = useVisitor();
  const [open, setOpen] = useState<Decides | null>(null);
  const { proposal, name } = props;
  const isOwn = proposal.proposed_by === `operator:${person.id}`;
  const close = (): void => setOpen(null);
  const leads: Readonly<Record<Decides, string | undefined>> = {
    ...{ confirm: props.effect, reject: undefined, withdraw: w.withdrawLead },
  };
  return (
    <Part title={w.waits + marks.colon + name} gap="wide">
      <p className="dim">{props.means}</p>
      <blockquote className="said">{proposal.evidence}</blockquote>
      <Facts
        rows={[
          ...(props.facts ?? []),
          [
            w.proposedBy,
            <span key="by">
              {isOwn ? w.you : <span className="mono code">{proposal.proposed_by}</span>}
              {marks.comma}
              <Instant at={proposal.proposed_at} />
            </span>,
          ],
          [w.until, <Instant key="until" at={proposal.expires_at} />],
        ]}
      />
      {isOwn && <p className="note ochre">{w.own}</p>}
      <Acts isOwn={isOwn} onAct={setOpen} />
      {(['confirm', 'reject', 'withdraw'] as const).map((act) => (
        <Sheet key={act} title={w[act] + marks.colon + name} opened={open === act} onClose={close}>
          <DecisionForm
            act={act}
            lead={leads[act]}
            path={`${props.path}/${proposal.id}/${act}`}
            onDone={close}
          />
        </Sheet>
      ))}
    </Part>
  );
}

/** What this person may do: the first one takes it back, another one decides. */
function Acts({ isOwn, onAct }: { readonly isOwn: boolean; readonly onAct: (act: Decides) => void }) {
  const w = useWords(words);
  return (
    <div className="row acts">
      {isOwn && <Act letter="u" label={w.withdraw} onAct={() => onAct('withdraw')} />}
      {!isOwn && <Act letter="a" label={w.confirm} isFirst onAct={() => onAct('confirm')} />}
      {!isOwn && <Act letter="x" label={w.reject} onAct={() => onAct('reject')} />}
    </div>
  );
}

function DecisionForm(props: {
  readonly act: Decides;
  readonly lead: string | undefined;
  readonly path: string;
  readonly onDone: () => void;
}) {
  const w = useWords(words);
  const { act, lead, path, onDone } = props;
  const [reason, setReason] = useState('');
  const labels: Readonly<Record<Decides, string>> = {
    confirm: w.why,
    reject: w.whyNot,
    withdraw: w.whyWithdraw,
  };
  return (
    <StepForm
      path={path}
      parameters={{ reason }}
      lead={lead}
      label={w[act]}
      isRed={act === 'reject'}
      onDone={onDone}
    >
      <Paragraph label={labels[act]} value={reason} onChange={setReason} maxLength={1000} isFocused />
    </StepForm>
  );
}
