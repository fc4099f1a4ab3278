import { createServer } from 'node:net';
import type { DevFile } from './instance.ts';
import { type ServerOptions, UsageError } from './options.ts';

/** The ports of an instance, one after another. */
export interface Ports {
  readonly api: number;
  readonly vault: number;
  /** The card-network simulator's pages and control API. */
  readonly simulator: number;
  /** The card-network simulator's acquirer host, ISO 8583 over TCP. */
  readonly acquirer: number;
}

/** How many blocks of ports are looked at where none was asked for. */
const BLOCKS = 50;
/** Blocks lie this far apart, so that instances are easy to tell by their port. */
const BLOCK_SIZE = 10;

/**
 * Chooses the ports: those asked for, or else those of the last start, or else the first free block. A simulator
 * that runs on from before is not in the way: its ports are its own.
 */
export async function choosePorts(options: ServerOptions, last: DevFile | undefined): Promise<Ports> {
  const first = options.portIsFixed || !last ? options.port : Number(new URL(last.apiUrl).port);
  if (await isFree(first, options.host)) return blockAt(first);
  if (options.portIsFixed) {
    throw new UsageError(`Port ${first} is in use. Stop what uses it, or choose another with --port.`);
  }
  for (let block = 1; block <= BLOCKS; block += 1) {
    const candidate = blockAt(options.port + block * BLOCK_SIZE);
    const free = await Promise.all(Object.values(candidate).map((port) => isFree(port, options.host)));
    if (free.every(Boolean)) return candidate;
  }
  throw new UsageError(`No free ports from ${options.port} on. Choose some with --port.`);
}

function blockAt(first: number): Ports {
  return { api: first, vault: first + 1, simulator: first + 2, acquirer: first + 3 };
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
