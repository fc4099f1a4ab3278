import type { Claim } from '@tpmall/platform/command';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { CatalogueEvents, Price, Product } from '../contract/index.ts';

const insert = sql(
  'catalogue.tell',
  'INSERT INTO catalogue.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/**
 * Tells of a change, in its transaction; the order of events is that of their product.
 *
 * @param before the object as it was, where it was there before
 */
export async function tell<Type extends keyof CatalogueEvents>(
  tx: Queryable,
  type: Type,
  subject: CatalogueEvents[Type],
  { at, request }: Pick<Claim, 'at' | 'request'>,
  before?: CatalogueEvents[Type],
): Promise<void> {
  const object: Product | Price = subject;
  const aggregate = 'product' in object ? object.product : object.id;
  const payload = rowParameter(withCause(object, { request, before }));
  await tx.run(insert, [type, aggregate, object.tenant, instant(at), payload]);
}
