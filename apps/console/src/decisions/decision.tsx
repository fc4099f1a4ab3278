import { type ReactNode, useState } from 'react';
import { useWords } from '../language.tsx';
import { Paragraph } from '../parts/field.tsx';
import { Instant } from '../parts/instant.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import type { Proposal } from './objects.ts';
import { words } from './words.ts';

type Act = 'confirm' | 'reject' | 'withdraw';

/** What one person has found out; another one, and nobody else, agrees or disagrees. */
export function Decision(props: {
  readonly proposal: Proposal;
  /** Of the API, where the proposals are. */
  readonly path: string;
  readonly name: string;
  readonly means: string;
  /** What happens when it is confirmed. */
  readonly effect: string;
  /** What else was proposed, as entries of a list of terms. */
  readonly children?: ReactNode;
}) {
  const w = useWords(words);
  const { person } = useVisitor();
  const [open, setOpen] = useState<Act | null>(null);
  const { proposal, name } = props;
  const isOwn = proposal.proposed_by === `operator:${person.id}`;
  const close = (): void => setOpen(null);
  const leads: Readonly<Record<Act, string | undefined>> = {
    ...{ confirm: props.effect, reject: undefined, withdraw: w.withdrawLead },
  };
  return (
    <section className="stack" aria-labelledby="proposal">
      <div className="head">
        <h2 id="proposal">
          {w.waits}: {name}
        </h2>
      </div>
      <p className="dim">{props.means}</p>
      <blockquote className="said">{proposal.evidence}</blockquote>
      <dl className="spec">
        {props.children}
        <div>
          <dt>{w.proposedBy}</dt>
          <dd>
            {isOwn ? w.you : <span className="mono code">{proposal.proposed_by}</span>},{' '}
            <Instant at={proposal.proposed_at} />
          </dd>
        </div>
        <div>
          <dt>{w.until}</dt>
          <dd>
            <Instant at={proposal.expires_at} />
          </dd>
        </div>
      </dl>
      {isOwn && <p className="note ochre">{w.own}</p>}
      <Acts isOwn={isOwn} onAct={setOpen} />
      {(['confirm', 'reject', 'withdraw'] as const).map((act) => (
        <Sheet key={act} title={`${w[act]}: ${name}`} opened={open === act} onClose={close}>
          <DecisionForm
            act={act}
            lead={leads[act]}
            path={`${props.path}/${proposal.id}/${act}`}
            onDone={close}
          />
        </Sheet>
      ))}
    </section>
  );
}

/** What this person may do: the first one takes it back, another one decides. */
function Acts({ isOwn, onAct }: { readonly isOwn: boolean; readonly onAct: (act: Act) => void }) {
  const w = useWords(words);
  if (isOwn) {
    return (
      <p>
        <button type="button" className="btn two" data-key="u" onClick={() => onAct('withdraw')}>
          {w.withdraw} <kbd aria-hidden="true">u</kbd>
        </button>
      </p>
    );
  }
  return (
    <div className="row acts">
      <button type="button" className="btn" data-key="a" onClick={() => onAct('confirm')}>
        {w.confirm} <kbd aria-hidden="true">a</kbd>
      </button>
      <button type="button" className="btn two" data-key="x" onClick={() => onAct('reject')}>
        {w.reject} <kbd aria-hidden="true">x</kbd>
      </button>
    </div>
  );
}

function DecisionForm(props: {
  readonly act: Act;
  readonly lead: string | undefined;
  readonly path: string;
  readonly onDone: () => void;
}) {
  const w = useWords(words);
  const { act, lead, path, onDone } = props;
  const [reason, setReason] = useState('');
  const labels: Readonly<Record<Act, string>> = { confirm: w.why, reject: w.whyNot, withdraw: w.whyWithdraw };
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
