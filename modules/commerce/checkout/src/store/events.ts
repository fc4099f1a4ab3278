import type { Claim } from '@tpmall/platform/command';
import { instant, type Queryable, rowParameter, sql } from '@tpmall/platform/db';
import { withCause } from '@tpmall/platform/events';
import type { CheckoutEvents } from '../contract/index.ts';

const insert = sql(
  'checkout.tell',
  'INSERT INTO checkout.outbox (type, aggregate_id, tenant, at, payload) VALUES ($1, $2, $3, $4, $5)',
);

/**
 * Tells of a change, in its transaction.
 *
 * @param before the object as it was, where it was there before
 */
export async function tell<Type extends keyof CheckoutEvents>(
  tx: Queryable,
  type: Type,
  subject: CheckoutEvents[Type],
  { at, request }: Pick<Claim, 'at' | 'request'>,
  before?: CheckoutEvents[Type],
): Promise<void> {
  const payload = rowParameter(withCause(subject, { request, before }));
  await tx.run(insert, [type, subject.id, subject.tenant, instant(at), payload]);
}
