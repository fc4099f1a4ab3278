import type { Micros } from '@tpmall/kernel';
import type { Accepted } from '@tpmall/platform/command';
import type { Queryable } from '@tpmall/platform/db';
import { findEndedHolds, findPaymentByCommand } from '../store/find-payments.ts';
import { saveChanges } from '../store/save-payments.ts';
import { systemBehalf } from './calls.ts';
import { change } from './changes.ts';
import { claimFor } from './commands.ts';
import type { PaymentsDeps } from './deps.ts';
import type { IntentRecord } from './records.ts';
import { closeIntent, releasing } from './release-hold.ts';

/** Name of the job that lets go of what nobody has captured in time. */
export const HOLDS_JOB = 'sweep-holds';
/** Holds that one look ends; the next look takes the next ones. */
const HOLDS_MAX = 100;

/**
 * Lets go of what nobody has captured in time: the payment is canceled, or has succeeded with what was
 * captured of it. A capture that comes at the same instant and this are steps of one version of the payment,
 * so exactly one of them happens.
 */
export async function endHolds(deps: PaymentsDeps): Promise<void> {
  const { db, clock, log } = deps;
  for (const payment of await findEndedHolds(db, clock.now(), HOLDS_MAX)) {
    const { tenant, id } = payment.intent;
    const behalf = systemBehalf(tenant);
    const command = commandOf(payment.intent, clock.now());
    try {
      await closeIntent(deps, behalf, payment, 'automatic', { command, claim: null });
    } catch (error) {
      log.error({ error, id }, 'a hold could not be ended');
    }
  }
}

function commandOf({ tenant, latestCharge }: IntentRecord, now: Micros): Accepted {
  return claimFor({ tenant, commandId: `hold-ends/${latestCharge}` }, 'hold-ends', {}, now);
}

/**
 * The issuer refuses what was approved on our own risk: nothing is held, so what is not captured yet ends
 * now. What was captured is listed as a loss.
 *
 * @returns the payment that a run is to go on with: it lets go of its hold, or its hold is not stored yet and
 * the next run is told of the refusal, while whoever is storing it just now loses the payment to it
 */
export async function endRefusedHold(
  deps: PaymentsDeps,
  tx: Queryable,
  confirmation: string,
): Promise<string | undefined> {
  const now = deps.clock.now();
  const payment = await findPaymentByCommand(tx, confirmation);
  if (!payment?.charge) return undefined;
  const { intent, charge } = payment;
  const isHeld = charge.captureBefore !== null;
  const isBeingHeld = intent.phase === 'authorising' && intent.captureMethod === 'manual';
  if (!isHeld && !isBeingHeld) return undefined;
  // From here on nothing more of it can be captured.
  const isFree = isHeld && intent.status === 'requires_capture';
  const version = intent.version + 1;
  const ended = isFree
    ? change(now, releasing(intent, 'automatic', commandOf(intent, now), now), [], [], {})
    : isHeld
      ? change(now, { ...intent, version }, [{ ...charge, captureBefore: now }], [], {})
      : change(now, { ...intent, version, nextAttemptAt: now }, [], [], {});
  const [stored] = await saveChanges(tx, [ended]);
  // The event is told again.
  if (!stored) throw new Error(`payment ${intent.id} changed while its hold was refused`);
  if (isFree || !isHeld) return intent.id;
  // A capture or increment is under way: what it leaves of the hold ends after it.
  await deps.jobs.enqueue(tx, HOLDS_JOB, {}, { key: `hold ${intent.id}` });
  return undefined;
}
