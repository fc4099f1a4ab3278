import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
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
  readonly tracking?: string | undefined;
}

/** A merchant's parcel leaves or arrives, and its order follows. */
export function moveParcel(
  { db, clock }: MallDeps,
  context: CallContext,
  step: 'ship' | 'deliver',
  input: Asked,
): Promise<Result<OrderRecord, Code | 'idempotency_mismatch'>> {
  const { tenant } = context;
  const { order: id, merchant, tracking = null } = input;
  const claim = commands.claimFor(context, `${step}_parcel`, input, clock.now());
  return commands.once<OrderRecord, Code>(db, claim, {
    work: async (tx) => {
      const order = await lockOrder(tx, tenant, id);
      if (!order) return missingOrder(id);
      const parcel = order.parcels.find((one) => one.merchant === merchant);
      if (!parcel) return err('not_found', `${id} has no parcel of ${merchant}`, { field: 'merchant' });
      if (!mayParcel(parcel.state, step)) {
        const done = step === 'ship' ? 'sent' : 'delivered';
        const message = `a parcel that is ${parcel.state} cannot be ${done}`;
        return err('parcel_unexpected_state', message, { field: 'order', detail: { state: parcel.state } });
      }
      const changes = step === 'ship' ? { tracking, shippedAt: claim.at } : { deliveredAt: claim.at };
      const moved = stepParcel(parcel, step, changes);
      const parcels = order.parcels.map((one) => (one.merchant === merchant ? moved : one));
      const after = followParcels({ ...order, parcels });
      await updateOrder(tx, after);
      await tell(tx, step === 'ship' ? 'order.shipped' : 'order.delivered', [toOrder(after)], claim.at);
      return ok(after);
    },
    repeat: async () => {
      const order = await findOrder(db, tenant, id);
      return order ? ok(order) : missingOrder(id);
    },
  });
}
