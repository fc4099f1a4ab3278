import { readFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { readWrappingKey } from '@tpmall/connector-iso8583';
import { type Clock, type Random, systemClock, systemRandom } from '@tpmall/kernel';
import Fastify, { type FastifyInstance } from 'fastify';
import { controlRoutes } from './control/routes.ts';
import { type Acquirer, openAcquirer } from './host/acquirer.ts';
import { createRules } from './host/faults.ts';
import type { HostMac } from './host/host-keys.ts';
import { createChallenges } from './three-ds/challenges.ts';
import { threeDsRoutes } from './three-ds/routes.ts';

/** The largest body of the control API and of 3-D Secure messages. */
const BODY_LIMIT_BYTES = 64 * 1024;

/** How the simulator is started. Ports 0 or absent: any free one. */
export interface CardNetworkOptions {
  readonly isoPort?: number;
  /** Ports of further acquirers, each a host of its own. */
  readonly moreIsoPorts?: readonly number[];
  readonly httpPort?: number;
  /** Where the books are kept; without it the hosts forget when they stop. */
  readonly dataDir?: string;
  /** A file of 64 hexadecimal digits: messages must carry an authentication code. */
  readonly macKeyFile?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly onProblem?: (problem: string) => void;
}

/** A running simulator. */
export interface CardNetwork {
  /** The host of `acquirer-a`. */
  readonly isoPort: number;
  /** The hosts of `acquirer-b` and so on. */
  readonly moreIsoPorts: readonly number[];
  readonly httpPort: number;
  /** The origin of the control API, the directory server and the issuers' pages. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the acquirers' hosts, the issuers, the directory server and the control API, on loopback only. */
export async function startCardNetwork(options: CardNetworkOptions = {}): Promise<CardNetwork> {
  const clock = options.clock ?? systemClock;
  const onProblem = options.onProblem ?? (() => undefined);
  const rules = createRules();
  const mac = await readMac(options);
  const acquirers: [Acquirer, ...Acquirer[]] = [
    await openAcquirer({ name: 'acquirer-a', dataDir: options.dataDir, rules, clock, mac, onProblem }),
  ];
  for (const index of (options.moreIsoPorts ?? []).keys()) {
    const name = `acquirer-${String.fromCharCode('b'.charCodeAt(0) + index)}`;
    const dataDir = options.dataDir && join(options.dataDir, name);
    acquirers.push(await openAcquirer({ name, dataDir, rules, clock, mac, onProblem }));
  }

  const app = createHttp();
  let url = '';
  await controlRoutes(app, { acquirers, rules });
  await threeDsRoutes(app, {
    challenges: createChallenges(options.random ?? systemRandom),
    baseUrl: () => url,
    onProblem,
  });
  const wanted = [options.isoPort ?? 0, ...(options.moreIsoPorts ?? [])];
  const listening: number[] = [];
  for (const [index, { iso }] of acquirers.entries()) {
    listening.push(await listenOnLoopback(iso.server, wanted[index] ?? 0));
  }
  const [isoPort = 0, ...moreIsoPorts] = listening;
  await app.listen({ host: 'localhost', port: options.httpPort ?? 0 });
  const httpPort = portOf(app.server);
  url = `http://localhost:${httpPort}`;
  return {
    ...{ isoPort, moreIsoPorts, httpPort, url },
    async close() {
      await app.close();
      for (const acquirer of acquirers) await acquirer.close();
    },
  };
}

async function readMac({ macKeyFile, random }: CardNetworkOptions): Promise<HostMac | undefined> {
  if (macKeyFile === undefined) return undefined;
  const wrapping = readWrappingKey(await readFile(macKeyFile, 'latin1'));
  if (!wrapping) throw new Error(`${macKeyFile} does not hold 64 hexadecimal digits`);
  return { wrapping, random: random ?? systemRandom };
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
