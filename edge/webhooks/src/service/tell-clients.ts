import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription, TellingSubscription } from '@tpmall/platform/module';
import type { EventSource } from '../sources/event-source.ts';
import { setAside } from '../store/set-aside.ts';
import { storeEvents } from '../store/store-events.ts';
import { type Mapped, toClientEvents } from './client-events.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { completed } from './retry-set-aside.ts';

/**
 * Subscribes to a source: its events are stored as clients will read them, with a delivery for each endpoint
 * that wants them, in the transaction that moves the cursor. What is sent is sent later, and elsewhere. What
 * cannot be read is set aside in the same transaction, so that it holds up nothing behind it.
 */
export function tellClients(
  environment: WebhooksEnvironment,
  source: EventSource,
): BatchLearningSubscription | TellingSubscription {
  const { listeners } = environment;
  if (source.complete) return tellCompleted(environment, source);
  return {
    from: source.from,
    types: source.types,
    cursor: source.cursor,
    async handleAll(events: readonly StoredEvent[], tx: Queryable) {
      await store(environment, tx, toClientEvents(environment, source, events));
    },
    committed(events) {
      environment.nudge();
      if (!listeners.isEmpty()) listeners.tell(toClientEvents(environment, source, events).told);
    },
  };
}

/**
 * As {@link tellClients}, for a source whose events must be completed first: that is input and output, which
 * has no place in the transaction of the cursor. An event has one id, so one that is told again is not
 * stored twice.
 */
function tellCompleted(environment: WebhooksEnvironment, source: EventSource): TellingSubscription {
  const { db, listeners } = environment;
  return {
    from: source.from,
    types: source.types,
    cursor: source.cursor,
    async perform(event) {
      const mapped = toClientEvents(environment, source, [await completed(environment, source, event)]);
      // As it came: what the vault opened for it does not lie open here.
      const unreadable = mapped.unreadable.map((one) => ({ ...one, event }));
      await store(environment, db, { ...mapped, unreadable });
      environment.nudge();
      if (!listeners.isEmpty()) listeners.tell(mapped.told);
    },
  };
}

async function store(
  { clock, log }: WebhooksEnvironment,
  tx: Queryable,
  { told, unreadable }: Mapped,
): Promise<void> {
  if (told.length > 0) await storeEvents(tx, told, clock.now());
  if (unreadable.length === 0) return;
  await setAside(tx, unreadable, clock.now());
  for (const { id, event, reason } of unreadable) {
    log.error({ event: id, from: event.from, seq: event.seq, reason }, 'an event was set aside');
  }
}
