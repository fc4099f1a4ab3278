import type { AcquiringEvents } from '@tpmall/acquiring/contract';
import type { LearningSubscription } from '@tpmall/platform/module';
import { findSetupByAuthentication, saveSetup, takeDueSetups } from '../store/setups.ts';
import { systemBehalf } from './calls.ts';
import { leaseFrom, type PaymentsDeps } from './deps.ts';
import { runSetup } from './run-setup.ts';
import { setupStep } from './setup-records.ts';

/** Name of the job that goes on with setups that were left in work. */
export const SETUPS_JOB = 'sweep-setups';
/** Rows taken in one sweep: few enough to finish well within their lease. */
const SWEEP_MAX = 20;

/** A challenge that ended lets its setup go on by itself, whether the shopper comes back or not. */
export function setupChallengeSubscription(deps: PaymentsDeps): LearningSubscription {
  return {
    from: 'acquiring',
    types: ['authentication.completed'],
    cursor: 'setup-challenges',
    async handle(event, tx) {
      const { authenticationId } = event.payload as AcquiringEvents['authentication.completed'];
      const setup = await findSetupByAuthentication(tx, authenticationId);
      if (!setup) return;
      const now = deps.clock.now();
      const resumed = setupStep(setup, 'resume', { nextAttemptAt: now });
      // Not stored: the shopper's own confirmation came first.
      if (await saveSetup(tx, { at: now, setup: resumed, events: [], claim: null })) {
        await deps.jobs.enqueue(tx, SETUPS_JOB, {}, { key: `setup ${setup.id}` });
      }
    },
  };
}

/**
 * Goes on with setups that were left in work: by a crash, a challenge that ended, or a vault that was away.
 * One that fails does not hold up the others, and comes again after its lease.
 */
export async function sweepSetups(deps: PaymentsDeps): Promise<void> {
  for (;;) {
    const now = deps.clock.now();
    const due = await takeDueSetups(deps.db, now, leaseFrom(deps, now), SWEEP_MAX);
    for (const setup of due) {
      try {
        await runSetup(deps, setup, systemBehalf(setup.tenant));
      } catch (error) {
        deps.log.error({ error, id: setup.id }, 'a setup could not be resumed');
      }
    }
    if (due.length < SWEEP_MAX) return;
  }
}
