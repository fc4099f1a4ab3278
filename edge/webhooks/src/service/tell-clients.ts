import { base32, SECOND, transferId } from '@tpmall/kernel';
import type { Queryable } from '@tpmall/platform/db';
import { readCause, type StoredEvent } from '@tpmall/platform/events';
import type { BatchLearningSubscription, TellingSubscription } from '@tpmall/platform/module';
import { AmountNotRepresentable, previousAttributes, WIRE_VERSION, type WireView } from '@tpmall/wire';
import type { EventSource } from '../sources/event-source.ts';
import { type NewClientEvent, storeEvents } from '../store/store-events.ts';
import type { WebhooksEnvironment } from './environment.ts';

/**
 * Subscribes to a source: its events are stored as clients will read them, with a delivery for each endpoint
 * that wants them, in the transaction that moves the cursor. What is sent is sent later, and elsewhere.
 */
export function tellClients(
  environment: WebhooksEnvironment,
  source: EventSource,
): BatchLearningSubscription | TellingSubscription {
  const { clock, listeners } = environment;
  const { complete } = source;
  if (complete) return tellCompleted(environment, { ...source, complete });
  return {
    from: source.from,
    types: source.types,
    cursor: source.cursor,
    async handleAll(events: readonly StoredEvent[], tx: Queryable) {
      const told = toClientEvents(environment, source, events);
      if (told.length > 0) await storeEvents(tx, told, clock.now());
    },
    committed(events) {
      environment.nudge();
      if (!listeners.isEmpty()) listeners.tell(toClientEvents(environment, source, events));
    },
  };
}

/** How long the vault may take to begin with an answer. */
const COMPLETE_WITHIN = 10 * SECOND;
/**
 * A trace context for work that no request has caused (W3C: all zero is invalid, so that nobody follows it).
 */
const NO_TRACE = '00-00000000000000000000000000000000-0000000000000000-00';

/**
 * As {@link tellClients}, for a source whose events must be completed first: that is input and output, which
 * has no place in the transaction of the cursor. An event has one id, so one that is told again is not
 * stored twice.
 */
function tellCompleted(
  environment: WebhooksEnvironment,
  source: EventSource & Required<Pick<EventSource, 'complete'>>,
): TellingSubscription {
  const { clock, db, vault, listeners } = environment;
  return {
    from: source.from,
    types: source.types,
    cursor: source.cursor,
    async perform(event) {
      const context = {
        actor: 'system',
        tenant: event.tenant,
        commandId: eventId(source.from, event),
        deadlineAt: clock.now() + COMPLETE_WITHIN,
        traceparent: NO_TRACE,
      };
      const payload = await source.complete(vault, context, event.payload);
      const told = toClientEvents(environment, source, [{ ...event, payload }]);
      if (told.length === 0) return;
      await storeEvents(db, told, clock.now());
      environment.nudge();
      if (!listeners.isEmpty()) listeners.tell(told);
    },
  };
}

/**
 * The events as clients read them. The id derives from the place in the outbox, so a second reading of it
 * gives the same one; it is a hash, so that nobody sees how many events others have.
 */
function toClientEvents(
  { config, log }: WebhooksEnvironment,
  source: EventSource,
  events: readonly StoredEvent[],
): NewClientEvent[] {
  const { apiUrl, webUrl, livemode } = config;
  return events.flatMap((event) => {
    const id = eventId(source.from, event);
    const data = dataOf(source, event, { apiUrl, webUrl, livemode });
    if (data === undefined) {
      log.error({ event: id, from: source.from, seq: event.seq }, 'an amount is above what JSON can carry');
      return [];
    }
    const { tenant, type, at: createdAt } = event;
    const request = readCause(event.payload).cause.request ?? null;
    const told = { id, tenant, type, createdAt, apiVersion: WIRE_VERSION, livemode, data, request };
    const alias = source.aliases?.[type];
    if (alias === undefined) return [told];
    return [told, { ...told, id: eventId(`${source.from} ${alias}`, event), type: alias }];
  });
}

function eventId(from: string, { at, seq }: StoredEvent): string {
  return `evt_${base32(transferId(`webhooks.event ${from}`, at, String(seq)))}`;
}

/**
 * The `data` of an event as JSON text: the object, and of an update what it was where it has changed.
 * Undefined where the wire has no number for one of its amounts: it will have none the next time either.
 */
function dataOf(
  source: EventSource,
  { type, payload: stored }: StoredEvent,
  view: WireView,
): string | undefined {
  const { payload, cause } = readCause(stored);
  try {
    const object = source.toWire(type, payload, view);
    if (cause.before === undefined || !type.endsWith('.updated')) return JSON.stringify({ object });
    // What lies sealed is not told as it was: it counts as what it is.
    const before = source.toWire(type, { ...payload, ...cause.before }, view);
    return JSON.stringify({ object, previous_attributes: previousAttributes(before, object) });
  } catch (error) {
    if (error instanceof AmountNotRepresentable) return undefined;
    throw error;
  }
}
