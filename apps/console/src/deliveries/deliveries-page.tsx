import { Link, useSearch } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { ListPage } from '../parts/list.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { ShortId } from '../parts/short-id.tsx';
import { Status } from '../parts/status.tsx';
import { DELIVERY_SHAPES } from './delivery-view.tsx';
import { words } from './words.ts';

/** What became of events at the endpoints of the house, those of the newest events first. */
export function DeliveriesPage() {
  const w = useWords(words);
  const { state } = useSearch({ from: '/deliveries' });
  const found = useRows<Delivery>('/v1/operations/deliveries', { state });
  return (
    <ListPage
      title={w.title}
      lead={w.lead}
      filter={<Narrow by="state" label={w.state} names={w.states} />}
      of={found}
      count={found.rows.length}
      fold="fold-events"
      caption={w.caption}
      empty={[w.empty, w.emptyLead]}
      nothing={w.nothing}
      heads={[{ time: w.time }, w.event, w.endpoint, w.state, w.last]}
    >
      {found.rows.map((delivery) => (
        <tr key={delivery.id}>
          <th scope="row" className="at nowrap">
            <Instant at={delivery.created} />
          </th>
          <td className="what mono code">
            <Link to="/deliveries/$id" params={{ id: delivery.id }} data-row>
              {delivery.event_type}
            </Link>
          </td>
          <td className="id">
            <ShortId id={delivery.webhook_endpoint} />
          </td>
          <td className="state">
            <Status shape={DELIVERY_SHAPES[delivery.state]}>{w.states[delivery.state]}</Status>{' '}
            <span className="cap-s">{w.tries(delivery.attempts)}</span>
          </td>
          <td className="how code">{delivery.last_error ?? delivery.last_status ?? w.none}</td>
        </tr>
      ))}
    </ListPage>
  );
}
