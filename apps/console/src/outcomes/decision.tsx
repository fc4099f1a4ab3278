import { type FormEvent, useState } from 'react';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Paragraph } from '../parts/field.tsx';
import { Instant } from '../parts/instant.tsx';
import { Problem } from '../parts/problem.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import type { Resolution } from './objects.ts';
import { words } from './words.ts';

/** What one person has found out; another one, and nobody else, agrees or disagrees. */
export function Decision({ resolution }: { readonly resolution: Resolution }) {
  const w = useWords(words);
  const { person } = useVisitor();
  const [open, setOpen] = useState<'confirm' | 'reject' | null>(null);
  const [name, means] = w.verdicts[resolution.verdict];
  const isOwn = resolution.proposed_by === `operator:${person.id}`;
  const close = (): void => setOpen(null);
  return (
    <section className="stack" aria-labelledby="proposal">
      <div className="head">
        <h2 id="proposal">
          {w.proposals}: {name}
        </h2>
      </div>
      <p className="dim">{means}</p>
      <blockquote className="said">{resolution.evidence}</blockquote>
      <dl className="spec">
        {resolution.approval_code !== null && (
          <div>
            <dt>{w.approval}</dt>
            <dd className="mono">{resolution.approval_code}</dd>
          </div>
        )}
        {resolution.reference !== null && (
          <div>
            <dt>{w.reference}</dt>
            <dd className="mono">{resolution.reference}</dd>
          </div>
        )}
        <div>
          <dt>{w.proposedBy}</dt>
          <dd>
            {isOwn ? w.you : <span className="mono code">{resolution.proposed_by}</span>},{' '}
            <Instant at={resolution.proposed_at} />
          </dd>
        </div>
      </dl>
      {isOwn ? (
        <p className="note ochre">{w.own}</p>
      ) : (
        <div className="row acts">
          <button type="button" className="btn" onClick={() => setOpen('confirm')}>
            {w.confirm}
          </button>
          <button type="button" className="btn two" onClick={() => setOpen('reject')}>
            {w.reject}
          </button>
        </div>
      )}
      <Sheet title={`${w.confirm}: ${name}`} opened={open === 'confirm'} onClose={close}>
        <DecisionForm resolution={resolution} act="confirm" onDone={close} />
      </Sheet>
      <Sheet title={`${w.reject}: ${name}`} opened={open === 'reject'} onClose={close}>
        <DecisionForm resolution={resolution} act="reject" onDone={close} />
      </Sheet>
    </section>
  );
}

function DecisionForm(props: {
  readonly resolution: Resolution;
  readonly act: 'confirm' | 'reject';
  readonly onDone: () => void;
}) {
  const w = useWords(words);
  const { resolution, act } = props;
  const [reason, setReason] = useState('');
  const decide = useChange<Resolution>(
    'POST',
    `/v1/operations/resolutions/${resolution.id}/${act}`,
    props.onDone,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    decide.mutate({ reason });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {act === 'confirm' && <p>{w.confirmLead}</p>}
      {decide.error && <Problem error={decide.error} wasChange />}
      <Paragraph
        label={act === 'confirm' ? w.why : w.whyNot}
        value={reason}
        onChange={setReason}
        maxLength={1000}
      />
      <p>
        <button
          type="submit"
          className={act === 'confirm' ? 'btn' : 'btn red'}
          aria-disabled={decide.isPending}
        >
          {act === 'confirm' ? w.confirm : w.reject}
        </button>
      </p>
    </form>
  );
}
