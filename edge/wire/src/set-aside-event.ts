import { secondsToWire } from './view.ts';

/** An event that could not be put on the wire, as the API shows it to operators. */
interface ShownSetAsideEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly createdAt: number;
  readonly reason: string;
  readonly setAsideAt: number;
}

/** See {@link ShownSetAsideEvent}; its payload is not shown, because nobody knows what is in it. */
export function setAsideEventToWire(event: ShownSetAsideEvent) {
  return {
    id: event.id,
    object: 'set_aside_event' as const,
    created: secondsToWire(event.createdAt),
    reason: event.reason,
    set_aside_at: secondsToWire(event.setAsideAt),
    source: event.source,
    type: event.type,
  };
}
