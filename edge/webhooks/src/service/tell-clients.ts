import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
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
): BatchLearningSubscription {
  const { listeners } = environment;
  /** What was completed, as it came: what the vault opened for it does not lie open here. */
  const asItCame = new WeakMap<StoredEvent, StoredEvent>();
  return {
    from: source.from,
    types: source.types,
    cursor: source.cursor,
    // Asking the vault is input and output, which has no place in the transaction of the cursor.
    async concerning(events) {
      const all = await completed(environment, source, events);
      for (const [index, event] of all.entries()) {
        const before = events[index];
        if (before && before !== event) asItCame.set(event, before);
      }
      return all;
    },
    async handleAll(events: readonly StoredEvent[], tx: Queryable) {
      const { told, unreadable } = toClientEvents(environment, source, events);
      const kept = unreadable.map((one) => ({ ...one, event: asItCame.get(one.event) ?? one.event }));
      await store(environment, tx, { told, unreadable: kept });
    },
    committed(events) {
      environment.nudge();
      if (!listeners.isEmpty()) listeners.tell(toClientEvents(environment, source, events).told);
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
