import { Choice } from './field.tsx';

/** Above a list: all of it, or what is of one kind. */
export function Narrow(props: {
  readonly label: string;
  /** What all of it is called. */
  readonly any: string;
  readonly names: Readonly<Record<string, string>>;
  readonly value: string | undefined;
  readonly onChoose: (value: string) => void;
}) {
  return (
    <div className="ask-row" role="search">
      <Choice
        label={props.label}
        value={props.value ?? ''}
        options={[['', props.any], ...Object.entries(props.names)]}
        onChange={({ target }) => props.onChoose(target.value)}
      />
    </div>
  );
}
