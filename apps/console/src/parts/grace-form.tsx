import { useState } from 'react';
import { useWords } from '../language.tsx';
import { Choice } from './field.tsx';
import { StepForm } from './step-form.tsx';
import { words } from './words.ts';

/** A successor of a secret, and for how long the old one goes on beside it. */
export function GraceForm<T extends object>(props: {
  readonly path: string;
  readonly lead: string;
  readonly label: string;
  /** What the old one does meanwhile. */
  readonly grace: string;
  readonly onDone: (answer?: T) => void;
}) {
  const w = useWords(words);
  const [seconds, setSeconds] = useState('3600');
  return (
    <StepForm<T>
      path={props.path}
      parameters={{ grace_seconds: Number(seconds) }}
      lead={props.lead}
      label={props.label}
      onDone={props.onDone}
    >
      <Choice
        label={props.grace}
        value={seconds}
        options={Object.entries(w.graces)}
        onChange={({ target }) => setSeconds(target.value)}
      />
    </StepForm>
  );
}
