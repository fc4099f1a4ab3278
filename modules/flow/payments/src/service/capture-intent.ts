import { assert, err, ok, type Result } from '@tpmall/kernel';
import type { CallContext } from '@tpmall/platform/contract';
import type { Claim } from '../store/save-payments.ts';
import { type Behalf, callContext, isUndecided } from './calls.ts';
import { change, chargeEvent, intentEvent, step } from './changes.ts';
import { claimFor, findAccepted } from './commands.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { capturePosting } from './postings.ts';
import type { ChargeRecord, IntentRecord } from './records.ts';
import { postpone } from './settle-attempt.ts';
import { shareOut } from './split.ts';

/** What a capture can be refused with. */
export type CaptureCode =
  | 'not_found'
  | 'payment_intent_unexpected_state'
  | 'amount_too_large'
  | 'idempotency_mismatch'
  | 'unavailable';

/** How often a reservation is tried again when the payment changes under it. */
const TRIES_MAX = 5;

/**
 * Takes what is held, or a part of it and lets go of the rest. The amount is reserved before anything is
 * sent.
 */
export async function captureIntent(
  deps: PaymentsDeps,
  context: CallContext,
  input: { readonly id: string; readonly amountToCapture?: bigint | undefined },
): Promise<Result<IntentRecord, CaptureCode>> {
  const now = deps.clock.now();
  const claim = claimFor(context, 'capture', input, now);
  const amount = input.amountToCapture ?? null;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const reserved = await deps.store.reserve({ intent: input.id, amount, due: leaseFrom(deps, now), claim });
    if (reserved) {
      assert(reserved.charge, 'what is held was charged');
      return ok(await captureHold(deps, reserved.intent, reserved.charge, context, true));
    }
    const explained = await explain(deps, claim, input.id, amount);
    if (explained) return explained;
  }
  return err('unavailable', `payment intent ${input.id} changes too fast; try again`);
}

/**
 * Why nothing was reserved; undefined where nothing speaks against it any more: the row was just changing.
 */
async function explain(
  deps: PaymentsDeps,
  claim: Claim,
  id: string,
  amount: bigint | null,
): Promise<Result<IntentRecord, CaptureCode> | undefined> {
  const accepted = await findAccepted(deps.db, claim);
  if (!accepted.ok) return accepted;
  const payment = await deps.findPayment(claim.tenant, id);
  if (!payment) return err('not_found', `there is no payment intent ${id}`, { field: 'id' });
  const { intent } = payment;
  if (accepted.value) return ok(intent);
  if (intent.status === 'requires_capture') {
    if (amount === null || amount <= intent.amountCapturable) return undefined;
    return err('amount_too_large', 'more than what is held cannot be captured', {
      field: 'amountToCapture',
      detail: { maximum: intent.amountCapturable.toString() },
    });
  }
  return err(
    'payment_intent_unexpected_state',
    `payment intent ${id} cannot be captured: it is ${intent.status}`,
    {
      detail: { paymentIntent: id, status: intent.status },
    },
  );
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
  const { captureAmount: amount, operationId, operationAt } = intent;
  assert(
    amount !== null && operationId !== null && operationAt !== null,
    'a capture has reserved its amount',
  );
  assert(charge.authorisationId !== null, 'what is held was authorised');
  const { shares, rest } = shareOut(amount, charge.amount, charge.split);
  const posting = capturePosting(charge, { id: operationId, at: operationAt, amount }, shares, rest);
  const [advised, posted] = await Promise.all([
    deps.ports.acquiring.capture(callContext(deps, behalf, `${operationId}.capture`), {
      authorisationId: charge.authorisationId,
      amount,
      final: true,
    }),
    postToLedger(deps, behalf, `${operationId}.capture`, posting),
  ]);
  if (!advised.ok && !isUndecided(advised.error)) {
    throw new Error(`acquiring refuses the capture of ${charge.id}: ${advised.error.code}`);
  }
  const done =
    advised.ok && posted
      ? await finish(deps, intent, { ...charge, amountCaptured: amount, captured: true, shares })
      : await postpone(deps, intent, first);
  if (done) return done;
  // Another run has settled it in the meantime.
  return (await deps.findPayment(intent.tenant, intent.id))?.intent ?? intent;
}

async function finish(
  deps: PaymentsDeps,
  from: IntentRecord,
  charge: ChargeRecord,
): Promise<IntentRecord | undefined> {
  const intent = step(from, 'captured', { amountReceived: charge.amountCaptured, amountCapturable: 0n });
  const events = [chargeEvent('charge.captured', charge), intentEvent('payment_intent.succeeded', intent)];
  const stored = await deps.store.save(change(deps.clock.now(), intent, [charge], events));
  return stored ? intent : undefined;
}
