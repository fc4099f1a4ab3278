import type { Order } from '@tpmall/mall/contract';
import type { Language } from '@tpmall/platform/pages';
import { describe, expect, it } from 'vitest';
import type { Visit } from '../frame/visit.ts';
import { orderPage } from './order-view.ts';
import { ordersPage } from './orders-view.ts';
import { type Frame, frameOf } from './shop-page.ts';

const NOW = Date.UTC(2026, 10, 29) * 1000;
const ran: Order = {
  ...{ id: 'order_1', tenant: 'acct_1', number: '2611-0001', owner: 'guest:g', stock: 'released' },
  ...{ state: 'refunding', heldUntil: NOW, currency: 'cny', language: 'en', email: 'ada@shopper.example' },
  address: {
    ...{ name: 'Ada', phone: null, line1: 'Silk Road 1', line2: null, city: 'Suzhou', state: null },
    ...{ postalCode: '215000', country: 'CN' },
  },
  ...{ lines: [], parcels: [], returns: [], goods: 100n, delivery: 0n, tax: 0n, total: 100n, refunded: 0n },
  ...{ refundFailure: null, session: null, paymentIntent: 'pi_1', paidAt: NOW, createdAt: NOW },
};

function frame(language: Language): Frame {
  const visit = {
    ...{ language, visitor: null, formToken: 'token', timeZone: 'UTC', query: {} },
    url: new URL('http://mall.example/orders/order_1'),
  } as unknown as Visit;
  const shopper = { currency: 'cny', cookies: [] } as unknown as Frame['shopper'];
  return frameOf(visit, shopper, { pieces: 0, goods: 1, now: NOW }, () => 'form_1');
}

const shown = (language: Language, order: Order, isAsked = false): string => {
  const page = orderPage(frame(language), order, { now: NOW, isAsked });
  return page.kind === 'page' ? page.html : '';
};

describe('money that goes back', () => {
  const stuck = { ...ran, refundFailure: 'charge_not_refundable: it is in dispute' };

  it.each([
    ['en', 'on its way back to you', 'could not be sent back by itself', 'Money not sent back yet'],
    ['zh', '全部款项正在退回', '款项未能自动退回', '款项尚未退回'],
  ] as const)('is on its way only while it is, in %s', (language, moves, isStuck, state) => {
    expect(shown(language, ran)).toContain(moves);
    expect(shown(language, ran)).not.toContain(isStuck);
    const page = shown(language, stuck);
    expect(page).toContain(isStuck);
    expect(page).toContain(state);
    expect(page).not.toContain(moves);
    expect(page).not.toContain('charge_not_refundable');
  });

  it('is so in the list of all orders as well', () => {
    const list = (order: Order) => {
      const page = ordersPage(frame('en'), { items: [{ ...order, pieces: 1 }], hasMore: false });
      return page.kind === 'page' ? page.html : '';
    };
    expect(list(ran)).toContain('Money on its way back');
    expect(list(stuck)).not.toContain('Money on its way back');
  });
});

it('is listed with its pieces in one line: no character of theirs stands alone in the next', () => {
  const page = ordersPage(frame('zh'), { items: [{ ...ran, pieces: 3 }], hasMore: false });
  expect(page.kind === 'page' && page.html).toContain('<span class="nowrap">3 件商品</span>');
});

describe('an order that is not paid', () => {
  const open: Order = { ...ran, state: 'placed', stock: 'held', heldUntil: NOW + 1, paidAt: null };

  it.each([
    ['en', 'Waiting for payment', 'We are asking the bank'],
    ['zh', '待支付', '我们正在询问银行'],
  ] as const)('can be paid or cancelled unless the bank is being asked, in %s', (language, waits, asks) => {
    const before = shown(language, open);
    for (const text of [waits, '/orders/order_1/pay', '/orders/order_1/cancel'])
      expect(before).toContain(text);
    expect(before).not.toContain(asks);
    const asked = shown(language, open, true);
    for (const text of [waits, '/orders/order_1/pay', '/orders/order_1/cancel']) {
      expect(asked).not.toContain(text);
    }
    expect(asked).toContain(asks);
    expect(asked).toContain('http-equiv="refresh"');
  });
});
