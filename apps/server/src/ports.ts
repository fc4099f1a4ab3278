import { createServer } from 'node:net';
import type { DevFile } from './instance.ts';
import { type ServerOptions, UsageError } from './options.ts';

/** The ports of an instance, one after another. */
export interface Ports {
  readonly api: number;
  readonly vault: number;
  /** The card-network simulator's pages and control API. */
  readonly simulator: number;
  /** The card-network simulator's acquirer hosts, ISO 8583 over TCP. */
  readonly acquirers: readonly [number, number];
  /** The pages of shoppers. */
  readonly web: number;
  /** The mailbox's page, and its SMTP. */
  readonly mailbox: { readonly http: number; readonly smtp: number };
}

/** How many blocks of ports are looked at where none was asked for. */
const BLOCKS = 50;
/** Blocks lie this far apart, so that instances are easy to tell by their port. */
const BLOCK_SIZE = 10;

/**
 * Chooses the ports: those asked for, or else those of the last start, or else the first free block. Only the
 * ports that this process opens must be free: its sisters have opened the others.
 */
export async function choosePorts(options: ServerOptions, last: DevFile | undefined): Promise<Ports> {
  const first = options.portIsFixed || !last ? options.port : Number(new URL(last.apiUrl).port);
  const taken = await firstTaken(blockAt(first), options);
  if (taken === undefined) return blockAt(first);
  if (options.portIsFixed) {
    throw new UsageError(`Port ${taken} is in use. Stop what uses it, or choose others with --port.`);
  }
  for (let block = 1; block <= BLOCKS; block += 1) {
    const candidate = blockAt(options.port + block * BLOCK_SIZE);
    if ((await firstTaken(candidate, options)) === undefined) return candidate;
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

function blockAt(first: number): Ports {
  return {
    ...{ api: first, vault: first + 1, simulator: first + 2, acquirers: [first + 3, first + 4] },
    web: first + 5,
    mailbox: { http: first + 6, smtp: first + 7 },
  };
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
