/** One of a few things, each with what it means. */
export function Options<T extends string>(props: {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly (readonly [value: T, name: string, means: string])[];
  readonly chosen: T | undefined;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset className="stack s">
      <legend className="lab">{props.legend}</legend>
      {props.options.map(([value, name, means]) => (
        <label key={value} className="check">
          <input
            type="radio"
            name={props.name}
            required
            value={value}
            checked={props.chosen === value}
            onChange={() => props.onChoose(value)}
          />
          <span>
            {name}
            <br />
            <span className="cap">{means}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
