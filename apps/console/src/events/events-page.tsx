import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { withoutEmpty } from '../address.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Search } from '../parts/narrow.tsx';
import { Status } from '../parts/status.tsx';
import type { AskedEvents } from './asked.ts';
import { words } from './words.ts';

/** What clients were told. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly pending_webhooks: number;
  readonly data: { readonly object: { readonly id?: string; readonly object?: string } };
  readonly request: { readonly id: string | null } | null;
}

/** What clients were told, newest first. */
export function EventsPage() {
  const w = useWords(words);
  const asked = useSearch({ from: '/events' });
  const found = useRows<ToldEvent>('/v1/events', { type: asked.type, delivery_success: asked.through });
  return (
    <ListPage
      title={w.title}
      filter={<Filter key={JSON.stringify(asked)} asked={asked} />}
      of={found}
      count={found.rows.length}
      fold="fold-events"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.time }, w.type, w.object, w.waiting]}
    >
      {found.rows.map(({ id, type, created, data, pending_webhooks: waiting }) => (
        <tr key={id}>
          <th scope="row" className="at nowrap">
            <Instant at={created} />
          </th>
          <td className="what mono code">
            <Link to="/events/$id" params={{ id }} data-row>
              {type}
            </Link>
          </td>
          <td className="id">{data.object.id === undefined ? w.none : <IdLink id={data.object.id} />}</td>
          <td className="state">
            {waiting > 0 ? <Status shape="wait">{w.endpoints(waiting)}</Status> : w.none}
          </td>
        </tr>
      ))}
    </ListPage>
  );
}

function Filter({ asked }: { readonly asked: AskedEvents }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [type, setType] = useState(asked.type ?? '');
  const go = (through: string | undefined): void =>
    void navigate({ to: '/events', search: withoutEmpty({ type, through }) });
  return (
    <Search onSearch={() => go(asked.through)}>
      <Choice
        label={w.through}
        value={asked.through ?? ''}
        options={Object.entries(w.throughs)}
        onChange={({ target }) => go(target.value)}
      />
      <Field
        label={w.type}
        type="search"
        placeholder={w.typeHint}
        maxLength={100}
        value={type}
        onChange={({ target }) => setType(target.value)}
      />
    </Search>
  );
}
