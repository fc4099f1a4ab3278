import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { Customer, paymentsContract } from '../contract/index.ts';
import {
  type CustomerRecord,
  changeCustomer,
  findCustomerRecord,
  storeCustomer,
  toCustomer,
} from '../store/customers.ts';
import { claimFor, findAccepted, objectId } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { patchMetadata } from './patch-metadata.ts';

type Operations = (typeof paymentsContract)['operations'];

/** How often a change looks again when the customer changed under it. */
const TRIES_MAX = 5;

/** Makes a customer. */
export async function createCustomer(
  deps: PaymentsDeps,
  context: CallContext,
  input: InputOf<Operations['createCustomer']>,
): Promise<Result<Customer, 'idempotency_mismatch'>> {
  const claim = claimFor(context, 'create_customer', input, deps.clock.now());
  const customer: CustomerRecord = {
    id: objectId('cus', claim),
    tenant: claim.tenant,
    name: input.name ?? null,
    email: input.email ?? null,
    phone: input.phone ?? null,
    description: input.description ?? null,
    metadata: input.metadata ?? {},
    createdAt: claim.at,
    version: 1,
  };
  if (await storeCustomer(deps.db, customer, claim)) return ok(toCustomer(customer));
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
): Promise<
  Result<Customer, 'not_found' | 'metadata_too_many_keys' | 'idempotency_mismatch' | 'unavailable'>
> {
  const { id, metadata: patch, ...given } = input;
  const claim = claimFor(context, 'update_customer', input, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const found = await findCustomerRecord(deps.db, context.tenant, id);
    if (!found) return err('not_found', `there is no customer ${id}`, { field: 'id' });
    const metadata = patchMetadata(found.metadata, patch);
    if (!metadata.ok) {
      const seen = await findAccepted(deps.db, claim);
      if (!seen.ok) return seen;
      return seen.value ? ok(toCustomer(found)) : metadata;
    }
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const version = found.version + 1;
    const customer: CustomerRecord = { ...found, ...set, metadata: metadata.value, version };
    if (await changeCustomer(deps.db, customer, claim)) return ok(toCustomer(customer));
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    if (accepted.value)
      return ok(toCustomer((await findCustomerRecord(deps.db, context.tenant, id)) ?? found));
  }
  return err('unavailable', `customer ${id} changes too fast; try again`);
}
