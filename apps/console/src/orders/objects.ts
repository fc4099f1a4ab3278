/** Where one merchant's part of an order stands. */
export type ParcelState = 'waiting' | 'preparing' | 'packed' | 'shipped' | 'delivered' | 'cancelled';

/** Where a return stands; `awaited`: the money goes back once the pieces have come back. */
export type ReturnState = 'asked' | 'withdrawn' | 'refused' | 'awaited' | 'accepted' | 'refunded' | 'failed';

/** A text of the mall, in each of its languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** A merchant's part of an order, in a list. */
export interface OrderSummary {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly amount_total: number;
  readonly created: number;
  readonly paid_at: number | null;
  readonly lines: readonly { readonly name: Text; readonly quantity: number }[];
  /** The merchant's own. */
  readonly parcels: readonly { readonly status: ParcelState }[];
}

export interface OrderLine {
  /** What returns name it by. */
  readonly position: number;
  readonly sku: string;
  readonly name: Text;
  readonly choice: Text;
  readonly quantity: number;
  readonly quantity_in_returns: number;
  readonly unit_amount: number;
  readonly amount: number;
}

export interface Parcel {
  readonly status: ParcelState;
  readonly carrier: string | null;
  readonly tracking_number: string | null;
  readonly packed_at: number | null;
  readonly shipped_at: number | null;
  readonly delivered_at: number | null;
}

/** Pieces that a shopper wants the money back for. */
export interface Return {
  readonly id: string;
  readonly order: string;
  readonly status: ReturnState;
  readonly currency: string;
  readonly amount: number;
  readonly amount_delivery: number;
  readonly reason: string;
  readonly created: number;
  /** Who accepted or refused it; `policy` for the merchant's rule. */
  readonly decided_by: string | null;
  readonly decided_at: number | null;
  readonly decision_reason: string | null;
  readonly received_at: number | null;
  readonly failure_reason: string | null;
  readonly lines: readonly {
    readonly position: number;
    readonly quantity: number;
    readonly amount: number;
  }[];
}

interface Address {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postal_code: string | null;
  readonly country: string | null;
}

/** A merchant's part of an order. Amounts hold the tax that is included in them. */
export interface Order extends Omit<OrderSummary, 'lines' | 'parcels'> {
  readonly amount_goods: number;
  readonly amount_delivery: number;
  readonly amount_tax: number;
  readonly amount_refunded: number;
  readonly refund_failure: string | null;
  readonly lines: readonly OrderLine[];
  readonly parcels: readonly Parcel[];
  readonly returns: readonly Return[];
  readonly shipping: { readonly name: string; readonly phone: string | null; readonly address: Address };
}
