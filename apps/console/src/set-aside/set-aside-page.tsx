import { useChange, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { ChangeProblem } from '../parts/problem.tsx';
import { words } from './words.ts';

interface SetAsideEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly reason: string;
  readonly set_aside_at: number;
}

const PATH = '/v1/operations/set_aside_events';

/** Events that clients could not be told of, why, and a button that tries all of them again. */
export function SetAsidePage() {
  const w = useWords(words);
  const found = useRows<SetAsideEvent>(PATH, { limit: 100 });
  const retry = useChange<{ readonly told: number; readonly left: number }>('POST', `${PATH}/retry`);
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      act={
        found.rows.length > 0 && (
          <button
            type="button"
            className="btn s"
            aria-disabled={retry.isPending}
            onClick={() => retry.isPending || retry.mutate({})}
          >
            {w.retry}
          </button>
        )
      }
      filter={
        <>
          <p className="cap" role="status">
            {retry.data && w.retried(retry.data.told, retry.data.left)}
          </p>
          <ChangeProblem of={retry} />
        </>
      }
      of={found}
      count={found.rows.length}
      fold="fold-events"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      heads={[{ time: w.since }, w.event, w.source, w.reason]}
    >
      {found.rows.map(({ id, type, source, reason, set_aside_at: at }) => (
        <tr key={id}>
          <th scope="row" className="at nowrap">
            <Instant at={at} />
          </th>
          <td className="what mono code">
            {type} <span className="cap-s about">{id}</span>
          </td>
          <td className="how">{source}</td>
          <td className="id">{reason}</td>
        </tr>
      ))}
    </ListPage>
  );
}
