import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { HOUR, MILLISECOND, manualClock, redacted, seededRandom } from '@tpmall/kernel';
import { createApp, listen } from '@tpmall/platform/http';
import { createSecretBox } from '@tpmall/platform/sealing';
import { silentLog } from '@tpmall/platform/telemetry';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createListeners } from './listeners.ts';
import { openSession } from './session.ts';
import { serveListenSocket } from './socket.ts';

it('closes a session’s socket when it ends, so that whoever listens shows a key again', async () => {
  const clock = manualClock(0);
  const random = seededRandom(1);
  const log = silentLog;
  const secrets = createSecretBox('webhooks', redacted('a secret of this test, long enough'), random);
  const listeners = createListeners(secrets, clock, false);
  const app = createApp({ origin: 'api', log, clock, random });
  serveListenSocket(app, { secrets, clock, log, listeners });
  const apiUrl = await listen(app, 0);
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
