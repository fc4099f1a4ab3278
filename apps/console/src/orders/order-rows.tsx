import { Link } from '@tanstack/react-router';
import { type Language, useLanguage, useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { List } from '../parts/list.tsx';
import { Money } from '../parts/money.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import type { OrderSummary, ParcelState } from './objects.ts';
import { words } from './words.ts';

const SHAPES: Readonly<Record<ParcelState, Shape>> = {
  waiting: 'open',
  preparing: 'wait',
  packed: 'wait',
  shipped: 'open',
  delivered: 'done',
  cancelled: 'no',
};

/** How a merchant's parcel stands. */
export function ParcelStatus({ state }: { readonly state: ParcelState }) {
  const w = useWords(words);
  return <Status shape={SHAPES[state]}>{w.states[state]}</Status>;
}

/** Orders as rows, with their states: being read, failed, empty. */
export function OrderRows(props: {
  readonly of: Parameters<typeof List>[0]['of'];
  readonly orders: readonly OrderSummary[];
  readonly empty: Parameters<typeof List>[0]['empty'];
}) {
  const w = useWords(words);
  const { language } = useLanguage();
  return (
    <List
      of={props.of}
      count={props.orders.length}
      fold="fold-orders"
      caption={w.caption}
      empty={props.empty}
      heads={[w.order, { time: w.placed }, w.what, w.state, { number: w.amount }]}
    >
      {props.orders.map((order) => (
        <tr key={order.id}>
          <th scope="row" className="mono nowrap">
            <Link to="/orders/$id" params={{ id: order.id }} data-row>
              {order.number}
            </Link>
          </th>
          <td className="at">
            <Instant at={order.created} />
          </td>
          <td className="what">{goodsOf(order, language)}</td>
          <td className="state">
            {order.parcels.map(({ status }) => (
              <ParcelStatus key={status} state={status} />
            ))}
          </td>
          <td className="n">
            <Money minor={order.amount_total} currency={order.currency} />
          </td>
        </tr>
      ))}
    </List>
  );
}

function goodsOf({ lines }: OrderSummary, language: Language): string {
  const texts = lines.map(({ name, quantity }) => `${quantity} × ${name[language]}`);
  return texts.join(language === 'zh' ? '、' : ', ');
}
