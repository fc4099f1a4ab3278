import type { MailMessage } from '@tpmall/mail/contract';
import type { StoredEvent } from '@tpmall/platform/events';
import type { TellingSubscription } from '@tpmall/platform/module';
import type { MovedOrder, Order, Return } from '../contract/index.ts';
import { findOrder, toOrder } from '../store/orders.ts';
import { findReturn } from '../store/returns.ts';
import { POLICY } from './ask-return.ts';
import { callContext, type MallDeps, SYSTEM } from './deps.ts';
import { orderKey } from './order-key.ts';

/** What a mail takes of a line's text. */
const TEXT_MAX = 200;

/** Steps of parcels that shoppers are written about. */
const PARCEL_STEPS = {
  'order.packed': 'packed',
  'order.shipped': 'shipped',
  'order.delivered': 'delivered',
} as const;
/** Steps of returns that shoppers are written about; that one was paid back is a mail of its own. */
const RETURN_STEPS = {
  'return.accepted': 'accepted',
  'return.awaited': 'awaited',
  'return.refused': 'refused',
  'return.received': 'received',
} as const;

/**
 * Writes to shoppers: the receipt of what was paid, how far each part has come, and what goes back to them.
 */
export function noticesSubscription(deps: MallDeps): TellingSubscription {
  return {
    from: 'mall',
    types: [
      'order.paid',
      ...Object.keys(PARCEL_STEPS),
      'order.refunded',
      ...Object.keys(RETURN_STEPS),
      'return.refunded',
    ],
    cursor: 'notices',
    perform: async (event) => {
      const notice = await noticeOf(deps, event);
      if (notice) await send(deps, event, notice);
    },
  };
}

interface Notice {
  readonly order: Order;
  readonly message: MailMessage;
}

async function noticeOf(deps: MallDeps, event: StoredEvent): Promise<Notice | undefined> {
  const { db } = deps;
  const { type, tenant } = event;
  const back = type.startsWith('return.') ? await findReturn(db, tenant, subjectOf(event)) : undefined;
  const found = await findOrder(db, tenant, back?.order ?? subjectOf(event));
  if (!found) return undefined;
  const order = toOrder(found);
  if (type === 'order.paid') return { order, message: receiptOf(deps, order) };
  if (Object.hasOwn(PARCEL_STEPS, type)) {
    const { moved } = event.payload as MovedOrder;
    return parcelNotice(deps, order, moved, PARCEL_STEPS[type as keyof typeof PARCEL_STEPS]);
  }
  if (back && Object.hasOwn(RETURN_STEPS, type)) {
    return returnNotice(deps, order, back, RETURN_STEPS[type as keyof typeof RETURN_STEPS]);
  }
  // What was sold is paid back by its returns, each with a mail of its own.
  if (!back && order.stock === 'sold') return undefined;
  return { order, message: refundOf(deps, order, back) };
}

/** The id of the order or the return that an event is about. */
function subjectOf({ payload }: StoredEvent): string {
  return (payload as Order | Return).id;
}

function parcelNotice(
  deps: MallDeps,
  order: Order,
  merchant: string,
  step: (typeof PARCEL_STEPS)[keyof typeof PARCEL_STEPS],
): Notice | undefined {
  const parcel = order.parcels.find((one) => one.merchant === merchant);
  if (!parcel) return undefined;
  const { shop, carrier, tracking } = parcel;
  const values = { order: order.number, shop: shop[order.language], step, link: linkOf(deps, order) };
  return { order, message: { template: 'parcel', values: { ...values, carrier, tracking } } };
}

/** What a merchant's rule accepts is paid back the same moment, and one mail says so. */
function returnNotice(
  deps: MallDeps,
  order: Order,
  back: Return,
  step: (typeof RETURN_STEPS)[keyof typeof RETURN_STEPS],
): Notice | undefined {
  const { merchant, amount, currency, decidedBy, decisionReason } = back;
  const shop = order.parcels.find((one) => one.merchant === merchant)?.shop[order.language];
  if (decidedBy === POLICY || shop === undefined) return undefined;
  const answer = step === 'received' ? null : decisionReason;
  const values = { order: order.number, shop, step, amount, currency, answer, link: linkOf(deps, order) };
  return { order, message: { template: 'return', values } };
}

function receiptOf(deps: MallDeps, order: Order): MailMessage {
  const { language, lines, parcels, number, total, currency } = order;
  const text = (...parts: readonly string[]) =>
    parts
      .filter((part) => part !== '')
      .join(' · ')
      .slice(0, TEXT_MAX);
  const goods = lines.map(({ name, choice, quantity, amount }) => ({
    ...{ text: text(name[language], choice[language]), quantity, amount },
  }));
  const deliveries = parcels
    .filter(({ delivery }) => delivery > 0n)
    .map(({ shop, delivery }) => ({
      ...{ text: text(DELIVERY[language], shop[language]), quantity: 1, amount: delivery },
    }));
  return {
    template: 'receipt',
    values: {
      ...{ order: number, total, currency, link: linkOf(deps, order) },
      paidAt: order.paidAt ?? order.createdAt,
      lines: [...goods, ...deliveries],
    },
  };
}

const DELIVERY = { en: 'Delivery', zh: '运费' } as const;

/** Of one return, or of the whole order. */
function refundOf(deps: MallDeps, order: Order, back: Return | undefined): MailMessage {
  const { number, currency, refunded } = order;
  const values = { order: number, amount: back?.amount ?? refunded, currency, link: linkOf(deps, order) };
  return { template: 'refund', values };
}

/** A person signs in to see the order; a guest has nothing to sign in with but the link itself. */
function linkOf(deps: MallDeps, order: Order): string | null {
  const { webUrl } = deps.config;
  if (webUrl === undefined) return null;
  const page = `${webUrl}/orders/${order.id}`;
  return order.owner.startsWith('guest:') ? `${page}?key=${orderKey(deps, order)}` : page;
}

/** An event is one mail, however often it is read; several parcels of an order take the same step. */
async function send(deps: MallDeps, event: StoredEvent, { order, message }: Notice): Promise<void> {
  const { tenant, type, payload } = event;
  const { moved = '' } = payload as Partial<MovedOrder>;
  const context = callContext(deps, SYSTEM, tenant, `${subjectOf(event)} ${type} ${moved}`.trimEnd());
  const sent = await deps.ports.mail.send(context, {
    ...{ to: order.email, locale: order.language, message },
  });
  if (sent.ok) return;
  const { code, message: why } = sent.error;
  // An address that no mail reaches holds up nobody else's.
  if (code === 'invalid_input') deps.log.warn({ order: order.id, why }, 'a notice cannot be sent');
  else throw new Error(`the notice of ${subjectOf(event)} is not taken: ${code} ${why}`);
}
