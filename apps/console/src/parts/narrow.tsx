import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { withoutEmpty } from '../address.ts';
import { useWords } from '../language.tsx';
import { Choice } from './field.tsx';
import { words } from './words.ts';

/** Above a list: all of it, or what is of one kind. What was chosen stands in the address. */
export function Narrow(props: {
  /** Its name in the address. */
  readonly by: 'state' | 'kind';
  readonly label: string;
  readonly names: Readonly<Record<string, string>>;
}) {
  const w = useWords(words);
  const navigate = useNavigate();
  const chosen = useSearch({ strict: false })[props.by];
  return (
    <div className="ask-row" role="search">
      <Choice
        label={props.label}
        value={chosen ?? ''}
        options={[['', w.any], ...Object.entries(props.names)]}
        onChange={({ target }) =>
          void navigate({ to: '.', search: withoutEmpty({ [props.by]: target.value }) })
        }
      />
    </div>
  );
}

/** Above a list: what is looked for, and the button that looks. */
export function Search(props: {
  readonly onSearch: () => void;
  /** Its fields. */
  readonly children: ReactNode;
  readonly beside?: ReactNode;
}) {
  const w = useWords(words);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onSearch();
  };
  return (
    <form className="ask-row" role="search" onSubmit={submit}>
      {props.children}
      <div className="act">
        <button type="submit" className="btn two">
          {w.search}
        </button>
        {props.beside}
      </div>
    </form>
  );
}
