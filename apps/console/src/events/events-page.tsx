import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { readAddress, withoutEmpty } from '../address.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Instant, zoneName } from '../parts/instant.tsx';
import { Rows } from '../parts/rows.tsx';
import { Status } from '../parts/status.tsx';
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

/** Which events are wanted; what stands in the address. */
export interface AskedEvents {
  readonly type?: string | undefined;
  /** `false`: those that some endpoint has not got. */
  readonly through?: string | undefined;
}

/** Reads an address. */
export function readAskedEvents(search: Readonly<Record<string, unknown>>): AskedEvents {
  return readAddress(search, ['type', 'through']);
}

/** What clients were told, newest first. */
export function EventsPage() {
  const w = useWords(words);
  const asked = useSearch({ from: '/events' });
  const found = useRows<ToldEvent>('/v1/events', { type: asked.type, delivery_success: asked.through });
  return (
    <>
      <h1>{w.title}</h1>
      <Filter key={JSON.stringify(asked)} asked={asked} />
      <Rows
        of={found}
        count={found.rows.length}
        fold="fold-events"
        caption={w.caption}
        empty={
          <>
            <p className="h2">{w.empty}</p>
            {Object.keys(asked).length > 0 ? (
              <Link to="/events">{w.all}</Link>
            ) : (
              <p className="dim">{w.emptyLead}</p>
            )}
          </>
        }
        head={
          <>
            <th scope="col">
              {w.time} <span className="cap-s">{zoneName()}</span>
            </th>
            <th scope="col">{w.type}</th>
            <th scope="col">{w.object}</th>
            <th scope="col">{w.waiting}</th>
          </>
        }
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
            <td className="id mono code">{data.object.id ?? w.none}</td>
            <td className="state">
              {waiting > 0 ? <Status shape="wait">{w.endpoints(waiting)}</Status> : w.none}
            </td>
          </tr>
        ))}
      </Rows>
    </>
  );
}

function Filter({ asked }: { readonly asked: AskedEvents }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [type, setType] = useState(asked.type ?? '');
  const go = (through: string | undefined): void =>
    void navigate({ to: '/events', search: withoutEmpty({ type, through }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    go(asked.through);
  };
  return (
    <form className="ask-row" role="search" onSubmit={submit}>
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
      <div className="act">
        <button type="submit" className="btn two">
          {w.search}
        </button>
      </div>
    </form>
  );
}
