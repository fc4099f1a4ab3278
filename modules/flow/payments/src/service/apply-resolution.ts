import { assert } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import type { Verdict } from '../contract/index.ts';
import { hastenOperation, hastenPayment } from '../store/find-payments.ts';
import { hastenRefund, lockChargeRecord } from '../store/refunds.ts';
import { settleRefusedAdvice } from '../store/refused-advices.ts';
import { type ResolutionRecord, resolutions, storeSettled } from '../store/resolutions.ts';
import { confirmationOf } from './authorise-payment.ts';
import { callContext, isUndecided, systemBehalf } from './calls.ts';
import { storeReservation } from './create-refund.ts';
import type { PaymentsDeps } from './deps.ts';
import { resolveSoon } from './learn.ts';

/**
 * Carries out what two people have agreed on. Repeated after a crash it does nothing twice: acquiring knows
 * the command, and a resolution leaves `confirmed` once.
 */
export async function applyResolution(deps: PaymentsDeps, resolution: ResolutionRecord): Promise<void> {
  assert(resolution.state === 'confirmed', 'only what was confirmed is carried out');
  if (resolution.advice === null) await settleMessage(deps, resolution);
  else await settleAdvice(deps, resolution, resolution.advice);
}

/**
 * Tells acquiring, where the answer is missing. From there the payment goes on as if it had come: whichever
 * of the two is stored first there counts, for this module and for every message that follows.
 */
async function settleMessage(deps: PaymentsDeps, resolution: ResolutionRecord): Promise<void> {
  const { id, tenant, kind, settles, verdict, approvalCode, reference } = resolution;
  assert(settles !== null, 'a missing answer is that of a message');
  assert(
    kind !== 'capture' && kind !== 'release' && kind !== 'stand_in',
    'advices are repeated until they have arrived',
  );
  const stands = verdict === 'approved' || verdict === 'refunded';
  const answer = await deps.ports.acquiring.recordVerdict(
    callContext(deps, systemBehalf(tenant), `${id}.verdict`),
    {
      kind,
      commandId: settles,
      verdict: stands ? { stands, approvalCode, reference: reference ?? '' } : { stands },
    },
  );
  if (!answer.ok && isUndecided(answer.error)) {
    deps.log.warn({ resolution: id, code: answer.error.code }, 'a resolution is carried out later');
    return;
  }
  assert(
    answer.ok || answer.error.code === 'not_pending',
    `acquiring refuses a verdict: ${answer.ok ? '' : answer.error.message}`,
  );
  await deps.db.transaction(async (tx) => {
    if (!(await end(deps, tx, resolution, answer.ok ? 'applied' : 'overtaken'))) return;
    const now = deps.clock.now();
    const command = confirmationOf(settles);
    switch (kind) {
      case 'authorisation':
        return resolveSoon(deps, tx, 'payment', await hastenPayment(tx, command, now));
      case 'increment':
        return resolveSoon(deps, tx, 'payment', await hastenOperation(tx, command, now));
      case 'refund':
        return resolveSoon(deps, tx, 'refund', await hastenRefund(tx, command, now));
    }
  });
}

/** What an advice's verdict makes of it: the acquirer has booked it, and our books give it back. */
const OF_ADVICES: Readonly<
  Partial<Record<Verdict, { readonly booked: boolean; readonly givenBack: boolean }>>
> = {
  captured: { booked: true, givenBack: false },
  not_captured: { booked: false, givenBack: true },
  // The refund was given up in our books, so it is made there now.
  refunded: { booked: true, givenBack: true },
};

/**
 * Ends what the acquirer has refused, or a refund that it has made after all. What it has booked counts for
 * acquiring as well, so that its clearing finds it. What it never takes, and what it has given, goes back in
 * our books as a refund of which nothing is sent.
 */
async function settleAdvice(deps: PaymentsDeps, resolution: ResolutionRecord, advice: string): Promise<void> {
  const { id, tenant, verdict, decidedAt } = resolution;
  assert(decidedAt !== null, 'what was confirmed was decided at some time');
  const { booked = false, givenBack = false } = OF_ADVICES[verdict] ?? {};
  if (booked) {
    const context = callContext(deps, systemBehalf(tenant), `${id}.booked`);
    const told = await deps.ports.acquiring.recordBooked(context, { adviceId: advice });
    if (!told.ok) {
      deps.log.warn({ resolution: id, code: told.error.code }, 'a resolution is carried out later');
      return;
    }
  }
  await deps.db.transaction(async (tx) => {
    const refused = await settleRefusedAdvice(tx, advice, id);
    if (!refused) {
      await end(deps, tx, resolution, 'overtaken');
      return;
    }
    if (!(await end(deps, tx, resolution, 'applied')))
      throw new Error(`resolution ${id} was carried out twice`);
    if (!givenBack) return;
    const charge = await lockChargeRecord(tx, tenant, refused.charge);
    assert(charge && refused.amount !== null, 'what was refused was captured, and how much is known');
    const left = charge.amountCaptured - charge.amountRefunded;
    const amount = refused.amount < left ? refused.amount : left;
    // What was refunded before has gone out as well, and never came in.
    const beyond = refused.amount - amount;
    const { refund } = await storeReservation(deps, tx, { id, tenant, at: decidedAt }, charge, {
      ...{ amount, beyond, reason: null, metadata: { resolution: id }, atAcquirer: false },
    });
    await resolveSoon(deps, tx, 'refund', await hastenRefund(tx, refund.commandId, deps.clock.now()));
  });
}

async function end(
  deps: PaymentsDeps,
  tx: Queryable,
  resolution: ResolutionRecord,
  state: 'applied' | 'overtaken',
): Promise<boolean> {
  const now = deps.clock.now();
  if (!(await storeSettled(tx, resolution.id, state, now))) return false;
  await resolutions.audit(tx, { ...resolution, state }, resolution.decidedBy ?? 'system', now);
  return true;
}
