import { Link, useParams } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useChange, useObject, useRows } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Clock, Day, Instant } from '../parts/instant.tsx';
import { Json } from '../parts/json.tsx';
import { Loading } from '../parts/loading.tsx';
import { Problem } from '../parts/problem.tsx';
import { type Shape, Status } from '../parts/status.tsx';
import type { ToldEvent } from './events-page.tsx';
import { words } from './words.ts';

interface Attempted extends Delivery {
  readonly attempt_log: readonly {
    readonly number: number;
    readonly at: number;
    readonly duration_ms: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly url: string;
    readonly response_body: string | null;
  }[];
}

const SHAPES: Readonly<Record<Delivery['state'], Shape>> = {
  pending: 'wait',
  delivered: 'done',
  given_up: 'no',
};

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
              <DeliveryView key={delivery.id} delivery={delivery} />
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

function DeliveryView({ delivery }: { readonly delivery: Delivery }) {
  const w = useWords(words);
  const path = `/v1/webhook_deliveries/${delivery.id}`;
  const found = useObject<Attempted>(path);
  const resend = useChange<Delivery>('POST', `${path}/resend`);
  return (
    <div className="stack s delivery">
      <div className="row sp heading">
        <p>
          <Status shape={SHAPES[delivery.state]}>{w.states[delivery.state]}</Status>{' '}
          <span className="mono code">{delivery.webhook_endpoint}</span>{' '}
          <span className="cap">
            {w.tries(delivery.attempts)}
            {delivery.next_attempt_at !== null && (
              <>
                , {w.next} <Instant at={delivery.next_attempt_at} />
              </>
            )}
          </span>
        </p>
        <button
          type="button"
          className="btn two s"
          aria-disabled={resend.isPending}
          onClick={() => resend.mutate({})}
        >
          {w.resend}
        </button>
      </div>
      <p className="cap" role="status">
        {resend.isSuccess && w.resent}
      </p>
      {resend.error && <Problem error={resend.error} wasChange />}
      {found.data && found.data.attempt_log.length > 0 && <Attempts log={found.data.attempt_log} />}
    </div>
  );
}

function Attempts({ log }: { readonly log: Attempted['attempt_log'] }) {
  const w = useWords(words);
  return (
    <table className="tbl fold fold-attempts">
      <caption className="sr">{w.attempts}</caption>
      <thead>
        <tr>
          <th scope="col">{w.attempt}</th>
          <th scope="col">{w.answer}</th>
          <th scope="col">{w.body}</th>
          <th scope="col">{w.address}</th>
          <th scope="col" className="n">
            {w.took}
          </th>
        </tr>
      </thead>
      <tbody>
        {log.map((attempt) => (
          <tr key={attempt.number}>
            <th scope="row" className="nowrap">
              {attempt.number}{' '}
              <span className="cap-s">
                <Clock at={attempt.at} />
              </span>
            </th>
            <td className="state">
              <Status shape={attempt.error === null ? 'done' : 'no'}>
                {attempt.status ?? attempt.error}
              </Status>
            </td>
            <td className="id mono code">{attempt.response_body || '–'}</td>
            <td className="id mono code">{attempt.url}</td>
            <td className="n mono">{attempt.duration_ms} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
