import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { GraceForm } from '../parts/grace-form.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { SecretSheet } from '../parts/secret.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { Status } from '../parts/status.tsx';
import { words as partWords } from '../parts/words.ts';
import { useVisitor } from '../shell/visitor.tsx';
import { MakeForm, RevokeForm } from './key-forms.tsx';
import { KEYS_PATH, type Key } from './objects.ts';
import { words } from './words.ts';

/** The keys of the platform: make, rotate, revoke. */
export function KeysPage() {
  const w = useWords(words);
  const found = useRows<Key>(KEYS_PATH);
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const reveal = (made?: Key): void => setSecret(made?.key ?? null);
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

function KeyRow({ apiKey, onSecret }: { readonly apiKey: Key; readonly onSecret: (made?: Key) => void }) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { person } = useVisitor();
  const { id, kind, name, hint, origins, permissions, owner } = apiKey;
  const { created_at: createdAt, expires_at: expiresAt } = apiKey;
  const may = Object.entries(permissions ?? {}).map(([resource, level]) => `${resource} ${level}`);
  const limits = [...may, ...(origins ?? [])].join(', ');
  const [open, setOpen] = useState<'rotate' | 'revoke' | null>(null);
  const close = (): void => setOpen(null);
  const isOver = expiresAt !== null && new Date(expiresAt).getTime() <= Date.now();
  return (
    <tr>
      <th scope="row" className="what">
        {name}
        <span className="cap-s mono about">
          <Link to="/requests" search={{ key: id }} data-row>
            {id}
          </Link>
        </span>
      </th>
      <td className="how">
        {w.kinds[kind] ?? kind}
        {limits !== '' && <span className="cap-s mono about">{limits}</span>}
        {kind === 'operator' && <ActsAs owner={owner} />}
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
            {(owner === null || owner === person.id) && (
              <button type="button" className="btn two s" onClick={() => setOpen('rotate')}>
                {w.rotate}
              </button>
            )}
            <button type="button" className="btn red s" onClick={() => setOpen('revoke')}>
              {w.revoke}
            </button>
          </div>
        )}
        <Sheet title={w.rotate + marks.colon + name} opened={open === 'rotate'} onClose={close}>
          <GraceForm<Key>
            path={`${KEYS_PATH}/${id}/rotate`}
            lead={w.rotateLead}
            label={w.rotate}
            grace={w.grace}
            onDone={(made) => {
              close();
              onSecret(made);
            }}
          />
        </Sheet>
        <Sheet title={w.revoke + marks.colon + name} opened={open === 'revoke'} onClose={close}>
          <RevokeForm id={id} onDone={close} />
        </Sheet>
      </td>
    </tr>
  );
}

/** Whom an operator key acts as. */
function ActsAs({ owner }: Pick<Key, 'owner'>) {
  const w = useWords(words);
  const { person } = useVisitor();
  const whom = owner === null ? w.ofNobody : owner === person.id ? w.ofYou : w.ofAnother(owner);
  return <span className="cap-s about">{whom}</span>;
}
