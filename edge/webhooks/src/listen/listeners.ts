import { type Clock, type Redacted, SECOND } from '@tpmall/kernel';
import type { SecretBox } from '@tpmall/platform/sealing';
import { eventText } from '@tpmall/wire';
import type { NoticedRequest } from '../contract/index.ts';
import { signatureHeaders, signingKey } from '../delivery/sign.ts';
import type { NewClientEvent } from '../store/store-events.ts';
import type { Hearing } from './hearing.ts';
import { isWanted, requestMessage } from './request-lines.ts';
import { listenSecret, type Session } from './session.ts';

/** A command-line client that listens: somewhere that messages go. */
export interface Listener {
  readonly session: Session;
  /** What it has heard of events. */
  readonly hearing: Hearing;
  send(message: string): void;
  /** Ends its connection, as if it had been cut; answers when what it has heard is kept. */
  cut(): Promise<void>;
}

/** The command-line clients that listen to this process. */
export interface Listeners {
  isEmpty(): boolean;
  /** How many of a tenant's there are. */
  count(tenant: string): number;
  /** Who listens in a session. */
  find(session: string): Listener | undefined;
  add(listener: Listener): void;
  remove(listener: Listener): void;
  /** Cuts them all off, as at the end of this process; answers when what they have heard is kept. */
  cutAll(): Promise<void>;
  /** Tells events to those of their tenants that have not been sent them. */
  tell(events: readonly NewClientEvent[]): void;
  /** Tells an event to those of its tenant, whether they have it or not. */
  tellAgain(event: NewClientEvent): void;
  /** Tells one of them events that it has not been sent. */
  tellOne(listener: Listener, events: readonly NewClientEvent[]): void;
  /** Tells of a tenant's requests to those who follow its log and want to hear of them. */
  tellRequests(tenant: string, requests: readonly NoticedRequest[]): void;
}

/** Creates the set of listeners of one process, empty. */
export function createListeners(secrets: SecretBox, clock: Clock, livemode: boolean): Listeners {
  const listeners = new Set<Listener>();
  const concerned = ({ tenant }: NewClientEvent): Listener[] =>
    [...listeners].filter(({ session }) => session.events && session.tenant === tenant);
  const send = (event: NewClientEvent, to: readonly Listener[]): void => {
    if (to.length === 0) return;
    const messages = webhookMessages(event, listenSecret(secrets, event.tenant), clock);
    for (const listener of to) for (const message of messages) listener.send(message);
  };
  return {
    isEmpty: () => listeners.size === 0,
    count: (tenant) => [...listeners].filter(({ session }) => session.tenant === tenant).length,
    find: (session) => [...listeners].find((listener) => listener.session.id === session),
    add: (listener) => void listeners.add(listener),
    remove: (listener) => void listeners.delete(listener),
    cutAll: async () => void (await Promise.all([...listeners].map((listener) => listener.cut()))),
    tell(events) {
      for (const event of events)
        send(
          event,
          concerned(event).filter(({ hearing }) => hearing.take(event.id)),
        );
    },
    tellAgain(event) {
      const to = concerned(event);
      for (const { hearing } of to) hearing.take(event.id);
      send(event, to);
    },
    tellOne(listener, events) {
      for (const event of events) if (listener.hearing.take(event.id)) send(event, [listener]);
    },
    tellRequests(tenant, requests) {
      for (const { session, send } of listeners) {
        const { requests: filter } = session;
        if (session.tenant !== tenant || filter === null) continue;
        for (const each of requests) if (isWanted(filter, each)) send(requestMessage(each, livemode));
      }
    },
  };
}

/**
 * The messages of which the official command-line client forwards one as a post: it wants the event once
 * without a version, and once in the newest, and its user says which of the two counts.
 */
function webhookMessages(event: NewClientEvent, secret: Redacted<string>, clock: Clock): string[] {
  const body = eventText({ ...event, pendingWebhooks: 1 });
  const timestamp = Math.floor(clock.now() / SECOND);
  const message = {
    type: 'webhook_event',
    event_payload: body,
    http_headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'TPMall/1.0 (+webhooks)',
      ...signatureHeaders({ id: event.id, timestamp, body }, [signingKey(secret)]),
    },
    webhook_id: `wh_${event.id.slice(4)}`,
    webhook_conversation_id: `wc_${event.id.slice(4)}`,
  };
  return [null, event.apiVersion].map((version) =>
    JSON.stringify({ ...message, endpoint: { api_version: version } }),
  );
}
