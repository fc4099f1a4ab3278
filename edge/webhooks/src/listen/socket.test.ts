import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTo } from 'node:net';
import { HOUR, MILLISECOND, manualClock, redacted, seededRandom } from '@tpmall/kernel';
import { createApp, listen } from '@tpmall/platform/http';
import { createSecretBox } from '@tpmall/platform/sealing';
import { silentLog } from '@tpmall/platform/telemetry';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createListeners } from './listeners.ts';
import { openSession } from './session.ts';
import { serveListenSocket } from './socket.ts';

async function start() {
  const clock = manualClock(0);
  const random = seededRandom(1);
  const log = silentLog;
  const secrets = createSecretBox('webhooks', redacted('a secret of this test, long enough'), random);
  const listeners = createListeners(secrets, clock, false);
  const app = createApp({ origin: 'api', log, clock, random });
  serveListenSocket(app, { secrets, clock, log, listeners });
  app.post('/echo', async ({ body, headers }) => ({ body, upgrade: headers.upgrade ?? null }));
  return { app, apiUrl: await listen(app, 0), clock, secrets, listeners };
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
  const { app, apiUrl, clock, secrets, listeners } = await start();
  const { websocketId, websocketUrl } = openSession(
    { secrets, clock, apiUrl },
    { tenant: 'acct_1', events: true, requests: null },
  );
  const connect = () =>
    new WebSocket(websocketUrl, 'stripecli-devproxy-v1', { headers: { 'websocket-id': websocketId } });

  clock.advance(HOUR - 20 * MILLISECOND);
  const socket = connect();
  const closed = once(socket, 'close');
  await once(socket, 'open');
  expect(listeners.count('acct_1')).toBe(1);
  const [code] = (await closed) as [number];
  expect(code).toBe(1001);
  await expect.poll(() => listeners.isEmpty()).toBe(true);

  clock.advance(20 * MILLISECOND);
  const [, answer] = (await once(connect(), 'unexpected-response')) as [unknown, IncomingMessage];
  expect(answer.statusCode).toBe(401);
  await app.close();
});
