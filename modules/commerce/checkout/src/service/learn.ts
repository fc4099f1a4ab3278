import type { PaymentsEvents } from '@tpmall/payments/contract';
import type { Queryable } from '@tpmall/platform/db';
import { readCause, type StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import { intentsOfSessions, lockSessionByIntent } from '../store/sessions.ts';
import type { CheckoutDeps } from './deps.ts';
import { completeSession, EndedOtherwise, markExpired, meaningOf, meaningOfSetup } from './end-session.ts';

/**
 * What this module learns from payments: that a session's intent holds or has taken its money, or was
 * cancelled, or that its card was saved, whoever has caused it. Most of it is known already, from the call
 * that caused it.
 */
export function paymentsSubscription(deps: CheckoutDeps): BatchLearningSubscription {
  return {
    from: 'payments',
    types: [
      'payment_intent.succeeded',
      'payment_intent.amount_capturable_updated',
      'payment_intent.canceled',
      'setup_intent.succeeded',
      'setup_intent.canceled',
    ],
    cursor: 'payment-outcomes',
    // Most payments are of no session.
    async concerning(events) {
      const ours = await intentsOfSessions(deps.db, events.map(intentOf));
      return events.filter((event) => ours.has(intentOf(event)));
    },
    async handleAll(events, tx) {
      for (const event of events) await learn(deps, event, tx);
    },
  };
}

type Told = PaymentsEvents['payment_intent.succeeded'] | PaymentsEvents['setup_intent.succeeded'];

function intentOf(event: StoredEvent): string {
  return (event.payload as Told).id;
}

async function learn({ clock, log }: CheckoutDeps, event: StoredEvent, tx: Queryable): Promise<void> {
  const { payload, cause } = readCause(event.payload);
  const told = payload as Told;
  const { id } = told;
  const meaning = 'usage' in told ? meaningOfSetup(told) : meaningOf(told);
  const session = await lockSessionByIntent(tx, id);
  if (!session || meaning === undefined) return;
  const isDecided = meaning === 'canceled' && session.status === 'complete';
  // A hold that was let go of after the order: the order stays what it was.
  if (isDecided) return;
  try {
    const ending = { at: clock.now(), request: cause.request };
    if (meaning === 'canceled') await markExpired(tx, session, ending);
    else await completeSession(tx, session, meaning, ending);
  } catch (error) {
    if (!(error instanceof EndedOtherwise)) throw error;
    // People have to look; the others are not held up.
    log.error({ error, session: session.id, intent: id }, 'a session and its payment have ended differently');
  }
}
