import { type Clock, MINUTE, type Micros, type Redacted, SECOND } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { Counter, Log } from '@tpmall/platform/telemetry';
import type { MailProvider, OutgoingMail } from '../contract/index.ts';
import { deferMessage, dueMessages, endMessage, leaseMessage, type QueuedMail } from '../store/messages.ts';
import { openMail } from './sealed-mail.ts';

/** Longer than a mail host may take; after it the try counts as lost, and another may begin. */
const LEASE: Micros = 3 * MINUTE;
/** Pauses after a first, second, … try that came to nothing; the last one again and again. */
const PAUSES: readonly Micros[] = [5, 15, 60, 300, 900, 3_600].map((seconds) => seconds * SECOND);
/** Mails that one sweep tries. */
const SWEEP_MAX = 100;
const PROBLEM_MAX = 500;

/** What a delivery stands on. */
export interface DeliveryEnvironment {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly provider: MailProvider;
  readonly from: OutgoingMail['from'];
  readonly sealingKey: Redacted<Buffer>;
  readonly outcomes: Counter;
}

/**
 * Tries a mail that is due. The lease is taken before the mail host is spoken to and no row is locked
 * meanwhile; a process that dies in between leaves the mail due again when the lease is over.
 */
export async function deliver(environment: DeliveryEnvironment, id: string): Promise<void> {
  const { db, clock, provider, from, outcomes } = environment;
  const now = clock.now();
  const mail = await leaseMessage(db, id, now, now + LEASE);
  if (!mail) return;
  if (mail.expiresAt <= now) {
    await endMessage(db, mail, { state: 'expired', problem: 'too late to be of use', at: now });
    outcomes.add({ outcome: 'expired' });
    return;
  }
  const says = openMail(environment, mail.id, mail.sealed);
  if (!says) return settle(environment, mail, 'refused', 'sealed under a secret that is not here any more');
  const { to, locale, createdAt } = mail;
  const delivery = await provider.deliver({ id: mail.id, from, to, locale, at: createdAt, ...says });
  outcomes.add({ outcome: delivery.state });
  if (delivery.state === 'accepted') {
    await endMessage(db, mail, { state: 'sent', problem: null, at: clock.now() });
    return;
  }
  await settle(environment, mail, delivery.state, delivery.reason.slice(0, PROBLEM_MAX));
}

async function settle(
  { db, clock, log }: DeliveryEnvironment,
  mail: QueuedMail,
  state: 'refused' | 'deferred',
  problem: string,
): Promise<void> {
  // Whom it was for stays out of the log.
  log.warn({ mail: mail.id, template: mail.template, attempts: mail.attempts, problem }, `mail ${state}`);
  const at = clock.now();
  if (state === 'refused') await endMessage(db, mail, { state, problem, at });
  else await deferMessage(db, mail, Math.min(at + pauseAfter(mail.attempts), mail.expiresAt), problem);
}

/** Tries all mails that are due: those whose time has come again, and those that a dead process left. */
export async function sweep(environment: DeliveryEnvironment): Promise<void> {
  const { db, clock } = environment;
  for (const id of await dueMessages(db, clock.now(), SWEEP_MAX)) await deliver(environment, id);
}

function pauseAfter(attempts: number): Micros {
  return PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? SECOND;
}
