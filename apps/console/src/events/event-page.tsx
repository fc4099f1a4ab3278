import { Link, useParams } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useObject, useRows } from '../api/queries.ts';
import { DeliveryView } from '../deliveries/delivery-view.tsx';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Clock, Day } from '../parts/instant.tsx';
import { Json } from '../parts/json.tsx';
import { Loading } from '../parts/loading.tsx';
import { Problem } from '../parts/problem.tsx';
import type { ToldEvent } from './events-page.tsx';
import { words } from './words.ts';

/** One event: what was told, and what became of it at each endpoint. */
export function EventPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/events/$id' });
  const found = useObject<ToldEvent>(`/v1/events/${encodeURIComponent(id)}`);
  const deliveries = useRows<Delivery>('/v1/webhook_deliveries', { event: id });
  return (
    <>
      <p className="cap">
        <Link to="/events" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && (
        <>
          <Head event={found.data} />
          <section className="stack" aria-labelledby="deliveries">
            <div className="head">
              <h2 id="deliveries">{w.deliveries}</h2>
            </div>
            {deliveries.error && <Problem error={deliveries.error} />}
            {deliveries.data && deliveries.rows.length === 0 && (
              <p className="dim">
                {w.noDeliveries} <Link to="/webhooks">{w.toWebhooks}</Link>
              </p>
            )}
            {deliveries.rows.map((delivery) => (
              <DeliveryView key={delivery.id} path="/v1/webhook_deliveries" delivery={delivery} />
            ))}
          </section>
          <section className="stack s" aria-labelledby="data">
            <div className="head">
              <h2 id="data">{w.data}</h2>
            </div>
            <Json text={JSON.stringify(found.data.data)} label={w.data} />
          </section>
        </>
      )}
    </>
  );
}

function Head({ event }: { readonly event: ToldEvent }) {
  const w = useWords(words);
  const behind = event.request?.id ?? null;
  return (
    <div className="stack s">
      <div className="row sp heading">
        <h1 className="code mono-title">{event.type}</h1>
        <Copy text={event.id} label={event.id} />
      </div>
      <p className="cap">
        <Day at={event.created} />, <Clock at={event.created} />
        {behind !== null && (
          <>
            {' '}
            · {w.request}{' '}
            <Link to="/requests/$id" params={{ id: behind }} className="mono">
              {behind}
            </Link>
          </>
        )}
      </p>
    </div>
  );
}
