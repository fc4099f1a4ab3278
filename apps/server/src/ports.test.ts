import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '@tpmall/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModuleName, readOptions, type ServerOptions, USAGE } from './options.ts';
import { blockAt, HIGHEST_FIRST, HOLD, PORTS_AFTER_FIRST } from './port-block.ts';
import { reservePorts } from './ports.ts';
import { UsageError } from './usage-error.ts';

const host = '127.0.0.1';
/** Below where other tests look for ports: the search goes on into blocks that nobody has claimed. */
const [FIRST, BLOCKS] = [10_000, 900];

let folder: string;
const sisters: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-ports-'));
});
afterEach(async () => {
  for (const sister of sisters.splice(0)) await end(sister);
  rmSync(folder, { recursive: true, force: true });
});

/** As one who asks for no port, though the search begins where nothing listens. */
function options(): ServerOptions {
  const [high = 0, low = 0] = systemRandom.bytes(2);
  const port = FIRST + 10 * ((high * 256 + low) % BLOCKS);
  return { ...readOptions([], {}), dataDir: join(folder, 'data'), host, port, portIsFixed: false };
}

/** Another process that is starting some modules on the same data folder; answers its first port as well. */
async function sisterOf(mine: ServerOptions, modules: readonly ModuleName[]) {
  const ports = JSON.stringify(new URL('./ports.ts', import.meta.url).href);
  const program = `import { reservePorts } from ${ports};
    const { ports } = await reservePorts(JSON.parse(process.argv[1]), undefined);
    process.stdout.write(String(ports.api));
    setInterval(() => 0, 1000);`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program, JSON.stringify({ ...mine, modules })],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  sisters.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, first: Number(said.toString()) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function use(port: number): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

async function leave(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

test('who start together get blocks of their own, and one that has ended leaves its block', async () => {
  const mine = options();
  const all = await Promise.all(
    Array.from({ length: 5 }, (_, n) => reservePorts({ ...mine, dataDir: join(folder, `${n}`) }, undefined)),
  );
  const blocks = all.map(({ ports }) => ports.api).sort((a, b) => a - b);
  expect(new Set(blocks).size).toBe(5);
  expect(blocks[0]).toBe(mine.port);

  await Promise.all(all.map(({ release }) => release()));
  const later = await reservePorts(mine, undefined);
  expect(later.ports.api).toBe(mine.port);
  await later.release();
});

test('a block of which one port is in use is passed over, and let go', async () => {
  const mine = options();
  const user = await use(mine.port + 5);
  const chosen = await reservePorts(mine, undefined);
  expect(chosen.ports.api).toBeGreaterThan(mine.port);
  await chosen.release();

  await leave(user);
  const later = await reservePorts(mine, undefined);
  expect(later.ports.api).toBe(mine.port);
  await later.release();
});

test('sisters that start together for the first time agree on a block', async () => {
  const mine: ServerOptions = { ...options(), modules: ['gateway', 'web'] };
  const sister = await sisterOf(mine, ['vault', 'acquiring']);
  expect(sister.first).toBe(mine.port);
  const chosen = await reservePorts(mine, undefined);
  expect(chosen.ports.api).toBe(sister.first);
  await chosen.release();
});

test('who comes later follows its sister to another block, for as long as one lives', async () => {
  const mine: ServerOptions = { ...options(), modules: ['gateway', 'web'] };
  const stranger = await use(mine.port + 1);
  const sister = await sisterOf(mine, ['vault', 'acquiring']);
  expect(sister.first).toBe(mine.port + 10);
  const chosen = await reservePorts(mine, undefined);
  expect(chosen.ports.api).toBe(sister.first);
  await chosen.release();

  await leave(stranger);
  await end(sister.child);
  const alone = await reservePorts(mine, undefined);
  expect(alone.ports.api).toBe(mine.port);
  await alone.release();
});

test('the first of several takes no block in which a port of a sister is in use', async () => {
  const mine: ServerOptions = { ...options(), modules: ['gateway', 'web'] };
  const stranger = await use(mine.port + 1);
  const chosen = await reservePorts(mine, undefined);
  expect(chosen.ports.api).toBe(mine.port + 10);
  await chosen.release();
  await leave(stranger);
});

test('a port that was asked for is not exchanged for another', async () => {
  const mine = { ...options(), portIsFixed: true };
  const user = await use(mine.port + 1);
  await expect(reservePorts(mine, undefined)).rejects.toThrow(
    new UsageError(`Port ${mine.port + 1} is in use. Stop what uses it, or choose others with --port.`),
  );
  await leave(user);
});

test('a port is taken up to the last whose whole block is there, and the help counts the block', () => {
  expect(PORTS_AFTER_FIRST).toBe(7);
  expect(PORTS_AFTER_FIRST).toBeLessThan(HOLD);
  expect(USAGE).toContain('7 more follow');
  const read = (port: number) => readOptions(['--port', String(port)], {});
  expect(blockAt(read(HIGHEST_FIRST).port).mailbox.smtp).toBe(65_533);
  for (const port of [0, HIGHEST_FIRST + 1, 65_530]) expect(() => read(port)).toThrow(UsageError);
});

test('the help names every variable that is read', () => {
  const read = new Set<string>();
  const note = (_: object, name: string) => void read.add(name);
  readOptions([], new Proxy({}, { get: note }));
  for (const name of read) expect(USAGE).toContain(name);
});
