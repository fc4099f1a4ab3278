import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { withoutEmpty } from '../address.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { useMerchant } from '../orders/asked.ts';
import type { Return } from '../orders/objects.ts';
import { Choice } from '../parts/field.tsx';
import { Instant, zoneName } from '../parts/instant.tsx';
import { Money } from '../parts/money.tsx';
import { Rows } from '../parts/rows.tsx';
import { ReturnStatus } from './return-status.tsx';
import { words } from './words.ts';

/** What shoppers want to give back to a merchant, newest first. */
export function ReturnsPage() {
  const w = useWords(words);
  const navigate = useNavigate();
  const { state } = useSearch({ from: '/returns' });
  const merchant = useMerchant();
  const found = useRows<Return>('/v1/mall/returns', { merchant, status: state });
  return (
    <>
      <h1>{w.title}</h1>
      <div className="ask-row" role="search">
        <Choice
          label={w.state}
          value={state ?? ''}
          options={[['', w.anyState], ...Object.entries(w.states)]}
          onChange={({ target }) =>
            void navigate({ to: '/returns', search: withoutEmpty({ state: target.value }) })
          }
        />
      </div>
      <Rows
        of={found}
        count={found.rows.length}
        fold="fold-returns"
        caption={w.caption}
        empty={
          <>
            <p className="h2">{state === undefined ? w.empty : w.nothing}</p>
            {state === undefined ? <p className="dim">{w.emptyLead}</p> : <Link to="/returns">{w.all}</Link>}
          </>
        }
        head={
          <>
            <th scope="col">
              {w.asked} <span className="cap-s">{zoneName()}</span>
            </th>
            <th scope="col">{w.reason}</th>
            <th scope="col">{w.state}</th>
            <th scope="col" className="n">
              {w.amount}
            </th>
          </>
        }
      >
        {found.rows.map((one) => (
          <tr key={one.id}>
            <th scope="row" className="at">
              <Link to="/returns/$id" params={{ id: one.id }} data-row>
                <Instant at={one.created} />
              </Link>
            </th>
            <td className="what">{one.reason}</td>
            <td className="state">
              <ReturnStatus state={one.status} />
            </td>
            <td className="n">
              <Money minor={one.amount} currency={one.currency} />
            </td>
          </tr>
        ))}
      </Rows>
    </>
  );
}
