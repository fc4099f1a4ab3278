import { useState } from 'react';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Choice, Field, Paragraph } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import { StepForm } from '../parts/step-form.tsx';
import { useVisitor } from '../shell/visitor.tsx';
import { KEYS_PATH, type Key } from './objects.ts';
import { words } from './words.ts';

/** Makes a key; the answer alone shows it. */
export function MakeForm({ onDone }: { readonly onDone: (made?: Key) => void }) {
  const w = useWords(words);
  const { desk } = useVisitor();
  const [kind, setKind] = useState('secret');
  const [name, setName] = useState('');
  const [origins, setOrigins] = useState('');
  const [permissions, setPermissions] = useState<Permissions>({});
  const kinds = Object.entries(w.kinds).filter(([one]) => one !== 'operator' || desk === 'operator');
  const lines = origins.split(/\s+/).filter((line) => line !== '');
  return (
    <StepForm<Key>
      path={KEYS_PATH}
      parameters={{
        ...{ kind, name },
        ...(kind === 'publishable' && lines.length > 0 && { origins: lines }),
        ...(kind === 'restricted' && { permissions }),
      }}
      label={w.make}
      onDone={onDone}
    >
      <Field
        label={w.name}
        required
        maxLength={100}
        value={name}
        data-autofocus
        onChange={({ target }) => setName(target.value)}
      />
      <Choice label={w.kind} value={kind} options={kinds} onChange={({ target }) => setKind(target.value)} />
      <p className="cap">{w.means[kind]}</p>
      {kind === 'publishable' && (
        <Paragraph
          label={w.origins}
          hint={w.originsHint}
          value={origins}
          onChange={setOrigins}
          maxLength={6000}
          isOptional
        />
      )}
      {kind === 'restricted' && <May permissions={permissions} onChange={setPermissions} />}
    </StepForm>
  );
}

type Permissions = Readonly<Record<string, string>>;

/** What a restricted key may do with each resource: nothing, unless it is said here. */
function May(props: {
  readonly permissions: Permissions;
  readonly onChange: (permissions: Permissions) => void;
}) {
  const w = useWords(words);
  const found = useObject<{ readonly resources: readonly string[] }>(KEYS_PATH);
  const choose = (resource: string, level: string): void => {
    const { [resource]: _before, ...others } = props.permissions;
    props.onChange(level === '' ? others : { ...others, [resource]: level });
  };
  if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <fieldset className="stack s">
      <legend className="lab">{w.permissions}</legend>
      {found.data?.resources.map((resource) => (
        <label key={resource} className="may">
          <span className="mono code">{resource}</span>
          <select
            className="plain"
            value={props.permissions[resource] ?? ''}
            onChange={({ target }) => choose(resource, target.value)}
          >
            {Object.entries(w.levels).map(([level, text]) => (
              <option key={level} value={level}>
                {text}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  );
}

/** Ends a key at once. */
export function RevokeForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const w = useWords(words);
  const [reason, setReason] = useState('');
  return (
    <StepForm
      path={`${KEYS_PATH}/${id}/revoke`}
      parameters={{ reason }}
      lead={w.revokeLead}
      label={w.revoke}
      isRed
      onDone={onDone}
    >
      <Field
        label={w.reason}
        required
        maxLength={200}
        value={reason}
        data-autofocus
        onChange={({ target }) => setReason(target.value)}
      />
    </StepForm>
  );
}
