import { assert, err, type Micros, ok, type Result } from '@tpmall/kernel';
import type { Claim } from '@tpmall/platform/command';
import type { CallContext, InputOf } from '@tpmall/platform/contract';
import type { BalanceMove, paymentsContract } from '../contract/index.ts';
import { CAPTURES_MAX, type Reserved } from '../store/save-payments.ts';
import { adviseCapture } from './advise-acquirer.ts';
import { balanceEvent, balanceTransactionId, captureMove } from './balance-moves.ts';
import type { Behalf } from './calls.ts';
import { saysMore, sharedAs, type TermsCode, termsOf } from './capture-terms.ts';
import { change, chargeEvent, intentEvent, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { type Capture, capturePosting, holdsAfter } from './postings.ts';
import type { ChargeRecord, IntentRecord } from './records.ts';
import { closeIntent } from './release-hold.ts';
import { postpone } from './settle-attempt.ts';
import { addShares, shareOut } from './split.ts';

/** What a capture can be refused with. */
export type CaptureCode =
  | TermsCode
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'amount_too_large'
  | 'amount_too_small'
  | 'multicapture_not_available'
  | 'idempotency_mismatch'
  | 'unavailable';

/** How often a reservation is tried again when the payment changes under it. */
const TRIES_MAX = 5;

/** A capture as it is asked for. */
type Asked = InputOf<(typeof paymentsContract)['operations']['captureIntent']>;

/**
 * Takes what is held, a part of it, or more than it. The amount is reserved before anything is sent: in one
 * statement, unless the request says more than an amount.
 */
export async function captureIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: Asked,
): Promise<Result<IntentRecord, CaptureCode>> {
  const now = deps.clock.now();
  const claim = claimFor(context, 'capture', input, now);
  const amount = input.amountToCapture ?? null;
  const hasTerms = saysMore(input);
  if (amount === 0n) return hasTerms ? nothingWithTerms() : captureNothing(deps, context, input, claim);
  const final = input.finalCapture ?? true;
  const due = leaseFrom(deps, now);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const reserved = hasTerms
      ? await reserveWith(deps, input, due, claim)
      : ok(await deps.store.reserve({ intent: input.id, amount, final, due, claim }));
    if (!reserved.ok) return reserved;
    if (reserved.value) {
      const { intent, charge } = reserved.value;
      assert(charge, 'what is held was charged');
      return ok(await captureHold(deps, intent, charge, context, true));
    }
    const explained = await explain(deps, claim, input);
    if (explained) return explained;
  }
  return err('unavailable', `payment intent ${input.id} changes too fast; try again`);
}

/**
 * Reserves a capture that says more than an amount. Undefined: nothing is stored, because the payment changed
 * just now or does not let itself be captured so; {@link explain} says why.
 */
async function reserveWith(
  deps: PaymentsDeps,
  input: Asked,
  due: Micros,
  claim: Claim,
): Promise<Result<Reserved | undefined, TermsCode>> {
  const payment = await deps.findPayment(claim.tenant, input.id);
  if (!payment?.charge || refusal(payment.intent, input)) return ok(undefined);
  const { intent, charge } = payment;
  const amount = input.amountToCapture ?? intent.amountCapturable;
  const final = (input.finalCapture ?? true) || amount >= intent.amountCapturable;
  const terms = termsOf(payment.intent, charge, { ...input, amount, final });
  if (!terms.ok) return terms;
  const { metadata, split, captureShares } = terms.value;
  const patch = { operationId: claim.id, operationAt: claim.at, nextAttemptAt: due, attempts: 0 };
  const reserved = step(intent, 'capture', {
    ...{ ...patch, metadata, split, captureShares },
    captures: intent.captures + 1,
    captureAmount: amount,
    finalCapture: final,
  });
  const shared = { ...charge, split };
  const stored = await deps.store.save(change(claim.at, reserved, [shared], [], claim));
  return ok(stored ? { intent: reserved, charge: shared } : undefined);
}

/** Nothing more is wanted: the rest of a payment that was captured in part is let go of. */
async function captureNothing(
  deps: PaymentsDeps,
  context: CallContext,
  { id, finalCapture }: Asked,
  claim: Claim,
): Promise<Result<IntentRecord, CaptureCode>> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const accepted = await findAccepted(deps.db, claim);
    if (!accepted.ok) return accepted;
    const payment = await deps.findPayment(claim.tenant, id);
    if (!payment) return missing(id);
    if (accepted.value) return ok(payment.intent);
    if (payment.intent.status !== 'requires_capture') return wrongState(payment.intent);
    if (finalCapture !== true || payment.intent.amountReceived === 0n) {
      const message = 'nothing can only be captured finally, and after something was';
      return err('amount_too_small', message, { field: 'amountToCapture', detail: { minimum: '1' } });
    }
    const closed = await closeIntent(deps, context, payment, null, { command: claim, claim });
    if (closed) return ok(closed);
  }
  return err('unavailable', `payment intent ${id} changes too fast; try again`);
}

/**
 * Why nothing was reserved; undefined where nothing speaks against it any more: the row was just changing.
 */
async function explain(
  deps: PaymentsDeps,
  claim: Claim,
  input: Asked,
): Promise<Result<IntentRecord, CaptureCode> | undefined> {
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  const payment = await deps.findPayment(claim.tenant, input.id);
  if (!payment) return missing(input.id);
  const { intent } = payment;
  return accepted.value ? ok(intent) : refusal(intent, input);
}

/** Why a payment cannot be captured so as it stands. */
function refusal(
  intent: IntentRecord,
  { amountToCapture, finalCapture }: Asked,
): Result<never, CaptureCode> | undefined {
  const { id } = intent;
  if (intent.status !== 'requires_capture') return wrongState(intent);
  const maximum = (intent.maximumCapturable ?? intent.amount) - intent.amountReceived;
  if (amountToCapture !== undefined && amountToCapture > maximum) {
    return err('amount_too_large', 'more than may be captured of what is held cannot be captured', {
      field: 'amountToCapture',
      detail: { maximum: maximum.toString() },
    });
  }
  if (finalCapture === false && !intent.multicapture) {
    return err('multicapture_not_available', 'this payment can be captured once only', {
      field: 'finalCapture',
      detail: { paymentIntent: id },
    });
  }
  if (finalCapture === false && intent.captures >= CAPTURES_MAX - 1) {
    return err('multicapture_not_available', `the last of ${CAPTURES_MAX} captures is final`, {
      field: 'finalCapture',
      detail: { paymentIntent: id },
    });
  }
  return undefined;
}

function nothingWithTerms(): Result<never, 'amount_too_small'> {
  return err('amount_too_small', 'a capture of nothing says nothing else', {
    field: 'amountToCapture',
    detail: { minimum: '1' },
  });
}

function missing(id: string): Result<never, 'not_found'> {
  return err('not_found', `No such payment_intent: '${id}'`, { field: 'id' });
}

function wrongState({ id, status }: IntentRecord): Result<never, 'payment_intent_unexpected_state'> {
  return err('payment_intent_unexpected_state', `payment intent ${id} cannot be captured: it is ${status}`, {
    detail: { paymentIntent: id, status },
  });
}

/**
 * Captures what was reserved: the advice to the acquirer and the ledger's chain side by side, because neither
 * can be refused any more and both are repeated by their ids until they are there.
 */
export async function captureHold(
  deps: PaymentsDeps,
  intent: IntentRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  first: boolean,
): Promise<IntentRecord> {
  const { captureAmount: amount, operationId, operationAt, finalCapture: final } = intent;
  assert(
    amount !== null && operationId !== null && operationAt !== null,
    'a capture has reserved its amount',
  );
  const taken = { amount: charge.amountCaptured, shares: charge.shares };
  const { shares, rest } = intent.captureShares
    ? sharedAs(intent.captureShares, amount)
    : shareOut(amount, charge.amount, charge.split, taken);
  const operation: Capture = { id: operationId, at: operationAt, amount, final };
  const [advised, posted] = await Promise.all([
    adviseCapture(deps, behalf, charge, operationId, operation),
    postToLedger(deps, behalf, `${operationId}.capture`, capturePosting(charge, operation, shares, rest)),
  ]);
  const move = captureMove(charge, 'capture', operation, shares);
  const after: ChargeRecord = {
    ...charge,
    amountCaptured: charge.amountCaptured + amount,
    captured: final,
    captureBefore: final ? null : charge.captureBefore,
    shares: addShares(charge.shares, shares),
    holds: holdsAfter(charge.holds, operation),
    balanceTransaction: charge.balanceTransaction ?? balanceTransactionId(move),
  };
  const done =
    advised && posted
      ? await finish(deps, intent, charge, after, move, behalf)
      : await postpone(deps, intent, behalf, first);
  if (done) return done;
  // Another run has settled it in the meantime.
  return (await deps.findPayment(intent.tenant, intent.id))?.intent ?? intent;
}

async function finish(
  deps: PaymentsDeps,
  from: IntentRecord,
  before: ChargeRecord,
  charge: ChargeRecord,
  move: BalanceMove,
  behalf: Behalf,
): Promise<IntentRecord | undefined> {
  const intent = step(from, charge.captured ? 'captured' : 'captured_part', {
    amountReceived: charge.amountCaptured,
    amountCapturable: charge.holds.reduce((sum, hold) => sum + hold.amount, 0n),
  });
  const events = charge.captured
    ? [chargeEvent('charge.captured', charge, before), intentEvent('payment_intent.succeeded', intent)]
    : [
        chargeEvent('charge.updated', charge, before),
        intentEvent('payment_intent.amount_capturable_updated', intent),
      ];
  const stored = await deps.store.save(
    change(deps.clock.now(), intent, [charge], [...events, balanceEvent(intent.id, move)], behalf),
  );
  return stored ? intent : undefined;
}
