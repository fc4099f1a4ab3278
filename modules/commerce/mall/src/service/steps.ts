import { assert } from '@tpmall/kernel';
import {
  ORDER_TRANSITIONS,
  type OrderState,
  PARCEL_TRANSITIONS,
  type Parcel,
  type ParcelState,
  RETURN_TRANSITIONS,
  type Return,
  type ReturnState,
} from '../contract/index.ts';
import { type OrderRecord, refundedOf } from '../store/order-rows.ts';

type OrderStep = keyof typeof ORDER_TRANSITIONS;
type ParcelStep = keyof typeof PARCEL_TRANSITIONS;
type ReturnStep = keyof typeof RETURN_TRANSITIONS;

/** Whether an order can take a step. */
export function mayOrder(state: OrderState, step: OrderStep): boolean {
  return (ORDER_TRANSITIONS[step].from as readonly OrderState[]).includes(state);
}

/** Whether a parcel can take a step. */
export function mayParcel(state: ParcelState, step: ParcelStep): boolean {
  return (PARCEL_TRANSITIONS[step].from as readonly ParcelState[]).includes(state);
}

/** Whether a return can take a step. */
export function mayReturn(state: ReturnState, step: ReturnStep): boolean {
  return (RETURN_TRANSITIONS[step].from as readonly ReturnState[]).includes(state);
}

/** An order after a step that it can take. */
export function stepOrder(
  order: OrderRecord,
  step: OrderStep,
  changes: Partial<OrderRecord> = {},
): OrderRecord {
  assert(mayOrder(order.state, step), `an order that is ${order.state} cannot ${step}`);
  return { ...order, ...changes, state: ORDER_TRANSITIONS[step].to };
}

/** A parcel after a step that it can take. */
export function stepParcel(parcel: Parcel, step: ParcelStep, changes: Partial<Parcel> = {}): Parcel {
  assert(mayParcel(parcel.state, step), `a parcel that is ${parcel.state} cannot ${step}`);
  return { ...parcel, ...changes, state: PARCEL_TRANSITIONS[step].to };
}

/** A return after a step that it can take. */
export function stepReturn(one: Return, step: ReturnStep, changes: Partial<Return> = {}): Return {
  assert(mayReturn(one.state, step), `a return that is ${one.state} cannot ${step}`);
  return { ...one, ...changes, state: RETURN_TRANSITIONS[step].to };
}

/** Every parcel that can takes a step. */
export function stepParcels(parcels: readonly Parcel[], step: ParcelStep): readonly Parcel[] {
  return parcels.map((parcel) => (mayParcel(parcel.state, step) ? stepParcel(parcel, step) : parcel));
}

/** An order as its parcels have it: those that were cancelled do not count. */
export function followParcels(order: OrderRecord): OrderRecord {
  const sent = order.parcels.filter(({ state }) => state !== 'cancelled').map(({ state }) => state);
  const isGone = (state: ParcelState): boolean => state === 'shipped' || state === 'delivered';
  if (sent.length === 0 || !sent.some(isGone) || !mayOrder(order.state, 'deliver')) return order;
  if (sent.every((state) => state === 'delivered')) return stepOrder(order, 'deliver');
  // What has arrived as a whole stays so.
  if (order.state === 'delivered') return order;
  return stepOrder(order, sent.every(isGone) ? 'ship' : 'ship_part');
}

/**
 * An order with one of its returns as it is now; when everything was given back, it says so, and when some of
 * that has come back, it says so no more.
 */
export function withReturn(order: OrderRecord, one: Return): OrderRecord {
  const returns = order.returns.map((other) => (other.id === one.id ? one : other));
  const after = { ...order, returns, refunded: refundedOf(order, returns) };
  if (order.state === 'refunded' && after.refunded < order.total) {
    return followParcels(stepOrder(after, 'fall_short'));
  }
  return after.refunded === order.total && mayOrder(order.state, 'give_back')
    ? stepOrder(after, 'give_back')
    : after;
}

/** Where a return is not decided for good. */
const OPEN: readonly ReturnState[] = ['asked', 'awaited'];
/** Where the merchant has taken the pieces back for good, whatever becomes of the money. */
const TAKEN_BACK: readonly ReturnState[] = ['accepted', 'refunded', 'failed'];

/** Every piece of a parcel is in a return that was accepted. */
export function isNothingLeft({ lines, returns }: OrderRecord, merchant: string): boolean {
  const given = new Map<number, number>();
  for (const one of returns.filter(({ state }) => TAKEN_BACK.includes(state))) {
    for (const { position, quantity } of one.lines)
      given.set(position, (given.get(position) ?? 0) + quantity);
  }
  return lines.every((line) => line.merchant !== merchant || given.get(line.position) === line.quantity);
}

/**
 * An order with the delivery of a parcel on the return that it goes back with: once every piece is in a
 * return, the last one that is still open, for whichever is accepted last leaves nothing. What was accepted
 * keeps its amount.
 *
 * @param next the return that is accepted now: it is the last one where no other is open
 */
export function withDelivery(order: OrderRecord, merchant: string, next?: string): OrderRecord {
  const parcel = order.parcels.find((one) => one.merchant === merchant);
  assert(parcel, `${order.id} has a parcel of ${merchant}`);
  const own = order.returns.filter((one) => one.merchant === merchant);
  const isEmpty = order.lines.every((line) => line.merchant !== merchant || line.returning === line.quantity);
  const hasBeen = own.some(({ state, delivery }) => TAKEN_BACK.includes(state) && delivery > 0n);
  const open = own.filter(({ state }) => OPEN.includes(state)).map(({ id }) => id);
  const last = isEmpty && !hasBeen ? (open.findLast((id) => id !== next) ?? next) : undefined;
  const returns = order.returns.map((one) => {
    const delivery = one.id === last ? parcel.delivery : 0n;
    if (!open.includes(one.id) || one.delivery === delivery) return one;
    return { ...one, delivery, amount: one.amount - one.delivery + delivery };
  });
  return { ...order, returns };
}

/** A return of an order. */
export function returnOf({ id: order, returns }: OrderRecord, id: string): Return {
  const one = returns.find((other) => other.id === id);
  assert(one, `${order} has a return ${id}`);
  return one;
}

/** Pieces of lines that are, or are no more, on their way back. */
export function withReturning(
  order: OrderRecord,
  { lines }: Pick<Return, 'lines'>,
  sign: 1 | -1,
): OrderRecord {
  const quantityOf = new Map(lines.map(({ position, quantity }) => [position, quantity]));
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      returning: line.returning + sign * (quantityOf.get(line.position) ?? 0),
    })),
  };
}
