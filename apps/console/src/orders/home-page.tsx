import { Link } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Instant } from '../parts/instant.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMerchant } from './asked.ts';
import type { OrderSummary, Return } from './objects.ts';
import { OrderRows } from './order-rows.tsx';
import { words } from './words.ts';

/** So many are counted; of more it is said that they are more. */
const COUNTED = 100;
/** Orders that the page begins with. */
const RECENT = 10;

/** Where a merchant's day begins: what is to be done, and the newest orders. */
export function HomePage() {
  const w = useWords(words);
  const merchant = useMerchant();
  const recent = useRows<OrderSummary>('/v1/mall/orders', { merchant, limit: RECENT });
  return (
    <>
      <div className="stack s">
        <h1>{w.home}</h1>
        <p className="dim lead">{w.homeLead}</p>
      </div>
      <Todo merchant={merchant} />
      <section className="stack" aria-labelledby="recent">
        <div className="head">
          <h2 id="recent">{w.recent}</h2>
          <Link to="/orders">{w.allOrders}</Link>
        </div>
        <OrderRows
          of={{ ...recent, hasNextPage: false }}
          orders={recent.rows}
          empty={[w.empty, w.emptyLead]}
        />
      </section>
    </>
  );
}

function Todo({ merchant }: { readonly merchant: string }) {
  const w = useWords(words);
  const asked = { merchant, limit: COUNTED };
  const toPack = useRows<OrderSummary>('/v1/mall/orders', { ...asked, parcel_status: 'preparing' });
  const toSend = useRows<OrderSummary>('/v1/mall/orders', { ...asked, parcel_status: 'packed' });
  const toAnswer = useRows<Return>('/v1/mall/returns', { ...asked, status: 'asked' });
  const toReceive = useRows<Return>('/v1/mall/returns', { ...asked, status: 'awaited' });
  const failed = [toPack, toSend, toAnswer, toReceive].filter(({ error }) => error !== null);
  const [first] = failed;
  const retry = (): void => {
    for (const query of failed) void query.refetch();
  };
  return (
    <>
      {first?.error && <Problem error={first.error} onRetry={retry} />}
      <dl className="figs">
        <Figure name={w.toPack} of={toPack} to="/orders" state="preparing" />
        <Figure name={w.toSend} of={toSend} to="/orders" state="packed" />
        <Figure name={w.toAnswer} of={toAnswer} to="/returns" state="asked" />
        <Figure name={w.toReceive} of={toReceive} to="/returns" state="awaited" />
      </dl>
    </>
  );
}

/** How many wait, and since when the one that has waited longest. */
function Figure(props: {
  readonly name: string;
  readonly of: {
    readonly rows: readonly { readonly created: number }[];
    readonly data: unknown;
    readonly hasNextPage: boolean;
  };
  /** The list that shows them. */
  readonly to: '/orders' | '/returns';
  readonly state: string;
}) {
  const w = useWords(words);
  const { rows, data, hasNextPage: isMore } = props.of;
  const count = isMore ? w.atLeast(rows.length) : String(rows.length);
  const oldest = isMore ? undefined : rows.at(-1);
  return (
    <div>
      <dt className="cap">{props.name}</dt>
      <dd className="fig">
        {data === undefined ? (
          '–'
        ) : (
          <Link to={props.to} search={{ state: props.state }} data-row aria-label={`${props.name}: ${count}`}>
            {count}
          </Link>
        )}
      </dd>
      {data !== undefined && rows.length === 0 && <dd className="cap-s">{w.nothingToDo}</dd>}
      {oldest && (
        <dd className="cap-s">
          {w.oldest} <Instant at={oldest.created} />
        </dd>
      )}
    </div>
  );
}
