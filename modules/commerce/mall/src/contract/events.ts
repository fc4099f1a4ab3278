import type { Goods } from './goods.ts';
import type { Order, Return } from './order.ts';

/** An order of which one merchant's parcel has moved. */
export interface MovedOrder extends Order {
  /** The merchant whose parcel it was. */
  readonly moved: string;
}

/** Events of this module's outbox; the payload is the object as it was right after the change. */
export interface MallEvents {
  'goods.listed': Goods;
  'order.placed': Order;
  'order.paid': Order;
  'order.cancelled': Order;
  /** A parcel of it is packed, has left or has arrived. */
  'order.packed': MovedOrder;
  'order.shipped': MovedOrder;
  'order.delivered': MovedOrder;
  /** It was paid after its stock had gone; all of the money is on its way back. */
  'order.ran_out': Order;
  /** All of the money is back. */
  'order.refunded': Order;
  /** The money could not be sent back by itself; `refundFailure` says why. */
  'order.refund_failed': Order;
  'return.asked': Return;
  'return.withdrawn': Return;
  'return.accepted': Return;
  'return.awaited': Return;
  'return.received': Return;
  'return.refused': Return;
  'return.refunded': Return;
  'return.failed': Return;
}
