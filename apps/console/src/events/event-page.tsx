import { Link, useParams } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useObject, useRows } from '../api/queries.ts';
import { DeliveryView } from '../deliveries/delivery-view.tsx';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { Moment } from '../parts/instant.tsx';
import { Json } from '../parts/json.tsx';
import { Heading, ObjectPage, Part } from '../parts/object-page.tsx';
import { Problem } from '../parts/problem.tsx';
import type { ToldEvent } from './events-page.tsx';
import { words } from './words.ts';

const isUnderWay = (deliveries: readonly Delivery[]): boolean =>
  deliveries.some(({ state }) => state === 'pending');

/** One event: what was told, and what became of it at each endpoint. */
export function EventPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/events/$id' });
  const found = useObject<ToldEvent>(`/v1/events/${encodeURIComponent(id)}`);
  const deliveries = useRows<Delivery>('/v1/webhook_deliveries', { event: id }, { follow: isUnderWay });
  return (
    <ObjectPage list={['/events', w.title]} kind={w.one} name={id} of={found}>
      {(event) => (
        <>
          <Head event={event} />
          <Part title={w.deliveries} gap="wide">
            {deliveries.error && <Problem error={deliveries.error} />}
            {deliveries.data && deliveries.rows.length === 0 && (
              <p className="dim">
                {w.noDeliveries} <Link to="/webhooks">{w.toWebhooks}</Link>
              </p>
            )}
            {deliveries.rows.map((delivery, place) => (
              <DeliveryView
                key={delivery.id}
                path="/v1/webhook_deliveries"
                delivery={delivery}
                isFirst={place === 0}
              />
            ))}
          </Part>
          <Part title={w.data}>
            <Json text={JSON.stringify(event.data)} label={w.data} />
          </Part>
        </>
      )}
    </ObjectPage>
  );
}

function Head({ event }: { readonly event: ToldEvent }) {
  const w = useWords(words);
  const behind = event.request?.id ?? null;
  const object = event.data.object.id;
  return (
    <div className="stack s">
      <Heading title={event.type} look="code">
        <Copy text={event.id} label={event.id} />
      </Heading>
      <p className="cap">
        <Moment at={event.created} />
        {object !== undefined && (
          <>
            {' '}
            · <IdLink id={object} />
          </>
        )}
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
