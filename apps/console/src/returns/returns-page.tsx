import { Link, useSearch } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { useMerchant } from '../orders/asked.ts';
import type { Return } from '../orders/objects.ts';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { ReturnStatus } from './return-status.tsx';
import { words } from './words.ts';

/** What shoppers want to give back to a merchant, newest first. */
export function ReturnsPage() {
  const w = useWords(words);
  const { state } = useSearch({ from: '/returns' });
  const merchant = useMerchant();
  const found = useRows<Return>('/v1/mall/returns', { merchant, status: state });
  return (
    <ListPage
      title={w.title}
      filter={<Narrow by="state" label={w.state} names={w.states} />}
      of={found}
      count={found.rows.length}
      fold="fold-returns"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.asked }, w.reason, w.state, { number: w.amount }]}
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
    </ListPage>
  );
}
