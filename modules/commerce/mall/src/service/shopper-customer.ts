import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { OrderRecord } from '../store/order-rows.ts';
import { changeCustomer } from '../store/orders.ts';
import { replaceCustomer, settleShopper, shopperRow } from '../store/shoppers.ts';
import { type Behalf, callContext, type MallDeps } from './deps.ts';

/** How carts and orders name somebody who has signed in. */
const PERSON = 'person:';

/** The person whose order it is, `person_…`; undefined for a guest. */
export function personOf({ owner }: Pick<OrderRecord, 'owner'>): string | undefined {
  return owner.startsWith(PERSON) ? owner.slice(PERSON.length) : undefined;
}

/**
 * An order of a person with that person's customer, which their first order makes. The order keeps it, so
 * that its page is opened for the same one however often that is tried.
 *
 * @returns `unavailable` where payments cannot be reached: the page is opened later
 */
export async function withCustomer(
  deps: MallDeps,
  behalf: Behalf,
  order: OrderRecord,
): Promise<Result<OrderRecord, 'unavailable'>> {
  const person = personOf(order);
  if (person === undefined || order.customer !== null) return ok(order);
  const customer = await customerOf(deps, behalf, order, person);
  return customer.ok ? ok(await changeCustomer(deps.db, order, customer.value)) : customer;
}

/** Their customer was deleted: the person has another one from now on, and so has this order. */
export async function withoutCustomer(deps: MallDeps, order: OrderRecord): Promise<OrderRecord> {
  const person = personOf(order);
  const { tenant, customer, email, address } = order;
  assert(person !== undefined && customer !== null, `order ${order.id} is of a person`);
  await replaceCustomer(deps.db, { tenant, person, email, name: address.name }, customer);
  return changeCustomer(deps.db, order, null);
}

async function customerOf(
  deps: MallDeps,
  behalf: Behalf,
  { id: order, tenant, email, address }: OrderRecord,
  person: string,
): Promise<Result<string, 'unavailable'>> {
  const row = await shopperRow(deps.db, { tenant, person, order, email, name: address.name });
  if (row.customer !== null) return ok(row.customer);
  // By the row, not by this order: orders that are placed at once make one customer.
  const calling = callContext(deps, behalf, tenant, `${row.first_order}.customer`);
  const made = await deps.ports.payments.createCustomer(calling, {
    ...{ email: row.email, name: row.name, metadata: { person } },
  });
  if (made.ok) {
    await settleShopper(deps.db, tenant, person, made.value.id);
    return ok(made.value.id);
  }
  const { code, message } = made.error;
  if (code === 'unavailable' || code === 'unknown') return err('unavailable', message);
  throw new Error(`payments refuses the customer of ${person}: ${code} ${message}`);
}
