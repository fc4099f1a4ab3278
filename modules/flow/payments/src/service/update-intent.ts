import { err, ok, type Result } from '@tpmall/kernel';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { findCustomerRecord } from '../store/customers.ts';
import { changeRequests } from './agree-terms.ts';
import { readContext } from './calls.ts';
import { change, intentEvent, type Patch, step } from './changes.ts';
import { checkSplit, type SplitCode } from './check-split.ts';
import { claimFor, findAccepted } from './commands.ts';
import { composeDescriptor, type DescriptorCode } from './compose-descriptor.ts';
import type { PaymentsDeps } from './deps.ts';
import { findUsableCard, type Unreached } from './look-up.ts';
import { changedSplit } from './price-split.ts';
import type { IntentRecord } from './records.ts';

/** A change as it is asked for. */
export type IntentUpdate = InputOf<(typeof paymentsContract)['operations']['updateIntent']>;

/** What changing an intent can be refused with. */
export type UpdateCode =
  | SplitCode
  | DescriptorCode
  | Unreached
  | 'split_missing'
  | 'metadata_too_many_keys'
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'customer_not_found'
  | 'payment_method_not_found'
  | 'payment_method_not_usable'
  | 'idempotency_mismatch';

/** How often a change looks again when the intent moved on under it. */
const TRIES_MAX = 5;

/** What may be said of a payment whatever has become of it: none of it moves money. */
const DESCRIPTIVE: readonly string[] = ['description', 'metadata', 'receiptEmail', 'shipping'];

/**
 * Changes an intent that has not been tried yet; afterwards what is said of it alone, unless it is in work at
 * this moment.
 */
export async function updateIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: IntentUpdate,
): Promise<Result<IntentRecord, UpdateCode>> {
  const claim = claimFor(context, 'update', input, deps.clock.now());
  const { id } = input;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const payment = await deps.findPayment(context.tenant, id);
    if (!payment) return err('not_found', `No such payment_intent: '${id}'`, { field: 'id' });
    const { intent } = payment;
    if (accepted.value) return ok(intent);
    const isOpen = intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation';
    const onlyDescribes = isDescriptive(input);
    if (!isOpen && (intent.status === 'processing' || !onlyDescribes)) {
      return err(
        'payment_intent_unexpected_state',
        `payment intent ${id} cannot be changed: it is ${intent.status}`,
        {
          detail: { paymentIntent: id, status: intent.status },
        },
      );
    }
    // What is only described is not checked again: its merchants may have changed since.
    const result = onlyDescribes ? describe(intent, input) : await reshape(deps, context, intent, input);
    if (!result.ok) return result;
    const updated = result.value;
    if (
      await deps.store.save(
        change(claim.at, updated, [], [intentEvent('payment_intent.updated', updated)], claim),
      )
    )
      return ok(updated);
  }
  return err('unavailable', `payment intent ${id} changes too fast; try again`);
}

function isDescriptive({ id: _id, ...changes }: IntentUpdate): boolean {
  return Object.entries(changes).every(([name, value]) => value === undefined || DESCRIPTIVE.includes(name));
}

/** An intent of which something else is said; it stands where it stood. */
function describe(intent: IntentRecord, input: IntentUpdate): Result<IntentRecord, UpdateCode> {
  const metadata = patchMetadata(intent.metadata, input.metadata);
  if (!metadata.ok) return metadata;
  const { description, receiptEmail, shipping } = input;
  return ok({
    ...intent,
    ...given({ description, receiptEmail, shipping }),
    metadata: metadata.value,
    version: intent.version + 1,
  });
}

async function reshape(
  deps: PaymentsDeps,
  context: CallContext,
  intent: IntentRecord,
  input: IntentUpdate,
): Promise<Result<IntentRecord, UpdateCode>> {
  const derived = await derive(deps, context, intent, input);
  return derived.ok ? ok(patched(intent, input, derived.value)) : derived;
}

/** What a change derives from the intent it meets and from accounts as they are now. */
type Derived = Pick<Patch, 'split' | 'statementDescriptor' | 'metadata'>;

async function derive(
  deps: PaymentsDeps,
  context: CallContext,
  intent: IntentRecord,
  input: IntentUpdate,
): Promise<Result<Derived, UpdateCode>> {
  const read = readContext(context);
  if (typeof input.customer === 'string' && input.customer !== intent.customer) {
    const customer = await findCustomerRecord(deps.db, context.tenant, input.customer);
    if (!customer || customer.deleted) {
      return err('customer_not_found', `No such customer: '${input.customer}'`, { field: 'customer' });
    }
  }
  if (typeof input.paymentMethod === 'string') {
    const customer = input.customer === undefined ? intent.customer : input.customer;
    const card = await findUsableCard(deps, read, input.paymentMethod, customer);
    if (!card.ok) return card;
  }
  const metadata = patchMetadata(intent.metadata, input.metadata);
  if (!metadata.ok) return metadata;
  const asked = changedSplit(intent, input);
  if (!asked.ok) return asked;
  const { currency = intent.currency } = input;
  if (currency !== intent.currency && intent.split.length > 0 && input.split === undefined) {
    return err('split_missing', `the split is in ${intent.currency}; give it anew with the currency`, {
      field: 'split',
    });
  }
  const split = await checkSplit(deps, read, {
    amount: input.amount ?? intent.amount,
    currency,
    split: asked.value,
  });
  if (!split.ok) return split;
  const descriptor = await composeDescriptor(deps, read, input);
  if (!descriptor.ok) return descriptor;
  const { value: statementDescriptor } = descriptor;
  return ok({
    split: split.value,
    metadata: metadata.value,
    ...(statementDescriptor !== undefined && { statementDescriptor }),
  });
}

function patched(intent: IntentRecord, input: IntentUpdate, derived: Derived): IntentRecord {
  const {
    amount,
    customer,
    paymentMethod: method,
    description,
    receiptEmail,
    shipping,
    transferGroup,
    setupFutureUsage,
    requestThreeDSecure,
    captureMethod,
    currency,
  } = input;
  const captureRequests = changeRequests(intent.captureRequests, input.captureRequests);
  const kept = given({
    ...{ amount, customer, paymentMethod: method, description, receiptEmail, shipping, transferGroup },
    ...{ setupFutureUsage, captureRequests, requestThreeDSecure, captureMethod, currency },
  });
  const set = { ...kept, ...derived };
  const paymentMethod = set.paymentMethod === undefined ? intent.paymentMethod : set.paymentMethod;
  return step(intent, paymentMethod === null ? 'strip' : 'equip', set);
}

/** A field that is not given is left as it is; null takes it away. */
function given(fields: { readonly [Name in keyof Patch]: Patch[Name] | undefined }): Patch {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Patch;
}
