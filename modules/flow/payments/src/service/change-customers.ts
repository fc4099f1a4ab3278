import { assert, err, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { Customer, paymentsContract } from '../contract/index.ts';
import {
  type CustomerRecord,
  changeCustomer,
  findCustomerRecord,
  storeCustomer,
  toCustomer,
} from '../store/customers.ts';
import { attachPaymentMethod } from './attach-payment-method.ts';
import { readContext } from './calls.ts';
import { customerEvent } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { findUsableCard, readCard, type Unreached } from './look-up.ts';

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
  taxExempt: 'none',
  defaultPaymentMethod: null,
} as const;

/** Makes a customer, and saves their first card where one is named. */
export async function createCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['createCustomer']>,
): Promise<Result<Customer, Mismatch | MethodCode | 'unknown'>> {
  const claim = claimFor(context, 'create_customer', input, deps.clock.now());
  const { paymentMethod, defaultPaymentMethod, ...fields } = input;
  if (paymentMethod === undefined) return makeCustomer(deps, context, claim, input);
  // Looked at before anything is made: who is refused leaves no customer behind.
  const card = await findUsableCard(deps, readContext(context), paymentMethod, null);
  const seen = card.ok ? ok(undefined) : await findAccepted(deps.db, claim);
  if (!seen.ok) return seen;
  if (!card.ok && !seen.value) return card;
  const isPreferred = defaultPaymentMethod === paymentMethod;
  const preferred = isPreferred || defaultPaymentMethod === undefined ? {} : { defaultPaymentMethod };
  const made = await makeCustomer(deps, context, claim, { ...fields, ...preferred });
  return made.ok && !made.value.deleted
    ? saveFirstCard(deps, context, made.value, paymentMethod, isPreferred)
    : made;
}

/** Commands of their own, derived from the creation's: a repetition after a crash in between goes on here. */
async function saveFirstCard(
  deps: PaymentsDeps,
  context: CallContext,
  customer: Customer,
  paymentMethod: string,
  isPreferred: boolean,
): Promise<Result<Customer, Mismatch | MethodCode | 'unknown'>> {
  const { id } = customer;
  const inner = (name: string): CallContext => ({ ...context, commandId: `${context.commandId}.${name}` });
  const attached = await attachPaymentMethod(deps, inner('attach'), { id: paymentMethod, customer: id });
  if (!attached.ok) {
    const { code, message } = attached.error;
    // Somebody has deleted the customer meanwhile.
    if (code === 'customer_not_found') return ok(customer);
    return err(code === 'not_found' ? 'payment_method_not_found' : code, message, { field: 'paymentMethod' });
  }
  if (!isPreferred) return ok(customer);
  const preferred = { id, defaultPaymentMethod: attached.value.id };
  const updated = await updateCustomer(deps, inner('prefer'), preferred);
  if (updated.ok) return updated;
  const { code, message, ...extra } = updated.error;
  if (code === 'metadata_too_many_keys') throw new Error(`a preference has no metadata: ${message}`);
  return code === 'not_found' ? ok(customer) : err(code, message, extra);
}

async function makeCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  claim: Claim,
  { metadata, ...given }: Omit<InputOf<Operations['createCustomer']>, 'paymentMethod'>,
): Promise<Result<Customer, Mismatch | MethodCode>> {
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

/** Lets a customer prefer a card no more; whoever prefers another one by now goes on preferring it. */
export async function dropPreference(
  deps: PaymentsDeps,
  context: Omit<CallContext, 'caller'>,
  { id, card }: { readonly id: string; readonly card: string },
): Promise<Result<null, Mismatch | Unreached>> {
  const claim = claimFor(context, 'drop_preference', { id, card }, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const found = await findCustomerRecord(deps.db, claim.tenant, id);
    if (!found || found.deleted || found.defaultPaymentMethod !== card) return ok(null);
    const customer = { ...found, defaultPaymentMethod: null, version: found.version + 1 };
    const event = customerEvent('customer.updated', toCustomer(customer), toCustomer(found));
    if (await changeCustomer(deps.db, customer, claim, event)) return ok(null);
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    if (accepted.value) return ok(null);
  }
  return err('unavailable', `customer ${id} changes too fast; try again`);
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
    if (!found || found.deleted) return err('not_found', `No such customer: '${id}'`, { field: 'id' });
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
