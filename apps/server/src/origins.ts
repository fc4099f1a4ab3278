import type { Clock, Random } from '@tpmall/kernel';
import { createApp, listen } from '@tpmall/platform/http';
import type { Origin } from '@tpmall/platform/module';
import type { Log, MetricsRegistry } from '@tpmall/platform/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CONSOLE_PATH, serveConsole } from './console-files.ts';
import type { ServerOptions } from './options.ts';
import type { Ports } from './port-block.ts';
import type { Wiring } from './wiring.ts';

/** Where this process can be reached from this machine, whatever a proxy in front is called. */
export interface Origins {
  readonly apiUrl: string;
  readonly vaultUrl: string;
  readonly webUrl: string;
  /** The console of developers and operators, on the origin of the API. */
  readonly consoleUrl: string;
  /** Opens the ports; until then nothing is let in. */
  listen(): Promise<void>;
  close(): Promise<void>;
  /** The applications, for tests that inject requests. */
  readonly apps: Readonly<Record<Origin, FastifyInstance>>;
}

/**
 * Builds the HTTP applications of all origins with the routes of this process's modules. An origin whose
 * modules run elsewhere is not opened here.
 */
export async function createOrigins(options: {
  server: ServerOptions;
  ports: Ports;
  wiring: Wiring;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: MetricsRegistry;
  isReady: () => Promise<boolean>;
}): Promise<Origins> {
  const { wiring, ports, server } = options;
  const common = { ...options, trustedProxies: server.publicAccess?.proxies ?? [] };
  const apps = {
    api: createApp({ ...common, origin: 'api' }),
    vault: createApp({ ...common, origin: 'vault' }),
    web: createApp({ ...common, origin: 'web' }),
  };
  const used = new Set<Origin>();
  if (wiring.wired.some(({ definition }) => definition.name === 'gateway')) serveConsole(apps.api);
  for (const { running } of wiring.wired) {
    for (const origin of ['api', 'vault', 'web'] as const) {
      const routes = running.routes?.[origin];
      if (!routes) continue;
      used.add(origin);
      await apps[origin].register(routes);
    }
  }
  for (const app of Object.values(apps)) addOperations(app, options.metrics, options.isReady);
  const portOf = { api: ports.api, vault: ports.vault, web: ports.web };
  const urlOf = (origin: Origin): string => `http://${publicHost(server.host)}:${portOf[origin]}`;
  return {
    apps,
    apiUrl: urlOf('api'),
    vaultUrl: urlOf('vault'),
    webUrl: urlOf('web'),
    consoleUrl: urlOf('api') + CONSOLE_PATH,
    listen: async () => {
      for (const origin of used) await listen(apps[origin], portOf[origin], server.host);
    },
    close: async () => {
      await Promise.all(Object.values(apps).map((app) => app.close()));
    },
  };
}

/** Pages use `localhost` on loopback: passkeys refuse bare addresses. */
export function publicHost(host: string): string {
  return ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host;
}

/**
 * Health, readiness and metrics, on every origin; they say nothing about anybody. Metrics say how much is
 * sold and declined, so only programs of this machine read them, and nobody through a proxy.
 */
function addOperations(
  app: FastifyInstance,
  metrics: MetricsRegistry,
  isReady: () => Promise<boolean>,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await isReady();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (request, reply) => {
    if (!isOfThisMachine(request)) return reply.callNotFound();
    return reply.type(metrics.contentType).send(await metrics.render());
  });
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
/** What a proxy tells of whom it asks for (RFC 7239 and what was before it). */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'];

/** How programs of this machine call it. A page whose host's name leads here says that host's. */
const OWN_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function isOfThisMachine({ socket, headers, hostname }: FastifyRequest): boolean {
  const isFromHere = LOOPBACK.test(socket.remoteAddress ?? '') && OWN_NAMES.has(hostname);
  return isFromHere && OF_PROXIES.every((name) => headers[name] === undefined);
}
