import { Link } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { Status } from '../parts/status.tsx';
import { words as partWords } from '../parts/words.ts';
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
  const resolutions = useRows<Resolution>('/v1/operations/resolutions', { limit: ALL }, { follow: true });
  return { outcomes, resolutions };
}

/** Payments and refunds whose outcome is not known, the oldest first. */
export function OutcomesPage() {
  const w = useWords(words);
  const { outcomes, resolutions } = useOutcomes();
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      of={outcomes}
      count={outcomes.rows.length}
      fold="fold-outcomes"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      heads={[w.payment, w.kind, { time: w.since }, w.next, { number: w.amount }]}
    >
      {outcomes.rows.map((outcome) => (
        <OutcomeRow
          key={`${outcome.id} ${outcome.advice}`}
          outcome={outcome}
          isProposed={isProposed(resolutions.rows, outcome)}
        />
      ))}
    </ListPage>
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
  const marks = useWords(partWords);
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
            <Instant at={next} />
            {marks.comma}
            {w.asked(attempts)}
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
