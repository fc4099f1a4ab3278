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

/** An order with one of its returns as it is now; when everything was given back, it says so. */
export function withReturn(order: OrderRecord, one: Return): OrderRecord {
  const returns = order.returns.map((other) => (other.id === one.id ? one : other));
  const after = { ...order, returns, refunded: refundedOf(order, returns) };
  return after.refunded === order.total && mayOrder(order.state, 'give_back')
    ? stepOrder(after, 'give_back')
    : after;
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
