import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Delivery } from '../api/objects.ts';
import { useRows } from '../api/queries.ts';
import type { ClearingException, ClearingResolution } from '../clearing/objects.ts';
import { words as clearingWords } from '../clearing/words.ts';
import { type Connector, isWell } from '../connectors/connectors-page.tsx';
import { useWords } from '../language.tsx';
import type { Resolution, UnknownOutcome } from '../outcomes/objects.ts';
import { words as outcomeWords } from '../outcomes/words.ts';
import { Figure, inCode } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { List } from '../parts/list.tsx';
import { Heading, Part } from '../parts/object-page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useTitle } from '../parts/title.ts';
import { words as partWords } from '../parts/words.ts';
import { useVisitor } from '../shell/visitor.tsx';
import { words } from './words.ts';

/** So many are counted; of more it is said that they are more. */
const COUNTED = 100;

/** Where an operator's day begins: what wants a person, and what waits for a second one. */
export function OverviewPage() {
  const w = useWords(words);
  useTitle(w.title);
  return (
    <>
      <Heading title={w.title} lead={w.lead} />
      <Figures />
      <Waiting />
    </>
  );
}

function Figures() {
  const w = useWords(words);
  const asked = { limit: COUNTED };
  const follow = { follow: true };
  const outcomes = useRows<UnknownOutcome>('/v1/operations/unknown_outcomes', asked, follow);
  const exceptions = useRows<ClearingException>('/v1/operations/clearing/exceptions', asked, follow);
  const connectors = useRows<Connector>('/v1/operations/connectors', {}, { ...follow, isWhole: true });
  const givenUp = useRows<Delivery>('/v1/operations/deliveries', { ...asked, state: 'given_up' }, follow);
  const setAside = useRows<object>('/v1/operations/set_aside_events', asked, follow);
  const failed = [outcomes, exceptions, connectors, givenUp, setAside].filter(({ error }) => error !== null);
  const retry = (): void => {
    for (const query of failed) void query.refetch();
  };
  const ill = { ...connectors, rows: connectors.rows.filter((one) => !isWell(one)) };
  return (
    <>
      {failed[0]?.error && <Problem error={failed[0].error} onRetry={retry} />}
      <dl className="figs">
        <Count name={w.outcomes} of={outcomes}>
          {(figure) => <Link to="/outcomes" {...figure} />}
        </Count>
        <Count name={w.exceptions} of={exceptions}>
          {(figure) => <Link to="/clearing" {...figure} />}
        </Count>
        <Count name={w.connectors} of={ill}>
          {(figure) => <Link to="/connectors" {...figure} />}
        </Count>
        <Count name={w.givenUp} of={givenUp}>
          {(figure) => <Link to="/deliveries" search={{ state: 'given_up' }} {...figure} />}
        </Count>
        <Count name={w.setAside} of={setAside}>
          {(figure) => <Link to="/set-aside" {...figure} />}
        </Count>
      </dl>
    </>
  );
}

function Count(props: {
  readonly name: string;
  readonly of: { readonly rows: readonly object[]; readonly data: unknown };
  /** The link to the list that shows them. */
  readonly children: (figure: {
    readonly children: string;
    readonly 'aria-label': string;
    readonly 'data-row': true;
  }) => ReactNode;
}) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const { name, of } = props;
  const { length } = of.rows;
  const count = length >= COUNTED ? w.atLeast(length) : String(length);
  return (
    <Figure name={name} isLarge>
      {of.data === undefined
        ? '–'
        : props.children({ children: count, 'aria-label': name + marks.colon + count, 'data-row': true })}
    </Figure>
  );
}

function Waiting() {
  const w = useWords(words);
  const verdicts = useWords(outcomeWords).verdicts;
  const clearingVerdicts = useWords(clearingWords).verdicts;
  const asked = { open: true, limit: COUNTED };
  const outcomes = useRows<Resolution>('/v1/operations/resolutions', asked, { follow: true });
  const clearing = useRows<ClearingResolution>('/v1/operations/clearing/resolutions', asked, {
    follow: true,
  });
  const rows = [
    ...outcomes.rows.map((each) => ({
      ...{ ...each, kind: w.outcome, says: verdicts[each.verdict][0] },
      ...{ to: '/outcomes/$id' as const, about: each.subject },
    })),
    ...clearing.rows.map((each) => ({
      ...{ ...each, kind: w.clearing, says: clearingVerdicts[each.verdict][0] },
      ...{ to: '/clearing/$id' as const, about: each.exception },
    })),
  ].sort((a, b) => b.proposed_at.localeCompare(a.proposed_at));
  const first = outcomes.error ? outcomes : clearing;
  return (
    <Part title={w.waiting} gap="wide">
      <List
        of={{
          error: first.error,
          refetch: first.refetch,
          isPending: outcomes.isPending || clearing.isPending,
        }}
        count={rows.length}
        fold="fold-events"
        caption={w.waitingCaption}
        empty={[w.empty, w.emptyLead]}
        heads={[{ time: w.until }, w.about, w.proposal, w.by]}
      >
        {rows.map(({ id, kind, says, to, about, expires_at: until, proposed_by: by }) => (
          <tr key={id}>
            <th scope="row" className="at nowrap">
              <Instant at={until} />
            </th>
            <td className="what">
              <Link to={to} params={{ id: about }} data-row>
                {kind}
              </Link>{' '}
              <span className="cap-s mono about">{about}</span>
            </td>
            <td className="state">{says}</td>
            <td className="id">
              <Proposer actor={by} />
            </td>
          </tr>
        ))}
      </List>
    </Part>
  );
}

function Proposer({ actor }: { readonly actor: string }) {
  const w = useWords(words);
  const { person } = useVisitor();
  return actor === `operator:${person.id}` ? w.own : inCode(actor);
}
