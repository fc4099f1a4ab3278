import { mkdir, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { type Clock, type Random, systemClock, systemRandom } from '@tpmall/kernel';
import Fastify, { type FastifyInstance } from 'fastify';
import { controlRoutes } from './control/routes.ts';
import { createBook } from './host/book.ts';
import { clearingFile, clearingFileName } from './host/clearing.ts';
import { createRules } from './host/faults.ts';
import { createHost } from './host/host.ts';
import { openJournal, volatileJournal } from './host/journal.ts';
import { createReturns } from './host/returns.ts';
import { createHostServer, type HostServer } from './host/server.ts';
import { createChallenges } from './three-ds/challenges.ts';
import { threeDsRoutes } from './three-ds/routes.ts';

/** The largest body of the control API and of 3-D Secure messages. */
const BODY_LIMIT_BYTES = 64 * 1024;

/** How the simulator is started. Ports 0 or absent: any free one. */
export interface CardNetworkOptions {
  readonly isoPort?: number;
  readonly httpPort?: number;
  /** Where the book is kept; without it the host forgets when it stops. */
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly onProblem?: (problem: string) => void;
}

/** A running simulator. */
export interface CardNetwork {
  readonly isoPort: number;
  readonly httpPort: number;
  /** The origin of the control API, the directory server and the issuers' pages. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the acquirer's host, the issuers, the directory server and the control API, on loopback only. */
export async function startCardNetwork(options: CardNetworkOptions = {}): Promise<CardNetwork> {
  const clock = options.clock ?? systemClock;
  const onProblem = options.onProblem ?? (() => undefined);
  const book = createBook();
  const journal = options.dataDir ? await openJournal(options.dataDir, book.apply) : volatileJournal;
  const rules = createRules();
  const returns = createReturns({ book, journal, clock, send: (...what) => iso.send(...what) });
  const host = createHost({ book, journal, rules, clock, onBooked: returns.booked });
  const iso: HostServer = createHostServer({ host, onAcknowledged: returns.acknowledge, onProblem });

  const endOfDay = async (): Promise<{ name: string; text: string }> => {
    const at = clock.now();
    const text = clearingFile(book);
    const name = clearingFileName(at, book.endsOfDay + 1);
    // The file is there before the book says so: a crash between the two writes the same records again.
    if (options.dataDir) {
      const folder = join(options.dataDir, 'clearing');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const entry = { type: 'end_of_day', at, file: name } as const;
    book.apply(entry);
    await journal.append(entry);
    return { name, text };
  };

  const app = createHttp();
  let url = '';
  await controlRoutes(app, {
    ...{ book, host, rules, endOfDay },
    dropConnections: iso.dropConnections,
    returnRefund: returns.order,
  });
  await threeDsRoutes(app, {
    challenges: createChallenges(options.random ?? systemRandom),
    baseUrl: () => url,
    onProblem,
  });
  returns.start();
  const isoPort = await listenOnLoopback(iso.server, options.isoPort ?? 0);
  await app.listen({ host: 'localhost', port: options.httpPort ?? 0 });
  const httpPort = portOf(app.server);
  url = `http://localhost:${httpPort}`;
  return {
    isoPort,
    httpPort,
    url,
    async close() {
      returns.stop();
      await app.close();
      await iso.close();
      await journal.close();
    },
  };
}

function createHttp(): FastifyInstance {
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  return app;
}

async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return portOf(server);
}

function portOf(server: { address(): string | { port: number } | null }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('the server does not listen on a port');
  return address.port;
}
