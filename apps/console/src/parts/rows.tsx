import type { ReactNode } from 'react';
import { useWords } from '../language.tsx';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';
import { words } from './words.ts';

/** What of a query a list needs. */
interface Reading {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly hasNextPage?: boolean;
  readonly isFetchingNextPage?: boolean;
  readonly fetchNextPage?: () => unknown;
}

/** A dense table with its states: being read, failed, empty, and with more behind it. */
export function Rows(props: {
  readonly of: Reading;
  readonly count: number;
  readonly empty: ReactNode;
  /** The class that says how it folds on a phone. */
  readonly fold: string;
  readonly caption: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
}) {
  const w = useWords(words);
  const { of, count } = props;
  if (of.error) return <Problem error={of.error} onRetry={() => void of.refetch()} />;
  if (of.isPending) return <Loading />;
  if (count === 0) return <div className="empty stack s">{props.empty}</div>;
  return (
    <div className="stack">
      <table className={`tbl fold ${props.fold}`}>
        <caption className="sr">{props.caption}</caption>
        <thead>
          <tr>{props.head}</tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
      {of.hasNextPage && (
        <p>
          <button
            type="button"
            className="btn two s"
            aria-disabled={of.isFetchingNextPage}
            onClick={() => void of.fetchNextPage?.()}
          >
            {w.more}
          </button>
        </p>
      )}
    </div>
  );
}
