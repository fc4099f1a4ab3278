import type { Order } from '@tpmall/mall/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import type { Visit } from '../frame/visit.ts';
import type { AtCounter, Counter } from './counter.ts';
import { orderPage } from './order-view.ts';
import { ordersPage } from './orders-view.ts';
import { returnPage } from './return-view.ts';

/** Orders on one page of the list. */
const PAGE_SIZE = 20;
const ID = /^[\w-]{1,64}$/;

/** Orders, and what becomes of them. */
export function orderRoutes({ clock }: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const page = { method: 'GET', access: 'anyone' } as const;
  const form = { method: 'POST', access: 'anyone' } as const;
  const withOrder = (
    visit: Visit,
    answer: (at: AtCounter, order: Order, owner: string) => Promise<Answer>,
  ): Promise<Answer> => counter.at(visit, (at) => findOrder(visit, at, answer));
  const show = (at: AtCounter, order: Order, problem?: string) =>
    orderPage(at.frame, order, clock.now(), problem);
  return [
    { ...page, path: '/orders', handle: (visit) => counter.at(visit, (at) => list(visit, at)) },
    {
      ...page,
      path: '/orders/:id',
      handle: (visit) => withOrder(visit, async (at, order) => show(at, order)),
    },
    {
      ...form,
      path: '/orders/:id/pay',
      handle: (visit) =>
        withOrder(visit, async (at, order, owner) => {
          const opened = await at.mall.openPayment(at.context(), { id: order.id, owner });
          const session = opened.ok ? opened.value.session : null;
          if (session !== null) return { kind: 'go', path: `/c/pay/${session}` };
          if (!opened.ok && opened.error.code === 'order_not_open') return back(order);
          return show(at, order, at.frame.w.notOpened);
        }),
    },
    {
      ...form,
      path: '/orders/:id/cancel',
      handle: (visit) =>
        withOrder(visit, async (at, order, owner) => {
          const { form_id: formId } = visit.form;
          const cancelled = await at.mall.cancelOrder(at.context(formId), { id: order.id, owner });
          if (cancelled.ok || cancelled.error.code === 'order_not_open') return back(order);
          return show(at, order, at.frame.w.busy);
        }),
    },
    {
      ...page,
      path: '/orders/:id/return',
      handle: (visit) =>
        withOrder(visit, async (at, order) => returnPage(at.frame, order, { reason: '', pieces: new Map() })),
    },
    { ...form, path: '/orders/:id/return', handle: (visit) => withOrder(visit, askReturn) },
    {
      ...form,
      path: '/orders/:id/returns/:one/withdraw',
      handle: (visit) =>
        withOrder(visit, async (at, order, owner) => {
          const input = { id: visit.path['one'] ?? '', owner };
          const withdrawn = await at.mall.withdrawReturn(at.context(visit.form['form_id']), input);
          const isSettled = withdrawn.ok || withdrawn.error.code === 'return_unexpected_state';
          return isSettled ? back(order) : show(at, order, at.frame.w.busy);
        }),
    },
  ];
}

function back({ id }: Order): Answer {
  return { kind: 'go', path: `/orders/${id}` };
}

async function findOrder(
  visit: Visit,
  at: AtCounter,
  answer: (at: AtCounter, order: Order, owner: string) => Promise<Answer>,
): Promise<Answer> {
  const { owner } = at.shopper;
  const id = visit.path['id'] ?? '';
  if (!ID.test(id)) return plainPage(visit, 'missing');
  // Who has just come back from paying sees how it has ended, not how it was a moment ago.
  const found = await at.mall.followPayment(at.context(), { id, owner });
  if (found.ok) return answer(at, found.value, owner);
  return plainPage(visit, found.error.code === 'not_found' ? 'missing' : 'failed');
}

async function list(visit: Visit, { mall, context, shopper, frame }: AtCounter): Promise<Answer> {
  const { owner } = shopper;
  const after = visit.query['after'];
  const startingAfter = after !== undefined && ID.test(after) ? { startingAfter: after } : {};
  const orders = await mall.listOrders(context(), { owner, limit: PAGE_SIZE, ...startingAfter });
  if (orders.ok) return ordersPage(frame, orders.value);
  return plainPage(visit, orders.error.code === 'cursor_not_found' ? 'missing' : 'failed');
}

async function askReturn(at: AtCounter, order: Order, owner: string): Promise<Answer> {
  const { mall, frame } = at;
  const { w, visit } = frame;
  const { form } = visit;
  const reason = (form['reason'] ?? '').trim();
  const lines = order.lines.flatMap(({ position }) => {
    const quantity = Number(form[`q${position}`] ?? '0');
    return Number.isInteger(quantity) && quantity > 0 ? [{ position, quantity }] : [];
  });
  const pieces = new Map(lines.map(({ position, quantity }) => [position, quantity]));
  const again = (problem: string) => returnPage(frame, order, { reason, pieces, problem });
  if (lines.length === 0) return again(w.returnNone);
  if (reason === '') return again(w.reasonNeeded);
  const asked = await mall.askReturn(at.context(form['form_id']), { order: order.id, owner, lines, reason });
  if (asked.ok) return back(order);
  const { code } = asked.error;
  const isGone =
    code === 'line_not_returnable' || code === 'order_not_returnable' || code === 'invalid_input';
  return again(isGone ? w.returnGone : w.busy);
}
