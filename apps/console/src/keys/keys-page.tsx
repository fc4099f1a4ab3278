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
import { useVisitor } from '../shell/visitor.tsx';
import { words } from './words.ts';

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly hint: string;
  readonly permissions: Readonly<Record<string, string>> | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Only in the answer that made it. */
  readonly key?: string;
}

const PATH = '/v1/keys';
/** The most that the API lists; there is no page behind it. */
const ALL = 100;

/** The keys of the platform: make, rotate, revoke. */
export function KeysPage() {
  const w = useWords(words);
  const found = useRows<Key>(PATH, { limit: ALL });
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const reveal = (made: Key): void => setSecret(made.key ?? null);
  return (
    <>
      <ListPage
        title={w.title}
        lead={w.lead}
        act={
          <button type="button" className="btn s" onClick={() => setMaking(true)}>
            {w.make}
          </button>
        }
        of={found}
        count={found.rows.length}
        fold="fold-keys"
        caption={w.caption}
        empty={[w.empty, w.emptyLead]}
        heads={[w.name, w.kind, w.key, w.state, w.created, w.act]}
      >
        {found.rows.map((key) => (
          <KeyRow key={key.id} apiKey={key} onSecret={reveal} />
        ))}
      </ListPage>
      <Sheet title={w.make} opened={isMaking} onClose={() => setMaking(false)}>
        <MakeForm
          onDone={(made) => {
            setMaking(false);
            reveal(made);
          }}
        />
      </Sheet>
      <SecretSheet title={w.secretTitle} secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function KeyRow({ apiKey, onSecret }: { readonly apiKey: Key; readonly onSecret: (made: Key) => void }) {
  const w = useWords(words);
  const { id, kind, name, hint, permissions, created_at: createdAt, expires_at: expiresAt } = apiKey;
  const [open, setOpen] = useState<'rotate' | 'revoke' | null>(null);
  const close = (): void => setOpen(null);
  const isOver = expiresAt !== null && new Date(expiresAt).getTime() <= Date.now();
  return (
    <tr>
      <th scope="row" className="what">
        {name}
        <span className="cap-s mono about">{id}</span>
      </th>
      <td className="how">
        {w.kinds[kind] ?? kind}
        {permissions !== null && (
          <span className="cap-s mono about">
            {Object.entries(permissions)
              .map(([resource, level]) => `${resource} ${level}`)
              .join(', ')}
          </span>
        )}
      </td>
      <td className="id mono code">{hint}</td>
      <td className="state">
        {expiresAt === null ? (
          <Status shape="done">{w.living}</Status>
        ) : (
          <Status shape={isOver ? 'open' : 'wait'}>
            {isOver ? w.ended : w.ends} <Instant at={expiresAt} />
          </Status>
        )}
      </td>
      <td className="at">
        <Instant at={createdAt} />
      </td>
      <td className="todo">
        {!isOver && (
          <div className="row acts">
            <button type="button" className="btn two s" onClick={() => setOpen('rotate')}>
              {w.rotate}
            </button>
            <button type="button" className="btn red s" onClick={() => setOpen('revoke')}>
              {w.revoke}
            </button>
          </div>
        )}
        <Sheet title={`${w.rotate}: ${name}`} opened={open === 'rotate'} onClose={close}>
          <RotateForm
            id={id}
            onDone={(made) => {
              close();
              onSecret(made);
            }}
          />
        </Sheet>
        <Sheet title={`${w.revoke}: ${name}`} opened={open === 'revoke'} onClose={close}>
          <RevokeForm id={id} onDone={close} />
        </Sheet>
      </td>
    </tr>
  );
}

function MakeForm({ onDone }: { readonly onDone: (made: Key) => void }) {
  const w = useWords(words);
  const { desk } = useVisitor();
  const [kind, setKind] = useState('secret');
  const [name, setName] = useState('');
  const [more, setMore] = useState('');
  const make = useChange<Key>('POST', PATH, onDone);
  const kinds = Object.entries(w.kinds).filter(([one]) => one !== 'operator' || desk === 'operator');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const lines = more.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
    make.mutate({
      ...{ kind, name },
      ...(kind === 'publishable' && lines.length > 0 && { origins: lines }),
      ...(kind === 'restricted' && {
        permissions: Object.fromEntries(lines.map((line) => line.split(/[\s:]+/, 2))),
      }),
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {make.error && <Problem error={make.error} wasChange />}
      <Field
        label={w.name}
        required
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Choice label={w.kind} value={kind} options={kinds} onChange={({ target }) => setKind(target.value)} />
      {kind === 'publishable' && (
        <Paragraph label={w.origins} value={more} onChange={setMore} maxLength={6000} isOptional />
      )}
      {kind === 'restricted' && (
        <Paragraph label={w.permissions} value={more} onChange={setMore} maxLength={6000} />
      )}
      <p>
        <button type="submit" className="btn" aria-disabled={make.isPending}>
          {w.make}
        </button>
      </p>
    </form>
  );
}

function RotateForm({ id, onDone }: { readonly id: string; readonly onDone: (made: Key) => void }) {
  const w = useWords(words);
  const [grace, setGrace] = useState('3600');
  const rotate = useChange<Key>('POST', `${PATH}/${id}/rotate`, onDone);
  return (
    <div className="stack">
      <p>{w.rotateLead}</p>
      {rotate.error && <Problem error={rotate.error} wasChange />}
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
          aria-disabled={rotate.isPending}
          onClick={() => rotate.mutate({ grace_seconds: Number(grace) })}
        >
          {w.rotate}
        </button>
      </p>
    </div>
  );
}

function RevokeForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const w = useWords(words);
  const [reason, setReason] = useState('');
  const revoke = useChange('POST', `${PATH}/${id}/revoke`, onDone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    revoke.mutate({ reason });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{w.revokeLead}</p>
      {revoke.error && <Problem error={revoke.error} wasChange />}
      <Field
        label={w.reason}
        required
        maxLength={200}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <p>
        <button type="submit" className="btn red" aria-disabled={revoke.isPending}>
          {w.revoke}
        </button>
      </p>
    </form>
  );
}
