import {
  listMallOrdersParameters,
  listToWire,
  mallOrderParameters,
  mallOrderSummaryToWire,
  mallOrderToWire,
  moveParcelParameters,
  pageFromWire,
  shipParcelParameters,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import type { Route } from '../pipeline/route.ts';
import { mallMeanings } from './mall-errors.ts';
import { mallSamples } from './mall-samples.ts';
import { merchantRoute } from './merchant-route.ts';
import { missing, pathId } from './object-id.ts';

const PATH = '/v1/mall/orders';
const shared = { tag: 'Mall', errors: 'payments' } as const;
const sample = { name: 'MallOrder', value: mallSamples.order };

/** Orders of the mall, and what their merchants do with their parcels. */
export function mallOrderRoutes(environment: GatewayEnvironment): Route[] {
  return [...readingRoutes(environment), ...movingRoutes(environment)];
}

function readingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  return [
    merchantRoute({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listMallOrders',
      summary: 'List orders, newest first; of one merchant: those with a parcel of theirs, and their part',
      parameters: listMallOrdersParameters,
      sample: { name: 'MallOrderList', value: listToWire(PATH, [mallSamples.summary], false) },
      examples: [
        { title: 'Of one merchant', parameters: { merchant: '{account}', limit: 3 } },
        { title: 'To be packed', parameters: { merchant: '{account}', parcel_status: 'preparing' } },
      ],
      handle: async (call, { merchant, parcel_status: state, ...page }) => {
        if (state !== undefined && merchant === undefined) {
          const message = 'say whose parcel, with `merchant`';
          return refuse('parameter_missing', { message, param: 'merchant' });
        }
        const input = {
          ...pageFromWire(page),
          ...(merchant !== undefined && { merchant }),
          ...(merchant !== undefined && state !== undefined && { parcel: { merchant, state } }),
        };
        const listed = await ports.mall.listOrders(call.context, input);
        if (!listed.ok) return refusal(mallMeanings.listOrders, listed.error);
        const objects = listed.value.items.map((each) => mallOrderSummaryToWire(each, view, merchant));
        return answer(listToWire(PATH, objects, listed.value.hasMore));
      },
    }),
    merchantRoute({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveMallOrder',
      summary: 'Read an order, or one merchant’s part of it',
      parameters: mallOrderParameters,
      sample,
      examples: [{ title: 'One order', path: { id: '{mall_order}' }, parameters: {} }],
      handle: async (call, { merchant }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'order');
        const input = { id, ...(merchant !== undefined && { merchant }) };
        const found = await ports.mall.findOrder(call.context, input);
        if (!found.ok) return refusal(mallMeanings.findOrder, found.error);
        return answer(mallOrderToWire(found.value, view, merchant));
      },
    }),
  ];
}

/**
 * A merchant's parcel is packed, leaves, arrives; each is answered with that merchant's part of the order.
 */
function movingRoutes({ ports, view }: GatewayEnvironment): Route[] {
  const ofOrder = { id: '{mall_order}' };
  const ofMerchant = { merchant: '{account}' };
  return [
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/pack`,
      operationId: 'packMallParcel',
      summary: 'Say that a merchant’s parcel is packed',
      parameters: moveParcelParameters,
      sample,
      examples: [{ title: 'One parcel', path: ofOrder, parameters: ofMerchant }],
      handle: async (call, { merchant }) => {
        const order = pathId(call);
        if (order === undefined) return missing(call, 'order');
        const moved = await ports.mall.packParcel(call.context, { order, merchant });
        if (!moved.ok) return refusal(mallMeanings.packParcel, moved.error);
        return answer(mallOrderToWire(moved.value, view, merchant));
      },
    }),
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/ship`,
      operationId: 'shipMallParcel',
      summary: 'Say that a merchant’s parcel has left, with whom and under which number',
      parameters: shipParcelParameters,
      sample,
      examples: [
        {
          title: 'With its number',
          path: ofOrder,
          parameters: { ...ofMerchant, carrier: 'SF Express', tracking_number: 'SF1234567890' },
        },
      ],
      handle: async (call, { merchant, carrier, tracking_number: tracking }) => {
        const order = pathId(call);
        if (order === undefined) return missing(call, 'order');
        const moved = await ports.mall.shipParcel(call.context, {
          ...{ order, merchant },
          ...(carrier !== undefined && { carrier }),
          ...(tracking !== undefined && { tracking }),
        });
        if (!moved.ok) return refusal(mallMeanings.shipParcel, moved.error);
        return answer(mallOrderToWire(moved.value, view, merchant));
      },
    }),
    merchantRoute({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/deliver`,
      operationId: 'deliverMallParcel',
      summary: 'Say that a merchant’s parcel has arrived',
      parameters: moveParcelParameters,
      sample,
      examples: [{ title: 'One parcel', path: { id: '{mall_order_shipped}' }, parameters: ofMerchant }],
      handle: async (call, { merchant }) => {
        const order = pathId(call);
        if (order === undefined) return missing(call, 'order');
        const moved = await ports.mall.deliverParcel(call.context, { order, merchant });
        if (!moved.ok) return refusal(mallMeanings.deliverParcel, moved.error);
        return answer(mallOrderToWire(moved.value, view, merchant));
      },
    }),
  ];
}
