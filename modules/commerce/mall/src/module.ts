import { DAY, err, ok, type Result, SECOND } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { mallConfig } from './config.ts';
import { mallContract } from './contract/index.ts';
import { needs } from './needs.ts';
import { askReturn } from './service/ask-return.ts';
import { browse } from './service/browse.ts';
import { addToCart, adopt, changeCart, readCart } from './service/change-cart.ts';
import { changeStock } from './service/change-stock.ts';
import { decideReturn, missingReturn, receiveReturn, withdrawReturn } from './service/decide-return.ts';
import { cancelOrder, checkoutSubscription, followPayment } from './service/follow-payment.ts';
import { catalogueSubscription } from './service/learn-prices.ts';
import { moveParcel } from './service/move-parcel.ts';
import { missingOrder, openOrderPayment } from './service/open-payment.ts';
import { isOrderKey } from './service/order-key.ts';
import { placeOrder } from './service/place-order.ts';
import { putGoods } from './service/put-goods.ts';
import { putShops } from './service/put-shops.ts';
import { noticesSubscription } from './service/send-notices.ts';
import { type RefundDue, refundsSubscription, sendRefund } from './service/send-refund.ts';
import { forgetCarts, releaseDue, sendDueRefunds } from './service/sweep.ts';
import { countPieces } from './store/carts.ts';
import { findOffered } from './store/goods.ts';
import type { OrderRecord } from './store/order-rows.ts';
import { findOrder, listOrders, toOrder } from './store/orders.ts';
import { findReturn, listReturns } from './store/returns.ts';
import { findHome, findShops, readDirectory } from './store/shops.ts';

/** Goods and their stock, carts, and orders over several merchants that are paid once. */
export const mall = defineModule({
  name: 'mall',
  contract: mallContract,
  needs,
  config: mallConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ db, clock, log, ports, config, jobs }) {
    const deps = { db, clock, log, ports, config, jobs };
    return {
      implementation: {
        putShops: (context, input) => putShops(deps, context, input),
        putGoods: (context, input) => putGoods(deps, context, input),
        changeStock: (context, input) => changeStock(deps, context, input),
        findGoods: async ({ tenant }, { id }) => {
          const [offered] = await findOffered(db, tenant, [id]);
          return offered ? ok(offered) : err('not_found', `there are no goods ${id}`, { field: 'id' });
        },
        browse: (context, input) => browse(deps, context, input),
        findHome: async () => {
          const tenant = await findHome(db);
          return tenant === undefined ? err('not_found', 'no shop was opened yet') : ok({ tenant });
        },
        findShops: async ({ tenant }, { merchants }) =>
          ok([...(await findShops(db, tenant, merchants)).values()]),
        readDirectory: async ({ tenant }) => ok(await readDirectory(db, tenant)),
        addToCart: (context, input) => addToCart(deps, context, input),
        changeCart: (context, input) => changeCart(deps, context, input),
        readCart: async ({ tenant }, { owner, currency }) => ok(await readCart(db, tenant, owner, currency)),
        countCart: async ({ tenant }, { owner }) => ok(await countPieces(db, tenant, owner)),
        adopt: (context, input) => adopt(deps, context, input),
        placeOrder: async (context, input) => shown(await placeOrder(deps, context, input)),
        openPayment: async (context, input) => shown(await openOrderPayment(deps, context, input)),
        followPayment: async (context, input) => shown(await followPayment(deps, context, input)),
        cancelOrder: async (context, input) => shown(await cancelOrder(deps, context, input)),
        findOrder: async ({ tenant }, { id, owner, merchant, key }) => {
          const order = await findOrder(db, tenant, id);
          const isTheirs = owner === undefined || order?.owner === owner;
          const isPart = merchant === undefined || order?.parcels.some((one) => one.merchant === merchant);
          const isOpened = key === undefined || (order && isOrderKey(deps, order, key));
          return order && isTheirs && isPart && isOpened ? ok(toOrder(order)) : missingOrder(id);
        },
        listOrders: ({ tenant }, { parcel, ...input }) =>
          listOrders(db, tenant, { ...input, parcel: parcel && [parcel.merchant, parcel.state] }),
        packParcel: async (context, input) => shown(await moveParcel(deps, context, 'pack', input)),
        shipParcel: async (context, input) => shown(await moveParcel(deps, context, 'ship', input)),
        deliverParcel: async (context, input) => shown(await moveParcel(deps, context, 'deliver', input)),
        askReturn: (context, input) => askReturn(deps, context, input),
        withdrawReturn: (context, input) => withdrawReturn(deps, context, input),
        decideReturn: (context, input) => decideReturn(deps, context, input),
        receiveReturn: (context, input) => receiveReturn(deps, context, input),
        findReturn: async ({ tenant }, { id, merchant }) => {
          const one = await findReturn(db, tenant, id);
          return one && (merchant ?? one.merchant) === one.merchant ? ok(one) : missingReturn(id);
        },
        listReturns: ({ tenant }, input) => listReturns(db, tenant, input),
      },
      jobs: [
        { name: 'send-refund', run: (payload) => sendRefund(deps, payload as RefundDue) },
        {
          name: 'sweep',
          every: config.sweepEverySeconds * SECOND,
          run: async () => {
            await releaseDue(deps);
            await sendDueRefunds(deps);
          },
        },
        { name: 'forget-carts', every: DAY, run: () => forgetCarts(deps) },
      ],
      subscriptions: [
        checkoutSubscription(deps),
        refundsSubscription(deps),
        catalogueSubscription(),
        noticesSubscription(deps),
      ],
    };
  },
});

function shown<Code extends string>(result: Result<OrderRecord, Code>) {
  return result.ok ? ok(toOrder(result.value)) : result;
}
