import type { LineText } from './cart.ts';
import type { Plate, Text } from './goods.ts';
import type { OrderState, ParcelState, ReturnState, StockState } from './states.ts';

/** Where an order goes to. */
export interface Address {
  readonly name: string;
  readonly phone: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string | null;
  /** Null only in countries that have none. */
  readonly postalCode: string | null;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

/** A line as it was ordered: text and price stay, whatever becomes of the goods. */
export interface OrderLine extends LineText {
  /** Its place in the order, from 0 on; what returns name it by. */
  readonly position: number;
  readonly goods: string;
  readonly variant: string;
  readonly sku: string;
  readonly price: string;
  readonly merchant: string;
  readonly plate: Plate;
  readonly quantity: number;
  readonly unitAmount: bigint;
  readonly amount: bigint;
  /** Included in the amount. */
  readonly tax: bigint;
  /** Pieces that were asked to be taken back, apart from what was refused or withdrawn. */
  readonly returning: number;
}

/** One merchant's part of an order. */
export interface Parcel {
  readonly merchant: string;
  readonly shop: Text;
  readonly place: Text;
  readonly state: ParcelState;
  readonly goods: bigint;
  readonly delivery: bigint;
  /** Included in goods and delivery. */
  readonly tax: bigint;
  readonly total: bigint;
  /** Who brings it, as the merchant writes it. */
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly packedAt: number | null;
  readonly shippedAt: number | null;
  readonly deliveredAt: number | null;
}

/** Pieces of one parcel that a shopper wants the money back for. */
export interface Return {
  /** `ret_…` */
  readonly id: string;
  readonly tenant: string;
  readonly order: string;
  readonly merchant: string;
  readonly state: ReturnState;
  readonly lines: readonly {
    readonly position: number;
    readonly quantity: number;
    readonly amount: bigint;
  }[];
  /**
   * The delivery, where nothing of the parcel is left: of returns that are open side by side the one that is
   * accepted last has it, so it stands fast once this one is accepted.
   */
  readonly delivery: bigint;
  /** Lines and delivery. */
  readonly amount: bigint;
  readonly currency: string;
  readonly reason: string;
  /** Who accepted or refused it; `policy` for the merchant's rule. */
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
  readonly decidedAt: number | null;
  /** When the pieces came back, where they were waited for. */
  readonly receivedAt: number | null;
  /** The refund that pays it back, `re_…`. */
  readonly refund: string | null;
  /** Why the money could not be sent back. */
  readonly failure: string | null;
  readonly createdAt: number;
}

/** What somebody has ordered of several merchants, paid once. */
export interface Order {
  /** `order_…` */
  readonly id: string;
  readonly tenant: string;
  /** As people read it, `2611-0042`. */
  readonly number: string;
  /** Whose it is: the same as the cart's. */
  readonly owner: string;
  readonly state: OrderState;
  readonly stock: StockState;
  /** Until when its stock is kept for it, and it can be paid. */
  readonly heldUntil: number;
  readonly currency: string;
  readonly language: 'en' | 'zh';
  readonly email: string;
  readonly address: Address;
  readonly lines: readonly OrderLine[];
  readonly parcels: readonly Parcel[];
  readonly returns: readonly Return[];
  readonly goods: bigint;
  readonly delivery: bigint;
  /** Included in goods and delivery. */
  readonly tax: bigint;
  readonly total: bigint;
  /** Given back so far. */
  readonly refunded: bigint;
  /** Why the money of an order that is `refunding` could not be sent back by itself; people have to look. */
  readonly refundFailure: string | null;
  /** The checkout session it is paid by, `cs_…`; null until it has been opened. */
  readonly session: string | null;
  readonly paymentIntent: string | null;
  readonly paidAt: number | null;
  readonly createdAt: number;
}

/** An order in a list. */
export interface OrderSummary
  extends Pick<
    Order,
    'id' | 'number' | 'state' | 'currency' | 'total' | 'refunded' | 'refundFailure' | 'createdAt' | 'paidAt'
  > {
  readonly pieces: number;
  readonly lines: readonly Pick<OrderLine, 'name' | 'plate' | 'goods' | 'quantity' | 'merchant'>[];
  readonly parcels: readonly Pick<Parcel, 'merchant' | 'state' | 'total'>[];
}
