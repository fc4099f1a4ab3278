import { useSearch } from '@tanstack/react-router';
import { useChange, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { ChangeProblem } from '../parts/problem.tsx';
import { Status } from '../parts/status.tsx';
import { words } from './words.ts';

interface Job {
  readonly id: string;
  readonly module: string;
  readonly name: string;
  readonly state: 'stopped' | 'failing' | 'running' | 'waiting';
  readonly repeats: boolean;
  readonly failures: number;
  readonly failures_max: number | null;
  readonly last_error: string | null;
  readonly next_at: string | null;
}

const PATH = '/v1/operations/jobs';
const SHAPES = { stopped: 'no', failing: 'due', running: 'wait', waiting: 'open' } as const;

/** Work that waits, runs or fails, and why; what fails can be run at once. Read anew every other second. */
export function JobsPage() {
  const w = useWords(words);
  const { state } = useSearch({ from: '/jobs' });
  const found = useRows<Job>(PATH, { state }, { follow: true });
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      filter={<Narrow by="state" label={w.state} names={w.states} />}
      of={found}
      count={found.rows.length}
      fold="fold-jobs"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[w.job, w.state, { time: w.next }, w.error, w.act]}
    >
      {found.rows.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </ListPage>
  );
}

function JobRow({ job }: { readonly job: Job }) {
  const w = useWords(words);
  const { id, module, name, state, repeats, failures, failures_max: most, last_error: error } = job;
  const retry = useChange<Job>('POST', `${PATH}/${id}/retry`);
  const isBad = state === 'stopped' || state === 'failing';
  return (
    <tr>
      <th scope="row" className="what mono code">
        {module}.{name} <span className="cap-s about">{id}</span>
      </th>
      <td className="state">
        <Status shape={SHAPES[state]}>{w.states[state]}</Status>
        {failures > 0 && <span className="cap-s about">{w.failures(failures, most)}</span>}
      </td>
      <td className="at" data-head={w.next}>
        {job.next_at === null ? w.none : <Instant at={job.next_at} />}
        {repeats && <span className="cap-s about">{w.repeats}</span>}
      </td>
      <td className="id code" data-head={w.error}>
        {error ?? w.none}
      </td>
      <td className="todo">
        {isBad && (
          <button
            type="button"
            className="btn two s"
            aria-disabled={retry.isPending}
            onClick={() => retry.isPending || retry.mutate({})}
          >
            {w.retry}
          </button>
        )}
        <ChangeProblem of={retry} />
      </td>
    </tr>
  );
}
