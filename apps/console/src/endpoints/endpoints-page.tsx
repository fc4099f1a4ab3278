import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Delivery } from '../api/objects.ts';
import { useChange, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { GraceForm } from '../parts/grace-form.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { ChangeProblem } from '../parts/problem.tsx';
import { SecretSheet } from '../parts/secret.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { Status } from '../parts/status.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { words as partWords } from '../parts/words.ts';
import { EndpointForm } from './endpoint-form.tsx';
import { ENDPOINTS_PATH, type Endpoint } from './objects.ts';
import { words } from './words.ts';

/** Where events are posted: add, change, disable, roll the secret, delete. */
export function EndpointsPage() {
  const w = useWords(words);
  const found = useRows<Endpoint>(ENDPOINTS_PATH);
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const reveal = (endpoint?: Endpoint): void => setSecret(endpoint?.secret ?? null);
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
        <EndpointForm
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

interface RowProps {
  readonly endpoint: Endpoint;
  readonly onSecret: (made?: Endpoint) => void;
}

function EndpointRow({ endpoint, onSecret }: RowProps) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { id, url, description, enabled_events: events, status, created } = endpoint;
  const [open, setOpen] = useState<'edit' | 'roll' | 'remove' | null>(null);
  const path = `${ENDPOINTS_PATH}/${id}`;
  const update = useChange<Endpoint>('POST', path, { of: status });
  const close = (): void => setOpen(null);
  const isFailing = endpoint.disabled_reason === 'failing';
  return (
    <tr>
      <th scope="row" className="what">
        <span className="mono code">{url}</span>
        {description !== null && <span className="cap-s about">{description}</span>}
        <span className="cap-s mono about">{id}</span>
      </th>
      {events.includes('*') ? (
        <td className="id">{w.allEvents}</td>
      ) : (
        <td className="id mono code">{events.join(', ')}</td>
      )}
      <td className="state">
        <Status shape={status === 'enabled' ? 'done' : isFailing ? 'due' : 'open'}>{w.states[status]}</Status>
        {isFailing && <span className="cap-s about">{w.failing}</span>}
      </td>
      <td className="at">
        <Instant at={created} />
      </td>
      <td className="todo">
        <div className="row acts">
          {status === 'enabled' && <TestEvent path={path} />}
          <button
            type="button"
            className="btn two s"
            aria-disabled={update.isPending}
            onClick={() => update.isPending || update.mutate({ disabled: status === 'enabled' })}
          >
            {status === 'enabled' ? w.disable : w.enable}
          </button>
          <button type="button" className="btn two s" onClick={() => setOpen('edit')}>
            {w.edit}
          </button>
          <button type="button" className="btn two s" onClick={() => setOpen('roll')}>
            {w.roll}
          </button>
          <button type="button" className="btn red s" onClick={() => setOpen('remove')}>
            {w.remove}
          </button>
        </div>
        <ChangeProblem of={update} />
        <Sheet title={w.edit} opened={open === 'edit'} onClose={close}>
          <EndpointForm of={endpoint} onDone={close} />
        </Sheet>
        <Sheet title={w.roll} opened={open === 'roll'} onClose={close}>
          <GraceForm<Endpoint>
            path={`${path}/rotate_secret`}
            lead={w.rollLead}
            label={w.roll}
            grace={w.grace}
            onDone={(made) => {
              close();
              onSecret(made);
            }}
          />
        </Sheet>
        <Sheet title={w.remove + marks.colon + url} opened={open === 'remove'} onClose={close}>
          <StepForm method="DELETE" path={path} lead={w.removeLead} label={w.remove} isRed onDone={close} />
        </Sheet>
      </td>
    </tr>
  );
}

/** Sends an endpoint a test, and goes on to what becomes of it. */
function TestEvent({ path }: { readonly path: string }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const test = useChange<Delivery>('POST', `${path}/test`, {
    done: ({ event }) => void navigate({ to: '/events/$id', params: { id: event } }),
  });
  return (
    <>
      <button
        type="button"
        className="btn two s"
        aria-disabled={test.isPending}
        onClick={() => test.isPending || test.mutate({})}
      >
        {w.test}
      </button>
      <ChangeProblem of={test} />
    </>
  );
}
