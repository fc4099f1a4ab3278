import type { ReactNode } from 'react';
import { Money } from './money.tsx';

/** One of the few things that matter most of a page; they stand in one line, in `<dl className="figs">`. */
export function Figure(props: {
  readonly name: ReactNode;
  /** It is a number, and large. */
  readonly isLarge?: boolean;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <dt className="cap">{props.name}</dt>
      <dd className={props.isLarge === true ? 'fig' : undefined}>{props.children}</dd>
      {props.note !== undefined && props.note !== false && <dd className="cap-s">{props.note}</dd>}
    </div>
  );
}

/** A thing by its name; what is null, false or empty is left out. */
export type Fact = readonly [name: string, text: ReactNode];

/** What else is known of something, a line each. */
export function Facts({
  rows,
  isNarrow = false,
}: {
  readonly rows: readonly Fact[];
  readonly isNarrow?: boolean;
}) {
  const known = rows.filter(([, text]) => text !== null && text !== false && text !== '');
  return (
    <dl className={isNarrow ? 'spec narrow' : 'spec'}>
      {known.map(([name, text], row) => (
        <div key={`${name} ${row}`}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A line of a sum, in `<dl className="sum">`: what it is, and what it comes to. */
export function Sum(props: {
  readonly name: ReactNode;
  readonly minor: bigint | number | string;
  readonly currency: string;
  readonly note?: ReactNode;
  /** The final total, under a line. */
  readonly isFinal?: boolean;
  /** Nothing near it says which currency it is. */
  readonly isAlone?: boolean;
}) {
  return (
    <div className={props.isFinal === true ? 'grand' : undefined}>
      <dt>
        {props.name}
        {props.note !== undefined && (
          <>
            <br />
            <span className="cap-s">{props.note}</span>
          </>
        )}
      </dt>
      <dd>
        <Money minor={props.minor} currency={props.currency} bare={props.isAlone !== true} />
      </dd>
    </div>
  );
}

/** An id or a code as a fact; nothing where there is none. */
export function inCode(text: string | null): ReactNode {
  return text !== null && <span className="mono code">{text}</span>;
}
