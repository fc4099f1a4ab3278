import { useParams } from '@tanstack/react-router';
import type { Delivery } from '../api/objects.ts';
import { useObject } from '../api/queries.ts';
import { useWords } from '../language.tsx';
import { Copy } from '../parts/copy.tsx';
import { Heading, ObjectPage } from '../parts/object-page.tsx';
import { DeliveryView } from './delivery-view.tsx';
import { words } from './words.ts';

const PATH = '/v1/operations/deliveries';

/** One delivery with its attempts. */
export function DeliveryPage() {
  const w = useWords(words);
  const { id } = useParams({ from: '/deliveries/$id' });
  const found = useObject<Delivery>(`${PATH}/${encodeURIComponent(id)}`);
  return (
    <ObjectPage list={['/deliveries', w.title]} kind={w.one} name={id} of={found}>
      {(delivery) => (
        <>
          <Heading title={delivery.event_type} look="code">
            <Copy text={delivery.event} label={delivery.event} />
          </Heading>
          <DeliveryView path={PATH} delivery={delivery} />
        </>
      )}
    </ObjectPage>
  );
}
