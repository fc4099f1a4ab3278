import { err, ok, type Result } from '@tpmall/kernel';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { findCustomerRecord } from '../store/customers.ts';
import { findPayment } from '../store/find-payments.ts';
import { readContext } from './calls.ts';
import { change, type Patch, step } from './changes.ts';
import { checkSplit, type SplitCode } from './check-split.ts';
import { claimFor, findAccepted } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import { findCard, type Unreached } from './look-up.ts';
import type { IntentRecord } from './records.ts';

/** A change as it is asked for. */
export type IntentUpdate = InputOf<(typeof paymentsContract)['operations']['updateIntent']>;

/** What changing an intent can be refused with. */
export type UpdateCode =
  | SplitCode
  | Unreached
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'customer_not_found'
  | 'payment_method_not_found'
  | 'idempotency_mismatch';

/** How often a change looks again when the intent moved on under it. */
const TRIES_MAX = 5;

/** Changes an intent that has not been tried yet. */
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
    const payment = await findPayment(deps.db, context.tenant, id);
    if (!payment) return err('not_found', `there is no payment intent ${id}`, { field: 'id' });
    const { intent } = payment;
    if (accepted.value) return ok(intent);
    if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
      return err(
        'payment_intent_unexpected_state',
        `payment intent ${id} cannot be changed: it is ${intent.status}`,
        {
          detail: { paymentIntent: id, status: intent.status },
        },
      );
    }
    const checked = await check(deps, context, intent, input);
    if (!checked.ok) return checked;
    const updated = patched(intent, input);
    if (await deps.store.save(change(claim.at, updated, [], [], claim))) return ok(updated);
  }
  return err('unavailable', `payment intent ${id} changes too fast; try again`);
}

async function check(
  deps: PaymentsDeps,
  context: CallContext,
  intent: IntentRecord,
  input: IntentUpdate,
): Promise<Result<true, UpdateCode>> {
  const read = readContext(context);
  if (typeof input.customer === 'string' && input.customer !== intent.customer) {
    const customer = await findCustomerRecord(deps.db, context.tenant, input.customer);
    if (!customer) {
      return err('customer_not_found', `there is no customer ${input.customer}`, { field: 'customer' });
    }
  }
  if (typeof input.paymentMethod === 'string') {
    const card = await findCard(deps, read, input.paymentMethod);
    if (!card.ok) return card;
  }
  return checkSplit(deps, read, {
    amount: input.amount ?? intent.amount,
    currency: intent.currency,
    split: input.split ?? intent.split,
  });
}

function patched(intent: IntentRecord, input: IntentUpdate): IntentRecord {
  const { id: _id, ...given } = input;
  // A field that is not given is left as it is; null takes it away.
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Patch;
  const paymentMethod = set.paymentMethod === undefined ? intent.paymentMethod : set.paymentMethod;
  return step(intent, paymentMethod === null ? 'strip' : 'equip', set);
}
