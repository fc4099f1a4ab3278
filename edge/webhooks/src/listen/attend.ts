import { type Clock, MILLISECOND } from '@tpmall/kernel';
import type { Database } from '@tpmall/platform/db';
import type { SecretBox } from '@tpmall/platform/sealing';
import type { Log } from '@tpmall/platform/telemetry';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { findOwed, forgetListener, type Owed, saveOwed } from '../store/listeners.ts';
import { idAt, listEventsFrom } from '../store/read-events.ts';
import { createHearing, type Hearing } from './hearing.ts';
import type { Listener, Listeners } from './listeners.ts';
import type { Session } from './session.ts';

/** A client that lets so much wait does not listen any more. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** Events that are read at once for a client that has come back. */
const OWED_PAGE = 200;
/** How often a client is asked whether it is still there. */
const PING_MS = 30_000;
/** Why a socket is closed (RFC 6455, 7.4.1): its client has done; its session has ended; a fault here. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** What attending to a client stands on. */
export interface AttendanceParts {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Log;
  readonly listeners: Listeners;
}

/** What a client says when it has an event; everything else that it says is of no use here. */
const acknowledgement = z.object({ type: z.literal('event_ack'), event_id: z.string().max(64) });

/**
 * Attends to a client that listens in a session, until its connection or its session ends: sends it what it
 * has missed, then what happens. What it acknowledges is written down, so that after a cut, or a restart of
 * this process, it is sent the rest.
 */
export async function attend(client: WebSocket, session: Session, parts: AttendanceParts): Promise<void> {
  const { listeners, log, clock, db } = parts;
  // Its client may have noticed the cut of a connection that here looks alive.
  const before = listeners.find(session.id);
  client.on('error', (error) => log.debug({ error }, 'a listener sent what cannot be read'));
  try {
    await before?.cut();
    if (session.continues !== null) await inherit(session.continues, session.id, parts);
    const owed = session.events ? await findOwed(db, session.id) : undefined;
    const since = owed ?? { from: idAt(clock.now()), heard: [] };
    const listener = take(client, session, createHearing(since), parts);
    if (session.events) await tellOwed(client, listener, since, parts);
  } catch (error) {
    log.warn({ error }, 'a listener could not be attended to');
    client.close(INTERNAL_ERROR);
  }
}

/** Takes over what a session heard in its last moments, when its successor had been opened already. */
async function inherit(from: string, to: string, { listeners, db }: AttendanceParts): Promise<void> {
  await listeners.find(from)?.cut();
  const owed = await findOwed(db, from);
  if (!owed) return;
  await saveOwed(db, to, owed);
  await forgetListener(db, from);
}

/** Takes a client up among those that are told, until it goes. */
function take(
  client: WebSocket,
  session: Session,
  hearing: Hearing,
  { listeners, clock, db, log }: AttendanceParts,
): Listener {
  const keeper = createKeeper(() => saveOwed(db, session.id, hearing.owed(clock.now())), log);
  const listener: Listener = {
    session,
    hearing,
    send(message) {
      if (client.bufferedAmount > MAX_WAITING_BYTES) client.terminate();
      else client.send(message);
    },
    async cut() {
      client.terminate();
      listeners.remove(listener);
      await keeper.done();
    },
  };
  let isThere = true;
  const timer = setInterval(() => {
    if (!isThere) client.terminate();
    isThere = false;
    client.ping();
  }, PING_MS);
  // Its client comes back with the same id, is told that it knows none, and shows its key again.
  const end = setTimeout(() => client.close(GOING_AWAY), (session.until - clock.now()) / MILLISECOND);
  const seen = (): void => {
    isThere = true;
  };
  client.on('pong', seen);
  client.on('ping', seen);
  client.on('message', (data: Buffer) => {
    seen();
    const event = acknowledged(data);
    if (event === undefined || !session.events) return;
    hearing.acknowledge(event);
    keeper.keep();
  });
  client.on('close', (code) => {
    clearInterval(timer);
    clearTimeout(end);
    // It is found until what it has heard is kept: its client may be back before that.
    void keeper
      .done()
      .then(() => {
        listeners.remove(listener);
        // Whoever says goodbye does not want to know what happens afterwards.
        if (code === NORMAL && session.events) return forgetListener(db, session.id);
      })
      .catch((error: unknown) => log.warn({ error }, 'a session that is over could not be forgotten'));
  });
  listeners.add(listener);
  return listener;
}

/** Sends what happened while nobody was there to hear it, as fast as the client takes it. */
async function tellOwed(
  client: WebSocket,
  listener: Listener,
  { from, heard }: Owed,
  { db, listeners }: AttendanceParts,
): Promise<void> {
  let least = from;
  for (;;) {
    const events = await listEventsFrom(db, { tenant: listener.session.tenant, least, heard }, OWED_PAGE);
    listeners.tellOne(listener, events);
    const last = events.at(-1);
    if (events.length < OWED_PAGE || !last || client.readyState !== client.OPEN) return;
    await new Promise<void>((resolve) => client.ping(undefined, undefined, () => resolve()));
    // The next id after one in bytewise order is the id with a character behind it.
    least = `${last.id}!`;
  }
}

/** The event that a message acknowledges, if it is an acknowledgement. */
function acknowledged(data: Buffer): string | undefined {
  const text = data.toString();
  if (!text.includes('event_ack')) return undefined;
  try {
    return acknowledgement.safeParse(JSON.parse(text)).data?.event_id;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes down the newest state, one write at a time: what comes meanwhile shares the next. */
function createKeeper(write: () => Promise<void>, log: Log): { keep(): void; done(): Promise<void> } {
  let isStale = false;
  let writing: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      // What is not written down is at worst heard twice.
      await write().catch((error: unknown) => log.warn({ error }, 'what was heard could not be kept'));
    }
    writing = undefined;
  };
  return {
    keep() {
      isStale = true;
      writing ??= run();
    },
    done: async () => writing,
  };
}
