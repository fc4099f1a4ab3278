import { Link, useParams } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Loading } from '../parts/loading.tsx';
import { Problem } from '../parts/problem.tsx';
import { DeliveryView } from './delivery-view.tsx';
import { words } from './words.ts';

const PATH = '/v1/operations/deliveries';

/** One delivery with its attempts. */
export function DeliveryPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/deliveries/$id' });
  const found = useObject<Delivery>(`${PATH}/${encodeURIComponent(id)}`);
  return (
    <>
      <p className="cap">
        <Link to="/deliveries" data-back>
          {w.title}
        </Link>{' '}
        <span aria-hidden="true">/</span> <span className="mono code">{id}</span>
      </p>
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && (
        <>
          <div className="row sp heading">
            <h1 className="code mono-title">{found.data.event_type}</h1>
            <Copy text={found.data.event} label={found.data.event} />
          </div>
          <DeliveryView path={PATH} delivery={found.data} />
        </>
      )}
    </>
  );
}
