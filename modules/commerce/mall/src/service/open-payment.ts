import type { checkoutContract } from '@tpmall/checkout/contract';
import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { InputOf } from '@tpmall/platform/contract';
import type { OrderRecord } from '../store/order-rows.ts';
import { findOrder, lockOrder, updateOrder } from '../store/orders.ts';
import { type Behalf, callContext, type MallDeps } from './deps.ts';
import { cancelUnpaid } from './end-payment.ts';
import { personOf, withCustomer, withoutCustomer } from './shopper-customer.ts';

/** What opening the page of a payment can be refused with. */
export type OpenCode = 'not_sold' | 'amount_too_large';

/**
 * Opens the checkout session that an order is paid by, unless it has one. Its command derives from the order,
 * and what goes into it stands fast since the order was placed, so that repetitions come to one session.
 *
 * @returns the order, without a session where checkout could not be reached; refused where it cannot be paid
 *   at all, and is cancelled therefore
 */
export async function openPayment(
  deps: MallDeps,
  behalf: Behalf,
  order: OrderRecord,
): Promise<Result<OrderRecord, OpenCode>> {
  const { db, clock, ports } = deps;
  const isOpen = order.state === 'placed' && order.stock === 'held' && order.heldUntil > clock.now();
  if (order.session !== null || !isOpen) return ok(order);
  const known = await withCustomer(deps, behalf, order);
  // Like everything that is out of reach here: it is tried again.
  if (!known.ok) return ok(order);
  if (known.value.session !== null) return known;
  const { customer } = known.value;
  // A guest's page may have been opened unseen before the guest signed in: that one ends by itself.
  const command = `${order.id}.session${customer === null ? '' : `.${customer}`}`;
  const create = (id: string) =>
    ports.checkout.createSession(callContext(deps, behalf, order.tenant, id), sessionOf(known.value));
  let opened = await create(command);
  // So may one have been that the version before this one composed otherwise: it ends by itself as well.
  if (!opened.ok && opened.error.code === 'idempotency_mismatch') opened = await create(`${command}.again`);
  if (!opened.ok) {
    const { code, message } = opened.error;
    switch (code) {
      case 'unavailable':
      case 'unknown':
        return ok(order);
      case 'price_inactive':
      case 'price_not_found':
      case 'destination_not_capable':
      case 'destination_not_found':
        return refuse(deps, order, 'not_sold', `the order cannot be paid: ${message}`);
      case 'customer_not_found':
        return openPayment(deps, behalf, await withoutCustomer(deps, known.value));
      case 'amount_too_large':
        return refuse(deps, order, code, message);
      case 'expires_at_out_of_bounds':
        // Its time is over while it was being opened: the sweep ends it.
        return ok(order);
      default:
        throw new Error(`checkout refuses the order ${order.id}: ${code} ${message}`);
    }
  }
  const { id: session, amountTotal, currency } = opened.value;
  assert(amountTotal === order.total && currency === order.currency, `session ${session} is of ${order.id}`);
  return db.transaction(async (tx) => {
    const locked = await lockOrder(tx, order.tenant, order.id);
    assert(locked, `order ${order.id} is there`);
    // It was cancelled in between: nobody learns of the session, and it ends by itself.
    if (locked.session !== null || locked.state !== 'placed') return ok(locked);
    const after = { ...locked, session };
    await updateOrder(tx, after);
    return ok(after);
  });
}

async function refuse(
  { db, clock }: MallDeps,
  order: OrderRecord,
  code: OpenCode,
  message: string,
): Promise<Result<OrderRecord, OpenCode>> {
  await db.transaction(async (tx) => {
    const locked = await lockOrder(tx, order.tenant, order.id);
    if (locked?.session === null) await cancelUnpaid(tx, locked, clock.now());
  });
  return err(code, message);
}

type Session = InputOf<(typeof checkoutContract)['operations']['createSession']>;

/**
 * Goods by their prices in the catalogue; each delivery as a price of its own, which goes to its merchant.
 */
function sessionOf(order: OrderRecord): Session {
  const { currency, language, address, customer } = order;
  const person = personOf(order);
  const deliveries = order.parcels.filter(({ delivery }) => delivery > 0n);
  return {
    currency,
    lines: [
      ...order.lines.map(({ price, quantity }) => ({ price, quantity })),
      ...deliveries.map(({ merchant, shop, delivery }) => ({
        priceData: {
          currency,
          unitAmountDecimal: delivery.toString(),
          // As goods are named: whoever looks at the bill has it in the language of the page.
          productData: {
            ...{ name: `Delivery, ${shop.en}`, metadata: { name_zh: `${shop.zh}运费` } },
            merchant,
          },
        },
        quantity: 1,
        isDelivery: true,
      })),
    ],
    customerEmail: order.email,
    ...(customer !== null &&
      person !== undefined && { customer, person, savedCards: { shown: ['always'], mayKeep: true } }),
    // What heads the page that it is paid on; the id is in the metadata.
    clientReferenceId: order.number,
    successUrl: order.successUrl.replaceAll('{ORDER_ID}', order.id),
    cancelUrl: order.cancelUrl.replaceAll('{ORDER_ID}', order.id),
    locale: language,
    expiresAt: order.heldUntil,
    metadata: { order: order.id, order_number: order.number },
    intentData: {
      description: `Order ${order.number}`,
      receiptEmail: order.email,
      transferGroup: order.id,
      shipping: {
        name: address.name,
        phone: address.phone,
        address: {
          city: address.city,
          country: address.country,
          line1: address.line1,
          line2: address.line2,
          postalCode: address.postalCode,
          state: address.state,
        },
        carrier: null,
        trackingNumber: null,
      },
      metadata: { order: order.id, order_number: order.number },
    },
  };
}

/** An order of this owner, with the page that it is paid on. */
export async function openOrderPayment(
  deps: MallDeps,
  behalf: Behalf & { readonly tenant: string },
  { id, owner }: { readonly id: string; readonly owner: string },
): Promise<Result<OrderRecord, OpenCode | 'not_found' | 'order_not_open'>> {
  const order = await findOrder(deps.db, behalf.tenant, id);
  if (order?.owner !== owner) return missingOrder(id);
  const opened = await openPayment(deps, behalf, order);
  if (!opened.ok) return opened;
  const { state, heldUntil } = opened.value;
  if (state === 'placed' && heldUntil > deps.clock.now()) return opened;
  return notOpen(opened.value);
}

/** There is none of this tenant, or of this owner. */
export function missingOrder(id: string) {
  return err('not_found', `No such order: '${id}'`, { field: 'id' });
}

/** It can be neither paid nor cancelled. */
export function notOpen({ id, state }: Pick<OrderRecord, 'id' | 'state'>) {
  const why = state === 'placed' ? 'its payment is under way, or its time is over' : `it is ${state}`;
  return err('order_not_open', `order ${id} cannot be paid or cancelled: ${why}`, {
    field: 'id',
    detail: { state },
  });
}
