import type { ApiRequest } from '@tpmall/platform/contract';

/** Where a platform wants its events. */
export interface WebhookEndpoint {
  /** `we_…` */
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** As its owner asked for it; one newest shape is sent whatever it says. */
  readonly apiVersion: string | null;
  /** Types, or a single `*` for all. */
  readonly enabledEvents: readonly string[];
  readonly status: 'enabled' | 'disabled';
  /** Why it is disabled: its owner wanted it, or nothing reached it for days on end. */
  readonly disabledReason: 'owner' | 'failing' | null;
  /** Since when no delivery has got through; null while they do. */
  readonly failingSince: number | null;
  readonly createdAt: number;
}

/** An endpoint with the text of its secret, which only the answers that made one hold. */
export interface WebhookEndpointWithSecret extends WebhookEndpoint {
  /** `whsec_…` */
  readonly secret: string;
}

/** What clients were told: an object as it was right after a change. */
export interface ClientEvent {
  /** `evt_…`; the same for ever for one change. Sorts by time. */
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly createdAt: number;
  readonly apiVersion: string;
  readonly livemode: boolean;
  /** JSON text of the wire's `data`. */
  readonly data: string;
  /** The request of the API behind it; null: there was none. */
  readonly request: ApiRequest | null;
  /** To how many endpoints it has not got through and is still being sent. */
  readonly pendingWebhooks: number;
}

/** States of a delivery. `given_up`: three days of failures, or its endpoint was disabled; it is kept. */
export const DELIVERY_STATES = ['pending', 'delivered', 'given_up'] as const;
/** One of {@link DELIVERY_STATES}. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One event for one endpoint. */
export interface Delivery {
  readonly endpoint: string;
  readonly event: string;
  readonly eventType: string;
  readonly state: DeliveryState;
  /** Attempts so far. */
  readonly attempts: number;
  /** When the next attempt is due; only while it is pending. */
  readonly nextAt: number | null;
  /** Of the last attempt: the status of its answer, and why it did not count. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly deliveredAt: number | null;
  readonly createdAt: number;
}

/** What clients were told of some objects. */
export interface ToldOfObjects {
  /** Newest first. */
  readonly events: readonly ClientEvent[];
  /** Of these events, at most {@link TOLD_DELIVERIES_MAX}. */
  readonly deliveries: readonly Delivery[];
  /** There are older events. */
  readonly hasMore: boolean;
}

/** Deliveries of one answer: a hundred events for five endpoints. */
export const TOLD_DELIVERIES_MAX = 500;

/** One attempt at a delivery, and what came back. */
export interface DeliveryAttempt {
  /** From 1. */
  readonly n: number;
  readonly at: number;
  readonly url: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly responseHeaders: Readonly<Record<string, string>> | null;
  /** The beginning of the answer's body. */
  readonly responseBody: string | null;
}

/** A delivery with all its attempts. */
export interface DeliveryWithAttempts extends Delivery {
  /** Oldest first. */
  readonly log: readonly DeliveryAttempt[];
}

/** An event of a module that cannot be put on the wire; it is told as soon as it can be. */
export interface SetAsideEvent {
  /** `evt_…`, by which clients will know it. */
  readonly id: string;
  /** The module whose event it is. */
  readonly source: string;
  readonly type: string;
  readonly createdAt: number;
  /** What the mapper said. */
  readonly reason: string;
  readonly setAsideAt: number;
}

/** What became of events that were set aside when they were tried again. */
export interface RetriedEvents {
  readonly told: number;
  readonly left: number;
}

/** How far a replay of a range has come. */
export interface Replayed {
  /** Deliveries that are being sent again, or for the first time. */
  readonly deliveries: number;
  /** The last event that was looked at: a next call goes on after it. Null: the range is done. */
  readonly continueAfter: string | null;
}

/** Where a command-line client listens to events. */
export interface ListenSession {
  readonly websocketUrl: string;
  /** Opens the socket; a secret. */
  readonly websocketId: string;
  /** Signs what the client forwards. */
  readonly secret: string;
}
