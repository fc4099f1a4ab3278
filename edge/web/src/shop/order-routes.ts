import type { Order } from '@tpmall/mall/contract';
import type { WebEnvironment } from '../environment.ts';
import type { Answer } from '../frame/answer.ts';
import { cookieName } from '../frame/cookies.ts';
import { plainPage } from '../frame/plain-page.ts';
import type { PageRoute } from '../frame/route.ts';
import { isRedrawn } from '../frame/typed-form.ts';
import type { Visit } from '../frame/visit.ts';
import type { AtCounter, Counter } from './counter.ts';
import { keptPage, orderPage } from './order-view.ts';
import { ordersPage } from './orders-view.ts';
import { returnPage } from './return-view.ts';
import { sameForm } from './shop-page.ts';

/** Orders on one page of the list. */
const PAGE_SIZE = 20;
const ID = /^[\w-]{1,64}$/;

/** The cookie with the order that a link of a mail has opened here, and the link's key. */
const LENT_COOKIE = 'order';
/** The mail opens it again. */
const LENT_SECONDS = 24 * 3600;

/** What an order that can be paid no more is refused with. */
const ENDS: ReadonlySet<string> = new Set(['order_not_open', 'not_sold', 'amount_too_large']);

type WithOrder = (at: AtCounter, order: Order, owner: string) => Promise<Answer>;

/** Orders, and what becomes of them. */
export function orderRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  const page = { method: 'GET', access: 'anyone' } as const;
  const form = { method: 'POST', access: 'anyone' } as const;
  const withOwn = (visit: Visit, answer: WithOrder) =>
    counter.at(visit, (at) => findOwn(visit, at, answer, async () => noOrder(visit, at)));
  // What the link of a mail gives a right to, as well.
  const withOrder = (visit: Visit, answer: WithOrder) =>
    counter.at(visit, (at) => findOwn(visit, at, answer, () => findLent(visit, at, answer)));
  const show = async (at: AtCounter, order: Order, problem?: string) => {
    const isAsked = await isBankAsked(environment, at, order);
    return orderPage(at.frame, order, { now: environment.clock.now(), isAsked, problem });
  };
  return [
    { ...page, path: '/orders', handle: (visit) => counter.at(visit, (at) => list(visit, at)) },
    {
      ...page,
      path: '/orders/:id',
      handle: (visit) =>
        visit.query['key'] === undefined
          ? withOrder(visit, async (at, order) => show(at, order))
          : counter.at(visit, (at) => openLink(environment, visit, at)),
    },
    {
      ...form,
      path: '/orders/:id/pay',
      handle: (visit) =>
        withOwn(visit, async (at, order, owner) => {
          const opened = await at.mall.openPayment(at.context(), { id: order.id, owner });
          const session = opened.ok ? opened.value.session : null;
          if (session !== null) return { kind: 'go', path: `/c/pay/${session}` };
          // It has been cancelled meanwhile, or by this very try: its page says so, and where its goods are.
          const isEnded = !opened.ok && ENDS.has(opened.error.code);
          return isEnded ? back(order) : show(at, order, at.frame.w.notOpened);
        }),
    },
    {
      ...form,
      path: '/orders/:id/cancel',
      handle: (visit) =>
        withOwn(visit, async (at, order, owner) => {
          const { form_id: formId } = visit.form;
          const cancelled = await at.mall.cancelOrder(at.context(formId), { id: order.id, owner });
          if (cancelled.ok) return back(order);
          const { w } = at.frame;
          if (cancelled.error.code !== 'order_not_open') return show(at, order, w.busy);
          const followed = await at.mall.followPayment(at.context(), { id: order.id, owner });
          const now = followed.ok ? followed.value : order;
          if (now.state === 'cancelled') return back(order);
          return show(at, now, now.state === 'placed' ? w.cancelAsked : w.cancelLate);
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

/** Whether a payment of an order is under way: then it can be neither paid nor cancelled. */
async function isBankAsked(
  { ports }: WebEnvironment,
  { context }: AtCounter,
  { state, session }: Order,
): Promise<boolean> {
  if (state !== 'placed' || session === null) return false;
  const found = await ports.checkout.showSession(context(), { id: session });
  const intent = found.ok ? found.value.paymentIntent : null;
  if (intent === null) return false;
  const paying = await ports.payments.findIntent(context(), { id: intent });
  return paying.ok && paying.value.status === 'processing';
}

function back({ id }: Order): Answer {
  return { kind: 'go', path: `/orders/${id}` };
}

async function findOwn(
  visit: Visit,
  at: AtCounter,
  answer: WithOrder,
  otherwise: () => Promise<Answer>,
): Promise<Answer> {
  const { owner } = at.shopper;
  const id = idOf(visit);
  // Who has just come back from paying sees how it has ended, not how it was a moment ago.
  const found = await at.mall.followPayment(at.context(), { id, owner });
  if (found.ok) return answer(at, found.value, owner);
  return found.error.code === 'not_found' ? otherwise() : plainPage(visit, 'failed');
}

/** What stands for no order at all is one that nobody has. */
function idOf({ path: { id = '' } }: Visit): string {
  return ID.test(id) ? id : 'none';
}

/** Opens the link of a mail: its key goes into a cookie, out of the address and of what is shared with it. */
async function openLink({ config }: WebEnvironment, visit: Visit, at: AtCounter): Promise<Answer> {
  const id = idOf(visit);
  const key = visit.query['key'] ?? '';
  const found = await at.mall.findOrder(at.context(), { id, key });
  if (!found.ok && !isNoOrder(found.error)) return plainPage(visit, 'failed');
  const cookie = { name: cookieName(config, LENT_COOKIE), value: `${id}.${key}`, maxAge: LENT_SECONDS };
  return { kind: 'go', path: `/orders/${id}`, ...(found.ok && { cookies: [cookie] }) };
}

/** The order whose link this browser has opened, of all that it asks for. */
async function findLent(visit: Visit, at: AtCounter, answer: WithOrder): Promise<Answer> {
  const [id, key] = (visit.cookie(LENT_COOKIE) ?? '').split('.');
  if (id === undefined || key === undefined || id !== visit.path['id']) return noOrder(visit, at);
  const found = await at.mall.findOrder(at.context(), { id, key });
  if (found.ok) return answer(at, found.value, found.value.owner);
  return isNoOrder(found.error) ? noOrder(visit, at) : plainPage(visit, 'failed');
}

/** A key that cannot be one is none either. */
function isNoOrder({ code }: { readonly code: string }): boolean {
  return code === 'not_found' || code === 'invalid_input';
}

/** Who has not signed in is asked to; whether there is such an order is not said. */
function noOrder(visit: Visit, { frame }: AtCounter): Answer {
  return visit.visitor?.signedIn ? plainPage(visit, 'missing') : keptPage(frame, visit.path['id'] ?? '');
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
  if (isRedrawn(visit)) return returnPage(sameForm(frame), order, { reason, pieces });
  const again = (problem: string, shown = frame) => returnPage(shown, order, { reason, pieces, problem });
  if (lines.length === 0) return again(w.returnNone);
  if (reason === '') return again(w.reasonNeeded);
  const asked = await mall.askReturn(at.context(form['form_id']), { order: order.id, owner, lines, reason });
  if (asked.ok) return back(order);
  const { code } = asked.error;
  if (code === 'unavailable' || code === 'unknown') return again(w.unanswered, sameForm(frame));
  // It was asked before, with other pieces: the order shows with which.
  if (code === 'idempotency_mismatch') return back(order);
  const isGone =
    code === 'line_not_returnable' || code === 'order_not_returnable' || code === 'invalid_input';
  return again(isGone ? w.returnGone : w.busy);
}
