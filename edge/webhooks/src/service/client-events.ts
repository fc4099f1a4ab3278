import { base32, transferId } from '@tpmall/kernel';
import { readCause, type StoredEvent } from '@tpmall/platform/events';
import { previousAttributes, WIRE_VERSION } from '@tpmall/wire';
import type { EventSource } from '../sources/event-source.ts';
import type { Unreadable } from '../store/set-aside.ts';
import type { NewClientEvent } from '../store/store-events.ts';
import type { WebhooksEnvironment } from './environment.ts';

/** The longest text of why an event cannot be read. */
const REASON_MAX = 500;

/** What events of an outbox come to. */
export interface Mapped {
  /** As clients read them. */
  readonly told: readonly NewClientEvent[];
  /** Those that no mapper can read, or whose amounts JSON cannot carry. */
  readonly unreadable: readonly Unreadable[];
}

/**
 * The events as clients read them. The id derives from the place in the outbox, so a second reading of it
 * gives the same one; it is a hash, so that nobody sees how many events others have.
 */
export function toClientEvents(
  { config }: Pick<WebhooksEnvironment, 'config'>,
  source: EventSource,
  events: readonly StoredEvent[],
): Mapped {
  const { apiUrl, webUrl, livemode } = config;
  const told: NewClientEvent[] = [];
  const unreadable: Unreadable[] = [];
  for (const event of events) {
    const id = eventId(source.from, event);
    try {
      const view = { apiUrl, webUrl, livemode };
      const { tenant, type, at: createdAt } = event;
      const what = readCause(event.payload);
      const data = dataOf(type, what, (payload) => source.toWire(type, payload, view));
      const request = what.cause.request ?? null;
      const one = { id, tenant, type, createdAt, apiVersion: WIRE_VERSION, livemode, data, request };
      told.push(one);
      for (const { type: name, toWire } of source.aliases?.[type] ?? []) {
        const shown = dataOf(name, what, (payload, before) =>
          toWire ? toWire(payload, view, before) : source.toWire(type, payload, view),
        );
        told.push({ ...one, id: eventId(`${source.from} ${name}`, event), type: name, data: shown });
      }
    } catch (error) {
      // Mapping reads nothing but the payload, so whatever it throws is about that.
      unreadable.push({ id, event, reason: String(error).slice(0, REASON_MAX) });
    }
  }
  return { told, unreadable };
}

/** The id by which clients know an event of an outbox. */
export function eventId(from: string, { at, seq }: StoredEvent): string {
  return `evt_${base32(transferId(`webhooks.event ${from}`, at, String(seq)))}`;
}

/** Types of events that say what the object was where it has changed. */
const OF_CHANGES = /\.(?:updated|refunded|captured|detached)$/;

/** The `data` of an event as JSON text: the object, and of a change what it was where it has changed. */
function dataOf(
  type: string,
  { payload, cause }: ReturnType<typeof readCause>,
  toWire: (payload: object, before: object | undefined) => object,
): string {
  const object = toWire(payload, cause.before);
  if (cause.before === undefined || !OF_CHANGES.test(type)) return JSON.stringify({ object });
  // What lies sealed is not told as it was: it counts as what it is.
  const before = toWire({ ...payload, ...cause.before }, undefined);
  return JSON.stringify({ object, previous_attributes: previousAttributes(before, object) });
}
