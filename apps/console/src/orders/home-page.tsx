import { Link } from '@tanstack/react-router';
import { useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Figure } from '../parts/facts.tsx';
import { Instant } from '../parts/instant.tsx';
import { List } from '../parts/list.tsx';
import { Heading, Part } from '../parts/object-page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useTitle } from '../parts/title.ts';
import { words as partWords } from '../parts/words.ts';
import { useMerchant } from './asked.ts';
import type { OrderSummary, Return } from './objects.ts';
import { OrderRow, useOrderColumns } from './order-rows.tsx';
import { words } from './words.ts';

/** So many are counted; of more it is said that they are more. */
const COUNTED = 100;
/** Orders that the page begins with. */
const RECENT = 10;

/** Where a merchant's day begins: what is to be done, and the newest orders. */
export function HomePage() {
  const w = useWords(words);
  useTitle(w.home);
  const merchant = useMerchant();
  const recent = useRows<OrderSummary>('/v1/mall/orders', { merchant, limit: RECENT });
  return (
    <>
      <Heading title={w.home} lead={w.homeLead} />
      <Todo merchant={merchant} />
      <Part title={w.recent} beside={<Link to="/orders">{w.allOrders}</Link>} gap="wide">
        <List of={{ ...recent, hasNextPage: false }} count={recent.rows.length} {...useOrderColumns()}>
          {recent.rows.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </List>
      </Part>
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
        <Waiting name={w.toPack} of={toPack} to="/orders" state="preparing" />
        <Waiting name={w.toSend} of={toSend} to="/orders" state="packed" />
        <Waiting name={w.toAnswer} of={toAnswer} to="/returns" state="asked" />
        <Waiting name={w.toReceive} of={toReceive} to="/returns" state="awaited" />
      </dl>
    </>
  );
}

/** How many wait, and since when the one that has waited longest. */
function Waiting(props: {
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
  const marks = useWords(partWords);
  const { rows, data, hasNextPage: isMore } = props.of;
  if (data === undefined) {
    return (
      <Figure name={props.name} isLarge>
        –
      </Figure>
    );
  }
  const count = isMore ? w.atLeast(rows.length) : String(rows.length);
  const oldest = isMore ? undefined : rows.at(-1);
  const since = oldest && (
    <>
      {w.oldest} <Instant at={oldest.created} />
    </>
  );
  return (
    <Figure name={props.name} isLarge note={rows.length === 0 ? w.nothingToDo : since}>
      <Link
        to={props.to}
        search={{ state: props.state }}
        data-row
        aria-label={props.name + marks.colon + count}
      >
        {count}
      </Link>
    </Figure>
  );
}
