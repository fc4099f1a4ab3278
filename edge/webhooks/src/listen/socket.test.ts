import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  base32,
  createIds,
  HOUR,
  MILLISECOND,
  MINUTE,
  manualClock,
  redacted,
  SECOND,
  seededRandom,
  systemRandom,
} from '@tpmall/kernel';
import { sql } from '@tpmall/platform/db';
import { createApp, listen } from '@tpmall/platform/http';
import { createSecretBox } from '@tpmall/platform/sealing';
import { silentLog } from '@tpmall/platform/telemetry';
import { freePorts, type TestDatabase, testDatabase } from '@tpmall/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ListenSession } from '../contract/index.ts';
import { idAt } from '../store/read-events.ts';
import { storeEvents } from '../store/store-events.ts';
import { createListeners } from './listeners.ts';
import { openSession } from './session.ts';
import { serveListenSocket } from './socket.ts';

/** Whatever day it is. */
const NOON = Date.UTC(2026, 10, 2, 12) * 1_000;
const SELF = { name: 'webhooks', migrations: new URL('../../migrations/', import.meta.url) };
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ modules: [SELF] });
});
afterAll(() => database.close());

const lockListeners = sql(
  'test.lock-listeners',
  'SELECT id FROM webhooks.listener WHERE tenant = $1 FOR UPDATE',
);

async function start({ clock = manualClock(NOON), port = 0 } = {}) {
  const random = seededRandom(1);
  const log = silentLog;
  const db = database.db('webhooks');
  const secrets = createSecretBox('webhooks', redacted('a secret of this test, long enough'), random);
  const listeners = createListeners(secrets, clock, false);
  const app = createApp({ origin: 'api', log, clock, random });
  serveListenSocket(app, { db, secrets, clock, log, listeners });
  app.post('/echo', async ({ body, headers }) => ({ body, upgrade: headers.upgrade ?? null }));
  const apiUrl = await listen(app, port);
  const parts = { db, ids: createIds(clock, systemRandom), secrets, clock, apiUrl };
  const open = (tenant: string, device = 'desk') =>
    openSession(parts, { tenant, device, events: true, requests: null });
  return { app, apiUrl, clock, db, listeners, open };
}

/** A client that has connected, and keeps what it hears; it acknowledges until it is told not to. */
async function ear({ websocketUrl, websocketId }: ListenSession) {
  const socket = new WebSocket(websocketUrl, 'stripecli-devproxy-v1', {
    headers: { 'websocket-id': websocketId },
  });
  const client = { socket, heard: [] as string[], acknowledges: true };
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      event_payload: string;
      endpoint: { api_version: unknown };
    };
    if (message.endpoint.api_version === null) return;
    const { id } = JSON.parse(message.event_payload) as { id: string };
    client.heard.push(id);
    if (client.acknowledges) socket.send(JSON.stringify({ type: 'event_ack', event_id: id }));
  });
  await once(socket, 'open');
  return client;
}

it('answers a client that offers to speak HTTP/2 as if it had not', async () => {
  const { app, apiUrl } = await start();
  const { hostname, port } = new URL(apiUrl);
  const socket = connectTo(Number(port), hostname);
  await once(socket, 'connect');
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  const body = 'Content-Type: text/plain\r\nContent-Length: 6\r\n';
  const request = `POST /echo HTTP/1.1\r\nHost: x\r\n${offer}${body}\r\n`;
  let said = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  // The body comes in two parts, and a second request on the same connection.
  socket.write(`${request}fir`);
  socket.write('st!');
  await expect.poll(() => said).toContain('{"body":"first!","upgrade":null}');
  socket.write(`${request}second`);
  await expect.poll(() => said).toContain('{"body":"second","upgrade":null}');
  expect(said.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  socket.destroy();
  await app.close();
});

it('closes a session’s socket when it ends, so that whoever listens shows a key again', async () => {
  const { app, clock, listeners, open } = await start();
  const { websocketId, websocketUrl } = await open('acct_1');
  const connect = () =>
    new WebSocket(websocketUrl, 'stripecli-devproxy-v1', { headers: { 'websocket-id': websocketId } });

  clock.advance(HOUR - SECOND);
  const socket = connect();
  const closed = once(socket, 'close');
  await expect.poll(() => listeners.count('acct_1')).toBe(1);
  const [code] = (await closed) as [number];
  expect(code).toBe(1001);
  await expect.poll(() => listeners.isEmpty()).toBe(true);

  clock.advance(SECOND);
  const [, answer] = (await once(connect(), 'unexpected-response')) as [unknown, IncomingMessage];
  expect(answer.statusCode).toBe(401);
  await app.close();
});

describe('a listener that is cut off', () => {
  /** Stores an event as the relay does; tells it as well where the process lives to do so. */
  let made = 0;
  async function happen(
    { db, clock, listeners }: Awaited<ReturnType<typeof start>>,
    tenant: string,
    told = true,
  ) {
    made += 1;
    const id = `${idAt(clock.now()).slice(0, 14)}${base32(BigInt(made)).slice(10)}`;
    const data = JSON.stringify({ object: { id: 'cus_1' } });
    const of = { tenant, type: 'customer.created', createdAt: clock.now(), apiVersion: 'v', livemode: false };
    const event = { id, ...of, data, request: null };
    await storeEvents(db, [event], clock.now());
    if (told) listeners.tell([event]);
    return id;
  }

  it.each([
    ['by a cut connection', 'cut'],
    ['by a client that has noticed the cut before the server', 'half open'],
    ['by the end of its session', 'session over'],
    ['by a restart of the server', 'restart'],
  ] as const)('%s hears all it has missed, and nothing twice', async (_how, how) => {
    const tenant = `acct_${how.replace(' ', '_')}`;
    // A restart takes the same port again.
    const port = await freePorts();
    const first = await start({ port });
    await happen(first, tenant);
    first.clock.advance(MINUTE);
    let session = await first.open(tenant);
    const before = await ear(session);
    await expect.poll(() => first.listeners.count(tenant)).toBe(1);
    // Long enough ago that what was acknowledged is settled, and so lately that it is not.
    const heard = [await happen(first, tenant)];
    await expect.poll(() => before.heard).toEqual(heard);
    first.clock.advance(5 * MINUTE);
    heard.push(await happen(first, tenant), await happen(first, tenant));
    await expect.poll(() => before.heard).toEqual(heard);

    // Messages are taken in their order: what was acknowledged has come in when this is answered.
    before.socket.ping();
    await once(before.socket, 'pong');
    let second = first;
    before.acknowledges = false;
    if (how === 'cut') before.socket.terminate();
    if (how === 'session over') {
      first.clock.advance(HOUR - 5 * MINUTE - 5 * MILLISECOND);
      before.socket.terminate();
      first.clock.advance(5 * MILLISECOND);
    }
    if (how === 'restart') {
      await first.app.close();
      second = await start({ clock: first.clock, port });
    }
    if (how !== 'half open') await expect.poll(() => second.listeners.count(tenant)).toBe(0);
    const missed = [await happen(second, tenant, how !== 'half open'), await happen(second, tenant, false)];
    if (how === 'session over') session = await second.open(tenant);
    const after = await ear(session);
    await expect.poll(() => after.heard).toEqual(missed);
    await expect.poll(() => second.listeners.count(tenant)).toBe(1);
    missed.push(await happen(second, tenant));
    await expect.poll(() => after.heard).toEqual(missed);
    await second.app.close();
  });

  it.each([
    ['is back', 'acct_quick', false],
    ['has a new session', 'acct_quick_again', true],
  ])('and %s before what it has heard is written down hears nothing twice', async (_what, tenant, again) => {
    const here = await start();
    let session = await here.open(tenant);
    const before = await ear(session);
    await expect.poll(() => here.listeners.count(tenant)).toBe(1);
    // Another transaction has its row, so that the write waits.
    const row = new EventEmitter();
    const locked = once(row, 'locked');
    const holding = here.db.transaction(async (tx) => {
      await tx.run(lockListeners, [tenant]);
      row.emit('locked');
      await once(row, 'free');
    });
    await locked;
    const id = await happen(here, tenant);
    await expect.poll(() => before.heard).toEqual([id]);
    before.socket.ping();
    await once(before.socket, 'pong');
    before.socket.terminate();
    if (again) {
      here.clock.advance(HOUR);
      session = await here.open(tenant);
    }
    const after = await ear(session);
    // Long enough for one that does not wait to be told what it has heard.
    await pause(100);
    row.emit('free');
    await holding;
    const next = await happen(here, tenant);
    await expect.poll(() => after.heard).toEqual([next]);
    await here.app.close();
  });

  it('hears again what it was sent and has not acknowledged', async () => {
    const here = await start();
    const session = await here.open('acct_deaf');
    const deaf = await ear(session);
    deaf.acknowledges = false;
    await expect.poll(() => here.listeners.count('acct_deaf')).toBe(1);
    const id = await happen(here, 'acct_deaf');
    await expect.poll(() => deaf.heard).toEqual([id]);
    deaf.socket.terminate();
    const again = await ear(session);
    await expect.poll(() => again.heard).toEqual([id]);
    await here.app.close();
  });

  it('of more events than one statement reads hears each', async () => {
    const here = await start();
    const session = await here.open('acct_many');
    const ids: string[] = [];
    for (let one = 0; one < 450; one += 1) ids.push(await happen(here, 'acct_many', false));
    const many = await ear(session);
    await expect.poll(() => many.heard.length, { timeout: 20_000 }).toBe(450);
    expect(many.heard).toEqual(ids.sort());
    await here.app.close();
  });

  it('hears nothing of what happened after it said goodbye, or to another device', async () => {
    const here = await start();
    const done = await ear(await here.open('acct_gone'));
    await expect.poll(() => here.listeners.count('acct_gone')).toBe(1);
    done.socket.close(1000);
    const cut = await ear(await here.open('acct_gone', 'another desk'));
    await expect.poll(() => here.listeners.count('acct_gone')).toBe(1);
    cut.socket.terminate();
    await expect.poll(() => here.listeners.isEmpty()).toBe(true);
    await happen(here, 'acct_gone');
    here.clock.advance(HOUR);
    const back = await ear(await here.open('acct_gone'));
    await expect.poll(() => here.listeners.count('acct_gone')).toBe(1);
    const next = await happen(here, 'acct_gone');
    await expect.poll(() => back.heard).toEqual([next]);
    await here.app.close();
  });
});
