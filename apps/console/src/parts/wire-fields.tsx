/** The fields of a message as it went over the network, masked where it was stored. */
export function WireFields({
  fields,
  label,
}: {
  readonly fields: Readonly<Record<string, string>>;
  readonly label: string;
}) {
  return (
    <div className="wire" tabIndex={0} role="region" aria-label={label}>
      <dl>
        {Object.entries(fields).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
