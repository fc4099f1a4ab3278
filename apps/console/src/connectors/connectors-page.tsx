import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Status } from '../parts/status.tsx';
import { words } from './words.ts';

/** A way to an acquirer, as it is doing. */
export interface Connector {
  readonly name: string;
  readonly protocol: string;
  readonly state: 'stopped' | 'connecting' | 'signed_on';
  readonly since: string;
  readonly in_flight: number;
  readonly last_problem: string | null;
  readonly circuit: { readonly state: 'closed' | 'open' | 'half_open'; readonly since: string };
  readonly recent: {
    readonly asked: number;
    readonly answered: number;
    readonly p50_ms: number | null;
    readonly p99_ms: number | null;
  };
}

/** Whether payments go there. */
export const isWell = ({ state, circuit }: Connector): boolean =>
  state === 'signed_on' && circuit.state === 'closed';

const milliseconds = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} ms`);

/** How each way to an acquirer is doing; read anew every other second. */
export function ConnectorsPage() {
  const w = useWords(words);
  const found = useRows<Connector>('/v1/operations/connectors', {}, { follow: true, isWhole: true });
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      of={found}
      count={found.rows.length}
      fold="fold-connectors"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      heads={[
        w.name,
        w.link,
        w.circuit,
        { number: w.inFlight },
        { number: w.answered },
        { number: w.half },
        { number: w.slow },
        w.problem,
      ]}
    >
      {found.rows.map((connector) => (
        <ConnectorRow key={connector.name} connector={connector} />
      ))}
    </ListPage>
  );
}

function ConnectorRow({ connector }: { readonly connector: Connector }) {
  const w = useWords(words);
  const {
    name,
    protocol,
    state,
    since,
    circuit,
    recent,
    in_flight: inFlight,
    last_problem: problem,
  } = connector;
  return (
    <tr>
      <th scope="row" className="what">
        {name} <span className="cap-s mono">{protocol}</span>
      </th>
      <td className="state" data-head={w.link}>
        <Status shape={state === 'signed_on' ? 'done' : state === 'connecting' ? 'wait' : 'no'}>
          {w.links[state]}
        </Status>
        <span className="cap-s about">
          {w.since} <Instant at={since} />
        </span>
      </td>
      <td className="how" data-head={w.circuit}>
        <Status shape={circuit.state === 'closed' ? 'done' : circuit.state === 'half_open' ? 'wait' : 'due'}>
          {w.circuits[circuit.state]}
        </Status>
        <span className="cap-s about">
          {w.since} <Instant at={circuit.since} />
        </span>
      </td>
      <td className="n" data-head={w.inFlight}>
        {inFlight}
      </td>
      <td className="n" data-head={w.answered}>
        {recent.answered} {w.of} {recent.asked}
      </td>
      <td className="n" data-head={w.half}>
        {milliseconds(recent.p50_ms)}
      </td>
      <td className="n" data-head={w.slow}>
        {milliseconds(recent.p99_ms)}
      </td>
      <td className="id code" data-head={w.problem}>
        {problem ?? w.none}
      </td>
    </tr>
  );
}
