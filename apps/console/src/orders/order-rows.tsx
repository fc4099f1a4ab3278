import { Link } from '@tanstack/react-router';
import { type Language, useLanguage, useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
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

/** How a table of orders is laid out. */
export function useOrderColumns() {
  const w = useWords(words);
  return {
    fold: 'fold-orders',
    caption: w.caption,
    empty: [w.empty, w.emptyLead],
    heads: [w.order, { time: w.placed }, w.what, w.state, { number: w.amount }],
  } as const;
}

/** An order in such a table. */
export function OrderRow({ order }: { readonly order: OrderSummary }) {
  const { language } = useLanguage();
  return (
    <tr>
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
  );
}

function goodsOf({ lines }: OrderSummary, language: Language): string {
  const texts = lines.map(({ name, quantity }) => `${quantity} × ${name[language]}`);
  return texts.join(language === 'zh' ? '、' : ', ');
}
