import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { type Parameters, Refused } from '../api/ask.ts';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Problem } from './problem.tsx';
import { words } from './words.ts';

/** Of these it is no matter of what was sent: somebody else has been there first. */
const OVERTAKEN: ReadonlySet<string> = new Set([
  'parcel_unexpected_state',
  'return_unexpected_state',
  'resolution_decided',
  'resolution_expired',
]);

/** In a sheet: one step of something that has states, what it means, and what it needs to know. */
export function StepForm(props: {
  /** Of the API, where the step is a POST. */
  readonly path: string;
  readonly parameters: Parameters;
  /** What it means, and to whom. */
  readonly lead?: string | undefined;
  readonly label: string;
  /** It is a refusal. */
  readonly isRed?: boolean;
  readonly onDone: () => void;
  readonly children?: ReactNode;
}) {
  const w = useWords(words);
  const client = useQueryClient();
  const step = useChange<object>('POST', props.path, props.onDone);
  const { error } = step;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!step.isPending) step.mutate(props.parameters);
  };
  const lookAgain = (): void => {
    props.onDone();
    void client.invalidateQueries();
  };
  if (error instanceof Refused && OVERTAKEN.has(error.code)) {
    return (
      <div className="stack">
        <p className="note ochre" role="alert">
          {w.overtaken}
        </p>
        <p>
          <button type="button" className="btn" data-autofocus onClick={lookAgain}>
            {w.lookAgain}
          </button>
        </p>
      </div>
    );
  }
  return (
    <form className="stack" onSubmit={submit}>
      {props.lead !== undefined && <p>{props.lead}</p>}
      {error && <Problem error={error} wasChange />}
      {props.children}
      <p>
        <button
          type="submit"
          className={props.isRed === true ? 'btn red' : 'btn'}
          aria-disabled={step.isPending}
          data-autofocus={props.children === undefined || undefined}
        >
          {props.label}
        </button>
      </p>
    </form>
  );
}
