import type { OutgoingContext, Port } from '@tpmall/platform/contract';
import type { vaultContract } from '@tpmall/vault/contract';
import type { WireView } from '@tpmall/wire';

/** Another name of an event, by which clients are told once more, perhaps of the object in another shape. */
export interface Alias {
  readonly type: string;
  /** Without it, the object as the event itself tells it. `before`: it right before, as far as it is told. */
  readonly toWire?: (payload: object, view: WireView, before: object | undefined) => object;
}

/**
 * A module whose events clients are told: the subscription to its outbox, and how its payloads look on the
 * wire.
 */
export interface EventSource {
  /** The module whose outbox is read. */
  readonly from: string;
  readonly types: readonly string[];
  /** Renaming it reads the outbox again; the events' ids stay the same, so nobody is told twice. */
  readonly cursor: string;
  /** By the type of an event, in the order in which clients are told. */
  readonly aliases?: Readonly<Record<string, readonly Alias[]>>;
  /**
   * Adds to payloads of one tenant, in their order, what the outbox leaves out and clients are told; asked
   * once for a batch of events, before anything is stored, and again where it fails.
   */
  complete?(
    vault: Port<typeof vaultContract>,
    context: OutgoingContext,
    payloads: readonly object[],
  ): Promise<readonly object[]>;
  /** The object of an event as clients know it. */
  toWire(type: string, payload: object, view: WireView): object;
}

/**
 * One mapper for each type of event of a module, or null for what clients are not told: a new type does not
 * compile until it stands here.
 */
export type EventMappers<Events> = {
  readonly [Type in keyof Events]: ((payload: Events[Type], view: WireView) => object) | null;
};

/** The types that clients are told, and how. */
export function toldBy<Events>(mappers: EventMappers<Events>): Pick<EventSource, 'types' | 'toWire'> {
  const told = new Map<string, (payload: object, view: WireView) => object>();
  for (const [type, mapper] of Object.entries(mappers)) {
    // The type of a payload is bound to its event's name, which is looked up together with its mapper.
    if (mapper !== null) told.set(type, mapper as (payload: object, view: WireView) => object);
  }
  return {
    types: [...told.keys()],
    toWire(type, payload, view) {
      const mapper = told.get(type);
      if (!mapper) throw new Error(`clients are not told of ${type}`);
      return mapper(payload, view);
    },
  };
}
