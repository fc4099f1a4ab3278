import type { Queryable } from '@tpmall/platform/db';
import type { StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription } from '@tpmall/platform/module';
import type { Offer } from '../delivery/dispatcher.ts';
import type { EventSource } from '../sources/event-source.ts';
import type { Claimed } from '../store/claim-deliveries.ts';
import { setAside } from '../store/set-aside.ts';
import { storeEvents } from '../store/store-events.ts';
import { type Mapped, toClientEvents } from './client-events.ts';
import type { WebhooksEnvironment } from './environment.ts';
import { completed } from './retry-set-aside.ts';

/**
 * Subscribes to a source: its events are stored as clients will read them, with a delivery for each endpoint
 * that wants them, in the transaction that moves the cursor. What is sent is sent once that has committed;
 * what this process has room for is claimed as it is stored, and need not be looked for. What cannot be read
 * is set aside in the same transaction, so that it holds up nothing behind it.
 */
export function tellClients(
  environment: WebhooksEnvironment,
  source: EventSource,
): BatchLearningSubscription {
  const { dispatcher, listeners } = environment;
  /** What was completed, as it came: what the vault opened for it does not lie open here. */
  const asItCame = new WeakMap<StoredEvent, StoredEvent>();
  /** Of a batch whose transaction is under way. */
  const taken = new WeakMap<readonly StoredEvent[], Taken>();
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
      taken.set(events, await store(environment, tx, { told, unreadable: kept }));
    },
    committed(events) {
      const { claimed, offer } = taken.get(events) ?? { claimed: [] };
      if (offer) dispatcher.takeOn(claimed, offer);
      else dispatcher.nudge();
      if (!listeners.isEmpty()) listeners.tell(toClientEvents(environment, source, events).told);
    },
  };
}

/** What was claimed as it was stored, and for which offer. */
interface Taken {
  readonly claimed: readonly Claimed[];
  readonly offer: Offer | undefined;
}

async function store(
  { clock, log, dispatcher }: WebhooksEnvironment,
  tx: Queryable,
  { told, unreadable }: Mapped,
): Promise<Taken> {
  const offer = dispatcher.offer();
  const claimed = told.length > 0 ? await storeEvents(tx, told, clock.now(), offer) : [];
  if (unreadable.length > 0) await setAside(tx, unreadable, clock.now());
  for (const { id, event, reason } of unreadable) {
    log.error({ event: id, from: event.from, seq: event.seq, reason }, 'an event was set aside');
  }
  return { claimed, offer };
}
