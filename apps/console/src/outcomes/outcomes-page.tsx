import { Link } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant, zoneName } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Rows } from '../parts/rows.tsx';
import { Status } from '../parts/status.tsx';
import type { Resolution, UnknownOutcome } from './objects.ts';
import { words } from './words.ts';

/** The most that the API lists; there is no page behind it. */
const ALL = 1_000;

/** What is unknown, and what was proposed about it. */
export function useOutcomes() {
  const outcomes = useRows<UnknownOutcome>(
    '/v1/operations/unknown_outcomes',
    { limit: ALL },
    { follow: true },
  );
  const resolutions = useRows<Resolution>('/v1/operations/resolutions', { limit: ALL });
  return { outcomes, resolutions };
}

/** Payments and refunds whose outcome is not known, the oldest first. */
export function OutcomesPage() {
  const w = useWords(words);
  const { outcomes, resolutions } = useOutcomes();
  return (
    <>
      <div className="stack s">
        <h1>{w.title}</h1>
        <p className="dim lead">{w.lead}</p>
      </div>
      <Rows
        of={outcomes}
        count={outcomes.rows.length}
        fold="fold-outcomes"
        caption={w.caption}
        empty={
          <>
            <p className="h2">{w.empty}</p>
            <p className="dim">{w.emptyLead}</p>
          </>
        }
        head={
          <>
            <th scope="col">{w.payment}</th>
            <th scope="col">{w.kind}</th>
            <th scope="col">
              {w.since} <span className="cap-s">{zoneName()}</span>
            </th>
            <th scope="col">{w.next}</th>
            <th scope="col" className="n">
              {w.amount}
            </th>
          </>
        }
      >
        {outcomes.rows.map((outcome) => (
          <OutcomeRow
            key={`${outcome.id} ${outcome.advice}`}
            outcome={outcome}
            isProposed={isProposed(resolutions.rows, outcome)}
          />
        ))}
      </Rows>
    </>
  );
}

function isProposed(resolutions: readonly Resolution[], { id, advice }: UnknownOutcome): boolean {
  return resolutions.some((one) => one.subject === id && one.advice === advice && one.state === 'proposed');
}

function OutcomeRow({
  outcome,
  isProposed: waits,
}: {
  readonly outcome: UnknownOutcome;
  readonly isProposed: boolean;
}) {
  const w = useWords(words);
  const { id, kind, since, attempts, next_attempt_at: next, amount, currency } = outcome;
  return (
    <tr>
      <th scope="row" className="what mono code">
        <Link to="/outcomes/$id" params={{ id }} data-row>
          {id}
        </Link>
      </th>
      <td className="how">{w.kinds[kind]}</td>
      <td className="at">
        <Instant at={since} />
      </td>
      <td className="state">
        {waits ? (
          <Status shape="wait">{w.second}</Status>
        ) : next === null ? (
          <Status shape="due">{w.byPeople}</Status>
        ) : (
          <Status shape="wait">
            <Instant at={next} />, {w.asked(attempts)}
          </Status>
        )}
      </td>
      <td className="n">
        {amount === null ? (
          <span className="dim">{w.notKept}</span>
        ) : (
          <Money minor={amount} currency={currency} />
        )}
      </td>
    </tr>
  );
}
