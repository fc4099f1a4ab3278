import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LoggedRequest } from '../api/objects.ts';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Clock, Day, duration } from '../parts/instant.tsx';
import { Json } from '../parts/json.tsx';
import { Loading } from '../parts/loading.tsx';
import { Problem } from '../parts/problem.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { Answered, logPath } from './requests-page.tsx';
import { words } from './words.ts';

/** One request with its redacted bodies. */
export function RequestPage() {
  const w = useWords(words);
  const { desk } = useVisitor();
  const { id } = useParams({ from: '/requests/$id' });
  const found = useObject<LoggedRequest>(`${logPath(desk)}/${encodeURIComponent(id)}`);
  return (
    <>
      <p className="cap">
        <Link to="/requests" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Details request={found.data} />}
    </>
  );
}

function Details({ request }: { readonly request: LoggedRequest }) {
  const w = useWords(words);
  const rows: readonly (readonly [name: string, text: ReactNode])[] = [
    [w.answer, <Answered key="answer" status={request.status} code={request.error_code} />],
    [
      w.time,
      <span key="time">
        <Day at={request.created_at} />, <Clock at={request.created_at} />
      </span>,
    ],
    [w.took, duration(request.duration_us)],
    [w.operation, request.operation],
    [w.object, <ObjectLink key="object" id={request.object_id} />],
    [
      w.who,
      <span key="who" className="mono code">
        {request.key}
      </span>,
    ],
    [
      w.idempotency,
      request.idempotency_key === null ? (
        '–'
      ) : (
        <span key="once" className="mono code">
          {request.idempotency_key}
          {request.replayed && ` · ${w.replayed}`}
        </span>
      ),
    ],
    [w.from, request.ip],
    [w.agent, request.user_agent || '–'],
  ];
  return (
    <>
      <div className="row sp heading">
        <h1 className="code mono-title">
          {request.method} {request.path}
        </h1>
        <Copy text={request.id} label={request.id} />
      </div>
      <dl className="spec">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div className="cols c-2">
        <section className="stack s" aria-labelledby="asked">
          <div className="head">
            <h2 id="asked">{w.asked}</h2>
          </div>
          <Json text={request.request_body} label={w.asked} />
        </section>
        <section className="stack s" aria-labelledby="answered">
          <div className="head">
            <h2 id="answered">{w.answered}</h2>
          </div>
          <Json text={request.response_body} label={w.answered} />
        </section>
      </div>
      <p className="cap">{w.redacted}</p>
    </>
  );
}

function ObjectLink({ id }: { readonly id: string | null }) {
  if (id === null) return <>–</>;
  if (!/^(?:pi|ch|re)_/.test(id)) return <span className="mono code">{id}</span>;
  return (
    <Link to="/payments/$id" params={{ id }} className="mono code">
      {id}
    </Link>
  );
}
