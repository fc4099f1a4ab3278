import { useSearch } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { ListPage } from '../parts/list.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { useMerchant } from './asked.ts';
import type { OrderSummary } from './objects.ts';
import { OrderRow, useOrderColumns } from './order-rows.tsx';
import { words } from './words.ts';

/** A merchant's orders, newest first; all, or those whose parcel stands as asked for. */
export function OrdersPage() {
  const w = useWords(words);
  const { state } = useSearch({ from: '/orders' });
  const merchant = useMerchant();
  const found = useRows<OrderSummary>('/v1/mall/orders', { merchant, parcel_status: state });
  return (
    <ListPage
      title={w.title}
      filter={<Narrow by="state" label={w.state} names={w.states} />}
      of={found}
      count={found.rows.length}
      nothing={w.nothing}
      {...useOrderColumns()}
    >
      {found.rows.map((order) => (
        <OrderRow key={order.id} order={order} />
      ))}
    </ListPage>
  );
}
