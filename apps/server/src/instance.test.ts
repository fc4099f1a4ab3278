import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash128, seededRandom } from '@tpmall/kernel';
import { processOf } from '@tpmall/platform/postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DevFile, openInstance, removeInstance } from './instance.ts';
import { lockModules, refuseCrowd, refuseSplitOrigin } from './module-locks.ts';
import { readOptions } from './options.ts';
import { startSystem } from './system.ts';
import { UsageError } from './usage-error.ts';

/** Until a process counts as stuck that has nothing to do but to refuse. */
const STUCK_MS = 40_000;

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-instance-'));
  dataDir = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openInstance(dataDir, seededRandom(1));

describe('the secret of an instance', () => {
  it('is made once and stays', () => {
    const first = open().secretFor('a purpose').reveal();
    expect(openInstance(dataDir, seededRandom(2)).secretFor('a purpose').reveal()).toBe(first);
    expect(readdirSync(dataDir).sort()).toEqual(['instance.secret', 'run']);
  });

  it.each(['', 'abc', `${'g'.repeat(64)}`])('is not taken from a file that holds "%s"', (text) => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'instance.secret'), text);
    expect(open).toThrow(UsageError);
    expect(open).toThrow('instance.secret');
  });
});

it('says of a data folder that it cannot be one', () => {
  writeFileSync(dataDir, 'a file');
  expect(open).toThrow(UsageError);
  expect(open).toThrow(dataDir);
});

it('says which data folder it is where something in it cannot be read or written', () => {
  mkdirSync(join(dataDir, 'instance.secret'), { recursive: true });
  expect(open).toThrow(UsageError);
  expect(open).toThrow(`The data folder ${dataDir} cannot be used: EISDIR`);
});

it('makes the folders above a data folder, and stops at a file among them', () => {
  dataDir = join(folder, 'a', 'b', 'data');
  expect(open().dataDir).toBe(dataDir);
  dataDir = join(dataDir, 'instance.secret', 'c', 'data');
  expect(open).toThrow(UsageError);
});

// In a process of its own: Node's own way of making folders never returns there.
it('says of a folder in which nobody can make one that it cannot be', () => {
  const module = JSON.stringify(new URL('./instance.ts', import.meta.url).href);
  const script = `(await import(${module})).openInstance('/proc/tpmall/data')`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { encoding: 'utf8', timeout: STUCK_MS },
  );
  expect(stderr).toContain('UsageError: The data folder /proc/tpmall/data cannot be used');
  expect(status).toBe(1);
});

it('takes no folder for its sockets that others may enter', () => {
  dataDir = join(folder, 'long'.repeat(20));
  const sockets = join(tmpdir(), `tpmall-${hash128(dataDir).toString(16).slice(0, 12)}`);
  try {
    expect(open().socketOf('ledger')).toBe(join(sockets, 'ledger.sock'));
    chmodSync(sockets, 0o755);
    expect(open).toThrow(sockets);
    rmSync(sockets, { recursive: true });
    writeFileSync(sockets, 'not a folder');
    expect(open).toThrow(UsageError);
  } finally {
    rmSync(sockets, { recursive: true, force: true });
  }
});

describe('a module of a data folder', () => {
  it('runs in one process at a time, beside others', () => {
    const release = lockModules(dataDir, ['ledger', 'mall']);
    const others = lockModules(dataDir, ['vault']);
    expect(() => lockModules(dataDir, ['web', 'mall'])).toThrow(`runs as pid ${process.pid}.`);
    // What was refused holds nothing.
    lockModules(dataDir, ['web'])();
    open().writeDev({ pid: process.pid, apiUrl: 'http://localhost:1' } as DevFile);
    expect(() => lockModules(dataDir, ['mall'])).toThrow(`pid ${process.pid} at http://localhost:1.`);
    release();
    lockModules(dataDir, ['ledger', 'mall'])();
    others();
  });

  it('is free once its process was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
    await once(child, 'spawn');
    mkdirSync(join(dataDir, 'run'), { recursive: true });
    const lock = JSON.stringify({ pid: child.pid, startedAt: '1' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    writeFileSync(join(dataDir, 'run', 'ledger.lock'), lock);
    lockModules(dataDir, ['ledger'])();
  });
});

it('is refused where a sister has the other half of the card pages', async () => {
  open();
  const release = lockModules(dataDir, ['vault']);
  const half = startSystem(
    readOptions(['--data-dir', dataDir, '--modules', 'acquiring', '--log', 'silent'], {}),
  );
  await expect(half).rejects.toThrow('--modules vault,acquiring');
  refuseSplitOrigin(dataDir, ['vault', 'acquiring']);
  refuseSplitOrigin(dataDir, ['ledger']);
  release();
  refuseSplitOrigin(dataDir, ['acquiring']);
});

it('is refused as a fifth process, which the embedded database has no connections for', async () => {
  open();
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']),
  );
  try {
    await Promise.all(children.map((child) => once(child, 'spawn')));
    const hold = (module: string, pid: number | undefined) =>
      writeFileSync(join(dataDir, 'run', `${module}.lock`), JSON.stringify(processOf(pid ?? 0)));
    for (const [index, module] of ['vault', 'ledger', 'mall'].entries()) hold(module, children[index]?.pid);
    const release = lockModules(dataDir, ['web', 'risk']);
    refuseCrowd(dataDir);
    release();
    hold('mail', children[3]?.pid);
    const fifth = startSystem(
      readOptions(['--data-dir', dataDir, '--modules', 'web', '--log', 'silent'], {}),
    );
    await expect(fifth).rejects.toThrow(`4 processes of ${dataDir} run already`);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => once(child, 'exit')));
  }
});

describe('--reset', () => {
  const start = (env: Readonly<Record<string, string>>) =>
    startSystem(readOptions(['--data-dir', dataDir, '--reset', '--log', 'silent'], env));

  it('is refused where the database is not in the data folder', async () => {
    open();
    await expect(start({ DATABASE_URL: 'postgres://nobody@localhost:1/none' })).rejects.toThrow('--reset');
    expect(existsSync(join(dataDir, 'instance.secret'))).toBe(true);
  });

  it('is refused where the last start had its database elsewhere', async () => {
    open().writeDev({ databaseUrl: 'postgres://mall@db.example/mall' } as DevFile);
    await expect(start({})).rejects.toThrow('Drop that database');
    expect(existsSync(join(dataDir, 'instance.secret'))).toBe(true);
  });

  it('leaves a folder alone that is no instance', async () => {
    const paper = join(dataDir, 'vault', 'paper.txt');
    mkdirSync(join(dataDir, 'vault'), { recursive: true });
    writeFileSync(paper, 'mine');
    await expect(start({})).rejects.toThrow(`there is none in ${dataDir}`);
    expect(readdirSync(dataDir)).toEqual(['vault']);
    expect(existsSync(paper)).toBe(true);
  });

  it('takes away what an instance keeps, and nothing that lies beside it', async () => {
    open();
    for (const name of ['postgres', 'postgres.users', 'vault', 'card-network']) {
      mkdirSync(join(dataDir, name));
      writeFileSync(join(dataDir, name, 'file'), '');
    }
    writeFileSync(join(dataDir, 'dev.json'), '');
    await removeInstance(dataDir);
    expect(existsSync(dataDir)).toBe(false);

    open();
    writeFileSync(join(dataDir, 'settings.json'), '{}');
    await removeInstance(dataDir);
    expect(readdirSync(dataDir)).toEqual(['settings.json']);
  });

  it('is refused while anything of the instance runs', async () => {
    const release = lockModules(dataDir, ['risk']);
    open();
    await expect(start({})).rejects.toThrow(`runs as pid ${process.pid}`);
    expect(existsSync(join(dataDir, 'instance.secret'))).toBe(true);
    release();
  });
});
