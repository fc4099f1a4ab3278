import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileLock, tryFileLock } from '@tpmall/platform/postgres';
import { MODULE_NAMES } from '@tpmall/server/options';
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

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

/** What it says of the running parts. */
async function parts(): Promise<Finding[]> {
  const others = ['Node', 'memory', 'database', 'disk', 'settings', 'modules'];
  return (await findings()).filter(({ what }) => !others.includes(what));
}

async function findings(): Promise<Finding[]> {
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
  return (JSON.parse(said) as { readonly findings: Finding[] }).findings;
}

it('names the modules that no process runs, and how they are started', async () => {
  const modules = (await findings()).find(({ what }) => what === 'modules');
  expect(modules?.ok).toBe(false);
  expect(modules?.says).toContain(`--data-dir ${dataDir} --modules accounts,mail,`);
  expect(modules?.says).not.toContain('gateway');
  const locks = MODULE_NAMES.filter((name) => name !== 'gateway').map((name) =>
    tryFileLock(join(dataDir, 'run', `${name}.lock`)),
  );
  expect((await findings()).map(({ what }) => what)).not.toContain('modules');
  for (const lock of locks) letGo(lock);
});

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
