import { err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Parcel } from '../contract/index.ts';
import { tell } from '../store/events.ts';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, lockOrder, toOrder, updateOrder } from '../store/orders.ts';
import { commands, type MallDeps } from './deps.ts';
import { missingOrder } from './open-payment.ts';
import { followParcels, mayParcel, stepParcel } from './steps.ts';

type Code = 'not_found' | 'parcel_unexpected_state';

/** A parcel of an order. */
interface Asked {
  readonly order: string;
  readonly merchant: string;
  readonly carrier?: string | undefined;
  readonly tracking?: string | undefined;
}

/** What a merchant does with a parcel: what it is called, what it changes, what is told. */
const MOVES = {
  pack: { done: 'packed', told: 'order.packed', change: (_asked, at) => ({ packedAt: at }) },
  ship: {
    done: 'sent',
    told: 'order.shipped',
    change: ({ carrier = null, tracking = null }, at) => ({ carrier, tracking, shippedAt: at }),
  },
  deliver: { done: 'delivered', told: 'order.delivered', change: (_asked, at) => ({ deliveredAt: at }) },
} as const satisfies Record<
  string,
  { done: string; told: string; change: (asked: Asked, at: Micros) => Partial<Parcel> }
>;

/** A merchant's parcel is packed, leaves or arrives, and its order follows. */
export function moveParcel(
  { db, clock }: MallDeps,
  context: CallContext,
  step: keyof typeof MOVES,
  input: Asked,
): Promise<Result<OrderRecord, Code | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { order: id, merchant } = input;
  const { done, told, change } = MOVES[step];
  const claim = commands.claimFor(context, `${step}_parcel`, input, clock.now());
  return commands.once<OrderRecord, Code>(db, claim, {
    work: async (tx) => {
      const order = await lockOrder(tx, tenant, id);
      if (!order) return missingOrder(id);
      const parcel = order.parcels.find((one) => one.merchant === merchant);
      if (!parcel) return err('not_found', `${id} has no parcel of ${merchant}`, { field: 'merchant' });
      if (!mayParcel(parcel.state, step)) {
        const message = `a parcel that is ${parcel.state} cannot be ${done}`;
        return err('parcel_unexpected_state', message, { field: 'order', detail: { state: parcel.state } });
      }
      const moved = stepParcel(parcel, step, change(input, claim.at));
      const parcels = order.parcels.map((one) => (one.merchant === merchant ? moved : one));
      const after = followParcels({ ...order, parcels });
      await updateOrder(tx, after);
      await tell(tx, told, [{ ...toOrder(after), moved: merchant }], claim.at);
      return ok(after);
    },
    repeat: async () => {
      const order = await findOrder(db, tenant, id);
      return order ? ok(order) : missingOrder(id);
    },
  });
}
