import { assert, type Micros } from '@tpmall/kernel';
import type { Accepted, Claim } from '@tpmall/platform/command';
import type { CancellationReason } from '../contract/index.ts';
import { adviseRelease } from './advise-acquirer.ts';
import type { Behalf } from './calls.ts';
import { change, chargeEvent, intentEvent, step } from './changes.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { postToLedger } from './post-to-ledger.ts';
import { releasePosting } from './postings.ts';
import type { ChargeRecord, IntentRecord, Payment } from './records.ts';
import { postpone } from './settle-attempt.ts';

/**
 * A payment that lets go of what is held from now on: nothing more of it is captured.
 *
 * @param due when a run goes on with it, if the one that has begun it does not
 */
export function releasing(
  from: IntentRecord,
  reason: CancellationReason | null,
  command: Accepted,
  due: Micros,
): IntentRecord {
  return step(from, 'release', {
    cancellationReason: from.amountReceived === 0n ? reason : null,
    operationId: command.id,
    operationAt: command.at,
    nextAttemptAt: due,
  });
}

/**
 * Begins to let go of what is held. A payment of which nothing was captured ends as canceled, one that was
 * captured in part as succeeded: what was captured stays the merchants'.
 *
 * @param by the command that lets go, and its claim where a client gave it
 * @returns undefined where the payment has moved on or the command was seen: nothing is done
 */
export async function closeIntent(
  deps: PaymentsDeps,
  behalf: Behalf,
  { intent: from, charge }: Payment,
  reason: CancellationReason | null,
  by: { readonly command: Accepted; readonly claim: Claim | null },
): Promise<IntentRecord | undefined> {
  const { command, claim } = by;
  assert(charge, 'what is held was charged');
  const intent = releasing(from, reason, command, leaseFrom(deps, deps.clock.now()));
  if (!(await deps.store.save(change(command.at, intent, [], [], claim ?? behalf)))) return undefined;
  return releaseHold(deps, intent, charge, behalf, true);
}

/**
 * Lets go of a hold: the reversal to the acquirer and the ledger's void side by side, repeated until they are
 * there.
 */
export async function releaseHold(
  deps: PaymentsDeps,
  from: IntentRecord,
  charge: ChargeRecord,
  behalf: Behalf,
  first: boolean,
): Promise<IntentRecord> {
  const { operationId, operationAt } = from;
  assert(operationId !== null && operationAt !== null, 'a release has a command');
  const posting = releasePosting(charge, { id: operationId, at: operationAt });
  const [reversed, posted] = await Promise.all([
    adviseRelease(deps, behalf, charge, operationId),
    postToLedger(deps, behalf, `${operationId}.release`, posting),
  ]);
  const done =
    reversed && posted ? await finish(deps, from, charge, behalf) : await postpone(deps, from, behalf, first);
  if (done) return done;
  return (await deps.findPayment(from.tenant, from.id))?.intent ?? from;
}

async function finish(
  deps: PaymentsDeps,
  from: IntentRecord,
  before: ChargeRecord,
  behalf: Behalf,
): Promise<IntentRecord | undefined> {
  const now = deps.clock.now();
  const isPaid = from.amountReceived > 0n;
  const charge: ChargeRecord = { ...before, holds: [], captured: isPaid, captureBefore: null };
  const intent = isPaid
    ? step(from, 'closed', { amountCapturable: 0n })
    : step(from, 'released', { amountCapturable: 0n, canceledAt: now });
  const events = isPaid
    ? [chargeEvent('charge.captured', charge, before), intentEvent('payment_intent.succeeded', intent)]
    : [
        ...(intent.cancellationReason === 'automatic' ? [chargeEvent('charge.expired', charge)] : []),
        chargeEvent('charge.refunded', charge, before),
        intentEvent('payment_intent.canceled', intent),
      ];
  return (await deps.store.save(change(now, intent, [charge], events, behalf))) ? intent : undefined;
}
