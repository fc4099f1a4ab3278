import type { Goods } from './goods.ts';
import type { Order, Return } from './order.ts';

/** Events of this module's outbox; the payload is the object as it was right after the change. */
export interface MallEvents {
  'goods.listed': Goods;
  'order.placed': Order;
  'order.paid': Order;
  'order.cancelled': Order;
  /** A parcel of it has left or arrived. */
  'order.shipped': Order;
  'order.delivered': Order;
  /** It was paid after its stock had gone; all of the money is on its way back. */
  'order.ran_out': Order;
  /** All of the money is back. */
  'order.refunded': Order;
  'return.asked': Return;
  'return.withdrawn': Return;
  'return.accepted': Return;
  'return.refused': Return;
  'return.refunded': Return;
  'return.failed': Return;
}
