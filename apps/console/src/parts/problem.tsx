import { Refused } from '../api/ask.ts';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

/** What went wrong, what it means, what to do; the code comes last. */
export function Problem(props: {
  readonly error: Error;
  /** Of a change: that it was not made. */
  readonly wasChange?: boolean;
  readonly onRetry?: () => void;
}) {
  const w = useWords(words);
  const { error } = props;
  const refused = error instanceof Refused ? error : undefined;
  const pause = refused?.retryAfterSeconds ?? null;
  return (
    <div className="note red" role="alert">
      <p className="strong">
        {refused?.status === 404 ? w.missing : props.wasChange ? refused?.message || w.failed : w.failed}
      </p>
      {props.wasChange ? <p>{w.nothingChanged}</p> : refused?.status !== 404 && <p>{error.message}</p>}
      {pause !== null && <p>{w.later(pause)}</p>}
      {refused && (
        <p className="cap mono">
          {refused.code}
          {refused.requestId !== null && ` · ${refused.requestId}`}
        </p>
      )}
      {props.onRetry && (
        <p>
          <button type="button" className="btn two s" onClick={props.onRetry}>
            {w.retry}
          </button>
        </p>
      )}
    </div>
  );
}
