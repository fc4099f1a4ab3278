import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong and how to mend it. */
  readonly error?: string | undefined;
}

/** One line to write into: its label above, and below it what is wrong. */
export function Field({ label, hint, error, ...input }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={error === undefined ? 'field' : 'field bad'}>
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <input
        id={id}
        {...input}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={
          [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
            .filter(Boolean)
            .join(' ') || undefined
        }
      />
      {error !== undefined && (
        <span className="err" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

/** One of a few things. */
export function Choice({
  label,
  options,
  ...select
}: Pick<Labelled, 'label'> & {
  readonly options: readonly (readonly [value: string, text: string])[];
} & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div className="field short">
      <label htmlFor={id}>{label}</label>
      <select id={id} {...select}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Something that is so or not. */
export function Check(props: {
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={props.isOn} onChange={({ target }) => props.onChange(target.checked)} />
      <span>
        {props.label}
        <br />
        <span className="cap">{props.hint}</span>
      </span>
    </label>
  );
}

/** Several lines to write into. */
export function Paragraph(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly maxLength: number;
  readonly isOptional?: boolean;
  /** Where a sheet begins. */
  readonly isFocused?: boolean;
  readonly onChange: (text: string) => void;
}) {
  const id = useId();
  const { label, hint, value, maxLength, isOptional = false, isFocused = false, onChange } = props;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <textarea
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        rows={3}
        value={value}
        maxLength={maxLength}
        required={!isOptional}
        data-autofocus={isFocused || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
