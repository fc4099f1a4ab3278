import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileLock, tryFileLock } from '@tpmall/platform/postgres';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { doctor } from './doctor.ts';

let dataDir: string;
let server: Server;
let hangs = false;
let gateway: FileLock;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tpmall-doctor-'));
  hangs = false;
  server = createServer((_, response) => void (hangs || response.end('{}'))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const away = 'http://127.0.0.1:1';
  const dev = { apiUrl, vaultUrl: away, simulatorUrl: away, mailboxUrl: away, pid: process.pid };
  writeFileSync(join(dataDir, 'dev.json'), JSON.stringify(dev));
  mkdirSync(join(dataDir, 'run'));
  gateway = tryFileLock(join(dataDir, 'run', 'gateway.lock'));
});
afterEach(() => {
  letGo(gateway);
  server.closeAllConnections();
  server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function letGo(lock: FileLock): void {
  if ('release' in lock) lock.release();
}

/** What it says of the running parts. */
async function parts(): Promise<{ what: string; ok: boolean; says: string }[]> {
  let said = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await doctor(['--json', '--data-dir', dataDir]);
  } finally {
    spy.mockRestore();
  }
  const { findings } = JSON.parse(said) as { findings: { what: string; ok: boolean; says: string }[] };
  const ofMachine = ['Node', 'memory', 'database', 'disk', 'settings'];
  return findings.filter(({ what }) => !ofMachine.includes(what));
}

it('asks for the parts whose modules run, and for no others', async () => {
  expect(await parts()).toMatchObject([{ what: 'server', ok: true }]);
  const lock = tryFileLock(join(dataDir, 'run', 'vault.lock'));
  expect(await parts()).toMatchObject([
    { what: 'server', ok: true },
    { what: 'vault', ok: false },
  ]);
  letGo(lock);
});

it('takes no other server for the one of a folder where nothing runs', async () => {
  letGo(gateway);
  expect(await parts()).toMatchObject([
    { what: 'server', ok: false, says: expect.stringContaining('No server is ready') },
  ]);
});

it('does not wait for ever for a server that hangs', async () => {
  hangs = true;
  expect(await parts()).toMatchObject([{ what: 'server', ok: false }]);
});
