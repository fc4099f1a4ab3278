import type { Order, Return } from '@tpmall/mall/contract';
import { mallOrderSummaryToWire, mallOrderToWire, mallReturnToWire } from '@tpmall/wire';
import { samples } from './samples.ts';

/** Objects of the mall as the document shows them, made by the same mapping as real ones. */
const view = { apiUrl: 'http://localhost:4242', webUrl: 'http://localhost:4247', livemode: false };
/** 23 November 2026, 12:00 UTC. */
const at = 1_795_435_200_000_000;
const tenant = 'acct_01k9platform';
const merchant = 'acct_01k9kiln';

const back: Return = {
  id: 'ret_01k9bowl',
  tenant,
  order: 'order_01k9ada',
  merchant,
  state: 'asked',
  lines: [{ position: 0, quantity: 1, amount: 16_800n }],
  delivery: 0n,
  amount: 16_800n,
  currency: 'cny',
  reason: 'The glaze has run',
  decidedBy: null,
  decisionReason: null,
  decidedAt: null,
  receivedAt: null,
  refund: null,
  failure: null,
  createdAt: at,
};
const order: Order = {
  id: 'order_01k9ada',
  tenant,
  number: '2611-0042',
  owner: 'person:person_01k9ada',
  state: 'shipped',
  stock: 'sold',
  heldUntil: at,
  currency: 'cny',
  language: 'en',
  email: 'ada@shopper.example',
  address: {
    ...{ name: 'Ada Lovelace', phone: null, line1: 'Silk Road 1', line2: null, city: 'Suzhou' },
    ...{ state: null, postalCode: '215000', country: 'CN' },
  },
  lines: [
    {
      ...{
        position: 0,
        goods: 'celadon-bowl',
        variant: 'var_01k9bowl',
        sku: 'KR-0112',
        price: 'price_01k9bowl',
      },
      ...{ merchant, plate: { kind: 'bowl', seed: 'celadon' }, name: { en: 'Celadon bowl', zh: '青瓷碗' } },
      ...{ choice: { en: 'Ash grey', zh: '灰釉' }, quantity: 2, unitAmount: 16_800n, amount: 33_600n },
      ...{ tax: 3_865n, returning: 1 },
    },
  ],
  parcels: [
    {
      ...{ merchant, shop: { en: 'Kiln & Reed', zh: '窑与苇' }, place: { en: 'Jingdezhen', zh: '景德镇' } },
      ...{ state: 'shipped', goods: 33_600n, delivery: 1_800n, tax: 4_072n, total: 35_400n },
      ...{ carrier: 'SF Express', tracking: 'SF1234567890', packedAt: at, shippedAt: at, deliveredAt: null },
    },
  ],
  returns: [back],
  ...{ goods: 33_600n, delivery: 1_800n, tax: 4_072n, total: 35_400n, refunded: 0n, refundFailure: null },
  session: 'cs_01k9ada',
  paymentIntent: samples.paymentIntent.id,
  paidAt: at,
  createdAt: at,
};

export const mallSamples = {
  order: mallOrderToWire(order, view),
  summary: mallOrderSummaryToWire({ ...order, pieces: 2 }, view),
  return: mallReturnToWire(back, view),
};
