import { type ReactNode, useState } from 'react';
import type { Parameters } from '../api/ask.ts';
import { useWords } from '../language.tsx';
import { Paragraph } from '../parts/field.tsx';
import { Part } from '../parts/object-page.tsx';
import { Options } from '../parts/options.tsx';
import { StepForm } from '../parts/step-form.tsx';
import type { Proposal } from './objects.ts';
import { words } from './words.ts';

/** As long as the API takes it. */
const EVIDENCE_MAX = 1000;

/** What one person has found out; nothing changes until another one confirms. */
export function ProposeForm<Verdict extends string>(props: {
  readonly title: string;
  readonly lead: string;
  /** Of the verdicts. */
  readonly legend: string;
  /** Of the API, where the proposals are. */
  readonly path: string;
  /** What the proposal is about. */
  readonly of: string;
  readonly verdicts: readonly (readonly [value: Verdict, name: string, means: string])[];
  /** What is sent with a verdict, besides it and the evidence. */
  readonly parametersOf: (verdict: Verdict) => Parameters;
  /** What a verdict needs to know. */
  readonly children: (verdict: Verdict) => ReactNode;
}) {
  const w = useWords(words);
  const [verdict, setVerdict] = useState<Verdict>();
  const [evidence, setEvidence] = useState('');
  const told = verdict === undefined ? {} : { ...props.parametersOf(verdict), verdict, evidence };
  return (
    <Part title={props.title} gap="wide">
      <p className="dim">{props.lead}</p>
      <div className="narrow-form">
        <StepForm<Proposal> path={props.path} of={props.of} parameters={told} label={w.proposeNow}>
          <Options
            legend={props.legend}
            name="verdict"
            options={props.verdicts}
            chosen={verdict}
            onChoose={setVerdict}
          />
          {verdict !== undefined && props.children(verdict)}
          <Paragraph label={w.evidence} value={evidence} onChange={setEvidence} maxLength={EVIDENCE_MAX} />
        </StepForm>
      </div>
    </Part>
  );
}
