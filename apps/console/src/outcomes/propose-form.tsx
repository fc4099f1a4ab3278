import { useState } from 'react';
import { ProposeForm } from '../decisions/propose-form.tsx';
import { useWords } from '../language.tsx';
import { Field } from '../parts/field.tsx';
import type { UnknownOutcome, Verdict } from './objects.ts';
import { words } from './words.ts';

const NEEDS_APPROVAL: readonly Verdict[] = ['approved'];
const NEEDS_REFERENCE: readonly Verdict[] = ['approved', 'refunded'];

/** Says what became of an outcome, with what later messages refer to. */
export function ProposeOutcome({ outcome }: { readonly outcome: UnknownOutcome }) {
  const w = useWords(words);
  const [approval, setApproval] = useState('');
  const [reference, setReference] = useState('');
  return (
    <ProposeForm
      title={w.propose}
      lead={w.proposeLead}
      legend={w.verdict}
      path="/v1/operations/resolutions"
      of={outcome.id}
      verdicts={outcome.verdicts.map((one) => [one, ...w.verdicts[one]])}
      parametersOf={(verdict) => ({
        subject: outcome.id,
        ...(outcome.advice !== null && { advice: outcome.advice }),
        ...(NEEDS_APPROVAL.includes(verdict) && { approval_code: approval }),
        ...(NEEDS_REFERENCE.includes(verdict) && { reference }),
      })}
    >
      {(verdict) => (
        <>
          {NEEDS_APPROVAL.includes(verdict) && (
            <Field
              label={w.approval}
              hint={w.codesHint}
              required
              maxLength={6}
              value={approval}
              onChange={({ target }) => setApproval(target.value)}
            />
          )}
          {NEEDS_REFERENCE.includes(verdict) && (
            <Field
              label={w.reference}
              hint={w.codesHint}
              required
              maxLength={64}
              value={reference}
              onChange={({ target }) => setReference(target.value)}
            />
          )}
        </>
      )}
    </ProposeForm>
  );
}
