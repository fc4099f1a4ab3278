import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { withoutEmpty } from '../address.ts';
import type { LoggedRequest } from '../api/objects.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { duration, LogTime } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Search } from '../parts/narrow.tsx';
import { ShortId } from '../parts/short-id.tsx';
import { Status } from '../parts/status.tsx';
import { type Desk, useVisitor } from '../shell/visitor.tsx';
import type { AskedRequests } from './asked.ts';
import { words } from './words.ts';

/** Where a desk reads the log. */
export function logPath(desk: Desk): string {
  return desk === 'operator' ? '/v1/operations/requests' : '/v1/request_logs';
}

const FROM: Readonly<Record<string, number>> = { refused: 400, failed: 500 };

/** The log of requests, newest first, with filters; it can be followed. */
export function RequestsPage() {
  const w = useWords(words);
  const { desk } = useVisitor();
  const asked = useSearch({ from: '/requests' });
  const [follow, setFollow] = useState(false);
  const found = useRows<LoggedRequest>(
    logPath(desk),
    {
      method: asked.method,
      path: asked.path,
      error_code: asked.code,
      key: asked.key,
      status_from: FROM[asked.status ?? ''],
    },
    { follow },
  );
  return (
    <ListPage
      title={w.title}
      filter={<Filter key={JSON.stringify(asked)} asked={asked} follow={follow} onFollow={setFollow} />}
      of={found}
      count={found.rows.length}
      fold="fold-requests"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.time }, w.request, w.answer, w.who, { number: w.took }]}
    >
      {found.rows.map((one) => (
        <tr key={one.id}>
          <th scope="row" className="at nowrap">
            <LogTime at={one.created_at} />
          </th>
          <td className="what mono code">
            <Link to="/requests/$id" params={{ id: one.id }} data-row>
              {one.method} {one.path}
            </Link>
          </td>
          <td className="state">
            <Answered status={one.status} code={one.error_code} />
          </td>
          <td className="id">
            <Link to="/requests" search={{ ...asked, key: one.key }}>
              <ShortId id={one.key} />
            </Link>
          </td>
          <td className="n mono">{duration(one.duration_us)}</td>
        </tr>
      ))}
    </ListPage>
  );
}

/** How a request was answered. */
export function Answered({ status, code }: { readonly status: number; readonly code: string | null }) {
  const shape = status >= 500 ? 'due' : status >= 400 ? 'no' : 'done';
  return (
    <Status shape={shape}>
      {status}
      {code !== null && ` ${code}`}
    </Status>
  );
}

function Filter(props: {
  readonly asked: AskedRequests;
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
}) {
  const w = useWords(words);
  const navigate = useNavigate();
  const { asked } = props;
  const [path, setPath] = useState(asked.path ?? '');
  const [code, setCode] = useState(asked.code ?? '');
  const [key, setKey] = useState(asked.key ?? '');
  const go = (change: AskedRequests): void => {
    void navigate({ to: '/requests', search: withoutEmpty({ ...asked, path, code, key, ...change }) });
  };
  const follow = (
    <label className="check">
      <input
        type="checkbox"
        checked={props.follow}
        onChange={({ target }) => props.onFollow(target.checked)}
      />
      <span>{w.follow}</span>
    </label>
  );
  return (
    <Search onSearch={() => go({})} beside={follow}>
      <Choice
        label={w.status}
        value={asked.status ?? ''}
        options={Object.entries(w.statuses)}
        onChange={({ target }) => go({ status: target.value })}
      />
      <Choice
        label={w.method}
        value={asked.method ?? ''}
        options={[
          ['', w.statuses['']],
          ...['GET', 'POST', 'DELETE'].map((method) => [method, method] as const),
        ]}
        onChange={({ target }) => go({ method: target.value })}
      />
      <Field
        label={w.path}
        type="search"
        placeholder="/v1/payment_intents"
        maxLength={500}
        value={path}
        onChange={({ target }) => setPath(target.value)}
      />
      <Field
        label={w.code}
        type="search"
        placeholder="card_declined"
        maxLength={100}
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <Field
        label={w.who}
        type="search"
        placeholder="key_…"
        maxLength={200}
        value={key}
        onChange={({ target }) => setKey(target.value)}
      />
    </Search>
  );
}
