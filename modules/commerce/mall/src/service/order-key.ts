import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Order } from '../contract/index.ts';
import type { MallDeps } from './deps.ts';

type Keyed = Pick<Order, 'tenant' | 'id' | 'owner'>;

/**
 * What the mails about a guest's order carry: whoever has it may see that order and ask for its pieces back.
 * It derives from the owner too, so that it is worth nothing once the order is a person's.
 */
export function orderKey({ config }: Pick<MallDeps, 'config'>, { tenant, id, owner }: Keyed): string {
  const hmac = createHmac('sha256', config.linkSecret.reveal());
  return hmac.update(`order:${tenant}:${id}:${owner}`).digest('base64url');
}

/** Whether a key is the order's, in constant time. */
export function isOrderKey(deps: Pick<MallDeps, 'config'>, order: Keyed, key: string): boolean {
  const right = Buffer.from(orderKey(deps, order));
  const given = Buffer.from(key);
  return right.length === given.length && timingSafeEqual(right, given);
}
