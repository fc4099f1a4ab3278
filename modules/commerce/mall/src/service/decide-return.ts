import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { mallContract, RETURN_TRANSITIONS, Return } from '../contract/index.ts';
import { audit, tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { lockOrder, updateOrder } from '../store/orders.ts';
import { findReturn, updateReturns } from '../store/returns.ts';
import { restock } from '../store/stock.ts';
import { commands, type MallDeps } from './deps.ts';
import {
  followParcels,
  isNothingLeft,
  mayParcel,
  mayReturn,
  returnOf,
  stepParcel,
  stepReturn,
  withDelivery,
  withReturning,
} from './steps.ts';

type Operations = (typeof mallContract)['operations'];
type Code = 'not_found' | 'return_unexpected_state';

/** Who decides about a return, why and when. */
interface Decision {
  readonly by: string;
  readonly reason: string;
  readonly at: Micros;
}

/** The merchant's answer to a return. */
export function decideReturn(
  deps: MallDeps,
  context: CallContext,
  input: InputOf<Operations['decideReturn']>,
): Promise<Result<Return, Code | 'idempotency_mismatch'>> {
  const { actor } = context;
  const { accept, reason, merchant, whenReceived = false } = input;
  return changeReturn(deps, context, 'decide_return', input, async (tx, before, one, at) => {
    if (merchant !== undefined && one.merchant !== merchant) return missingReturn(input.id);
    if (!mayReturn(one.state, accept ? 'accept' : 'refuse')) return unexpected(one);
    const decision = { by: actor, reason, at };
    const order = accept
      ? await (whenReceived && hasLeft(before, one)
          ? withStep(before, one, 'await', decided(decision))
          : acceptReturn(deps, tx, before, one, decision))
      : withStep(before, one, 'refuse', decided(decision));
    const answered = await keepReturn(tx, before, order, one.id, at);
    await auditReturn(tx, answered, actor, reason, at);
    return ok(answered);
  });
}

/** The pieces of a return have come back; its money goes back from now on. */
export function receiveReturn(
  deps: MallDeps,
  context: CallContext,
  input: InputOf<Operations['receiveReturn']>,
): Promise<Result<Return, Code | 'idempotency_mismatch'>> {
  const { actor } = context;
  const { merchant, restock: isForSale } = input;
  return changeReturn(deps, context, 'receive_return', input, async (tx, order, one, at) => {
    if (merchant !== undefined && one.merchant !== merchant) return missingReturn(input.id);
    if (!mayReturn(one.state, 'receive')) return unexpected(one);
    const after = withStep(order, one, 'receive', { receivedAt: at });
    const received = returnOf(after, one.id);
    await updateReturns(tx, order.returns, after.returns);
    await tell(tx, 'return.received', [received], at);
    await auditReturn(tx, received, actor, 'the pieces are back', at, 'return.received');
    await deps.jobs.enqueue(tx, 'send-refund', { return: one.id }, { key: `refund ${one.id}` });
    // Last, because others wait for the stock.
    if (isForSale) await restock(tx, piecesOf(order, one));
    return ok(received);
  });
}

function auditReturn(
  tx: Queryable,
  { id, tenant, order, amount, currency, state }: Return,
  actor: string,
  reason: string,
  at: Micros,
  action = `return.${state}`,
): Promise<void> {
  const detail = { order, amount: amount.toString(), currency };
  return audit(tx, tenant, { actor, action, subject: id, reason, detail }, at);
}

/** The shopper keeps the pieces after all. */
export function withdrawReturn(
  deps: MallDeps,
  context: CallContext,
  input: InputOf<Operations['withdrawReturn']>,
): Promise<Result<Return, Code | 'idempotency_mismatch'>> {
  return changeReturn(deps, context, 'withdraw_return', input, async (tx, order, one, at) => {
    if (order.owner !== input.owner) return missingReturn(input.id);
    if (!mayReturn(one.state, 'withdraw')) return unexpected(one);
    return ok(await keepReturn(tx, order, withStep(order, one, 'withdraw'), one.id, at));
  });
}

function changeReturn(
  { db, clock }: MallDeps,
  context: CallContext,
  operation: string,
  input: { readonly id: string },
  change: (tx: Queryable, order: OrderRecord, one: Return, at: Micros) => Promise<Result<Return, Code>>,
): Promise<Result<Return, Code | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const claim = commands.claimFor(context, operation, input, clock.now());
  return commands.once<Return, Code>(db, claim, {
    work: async (tx) => {
      const known = await findReturn(tx, tenant, input.id);
      const order = known && (await lockOrder(tx, tenant, known.order));
      const one = order?.returns.find(({ id }) => id === input.id);
      return order && one ? change(tx, order, one, claim.at) : missingReturn(input.id);
    },
    repeat: async () => {
      const one = await findReturn(db, tenant, input.id);
      return one ? ok(one) : missingReturn(input.id);
    },
  });
}

/** An order after a step of one of its returns, with the deliveries where they belong then. */
function withStep(
  order: OrderRecord,
  { id, merchant }: Return,
  step: keyof typeof RETURN_TRANSITIONS,
  changes: Partial<Return> = {},
): OrderRecord {
  const ready = step === 'accept' || step === 'receive' ? withDelivery(order, merchant, id) : order;
  const one = stepReturn(returnOf(ready, id), step, changes);
  const known = { ...ready, returns: ready.returns.map((other) => (other.id === id ? one : other)) };
  const isKept = step === 'refuse' || step === 'withdraw';
  return withDelivery(isKept ? withReturning(known, one, -1) : known, merchant);
}

function decided({ by, reason, at }: Decision): Partial<Return> {
  return { decidedBy: by, decisionReason: reason, decidedAt: at };
}

/**
 * Accepts a return: its money is sent back by a job. What has not left yet goes back to the shelf, and a
 * parcel of which nothing is left does not leave.
 *
 * @param order locked by this transaction; whoever calls stores it, and its returns
 */
export async function acceptReturn(
  { jobs }: Pick<MallDeps, 'jobs'>,
  tx: Queryable,
  order: OrderRecord,
  one: Return,
  decision: Decision,
): Promise<OrderRecord> {
  const known = withStep(order, one, 'accept', decided(decision));
  await jobs.enqueue(tx, 'send-refund', { return: one.id }, { key: `refund ${one.id}` });
  const parcel = order.parcels.find(({ merchant }) => merchant === one.merchant);
  if (!parcel || hasLeft(order, one)) return known;
  await restock(tx, piecesOf(order, one));
  if (!isNothingLeft(known, one.merchant)) return known;
  const stopped = stepParcel(parcel, 'cancel');
  const parcels = order.parcels.map((other) => (other.merchant === one.merchant ? stopped : other));
  return followParcels({ ...known, parcels });
}

/** Whether there is something to come back: what is on its way, or has arrived. */
function hasLeft({ parcels }: OrderRecord, { merchant }: Return): boolean {
  return !parcels.some((one) => one.merchant === merchant && mayParcel(one.state, 'ship'));
}

const TOLD = {
  withdrawn: 'return.withdrawn',
  awaited: 'return.awaited',
  accepted: 'return.accepted',
  refused: 'return.refused',
} as const;

/** Stores an order whose return was decided about or withdrawn, and tells of it. */
export async function keepReturn(
  tx: Queryable,
  before: OrderRecord,
  order: OrderRecord,
  id: string,
  at: Micros,
): Promise<Return> {
  const one = returnOf(order, id);
  await updateReturns(tx, before.returns, order.returns);
  await updateOrder(tx, order);
  await tell(tx, TOLD[one.state as keyof typeof TOLD], [one], at);
  return one;
}

function piecesOf(order: OrderRecord, { lines }: Return) {
  return lines.flatMap(({ position, quantity }) => {
    const line = order.lines[position];
    return line ? [{ variant: line.variant, quantity }] : [];
  });
}

function unexpected({ id, state }: Return) {
  const message = `return ${id} is ${state}: nothing is to be decided about it`;
  return err('return_unexpected_state', message, { field: 'id', detail: { state } });
}

/** There is none of this tenant, or of this merchant. */
export function missingReturn(id: string) {
  return err('not_found', `No such return: '${id}'`, { field: 'id' });
}
