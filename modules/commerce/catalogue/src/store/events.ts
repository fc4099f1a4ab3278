import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import type { CatalogueEvents, Price, Product } from '../contract/index.ts';

const insert = sql(
  'catalogue.tell',
  'INSERT INTO catalogue.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/** Tells of a change, in its transaction; the order of events is that of their product. */
export async function tell<Type extends keyof CatalogueEvents>(
  tx: Queryable,
  type: Type,
  subject: CatalogueEvents[Type],
  at: Micros,
): Promise<void> {
  const object: Product | Price = subject;
  const aggregate = 'product' in object ? object.product : object.id;
  await tx.run(insert, [type, aggregate, object.tenant, instant(at), rowParameter(object)]);
}
