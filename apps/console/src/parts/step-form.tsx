import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { type Parameters, Refused } from '../api/ask.ts';
import { useChange } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { ChangeProblem } from './problem.tsx';
import { words } from './words.ts';

/** Of these it is no matter of what was sent: somebody else has been there first. */
const OVERTAKEN: ReadonlySet<string> = new Set([
  'parcel_unexpected_state',
  'return_unexpected_state',
  'resolution_decided',
  'resolution_expired',
]);

/** One change of something: what it means, what it needs to know, and the button that makes it. */
export function StepForm<T extends object>(props: {
  /** Of the API, what is asked. */
  readonly path: string;
  readonly method?: 'POST' | 'DELETE';
  readonly parameters?: Parameters;
  /** What it is about, where the path alone does not tell. */
  readonly of?: string;
  /** What it means, and to whom. */
  readonly lead?: string | undefined;
  readonly label: string;
  /** It takes something away. */
  readonly isRed?: boolean;
  /** Is given the API's answer, or nothing where somebody else has been there first. */
  readonly onDone?: (answer?: T) => void;
  readonly children?: ReactNode;
}) {
  const w = useWords(words);
  const client = useQueryClient();
  const { method = 'POST', path, parameters = {}, of, lead, onDone = () => undefined } = props;
  const step = useChange<T>(method, path, { of, done: onDone });
  const { error, unanswered } = step;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!step.isPending) step.mutate(parameters);
  };
  const lookAgain = (): void => {
    onDone();
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
      {lead !== undefined && <p>{lead}</p>}
      <ChangeProblem of={step} />
      {!unanswered && props.children}
      <p>
        <button
          type="submit"
          className={props.isRed === true ? 'btn red' : 'btn'}
          aria-disabled={step.isPending}
          data-autofocus={props.children === undefined || unanswered !== undefined || undefined}
        >
          {unanswered ? w.sendAgain : props.label}
        </button>
      </p>
    </form>
  );
}
