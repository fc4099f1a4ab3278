/**
 * Where an order stands. `refunding`: it was paid after its stock had gone to others, and all of the money is
 * on its way back.
 */
export type OrderState =
  | 'placed'
  | 'paid'
  | 'part_shipped'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'refunding'
  | 'refunded';

/** The whole state machine of orders; nothing else changes a state. It begins as `placed`. */
export const ORDER_TRANSITIONS = {
  /** The money is there, and so is the stock. */
  pay: { from: ['placed'], to: 'paid' },
  /** Nobody can pay it any more, and nobody has. */
  cancel: { from: ['placed'], to: 'cancelled' },
  /** The money is there, and the stock is not. */
  run_out: { from: ['placed', 'cancelled'], to: 'refunding' },
  /** Some parcel has left, and some has not. */
  ship_part: { from: ['paid', 'part_shipped'], to: 'part_shipped' },
  /** Every parcel has left. */
  ship: { from: ['paid', 'part_shipped', 'shipped'], to: 'shipped' },
  /** Every parcel has arrived. */
  deliver: { from: ['paid', 'part_shipped', 'shipped', 'delivered'], to: 'delivered' },
  /** All of the money is back. */
  give_back: { from: ['refunding', 'paid', 'part_shipped', 'shipped', 'delivered'], to: 'refunded' },
  /** The money of an order that had run out came back from the issuer. */
  come_back: { from: ['refunded'], to: 'refunding' },
  /** Money that one of its returns had sent back came back; it is then as its parcels have it. */
  fall_short: { from: ['refunded'], to: 'paid' },
} as const satisfies Record<string, { from: readonly OrderState[]; to: OrderState }>;

/** Where an order's stock is: kept for it, given back, or sold to it. */
export type StockState = 'held' | 'released' | 'sold';

/** Where one merchant's part of an order stands. */
export type ParcelState = 'waiting' | 'preparing' | 'packed' | 'shipped' | 'delivered' | 'cancelled';

/** The whole state machine of parcels. A parcel begins as `waiting`, for the payment. */
export const PARCEL_TRANSITIONS = {
  pay: { from: ['waiting'], to: 'preparing' },
  pack: { from: ['preparing'], to: 'packed' },
  ship: { from: ['preparing', 'packed'], to: 'shipped' },
  deliver: { from: ['shipped'], to: 'delivered' },
  /** The order is not paid or was refunded, or everything in the parcel was given back before it left. */
  cancel: { from: ['waiting', 'preparing', 'packed'], to: 'cancelled' },
} as const satisfies Record<string, { from: readonly ParcelState[]; to: ParcelState }>;

/** Where a return stands. `awaited`: the money goes back once the pieces have come back. */
export type ReturnState = 'asked' | 'withdrawn' | 'refused' | 'awaited' | 'accepted' | 'refunded' | 'failed';

/** The whole state machine of returns. It begins as `asked`. */
export const RETURN_TRANSITIONS = {
  withdraw: { from: ['asked', 'awaited'], to: 'withdrawn' },
  /** Also of what came back in no state to be taken, or did not come. */
  refuse: { from: ['asked', 'awaited'], to: 'refused' },
  /** The merchant takes the pieces back, and pays when they are there. */
  await: { from: ['asked'], to: 'awaited' },
  /** The merchant, or its rule for small amounts; the money goes back from now on. */
  accept: { from: ['asked'], to: 'accepted' },
  /** The pieces are back; the money goes back from now on. */
  receive: { from: ['awaited'], to: 'accepted' },
  refund: { from: ['accepted'], to: 'refunded' },
  /** The money could not be sent back, or came back again; people have to look. */
  fail: { from: ['accepted', 'refunded'], to: 'failed' },
} as const satisfies Record<string, { from: readonly ReturnState[]; to: ReturnState }>;
