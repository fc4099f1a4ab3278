import type { ReactNode } from 'react';
import { Refused } from '../api/ask.ts';
import type { Unanswered } from '../api/queries.ts';
import { useLanguage, useWords } from '../language.tsx';
import { refusals } from './refusals.ts';
import { words } from './words.ts';

const MISSING = 404;
/** The key was made by what was sent before, of which no answer came; its text is not given again. */
const MADE_BEFORE = 'api_key_answer_expired';

/** What could not be read, why, and what to do. */
export function Problem({
  error,
  isKept = false,
  onRetry,
}: {
  readonly error: Error;
  /** What was read before still stands on the page. */
  readonly isKept?: boolean;
  readonly onRetry?: () => void;
}) {
  const w = useWords(words);
  const refused = error instanceof Refused ? error : undefined;
  const isMissing = refused?.status === MISSING;
  return (
    <Note title={isMissing ? w.missing : w.failed} error={error}>
      {!isMissing && <p>{refused ? <Said refusal={refused} /> : w.noAnswer}</p>}
      {isKept && <p>{w.kept}</p>}
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
      <Note title={w.unknown} error={unanswered.error} look="ochre">
        <p>{w.sendAgainLead}</p>
      </Note>
    );
  }
  if (!(error instanceof Refused)) return null;
  return (
    <Note title={error.status === MISSING ? w.missing : <Said refusal={error} />} error={error}>
      {error.code !== MADE_BEFORE && <p>{w.nothingChanged}</p>}
    </Note>
  );
}

/** Why something was refused, in the language of the page where there is a sentence for it. */
function Said({ refusal: { code, message, param } }: { readonly refusal: Refused }) {
  const w = useWords(words);
  const { language } = useLanguage();
  if (message === '') return w.refused;
  if (language === 'en') return message;
  const sentence = refusals[code];
  if (sentence === undefined) return <span lang="en">{message}</span>;
  return param === null ? (
    sentence
  ) : (
    <>
      {sentence} <span className="mono code">{param}</span>
    </>
  );
}

/** What went wrong, what it means, what to do; the code comes last. */
function Note(props: {
  readonly title: ReactNode;
  readonly error: Error;
  /** Ochre where it is not known yet. */
  readonly look?: 'red' | 'ochre';
  readonly children: ReactNode;
}) {
  const w = useWords(words);
  const refused = props.error instanceof Refused ? props.error : undefined;
  const pause = refused?.retryAfterSeconds ?? null;
  return (
    <div className={`note ${props.look ?? 'red'}`} role="alert">
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
