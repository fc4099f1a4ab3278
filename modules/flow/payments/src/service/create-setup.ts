import { assert, base32, err, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { findCustomerRecord } from '../store/customers.ts';
import { findSetup, insertSetup } from '../store/setups.ts';
import { readContext } from './calls.ts';
import { claimFor, findAccepted } from './commands.ts';
import { type ConfirmSetupCode, confirmSetup } from './confirm-setup.ts';
import type { PaymentsDeps } from './deps.ts';
import { checkBehalf, findUsableCard } from './look-up.ts';
import { type SetupRecord, setupEvent } from './setup-records.ts';

type NewSetup = InputOf<(typeof paymentsContract)['operations']['createSetupIntent']>;

/** What opening a setup intent can be refused with. */
export type CreateSetupCode =
  | 'customer_not_found'
  | 'destination_not_found'
  | Exclude<ConfirmSetupCode, 'not_found' | 'setup_intent_unexpected_state'>;

/** Random bytes of a client secret: 128 bits, beyond guessing. */
const SECRET_BYTES = 16;

/** Opens a setup intent in one commit, and with `confirm` tries to save its card. */
export async function createSetup(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewSetup,
): Promise<Result<SetupRecord, CreateSetupCode>> {
  const opened = await openSetup(deps, context, input);
  if (!opened.ok || !input.confirm) return opened;
  const { id } = opened.value;
  // A command of its own: a repetition after a crash between the two commits goes on here.
  const inner: CallContext = { ...context, commandId: `${context.commandId}.confirm` };
  const confirmed = await confirmSetup(deps, inner, id, input.confirm);
  if (confirmed.ok) return confirmed;
  const { code, message, ...extra } = confirmed.error;
  assert(code !== 'not_found', `setup intent ${id} is there`);
  if (code !== 'setup_intent_unexpected_state') return err(code, message, extra);
  // Another request has moved it on since it was opened: the answer is the setup intent as it is.
  return ok((await findSetup(deps.db, context.tenant, id)) ?? opened.value);
}

async function openSetup(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewSetup,
): Promise<Result<SetupRecord, CreateSetupCode>> {
  const claim = claimFor(context, 'create_setup', input, deps.clock.now());
  const { paymentMethod = null } = input;
  const isConfirmable = !input.confirm || (input.confirm.paymentMethod ?? paymentMethod) !== null;
  // Refused before anything is opened: who is refused leaves no setup intent behind.
  const problem = isConfirmable
    ? await checkNew(deps, context, input)
    : err('payment_method_missing', 'a setup intent is confirmed with a payment method', {
        field: 'paymentMethod',
      });
  if (problem.ok) {
    const setup = newSetup(deps, claim, input);
    const events = [setupEvent('setup_intent.created', setup)];
    if (await insertSetup(deps.db, { at: claim.at, setup, events, claim })) return ok(setup);
  }
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  const first = accepted.value && (await findSetup(deps.db, claim.tenant, objectId('seti', accepted.value)));
  if (first) return ok(first);
  return problem.ok ? err('unavailable', 'the setup intent could not be opened now; try again') : problem;
}

async function checkNew(deps: PaymentsDeps, context: CallContext, input: NewSetup) {
  const { customer = null, paymentMethod = null, onBehalfOf } = input;
  const behalf = await checkBehalf(deps, readContext(context), onBehalfOf);
  return behalf.ok ? checkParts(deps, context, customer, paymentMethod) : behalf;
}

/** Whether the customer and the card of a setup intent are there and go together. */
export async function checkParts(
  deps: PaymentsDeps,
  context: CallContext,
  customer: string | null,
  paymentMethod: string | null,
): Promise<
  Result<
    undefined,
    'customer_not_found' | 'payment_method_not_found' | 'payment_method_not_usable' | 'unavailable'
  >
> {
  const owner = customer === null ? null : await findCustomerRecord(deps.db, context.tenant, customer);
  if (owner === undefined || owner?.deleted) {
    return err('customer_not_found', `No such customer: '${customer}'`, { field: 'customer' });
  }
  if (paymentMethod === null) return ok(undefined);
  const card = await findUsableCard(deps, readContext(context), paymentMethod, customer);
  return card.ok ? ok(undefined) : card;
}

function newSetup(deps: PaymentsDeps, claim: Claim, input: NewSetup): SetupRecord {
  const id = objectId('seti', claim);
  const random = BigInt(`0x${Buffer.from(deps.random.bytes(SECRET_BYTES)).toString('hex')}`);
  const paymentMethod = input.paymentMethod ?? null;
  return {
    id,
    tenant: claim.tenant,
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    usage: input.usage,
    clientSecret: `${id}_secret_${base32(random)}`,
    customer: input.customer ?? null,
    paymentMethod,
    description: input.description ?? null,
    onBehalfOf: input.onBehalfOf ?? null,
    automaticPaymentMethods: input.automaticPaymentMethods ?? null,
    metadata: input.metadata ?? {},
    returnUrl: null,
    nextAction: null,
    lastError: null,
    cancellationReason: null,
    canceledAt: null,
    createdAt: claim.at,
    version: 1,
    requestThreeDSecure: input.requestThreeDSecure ?? 'automatic',
    mandateAcceptance: null,
    operationId: null,
    authenticationId: null,
    nextAttemptAt: null,
    attempts: 0,
  };
}
