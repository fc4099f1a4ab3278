import { DAY, SECOND } from '@tpmall/kernel';
import { CONTINUED_WITHIN } from '../listen/session.ts';
import { forgetListenersBefore } from '../store/listeners.ts';
import { idAt } from '../store/read-events.ts';
import { disableFailing, forgetBefore, giveUpOfDisabled } from '../store/upkeep.ts';
import type { WebhooksEnvironment } from './environment.ts';

/** Rows that one statement of upkeep changes: few enough to be done in well under a second. */
const BATCH = 5_000;
/** Statements of one run; the next run goes on. */
const BATCHES_MAX = 100;

/**
 * Disables endpoints that nothing has reached for days, which their owners learn from an event, and gives up
 * what is pending for endpoints that are disabled or deleted.
 */
export async function reviewEndpoints({ db, clock, config, log }: WebhooksEnvironment): Promise<void> {
  const now = clock.now();
  const disabled = await disableFailing(db, now - config.disableSeconds * SECOND, now);
  if (disabled.length > 0) log.warn({ endpoints: disabled }, 'failing webhook endpoints were disabled');
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    if ((await giveUpOfDisabled(db, BATCH)) < BATCH) return;
  }
}

/** Forgets events that are older than they are kept, with their deliveries, and listeners that are gone. */
export async function forgetOldEvents({ db, clock, config }: WebhooksEnvironment): Promise<void> {
  await forgetListenersBefore(db, clock.now() - CONTINUED_WITHIN);
  await forgetBefore(db, idAt(clock.now() - config.retentionDays * DAY));
}
