import type { ReactNode } from 'react';
import { Refused } from '../api/ask.ts';
import type { Unanswered } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { words } from './words.ts';

const MISSING = 404;

/** What could not be read, why, and what to do. */
export function Problem({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const w = useWords(words);
  const refused = error instanceof Refused ? error : undefined;
  const isMissing = refused?.status === MISSING;
  return (
    <Note title={isMissing ? w.missing : w.failed} error={error}>
      {!isMissing && <p>{refused ? refused.message : w.noAnswer}</p>}
      {onRetry && (
        <p>
          <button type="button" className="btn two s" onClick={onRetry}>
            {w.retry}
          </button>
        </p>
      )}
    </Note>
  );
}

/** What became of a change: that it was refused, or that nobody knows; nothing where neither is so. */
export function ChangeProblem({
  of: { error, unanswered },
}: {
  readonly of: { readonly error: Error | null; readonly unanswered: Unanswered | undefined };
}) {
  const w = useWords(words);
  if (unanswered?.error) {
    return (
      <Note title={w.unknown} error={unanswered.error}>
        <p>{w.sendAgainLead}</p>
      </Note>
    );
  }
  if (!(error instanceof Refused)) return null;
  return (
    <Note title={error.status === MISSING ? w.missing : error.message || w.refused} error={error}>
      <p>{w.nothingChanged}</p>
    </Note>
  );
}

/** What went wrong, what it means, what to do; the code comes last. */
function Note(props: { readonly title: ReactNode; readonly error: Error; readonly children: ReactNode }) {
  const w = useWords(words);
  const refused = props.error instanceof Refused ? props.error : undefined;
  const pause = refused?.retryAfterSeconds ?? null;
  return (
    <div className="note red" role="alert">
      <p className="strong">{props.title}</p>
      {props.children}
      {pause !== null && <p>{w.later(pause)}</p>}
      {refused && (
        <p className="cap mono">
          {refused.code}
          {refused.requestId !== null && ` · ${refused.requestId}`}
        </p>
      )}
    </div>
  );
}
