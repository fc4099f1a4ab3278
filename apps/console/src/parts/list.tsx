import { Link, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../language.tsx';
import { zoneName } from './instant.tsx';
import { Loading } from './loading.tsx';
import { Heading } from './object-page.tsx';
import { Problem } from './problem.tsx';
import { useTitle } from './title.ts';
import { words } from './words.ts';

/** What of a query a list needs. */
interface Reading {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly hasNextPage?: boolean;
  readonly isFetchingNextPage?: boolean;
  readonly isFetchNextPageError?: boolean;
  readonly fetchNextPage?: () => unknown;
}

/** The head of a column; of instants it names the time zone, of numbers it stands to the right. */
type Head = string | { readonly time: string } | { readonly number: string };

interface Listed {
  readonly of: Reading;
  readonly count: number;
  /** What an empty list says, and what to do then. */
  readonly empty: readonly [says: string, then: ReactNode];
  /** The class that says how it folds on a phone. */
  readonly fold: string;
  readonly caption: string;
  readonly heads: readonly Head[];
  /** Its rows. */
  readonly children: ReactNode;
}

/** A dense table with its states: being read, failed, empty, and with more behind it. */
export function List({ of, count, empty: [says, then], fold, caption, heads, children }: Listed) {
  const w = useWords(words);
  const body = useRef<HTMLTableSectionElement>(null);
  const countBefore = useRef<number>(undefined);
  // Whoever asked for more goes on with what has come: the button may be gone, and with it the place.
  useEffect(() => {
    if (countBefore.current === undefined || count <= countBefore.current) return;
    const rows = body.current?.querySelectorAll<HTMLElement>('[data-row]');
    rows?.[countBefore.current]?.focus();
    countBefore.current = undefined;
  }, [count]);
  const isMoreMissing = of.isFetchNextPageError === true;
  const problem = of.error && (
    <Problem
      error={of.error}
      isKept={count > 0}
      onRetry={() => void (isMoreMissing ? of.fetchNextPage?.() : of.refetch())}
    />
  );
  if (problem && count === 0) return problem;
  if (of.isPending) return <Loading />;
  if (count === 0) {
    return (
      <div className="empty stack s">
        <p className="h2">{says}</p>
        {typeof then === 'string' ? <p className="dim">{then}</p> : then}
      </div>
    );
  }
  return (
    <div className="stack">
      {!isMoreMissing && problem}
      <table className={`tbl fold ${fold}`}>
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>{heads.map(columnHead)}</tr>
        </thead>
        <tbody ref={body}>{children}</tbody>
      </table>
      {isMoreMissing && problem}
      {of.hasNextPage && !isMoreMissing && (
        <p>
          <button
            type="button"
            className="btn two s"
            aria-disabled={of.isFetchingNextPage}
            onClick={() => {
              countBefore.current = count;
              void of.fetchNextPage?.();
            }}
          >
            {w.more}
          </button>
        </p>
      )}
    </div>
  );
}

function columnHead(head: Head) {
  if (typeof head === 'string') {
    return (
      <th key={head} scope="col">
        {head}
      </th>
    );
  }
  if ('number' in head) {
    return (
      <th key={head.number} scope="col" className="n">
        {head.number}
      </th>
    );
  }
  return (
    <th key={head.time} scope="col">
      {head.time} <span className="cap-s">{zoneName()}</span>
    </th>
  );
}

/** A page that is a list: what it is, what can be done, what is looked for, and its rows. */
export function ListPage({
  title,
  lead,
  act,
  filter,
  nothing,
  empty,
  ...list
}: Listed & {
  readonly title: string;
  readonly lead?: string;
  /** A button beside the title. */
  readonly act?: ReactNode;
  /** Between the title and the rows. */
  readonly filter?: ReactNode;
  /** What it says instead of `empty` where the address asks for some rows only, and there are none. */
  readonly nothing?: string;
}) {
  const w = useWords(words);
  useTitle(title);
  const isNarrowed = Object.keys(useSearch({ strict: false })).length > 0;
  const all = (
    <Link to="." search={{}}>
      {w.all}
    </Link>
  );
  return (
    <>
      <Heading title={title} lead={lead}>
        {act}
      </Heading>
      {filter}
      <List {...list} empty={isNarrowed && nothing !== undefined ? [nothing, all] : empty} />
    </>
  );
}
