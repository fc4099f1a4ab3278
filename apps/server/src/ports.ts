import { createServer, type Server } from 'node:net';
import type { DevFile } from './instance.ts';
import { type ServerOptions, UsageError } from './options.ts';
import { BLOCK_SIZE, blockAt, HOLD, type Ports } from './port-block.ts';

/** The ports of an instance that is starting, and the hold that keeps others off them. */
export interface ReservedPorts {
  readonly ports: Ports;
  /** Lets go of the hold, once the ports are open or given up. */
  release(): Promise<void>;
}

/** How many blocks of ports are looked at where none was asked for. */
const BLOCKS = 50;
/**
 * Chooses the ports: those asked for, or else those of the last start, or else the first free block, which
 * is held until `release`. Only the ports that this process opens must be free: its sisters have opened the
 * others.
 */
export async function reservePorts(
  options: ServerOptions,
  last: DevFile | undefined,
): Promise<ReservedPorts> {
  if (options.portIsFixed) {
    const taken = await firstTaken(blockAt(options.port), options);
    if (taken === undefined) return { ports: blockAt(options.port), release: async () => undefined };
    throw new UsageError(`Port ${taken} is in use. Stop what uses it, or choose others with --port.`);
  }
  if (last) {
    // Its sisters may be starting on the same block, so a hold of theirs does not matter.
    const first = Number(new URL(last.apiUrl).port);
    const hold = await listen(first + HOLD, options.host);
    const release = async (): Promise<void> => (hold ? closed(hold) : undefined);
    if ((await firstTaken(blockAt(first), options)) === undefined) return { ports: blockAt(first), release };
    await release();
  }
  for (let block = 0; block <= BLOCKS; block += 1) {
    const first = options.port + block * BLOCK_SIZE;
    const hold = await listen(first + HOLD, options.host);
    if (!hold) continue;
    const release = (): Promise<void> => closed(hold);
    if ((await firstTaken(blockAt(first), options)) === undefined) return { ports: blockAt(first), release };
    await release();
  }
  throw new UsageError(`No free ports from ${options.port} on. Choose some with --port.`);
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
