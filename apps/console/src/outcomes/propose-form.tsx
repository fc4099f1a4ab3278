import { type FormEvent, useState } from 'react';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Field, Paragraph } from '../parts/field.tsx';
import { Options } from '../parts/options.tsx';
import { Problem } from '../parts/problem.tsx';
import type { Resolution, UnknownOutcome, Verdict } from './objects.ts';
import { words } from './words.ts';

const NEEDS_APPROVAL: readonly Verdict[] = ['approved'];
const NEEDS_REFERENCE: readonly Verdict[] = ['approved', 'refunded'];

/** Says what became of an outcome; nothing changes until another person confirms. */
export function ProposeForm({ outcome }: { readonly outcome: UnknownOutcome }) {
  const w = useWords(words);
  const [verdict, setVerdict] = useState<Verdict>();
  const [evidence, setEvidence] = useState('');
  const [approval, setApproval] = useState('');
  const [reference, setReference] = useState('');
  const propose = useChange<Resolution>('POST', '/v1/operations/resolutions');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!verdict) return;
    propose.mutate({
      ...{ subject: outcome.id, verdict, evidence },
      ...(outcome.advice !== null && { advice: outcome.advice }),
      ...(NEEDS_APPROVAL.includes(verdict) && { approval_code: approval }),
      ...(NEEDS_REFERENCE.includes(verdict) && { reference }),
    });
  };
  return (
    <section className="stack" aria-labelledby="propose">
      <div className="head">
        <h2 id="propose">{w.propose}</h2>
      </div>
      <p className="dim">{w.proposeLead}</p>
      <form className="stack narrow-form" onSubmit={submit}>
        {propose.error && <Problem error={propose.error} wasChange />}
        <Options
          legend={w.verdict}
          name="verdict"
          options={outcome.verdicts.map((one) => [one, ...w.verdicts[one]])}
          chosen={verdict}
          onChoose={setVerdict}
        />
        <Paragraph label={w.evidence} value={evidence} onChange={setEvidence} maxLength={1000} />
        {verdict && NEEDS_APPROVAL.includes(verdict) && (
          <Field
            label={w.approval}
            hint={w.codesHint}
            required
            maxLength={6}
            value={approval}
            onChange={({ target }) => setApproval(target.value)}
          />
        )}
        {verdict && NEEDS_REFERENCE.includes(verdict) && (
          <Field
            label={w.reference}
            hint={w.codesHint}
            required
            maxLength={64}
            value={reference}
            onChange={({ target }) => setReference(target.value)}
          />
        )}
        <p>
          <button type="submit" className="btn" aria-disabled={propose.isPending}>
            {w.proposeNow}
          </button>
        </p>
      </form>
    </section>
  );
}
