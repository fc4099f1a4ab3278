import { err, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Queryable } from '@tpmall/platform/db';
import type { mallContract, OrderState, Return } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, lockOrder, updateOrder } from '../store/orders.ts';
import { insertReturns, updateReturns } from '../store/returns.ts';
import { findShops } from '../store/shops.ts';
import { acceptReturn, keepReturn } from './decide-return.ts';
import { commands, type MallDeps } from './deps.ts';
import { missingOrder } from './open-payment.ts';
import { returnOf, withDelivery, withReturning } from './steps.ts';

type Asked = InputOf<(typeof mallContract)['operations']['askReturn']>;
type Code = 'not_found' | 'order_not_returnable' | 'line_not_returnable';

/** An order has something to give back. */
const RETURNABLE: readonly OrderState[] = ['paid', 'part_shipped', 'shipped', 'delivered'];
/** Who decides where a merchant's rule does. */
export const POLICY = 'policy';

/**
 * Asks for the money of some pieces: a return for each merchant. Pieces are counted on their lines, so that
 * none is given back twice; what a merchant's rule for small amounts allows is accepted at once.
 */
export function askReturn(
  deps: MallDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<readonly Return[], Code | 'idempotency_mismatch'>> {
  const { db, clock } = deps;
  const { tenant } = context;
  const claim = commands.claimFor(context, 'ask_return', input, clock.now());
  return commands.once<readonly Return[], Code>(db, claim, {
    work: async (tx) => {
      const order = await lockOrder(tx, tenant, input.order);
      if (order?.owner !== input.owner) return missingOrder(input.order);
      if (!RETURNABLE.includes(order.state)) {
        const message = `an order that is ${order.state} has nothing to give back`;
        return err('order_not_returnable', message, { field: 'order', detail: { state: order.state } });
      }
      const problem = problemOf(order, input.lines);
      if (problem) return problem;
      return ok(await makeReturns(deps, tx, order, claim, input));
    },
    repeat: async (accepted) => {
      const order = await findOrder(db, tenant, input.order);
      const made = order?.parcels.map(({ merchant }) => objectId('ret', accepted, merchant)) ?? [];
      return ok(order?.returns.filter(({ id }) => made.includes(id)) ?? []);
    },
  });
}

function problemOf(order: OrderRecord, asked: Asked['lines']) {
  const seen = new Set<number>();
  for (const [index, { position, quantity }] of asked.entries()) {
    const line = order.lines[position];
    const parcel = order.parcels.find(({ merchant }) => merchant === line?.merchant);
    const left = line && parcel?.state !== 'cancelled' ? line.quantity - line.returning : 0;
    if (quantity > left || seen.has(position)) {
      const message = `line ${position} has ${left} pieces that can be given back, and is named once`;
      const field = `lines[${index}].quantity`;
      return err('line_not_returnable', message, { field, detail: { position, left } });
    }
    seen.add(position);
  }
  return undefined;
}

async function makeReturns(
  deps: MallDeps,
  tx: Queryable,
  before: OrderRecord,
  claim: Claim,
  asked: Asked,
): Promise<readonly Return[]> {
  let order = before;
  const ids: string[] = [];
  for (const { merchant } of before.parcels) {
    const lines = asked.lines.flatMap(({ position, quantity }) => {
      const line = order.lines[position];
      if (line?.merchant !== merchant) return [];
      return [{ position, quantity, amount: line.unitAmount * BigInt(quantity) }];
    });
    if (lines.length === 0) continue;
    const one: Return = {
      id: objectId('ret', claim, merchant),
      tenant: order.tenant,
      order: order.id,
      merchant,
      state: 'asked',
      lines,
      delivery: 0n,
      amount: lines.reduce((sum, { amount }) => sum + amount, 0n),
      currency: order.currency,
      reason: asked.reason,
      decidedBy: null,
      decisionReason: null,
      decidedAt: null,
      receivedAt: null,
      refund: null,
      failure: null,
      createdAt: claim.at,
    };
    ids.push(one.id);
    const known = withReturning({ ...order, returns: [...order.returns, one] }, one, 1);
    order = withDelivery(known, merchant);
  }
  const returns = ids.map((id) => returnOf(order, id));
  await insertReturns(tx, returns);
  await updateReturns(tx, before.returns, order.returns);
  await tell(tx, 'return.asked', returns, claim.at);
  await updateOrder(tx, order);
  order = await acceptSmall(deps, tx, order, returns);
  return ids.map((id) => returnOf(order, id));
}

/** Accepts those of new returns that the rules of their merchants allow. */
async function acceptSmall(
  deps: MallDeps,
  tx: Queryable,
  before: OrderRecord,
  returns: readonly Return[],
): Promise<OrderRecord> {
  const merchants = returns.map(({ merchant }) => merchant);
  const shops = await findShops(tx, before.tenant, merchants);
  let order = before;
  for (const { id, merchant, createdAt: at } of returns) {
    const upTo = shops.get(merchant)?.acceptReturnsUpTo[order.currency] ?? 0n;
    // As it is paid back now: where another return is open, the delivery waits for that one.
    const one = returnOf(withDelivery(order, merchant, id), id);
    if (one.amount + acceptedByPolicy(order, merchant) > upTo) continue;
    const accepted = await acceptReturn(deps, tx, order, one, { by: POLICY, reason: POLICY, at });
    await keepReturn(tx, order, accepted, id, at);
    order = accepted;
  }
  return order;
}

/** A rule for small amounts is one for all returns of a parcel together. */
function acceptedByPolicy(order: OrderRecord, merchant: string): bigint {
  return order.returns
    .filter((one) => one.merchant === merchant && one.decidedBy === POLICY)
    .reduce((sum, { amount }) => sum + amount, 0n);
}
