import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { systemRandom } from '@tpmall/kernel';
import { expect, test } from 'vitest';
import { readOptions, type ServerOptions, USAGE } from './options.ts';
import { blockAt, HIGHEST_FIRST, HOLD, PORTS_AFTER_FIRST } from './port-block.ts';
import { reservePorts } from './ports.ts';
import { UsageError } from './usage-error.ts';

const host = '127.0.0.1';
/** Below where other tests look for ports: the search goes on into blocks that nobody has claimed. */
const [FIRST, BLOCKS] = [10_000, 900];

/** As one who asks for no port, though the search begins where nothing listens. */
function options(): ServerOptions {
  const [high = 0, low = 0] = systemRandom.bytes(2);
  const port = FIRST + 10 * ((high * 256 + low) % BLOCKS);
  return { ...readOptions([], {}), host, port, portIsFixed: false };
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
  const all = await Promise.all(Array.from({ length: 5 }, () => reservePorts(mine, undefined)));
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
