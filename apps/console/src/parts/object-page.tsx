import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import type { Section } from '../sections.ts';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';
import { useTitle } from './title.ts';

/** What of a query an object's page needs. */
interface Found<T> {
  readonly data: T | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** A page about one thing: the way back to its list, then the thing, or why it is not there. */
export function ObjectPage<T>(props: {
  readonly list: readonly [path: Section['path'], title: string];
  /** What it is. */
  readonly kind: string;
  /** What people call it; its id where it has no name. */
  readonly name: string;
  readonly of: Found<T>;
  readonly children: (found: T) => ReactNode;
}) {
  const { of, kind, name } = props;
  const [path, title] = props.list;
  // Until it is read its name may turn out to be another than its id.
  useTitle(of.isPending ? kind : `${kind} ${name}`);
  return (
    <>
      <p className="cap">
        <Link to={path} data-back>
          {title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{name}</span>
      </p>
      {of.error && of.data === undefined && <Heading title={`${kind} ${name}`} />}
      {of.error && (
        <Problem error={of.error} isKept={of.data !== undefined} onRetry={() => void of.refetch()} />
      )}
      {of.isPending && !of.error && <Loading />}
      {of.data !== undefined && props.children(of.data)}
    </>
  );
}

/** What a page is about, and what can be done with it. */
export function Heading(props: {
  readonly title: ReactNode;
  /** An amount is the figure of its page; code is what a machine is told. */
  readonly look?: 'amount' | 'code';
  readonly lead?: string | undefined;
  /** Buttons. */
  readonly children?: ReactNode;
}) {
  const { title, look, lead, children } = props;
  const looks = { amount: 'fig-l', code: 'code mono-title' } as const;
  return (
    <div className="row sp heading">
      <div className="stack s">
        <h1 className={look && looks[look]}>{title}</h1>
        {lead !== undefined && <p className="dim lead">{lead}</p>}
      </div>
      {children !== undefined && <div className="row acts">{children}</div>}
    </div>
  );
}

const GAPS = { narrow: 'stack s', wide: 'stack', widest: 'stack l' } as const;

/** A part of a page under its own title. */
export function Part(props: {
  readonly title: ReactNode;
  /** What stands at the end of the title's line. */
  readonly beside?: ReactNode;
  readonly gap?: keyof typeof GAPS;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={GAPS[props.gap ?? 'narrow']} aria-labelledby={id}>
      <div className="head">
        <h2 id={id}>{props.title}</h2>
        {props.beside}
      </div>
      {props.children}
    </section>
  );
}
