import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { firstLine } from './harness/first-line.ts';

/** More than Node lets wait by itself, and what the system lets wait at most. */
const CLIENTS = Math.min(1_000, systemMax());

function systemMax(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    // Not Linux: the smallest limit that is common.
    return 128;
  }
}

const SERVER = `
import { systemClock, systemRandom } from '@tpmall/kernel';
import { createApp, listen } from '@tpmall/platform/http';
import { silentLog } from '@tpmall/platform/testing';
const app = createApp({ origin: 'api', log: silentLog, clock: systemClock, random: systemRandom });
console.log(await listen(app, 0, '127.0.0.1'));
`;

test('a server that is busy lets a thousand clients wait and turns none away', {
  timeout: 60_000,
}, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', SERVER], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const sockets: Socket[] = [];
  // Also when the time is up, as it is where clients are turned away: they try again for minutes.
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const port = Number(new URL(await firstLine(child)).port);
  // Nothing is accepted any more, as while a long turn of the server's loop lasts.
  child.kill('SIGSTOP');
  await Promise.all(
    Array.from({ length: CLIENTS }, () => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      return once(socket, 'connect');
    }),
  );
  expect(sockets.filter((socket) => socket.readyState === 'open')).toHaveLength(CLIENTS);
});
