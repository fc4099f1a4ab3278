import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, processOf, withFileLock } from '@tpmall/platform/postgres';
import { type DevFile, writeWhole } from './instance.ts';
import { MODULE_NAMES, type ServerOptions, UsageError } from './options.ts';
import { BLOCK_SIZE, blockAt, HOLD, type Ports } from './port-block.ts';

/** The ports of an instance that is starting, and the hold that keeps others off them. */
export interface ReservedPorts {
  readonly ports: Ports;
  /** Lets go of the hold, once the ports are open or given up. */
  release(): Promise<void>;
}

/** How many blocks of ports are looked at where none was asked for. */
const BLOCKS = 50;

/** What the running processes of a data folder agree on. */
interface Agreed {
  /** The first port of their block. */
  readonly first: number;
  readonly processes: readonly ProcessIdentity[];
}

/**
 * Chooses the ports: those asked for, or else those of the sisters, which are the processes that run on the
 * same data folder, or else those of the last start, or else the first free block. The first of several
 * processes looks for a block that is free as a whole, the others only for what they open of it. What is
 * chosen is written down for sisters, and held until `release`.
 *
 * @throws UsageError where what was asked for is in use, or nothing is free
 */
export async function reservePorts(
  options: ServerOptions,
  last: DevFile | undefined,
): Promise<ReservedPorts> {
  const run = join(options.dataDir, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return withFileLock(join(run, 'ports.lock'), async () => {
    const path = join(run, 'ports.json');
    const agreed = readAgreed(path);
    const reserved = options.portIsFixed ? await asAskedFor(options) : await choose(options, agreed, last);
    // Whoever opens the API says where the instance is: dev.json leads there.
    const decides = agreed === undefined || options.modules.includes('gateway');
    const first = decides ? reserved.ports.api : agreed.first;
    const processes = [...(agreed?.processes ?? []), processOf(process.pid)];
    writeWhole(path, JSON.stringify({ first, processes } satisfies Agreed));
    return reserved;
  });
}

/** What other processes that live have agreed on; undefined where there are none. */
function readAgreed(path: string): Agreed | undefined {
  if (!existsSync(path)) return undefined;
  const { first, processes } = JSON.parse(readFileSync(path, 'utf8')) as Agreed;
  const others = processes.filter((other) => other.pid !== process.pid && isAlive(other));
  return others.length === 0 ? undefined : { first, processes: others };
}

async function asAskedFor(options: ServerOptions): Promise<ReservedPorts> {
  const ports = blockAt(options.port);
  const taken = await firstTaken(ports, options);
  if (taken === undefined) return { ports, release: async () => undefined };
  throw new UsageError(`Port ${taken} is in use. Stop what uses it, or choose others with --port.`);
}

async function choose(
  options: ServerOptions,
  agreed: Agreed | undefined,
  last: DevFile | undefined,
): Promise<ReservedPorts> {
  // Sisters that still start hold it, and have opened what is theirs.
  const besides = agreed && (await reserveBlock(agreed.first, options, { isHeld: true }));
  if (besides) return besides;
  const whole = { ...options, modules: MODULE_NAMES };
  const again = last && (await reserveBlock(Number(new URL(last.apiUrl).port), whole));
  if (again) return again;
  for (let block = 0; block <= BLOCKS; block += 1) {
    const free = await reserveBlock(options.port + block * BLOCK_SIZE, whole);
    if (free) return free;
  }
  throw new UsageError(`No free ports from ${options.port} on. Choose some with --port.`);
}

/** Reserves a block where nobody holds it, and all is free that the modules open. */
async function reserveBlock(
  first: number,
  options: ServerOptions,
  { isHeld = false } = {},
): Promise<ReservedPorts | undefined> {
  const hold = await listen(first + HOLD, options.host);
  if (!hold && !isHeld) return undefined;
  const release = async (): Promise<void> => (hold ? closed(hold) : undefined);
  const ports = blockAt(first);
  if ((await firstTaken(ports, options)) === undefined) return { ports, release };
  await release();
  return undefined;
}

async function firstTaken(ports: Ports, { modules, host }: ServerOptions): Promise<number | undefined> {
  const cardData = modules.includes('vault') || modules.includes('acquiring');
  const opened = [
    ...(modules.includes('gateway') ? [ports.api] : []),
    ...(cardData ? [ports.vault] : []),
    ...(modules.includes('web') ? [ports.web] : []),
    ...(modules.includes('acquiring') ? [ports.simulator, ...ports.acquirers] : []),
    ...(modules.includes('mail') ? [ports.mailbox.http, ports.mailbox.smtp] : []),
  ];
  for (const port of opened) if (!(await isFree(port, host))) return port;
  return undefined;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = await listen(port, host);
  if (probe) await closed(probe);
  return probe !== undefined;
}

/** A listener on the port, or nothing where something else has it. */
function listen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
