import { useWords } from '../language.tsx';
import { dataElements } from './data-elements.ts';

/**
 * The fields of a message as it went over the network, masked where it was stored. What has a number is a
 * data element of ISO 8583, and is named.
 */
export function WireFields({
  fields,
  label,
}: {
  readonly fields: Readonly<Record<string, string>>;
  readonly label: string;
}) {
  const elements = useWords(dataElements);
  return (
    <div className="wire" tabIndex={0} role="region" aria-label={label}>
      <dl>
        {Object.entries(fields).map(([name, value]) => (
          <div key={name}>
            <dt>{/^\d+$/.test(name) ? `DE ${name}` : name}</dt>
            <dd>{value}</dd>
            {elements[name] !== undefined && <dd className="means">{elements[name]}</dd>}
          </div>
        ))}
      </dl>
    </div>
  );
}
