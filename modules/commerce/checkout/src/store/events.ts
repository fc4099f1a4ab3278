import type { Micros } from '@tpmall/kernel';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import type { CheckoutEvents } from '../contract/index.ts';

const insert = sql(
  'checkout.tell',
  'INSERT INTO checkout.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/** Tells of a change, in its transaction. */
export async function tell<Type extends keyof CheckoutEvents>(
  tx: Queryable,
  type: Type,
  subject: CheckoutEvents[Type],
  at: Micros,
): Promise<void> {
  await tx.run(insert, [type, subject.id, subject.tenant, instant(at), rowParameter(subject)]);
}
