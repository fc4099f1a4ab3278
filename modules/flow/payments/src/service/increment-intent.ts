import { assert, err, type Failure, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import { type CallContext, type InputOf, patchMetadata } from '@tpmall/platform/contract';
import type { paymentsContract } from '../contract/index.ts';
import { agreeTerms } from './agree-terms.ts';
import { type Behalf, callContext, isUndecided, readContext } from './calls.ts';
import { change, chargeEvent, intentEvent, step } from './changes.ts';
import { checkSplit, type SplitCode } from './check-split.ts';
import { claimFor, findAccepted } from './commands.ts';
import {
  type Decline,
  type DeclinedCode,
  declinedResult,
  issuerDecline,
  notReached,
  refusedByAcquirer,
  reversed,
} from './declines.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { holdPosting } from './postings.ts';
import { changedSplit } from './price-split.ts';
import type { ChargeRecord, Increment, IntentRecord, Payment } from './records.ts';
import { postpone } from './settle-attempt.ts';

/** An increment as it is asked for. */
export type NewIncrement = InputOf<(typeof paymentsContract)['operations']['incrementIntent']>;

/** What an increment can be refused with. */
export type IncrementCode =
  | DeclinedCode
  | SplitCode
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'increment_not_available'
  | 'too_many_increments'
  | 'amount_too_small'
  | 'split_missing'
  | 'metadata_too_many_keys'
  | 'idempotency_mismatch';

type Incremented = Result<IntentRecord, DeclinedCode>;

/** Increments of one intent, those that were declined included; clients of the wire know the same limit. */
const INCREMENTS_MAX = 10;
/** How often an increment looks again when the intent moved on under it. */
const TRIES_MAX = 5;

/**
 * Asks the issuer to hold more. What the intent becomes with it is worked out and stored before anything is
 * sent; a decline leaves everything as it was.
 */
export async function incrementIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: NewIncrement,
): Promise<Result<IntentRecord, IncrementCode>> {
  const claim = claimFor(context, 'increment', input, deps.clock.now());
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const payment = await deps.findPayment(context.tenant, input.id);
    if (!payment) return err('not_found', `No such payment_intent: '${input.id}'`, { field: 'id' });
    if (accepted.value) return answerOf(payment.intent, accepted.value.id);
    const refused = refusal(payment, input);
    if (refused) return refused;
    const increment = await plan(deps, context, payment, input, claim);
    if (!increment.ok) return increment;
    const intent = step(payment.intent, 'increment', {
      increments: [...payment.intent.increments, increment.value],
      operationId: claim.id,
      operationAt: claim.at,
      nextAttemptAt: leaseFrom(deps, deps.clock.now()),
    });
    if (await deps.store.save(change(claim.at, intent, [], [], claim))) {
      assert(payment.charge, 'what is held was charged');
      return incrementHold(deps, intent, payment.charge, context, true);
    }
  }
  return err('unavailable', `payment intent ${input.id} changes too fast; try again`);
}

/** The answer to an increment that was accepted, from what is stored: the same refusal, or the intent. */
function answerOf(intent: IntentRecord, commandId: string): Incremented {
  const decline = intent.increments.find((each) => each.commandId === commandId)?.decline;
  return decline ? declinedResult(intent, { ...decline, charge: intent.latestCharge }) : ok(intent);
}

function refusal(
  { intent, charge }: Payment,
  { amount }: NewIncrement,
): Result<never, IncrementCode> | undefined {
  const { id, status } = intent;
  const detail = { paymentIntent: id, status };
  if (status !== 'requires_capture' || !charge || intent.amountReceived > 0n) {
    const why = status === 'requires_capture' ? 'it has been captured in part' : `it is ${status}`;
    return err('payment_intent_unexpected_state', `payment intent ${id} cannot be incremented: ${why}`, {
      detail,
    });
  }
  if (charge.captureTerms?.incrementalAuthorisation !== true) {
    return err('increment_not_available', 'this payment’s authorisation cannot be incremented', { detail });
  }
  if (intent.increments.length >= INCREMENTS_MAX) {
    const message = `an authorisation is incremented at most ${INCREMENTS_MAX} times, declines included`;
    return err('too_many_increments', message, { detail });
  }
  if (amount > intent.amount) return undefined;
  return err('amount_too_small', 'an increment raises the amount; give the amount as it shall be, in all', {
    field: 'amount',
    detail: { minimum: (intent.amount + 1n).toString() },
  });
}

async function plan(
  deps: PaymentsDeps,
  context: CallContext,
  { intent }: Payment,
  input: NewIncrement,
  claim: Claim,
): Promise<Result<Increment, IncrementCode>> {
  const { amount } = input;
  const metadata = patchMetadata(intent.metadata, input.metadata);
  if (!metadata.ok) return metadata;
  const asked = changedSplit(intent, input);
  if (!asked.ok) return asked;
  const terms = { amount, currency: intent.currency, split: asked.value };
  const split = await checkSplit(deps, readContext(context), terms);
  if (!split.ok) return split;
  return ok({
    commandId: claim.id,
    commandAt: claim.at,
    amount,
    split: split.value,
    description: input.description === undefined ? intent.description : input.description,
    statementDescriptor:
      input.statementDescriptor === undefined ? intent.statementDescriptor : input.statementDescriptor,
    metadata: metadata.value,
    state: 'in_work',
    decline: null,
  });
}

/**
 * Asks the issuer, and puts what it held into the ledger before anybody is told. A run after a lost answer or
 * a crash goes the same way again by the same ids.
 */
export async function incrementHold(
  deps: PaymentsDeps,
  intent: IntentRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  first: boolean,
): Promise<Incremented> {
  const increment = intent.increments.at(-1);
  assert(increment?.state === 'in_work', 'an intent that is incremented has an increment in work');
  assert(charge.authorisationId !== null, 'what is held was authorised');
  const amount = increment.amount - charge.amount;
  const answer = await deps.ports.acquiring.increment(
    callContext(deps, behalf, `${increment.commandId}.increment`),
    { authorisationId: charge.authorisationId, amount },
  );
  if (!answer.ok) {
    const decline = declineOf(answer.error, first);
    return decline
      ? settle(deps, behalf, intent, refused(intent, decline))
      : comeBack(deps, behalf, intent, first);
  }
  const outcome = answer.value;
  switch (outcome.state) {
    case 'pending':
      return comeBack(deps, behalf, intent, first);
    case 'declined': {
      const { declineCode, networkCode } = outcome;
      return settle(deps, behalf, intent, refused(intent, issuerDecline(declineCode, networkCode)));
    }
    case 'reversed':
      return settle(deps, behalf, intent, refused(intent, reversed));
    case 'approved': {
      const { commandId, commandAt } = increment;
      const held = { commandId, commandAt, amount };
      if (!(await postToLedger(deps, behalf, `${commandId}.increment`, holdPosting(charge, held)))) {
        return comeBack(deps, behalf, intent, first);
      }
      const captureTerms = agreeTerms(intent.captureRequests, outcome.terms, increment.amount);
      const { split } = increment;
      const holds = [...charge.holds, held];
      const after = { ...charge, amount: increment.amount, split, captureTerms, holds };
      return settle(deps, behalf, intent, incremented(intent, increment, charge, after));
    }
  }
}

/** A refusal that ends the increment; undefined where somebody has to come back. */
function declineOf(error: Failure<string>, first: boolean): Decline | undefined {
  if (error.code === 'amount_too_large' || error.code === 'payment_method_not_found') {
    return refusedByAcquirer(error.code);
  }
  if (!isUndecided(error)) throw new Error(`acquiring refuses an increment: ${error.code}`);
  return error.code === 'unavailable' && first ? notReached : undefined;
}

/** What an increment leads to. */
interface Change {
  readonly intent: IntentRecord;
  readonly charges: readonly ChargeRecord[];
  readonly events: Parameters<typeof change>[3];
}

function incremented(
  from: IntentRecord,
  increment: Increment,
  before: ChargeRecord,
  charge: ChargeRecord,
): Change {
  const { amount, split, description, statementDescriptor, metadata } = increment;
  const terms = charge.captureTerms;
  assert(terms, 'what is held has terms');
  const intent = step(from, 'incremented', {
    ...{ amount, split, description, statementDescriptor, metadata },
    amountCapturable: amount,
    maximumCapturable: terms.maximumCapturable,
    increments: concluded(from, { ...increment, state: 'approved' }),
  });
  const events = [
    chargeEvent('charge.updated', charge, before),
    intentEvent('payment_intent.amount_capturable_updated', intent),
  ];
  return { intent, charges: [charge], events };
}

function refused(from: IntentRecord, { code, declineCode, message }: Decline): Change {
  const increment = from.increments.at(-1);
  assert(increment, 'an intent that is incremented has an increment in work');
  const decline = { code, declineCode, message };
  const increments = concluded(from, { ...increment, state: 'declined', decline });
  return { intent: step(from, 'incremented', { increments }), charges: [], events: [] };
}

function concluded({ increments }: IntentRecord, last: Increment): readonly Increment[] {
  return [...increments.slice(0, -1), last];
}

async function settle(
  deps: PaymentsDeps,
  behalf: Behalf,
  from: IntentRecord,
  { intent, charges, events }: Change,
): Promise<Incremented> {
  const stored = await deps.store.save(change(deps.clock.now(), intent, charges, events, behalf));
  return stored ? answerOf(intent, from.operationId ?? '') : current(deps, from);
}

async function comeBack(
  deps: PaymentsDeps,
  behalf: Behalf,
  from: IntentRecord,
  first: boolean,
): Promise<Incremented> {
  const intent = await postpone(deps, from, behalf, first);
  return intent ? ok(intent) : current(deps, from);
}

/** Another run has settled it in the meantime. */
async function current(deps: PaymentsDeps, from: IntentRecord): Promise<Incremented> {
  const payment = await deps.findPayment(from.tenant, from.id);
  return payment ? answerOf(payment.intent, from.operationId ?? '') : ok(from);
}
