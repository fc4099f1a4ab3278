import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { Customer, paymentsContract } from '../contract/index.ts';
import {
  type CustomerRecord,
  changeCustomer,
  findCustomerRecord,
  storeCustomer,
  toCustomer,
} from '../store/customers.ts';
import type { Claim } from '../store/save-payments.ts';
import { readContext } from './calls.ts';
import { customerEvent } from './changes.ts';
import { claimFor, findAccepted, objectId } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { readCard, type Unreached } from './look-up.ts';

type Operations = (typeof paymentsContract)['operations'];
type Mismatch = 'idempotency_mismatch';
type MethodCode = 'payment_method_not_found' | 'payment_method_not_usable' | Unreached;

/** How often a change looks again when the customer changed under it. */
const TRIES_MAX = 5;

/** What nothing was said of. */
const EMPTY = {
  name: null,
  email: null,
  phone: null,
  description: null,
  address: null,
  shipping: null,
  preferredLocales: [],
  defaultPaymentMethod: null,
} as const;

/** Makes a customer. */
export async function createCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['createCustomer']>,
): Promise<Result<Customer, Mismatch | MethodCode>> {
  const claim = claimFor(context, 'create_customer', input, deps.clock.now());
  const { metadata, ...given } = input;
  // Nothing is saved yet for a customer who is only being made.
  const method = await checkMethod(deps, context, given.defaultPaymentMethod, null);
  if (!method.ok) return method;
  const customer: CustomerRecord = {
    ...EMPTY,
    ...said(given),
    id: objectId('cus', claim),
    tenant: claim.tenant,
    metadata: metadata ?? {},
    deleted: false,
    createdAt: claim.at,
    version: 1,
  };
  const event = customerEvent('customer.created', toCustomer(customer));
  if (await storeCustomer(deps.db, customer, claim, event)) return ok(toCustomer(customer));
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  assert(accepted.value, 'a command that was seen can be found');
  const first = await findCustomerRecord(deps.db, claim.tenant, objectId('cus', accepted.value));
  assert(first, 'an accepted customer is there');
  return ok(toCustomer(first));
}

/** Changes a customer. A field that is not given stays; null takes it away. */
export async function updateCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['updateCustomer']>,
): Promise<Result<Customer, 'not_found' | 'metadata_too_many_keys' | Mismatch | MethodCode>> {
  const { id, metadata: patch, ...given } = input;
  const claim = claimFor(context, 'update_customer', input, deps.clock.now());
  const method = await checkMethod(deps, context, given.defaultPaymentMethod, id);
  if (!method.ok) return method;
  return changing(deps, claim, id, 'customer.updated', (found) => {
    const metadata = patchMetadata(found.metadata, patch);
    return metadata.ok ? ok({ ...found, ...said(given), metadata: metadata.value }) : metadata;
  });
}

/** Forgets a customer. The row stays, without its data, for the payments that refer to it. */
export async function deleteCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['deleteCustomer']>,
): Promise<Result<Customer, 'not_found' | Mismatch | Unreached>> {
  const claim = claimFor(context, 'delete_customer', input, deps.clock.now());
  return changing(deps, claim, input.id, 'customer.deleted', (found) =>
    ok({ ...found, ...EMPTY, metadata: {}, deleted: true }),
  );
}

async function changing<Code extends string>(
  deps: PaymentsDeps,
  claim: Claim,
  id: string,
  type: 'customer.updated' | 'customer.deleted',
  changed: (found: CustomerRecord) => Result<CustomerRecord, Code>,
): Promise<Result<Customer, 'not_found' | Mismatch | Unreached | Code>> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const found = await findCustomerRecord(deps.db, claim.tenant, id);
    if (found && accepted.value) return ok(toCustomer(found));
    if (!found || found.deleted) return err('not_found', `there is no customer ${id}`, { field: 'id' });
    const next = changed(found);
    if (!next.ok) return next;
    const customer: CustomerRecord = { ...next.value, version: found.version + 1 };
    // What is told of a deletion is whom it was: afterwards nobody can look it up.
    const event = customer.deleted
      ? customerEvent(type, toCustomer({ ...found, deleted: true }))
      : customerEvent(type, toCustomer(customer), toCustomer(found));
    if (await changeCustomer(deps.db, customer, claim, event)) return ok(toCustomer(customer));
  }
  return err('unavailable', `customer ${id} changes too fast; try again`);
}

/** A customer prefers a card of their own: one that is saved for them now, whatever was remembered of it. */
async function checkMethod(
  deps: PaymentsDeps,
  context: CallContext,
  id: string | null | undefined,
  customer: string | null,
): Promise<Result<null, MethodCode>> {
  if (typeof id !== 'string') return ok(null);
  const field = 'defaultPaymentMethod';
  const card = await readCard(deps, readContext(context), id);
  if (!card.ok) {
    const { code, message } = card.error;
    return code === 'payment_method_not_found' ? err(code, message, { field }) : err(code, message);
  }
  if (customer !== null && card.value.customer === customer) return ok(null);
  const message = `payment method ${id} must be attached to the customer before it can be preferred`;
  return err('payment_method_not_usable', message, { field });
}

/** The fields that something was said of. */
function said<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
