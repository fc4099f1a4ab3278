import { Link, useSearch } from '@tanstack/react-router';
import { useObject, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Figure } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { Status } from '../parts/status.tsx';
import { words as partWords } from '../parts/words.ts';
import type { ClearingException, ClearingOverview, ClearingResolution } from './objects.ts';
import { words } from './words.ts';

const PATH = '/v1/operations/clearing';
/** The most that the API lists; there is no page behind it. */
const ALL = 1_000;

/** Where acquirers and our books do not say the same, the oldest first. */
export function ClearingPage() {
  const w = useWords(words);
  const { kind } = useSearch({ from: '/clearing' });
  const overview = useObject<ClearingOverview>(PATH);
  const found = useRows<ClearingException>(`${PATH}/exceptions`, { kind, limit: ALL });
  const waiting = useRows<ClearingResolution>(`${PATH}/resolutions`, { open: true, limit: ALL });
  const proposed = new Set(waiting.rows.map(({ exception }) => exception));
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      filter={
        <>
          {overview.data && <Overview overview={overview.data} />}
          <Narrow by="kind" label={w.kind} names={w.kinds} />
        </>
      }
      of={found}
      count={found.rows.length}
      fold="fold-outcomes"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[w.what, w.kind, { time: w.since }, w.acquirer, { number: w.amount }]}
    >
      {found.rows.map((exception) => (
        <ExceptionRow key={exception.id} exception={exception} isProposed={proposed.has(exception.id)} />
      ))}
    </ListPage>
  );
}

function ExceptionRow(props: { readonly exception: ClearingException; readonly isProposed: boolean }) {
  const w = useWords(words);
  const {
    id,
    kind,
    type,
    connector,
    line,
    reference,
    amount,
    currency,
    created_at: createdAt,
  } = props.exception;
  return (
    <tr>
      <th scope="row" className="what">
        <Link to="/clearing/$id" params={{ id }} data-row>
          {w.types[type]}
        </Link>{' '}
        <span className="cap-s mono about">{reference}</span>
      </th>
      <td className="state">
        <Status shape={props.isProposed ? 'wait' : kind === 'not_booked' ? 'open' : 'due'}>
          {props.isProposed ? w.second : w.kinds[kind]}
        </Status>
      </td>
      <td className="at">
        <Instant at={createdAt} />
      </td>
      <td className="how">
        {connector}
        {line !== null && <span className="cap-s about">{w.line(line)}</span>}
      </td>
      <td className="n">
        <Money minor={amount} currency={currency} />
      </td>
    </tr>
  );
}

/** How many wait, what has come from each acquirer, and what could not be read. */
function Overview({ overview }: { readonly overview: ClearingOverview }) {
  const w = useWords(words);
  const marks = useWords(partWords);
  const open = overview.exceptions.reduce((all, { count }) => all + count, 0);
  return (
    <>
      <dl className="figs">
        <Figure name={w.open} isLarge>
          {open}
        </Figure>
        {overview.connectors.map(({ connector, files, records, last_imported_at: last }) => (
          <Figure
            key={connector}
            name={connector}
            note={
              <>
                {w.lastFile} <Instant at={last} />
              </>
            }
          >
            {w.files(files, records)}
          </Figure>
        ))}
        {overview.connectors.length === 0 && <Figure name={w.acquirer}>{w.noFiles}</Figure>}
      </dl>
      {overview.refused_files.length > 0 && (
        <div className="note red">
          <p className="strong">{w.refused}</p>
          {overview.refused_files.map(({ connector, name, reason, refused_at: at }) => (
            <p key={`${connector} ${name} ${at}`}>
              <span className="mono code">{name}</span> {connector}
              {marks.comma}
              <Instant at={at} />
              {marks.colon}
              {reason}
            </p>
          ))}
        </div>
      )}
    </>
  );
}
