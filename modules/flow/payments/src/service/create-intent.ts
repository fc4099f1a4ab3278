import { base32, err, ok, type Result } from '@tpmall/kernel';
import { type Claim, objectId } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { paymentsContract, SplitLeg } from '../contract/index.ts';
import { findCustomerRecord } from '../store/customers.ts';
import { changeRequests, NO_REQUESTS } from './agree-terms.ts';
import { readContext } from './calls.ts';
import { change, intentEvent } from './changes.ts';
import { checkSplit, type SplitCode } from './check-split.ts';
import { claimFor, findAccepted } from './commands.ts';
import { composeDescriptor, type DescriptorCode } from './compose-descriptor.ts';
import { type ConfirmCode, confirmIntent } from './confirm-intent.ts';
import type { PaymentsDeps } from './deps.ts';
import { checkBehalf, findUsableCard } from './look-up.ts';
import type { IntentRecord } from './records.ts';

/** An intent as it is asked for. */
export type NewIntent = InputOf<(typeof paymentsContract)['operations']['createIntent']>;

/** What opening an intent can be refused with. */
export type CreateCode =
  | SplitCode
  | DescriptorCode
  | 'customer_not_found'
  | Exclude<ConfirmCode, 'not_found' | 'payment_intent_unexpected_state'>;

/** Opens an intent in one commit, and with `confirm` tries to pay it. */
export async function createIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewIntent,
): Promise<Result<IntentRecord, CreateCode>> {
  const opened = await openIntent(deps, context, input);
  if (!opened.ok || !input.confirm) return opened;
  const { id } = opened.value;
  // A command of its own, derived from this one: a repetition after a crash between the two commits goes on
  // here.
  const inner: CallContext = { ...context, commandId: `${context.commandId}.confirm` };
  const confirmed = await confirmIntent(deps, inner, id, input.confirm);
  if (confirmed.ok) return confirmed;
  const { code, message, ...extra } = confirmed.error;
  if (code === 'not_found') throw new Error(`intent ${id} is gone`);
  if (code !== 'payment_intent_unexpected_state') return err(code, message, extra);
  // Another request has moved the intent on since it was opened: the answer is the intent as it is.
  const payment = await deps.findPayment(context.tenant, id);
  return ok(payment?.intent ?? opened.value);
}

async function openIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewIntent,
): Promise<Result<IntentRecord, CreateCode>> {
  // The command's hash is over what was asked for: what is derived from a merchant's fee plan or from the
  // platform's descriptor may be another by the time of a repetition.
  const { confirm, ...fields } = input;
  const { ip: _ip, ...confirmation } = confirm ?? {};
  const claim = claimFor(
    context,
    'create',
    { ...fields, ...(confirm && { confirm: confirmation }) },
    deps.clock.now(),
  );
  const terms = await settleTerms(deps, context, input);
  if (!terms.ok) {
    const first = await acceptedIntent(deps, claim);
    if (!first.ok) return first;
    return first.value ? ok(first.value) : terms;
  }
  const intent = newIntent(deps, claim, input, terms.value);
  const event = intentEvent('payment_intent.created', intent);
  if (await deps.store.insert(change(claim.at, intent, [], [event], claim))) return ok(intent);
  return explain(deps, claim, input);
}

/** What is derived from accounts as they are when a request is accepted. */
interface Terms {
  readonly split: readonly SplitLeg[];
  readonly statementDescriptor: string | null;
}

async function settleTerms(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewIntent,
): Promise<Result<Terms, CreateCode>> {
  const read = readContext(context);
  const paymentMethod = input.paymentMethod ?? null;
  // Refused before anything is opened: who is refused leaves no intent behind.
  if (input.confirm && (input.confirm.paymentMethod ?? paymentMethod) === null) {
    return err('payment_method_missing', 'a payment intent is confirmed with a payment method', {
      field: 'paymentMethod',
    });
  }
  const [split, descriptor, card, behalf] = await Promise.all([
    checkSplit(deps, read, input, context.caller === 'wallet'),
    composeDescriptor(deps, read, input),
    paymentMethod === null ? undefined : findUsableCard(deps, read, paymentMethod, input.customer ?? null),
    checkBehalf(deps, read, input.onBehalfOf),
  ]);
  if (!split.ok) return split;
  if (!descriptor.ok) return descriptor;
  if (card && !card.ok) return card;
  if (!behalf.ok) return behalf;
  return ok({ split: split.value, statementDescriptor: descriptor.value ?? null });
}

/** The intent of this command where it was accepted before: a repetition needs nothing but what is stored. */
async function acceptedIntent(
  deps: PaymentsDeps,
  claim: Claim,
): Promise<Result<IntentRecord | undefined, 'idempotency_mismatch'>> {
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  if (!accepted.value) return ok(undefined);
  return ok((await deps.findPayment(claim.tenant, objectId('pi', accepted.value)))?.intent);
}

/** Nothing was stored: the command was seen before, or its customer does not exist. */
async function explain(
  deps: PaymentsDeps,
  claim: Claim,
  input: NewIntent,
): Promise<Result<IntentRecord, CreateCode>> {
  const first = await acceptedIntent(deps, claim);
  if (!first.ok) return first;
  if (first.value) return ok(first.value);
  const customer = input.customer ?? null;
  const known = customer === null ? undefined : await findCustomerRecord(deps.db, claim.tenant, customer);
  if (customer !== null && known?.deleted !== false) {
    return err('customer_not_found', `No such customer: '${customer}'`, { field: 'customer' });
  }
  return err('unavailable', 'the intent could not be opened now; try again');
}

/** Random bytes of a client secret: 128 bits, beyond guessing. */
const SECRET_BYTES = 16;

function newIntent(deps: PaymentsDeps, claim: Claim, input: NewIntent, terms: Terms): IntentRecord {
  const id = objectId('pi', claim);
  const random = BigInt(`0x${Buffer.from(deps.random.bytes(SECRET_BYTES)).toString('hex')}`);
  const paymentMethod = input.paymentMethod ?? null;
  return {
    id,
    tenant: claim.tenant,
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    amount: input.amount,
    currency: input.currency,
    amountCapturable: 0n,
    amountReceived: 0n,
    captureMethod: input.captureMethod,
    confirmationMethod: input.confirmationMethod,
    automaticPaymentMethods: input.automaticPaymentMethods ?? null,
    setupFutureUsage: input.setupFutureUsage ?? null,
    clientSecret: `${id}_secret_${base32(random)}`,
    customer: input.customer ?? null,
    paymentMethod,
    description: input.description ?? null,
    receiptEmail: input.receiptEmail ?? null,
    shipping: input.shipping ?? null,
    captureRequests: changeRequests(NO_REQUESTS, input.captureRequests),
    statementDescriptor: terms.statementDescriptor,
    metadata: input.metadata ?? {},
    transferGroup: input.transferGroup ?? null,
    onBehalfOf: input.onBehalfOf ?? null,
    mandateAcceptance: null,
    split: terms.split,
    returnUrl: null,
    nextAction: null,
    lastError: null,
    latestCharge: null,
    riskDecision: null,
    cancellationReason: null,
    canceledAt: null,
    createdAt: claim.at,
    version: 1,
    phase: null,
    operationId: null,
    operationAt: null,
    captureAmount: null,
    finalCapture: true,
    captureShares: null,
    captures: 0,
    maximumCapturable: null,
    multicapture: false,
    increments: [],
    attempt: 0,
    offSession: false,
    declineOnAction: false,
    requestThreeDSecure: input.requestThreeDSecure ?? 'automatic',
    ip: null,
    nextAttemptAt: null,
    attempts: 0,
    unknownSince: null,
  };
}
