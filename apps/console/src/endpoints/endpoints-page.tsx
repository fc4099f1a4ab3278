import { type FormEvent, useState } from 'react';
import { useChange, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field, Paragraph } from '../parts/field.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Problem } from '../parts/problem.tsx';
import { SecretSheet } from '../parts/secret.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { Status } from '../parts/status.tsx';
import { words } from './words.ts';

interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly enabled_events: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly created: number;
  /** Only in the answer that made it. */
  readonly secret?: string;
}

const PATH = '/v1/webhook_endpoints';

/** Where events are posted: add, disable, roll the secret, delete. */
export function EndpointsPage() {
  const w = useWords(words);
  const found = useRows<Endpoint>(PATH);
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const reveal = (endpoint: Endpoint): void => setSecret(endpoint.secret ?? null);
  return (
    <>
      <ListPage
        title={w.title}
        act={
          <button type="button" className="btn s" onClick={() => setAdding(true)}>
            {w.add}
          </button>
        }
        of={found}
        count={found.rows.length}
        fold="fold-endpoints"
        caption={w.caption}
        empty={[w.empty, w.emptyLead]}
        heads={[w.address, w.events, w.state, w.created, w.act]}
      >
        {found.rows.map((endpoint) => (
          <EndpointRow key={endpoint.id} endpoint={endpoint} onSecret={reveal} />
        ))}
      </ListPage>
      <Sheet title={w.add} opened={isAdding} onClose={() => setAdding(false)}>
        <AddForm
          onDone={(endpoint) => {
            setAdding(false);
            reveal(endpoint);
          }}
        />
      </Sheet>
      <SecretSheet title={w.secretTitle} secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function EndpointRow({
  endpoint,
  onSecret,
}: {
  readonly endpoint: Endpoint;
  readonly onSecret: (made: Endpoint) => void;
}) {
  const w = useWords(words);
  const { id, url, description, enabled_events: events, status, created } = endpoint;
  const [open, setOpen] = useState<'roll' | 'remove' | null>(null);
  const update = useChange<Endpoint>('POST', `${PATH}/${id}`);
  const close = (): void => setOpen(null);
  return (
    <tr>
      <th scope="row" className="what">
        <span className="mono code">{url}</span>
        {description !== null && <span className="cap-s about">{description}</span>}
        <span className="cap-s mono about">{id}</span>
      </th>
      <td className="id mono code">{events.join(', ')}</td>
      <td className="state">
        <Status shape={status === 'enabled' ? 'done' : 'open'}>{w.states[status]}</Status>
      </td>
      <td className="at">
        <Instant at={created} />
      </td>
      <td className="todo">
        <div className="row acts">
          <button
            type="button"
            className="btn two s"
            onClick={() => update.mutate({ disabled: status === 'enabled' })}
          >
            {status === 'enabled' ? w.disable : w.enable}
          </button>
          <button type="button" className="btn two s" onClick={() => setOpen('roll')}>
            {w.roll}
          </button>
          <button type="button" className="btn red s" onClick={() => setOpen('remove')}>
            {w.remove}
          </button>
        </div>
        {update.error && <Problem error={update.error} wasChange />}
        <Sheet title={w.roll} opened={open === 'roll'} onClose={close}>
          <RollForm
            id={id}
            onDone={(made) => {
              close();
              onSecret(made);
            }}
          />
        </Sheet>
        <Sheet title={`${w.remove}: ${url}`} opened={open === 'remove'} onClose={close}>
          <RemoveForm id={id} onDone={close} />
        </Sheet>
      </td>
    </tr>
  );
}

function AddForm({ onDone }: { readonly onDone: (made: Endpoint) => void }) {
  const w = useWords(words);
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState('*');
  const [description, setDescription] = useState('');
  const create = useChange<Endpoint>('POST', PATH, onDone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const types = events.split(/[\s,]+/).filter((type) => type !== '');
    create.mutate({ url, enabled_events: types, ...(description !== '' && { description }) });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {create.error && <Problem error={create.error} wasChange />}
      <Field
        label={w.address}
        type="url"
        placeholder="https://shop.example/webhooks"
        required
        maxLength={2000}
        value={url}
        onChange={({ target }) => setUrl(target.value)}
      />
      <Paragraph
        label={`${w.events} (${w.eventsHint})`}
        value={events}
        onChange={setEvents}
        maxLength={5000}
      />
      <Field
        label={w.description}
        maxLength={1000}
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
      <p>
        <button type="submit" className="btn" aria-disabled={create.isPending}>
          {w.add}
        </button>
      </p>
    </form>
  );
}

function RollForm({ id, onDone }: { readonly id: string; readonly onDone: (made: Endpoint) => void }) {
  const w = useWords(words);
  const [grace, setGrace] = useState('3600');
  const roll = useChange<Endpoint>('POST', `${PATH}/${id}/rotate_secret`, onDone);
  return (
    <div className="stack">
      <p>{w.rollLead}</p>
      {roll.error && <Problem error={roll.error} wasChange />}
      <Choice
        label={w.grace}
        value={grace}
        options={Object.entries(w.graces)}
        onChange={({ target }) => setGrace(target.value)}
      />
      <p>
        <button
          type="button"
          className="btn"
          aria-disabled={roll.isPending}
          onClick={() => roll.mutate({ grace_seconds: Number(grace) })}
        >
          {w.roll}
        </button>
      </p>
    </div>
  );
}

function RemoveForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const w = useWords(words);
  const remove = useChange('DELETE', `${PATH}/${id}`, onDone);
  return (
    <div className="stack">
      <p>{w.removeLead}</p>
      {remove.error && <Problem error={remove.error} wasChange />}
      <p>
        <button
          type="button"
          className="btn red"
          aria-disabled={remove.isPending}
          onClick={() => remove.mutate({})}
        >
          {w.remove}
        </button>
      </p>
    </div>
  );
}
