import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { withoutEmpty } from '../address.ts';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Narrow } from '../parts/narrow.tsx';
import { useMerchant } from './asked.ts';
import type { OrderSummary } from './objects.ts';
import { OrderRows } from './order-rows.tsx';
import { words } from './words.ts';

/** A merchant's orders, newest first; all, or those whose parcel stands as asked for. */
export function OrdersPage() {
  const w = useWords(words);
  const navigate = useNavigate();
  const { state } = useSearch({ from: '/orders' });
  const merchant = useMerchant();
  const found = useRows<OrderSummary>('/v1/mall/orders', { merchant, parcel_status: state });
  return (
    <>
      <h1>{w.title}</h1>
      <Narrow
        label={w.state}
        any={w.anyState}
        names={w.states}
        value={state}
        onChoose={(chosen) => void navigate({ to: '/orders', search: withoutEmpty({ state: chosen }) })}
      />
      <OrderRows
        of={found}
        orders={found.rows}
        empty={
          state === undefined
            ? [w.empty, w.emptyLead]
            : [
                w.nothing,
                <Link key="all" to="/orders">
                  {w.allOrders}
                </Link>,
              ]
        }
      />
    </>
  );
}
