import { err, ok } from '@tpmall/kernel';
import type { Order } from '@tpmall/mall/contract';
import type { OutgoingContext } from '@tpmall/platform/contract';
import { expect, it } from 'vitest';
import { counterWith, environmentWith, formIdOf, ids, submit } from '../fixtures.ts';
import { buyRoutes } from './buy-routes.ts';
import type { AtCounter } from './counter.ts';
import { orderRoutes } from './order-routes.ts';

const text = { en: 'Bowl', zh: '碗' };
const plate = { kind: 'bowl', seed: 1 };
const paid = {
  ...{ id: 'order_1', number: '2611-0001', currency: 'cny', returns: [], parcels: [] },
  lines: [{ position: 0, quantity: 2, returning: 0, unitAmount: 48_00n, name: text, choice: text, plate }],
} as unknown as Order;
const goods = {
  ...{ id: 'bowl', active: true, category: 'tea', plate, options: [] },
  ...{ name: text, summary: text, description: text },
  variants: [{ id: 'one', active: true, values: {}, amounts: { cny: 48_00n }, available: 9 }],
};
const shop = {
  ...{ merchant: 'acct_m', name: text, place: text, about: text, dispatchDays: 1, taxBasisPoints: 0 },
  ...{ delivery: { cny: 0n }, freeDeliveryFrom: {}, acceptReturnsUpTo: {} },
};

/** The pages of a mall that answers every wish with a code, and what it was asked. */
function pagesThatAnswer(code: string) {
  const commands: string[] = [];
  const wish = async ({ commandId }: OutgoingContext) => {
    commands.push(commandId);
    return err(code, 'no');
  };
  const mall = {
    ...{ addToCart: wish, askReturn: wish },
    findGoods: async () => ok({ goods, shop }),
    followPayment: async () => ok(paid),
  };
  const environment = environmentWith({ mall });
  const counter = counterWith(environment, {
    mall: mall as unknown as AtCounter['mall'],
    directory: { shops: [], goods: 1 } as unknown as AtCounter['directory'],
    browse: async () => err('unavailable', 'no'),
  });
  const routes = [...buyRoutes(environment, counter), ...orderRoutes(environment, counter)];
  return { commands, routes };
}

const FORMS = [
  ['/cart/add', { goods: 'bowl', variant: 'one', quantity: '2' }, {}],
  ['/orders/:id/return', { q0: '1', reason: 'cracked' }, { id: 'order_1' }],
] as const;

it.each(FORMS)(
  '%s that nobody answered is the same form when it is sent once more',
  async (path, form, at) => {
    for (const code of ['unknown', 'unavailable']) {
      const { commands, routes } = pagesThatAnswer(code);
      const again = await submit(routes, path, { ...form, form_id: ids.next('form') }, at);
      expect(again).toMatchObject({ html: expect.stringContaining('Send the form once more') as string });
      await submit(routes, path, { ...form, form_id: formIdOf(again) ?? '' }, at);
      expect(commands).toHaveLength(2);
      expect(new Set(commands).size).toBe(1);
    }
  },
);
