import { HOUR } from '@tpmall/kernel';
import { defineModule } from '@tpmall/platform/module';
import { gatewayConfig } from './config.ts';
import { consoleRoutes } from './console/console-routes.ts';
import { gatewayContract } from './contract.ts';
import { type GatewayEnvironment, gatewayNeeds } from './environment.ts';
import { registerRoutes } from './pipeline/register-routes.ts';
import { createServing } from './pipeline/serving.ts';
import { allRoutes } from './routes/all-routes.ts';
import { findLoggedRequest, listLoggedRequests } from './store/request-log.ts';

export type { GatewayConfig } from './config.ts';

/**
 * The API's origin: authenticates, limits, replays and logs, and maps the wire to the modules behind it.
 * Holds no truth of its own; its schema is a cache and a log.
 */
export const gateway = defineModule({
  name: 'gateway',
  contract: gatewayContract,
  needs: gatewayNeeds,
  config: gatewayConfig,
  migrations: new URL('../migrations/', import.meta.url),
  create({ config, db, ports, clock, random, ids, log, metrics }) {
    const view = { apiUrl: config.apiUrl, webUrl: config.webUrl, livemode: config.livemode };
    const environment: GatewayEnvironment = {
      ...{ config, view, ports, clock, random, ids, log, metrics },
      requests: {
        list: (tenant, filter) => listLoggedRequests(db, tenant, filter),
        find: (tenant, id) => findLoggedRequest(db, tenant, id),
      },
    };
    const { serving, start, forget, stop } = createServing({
      ...{ config, db, clock, random, log, metrics },
      webhooks: ports.webhooks,
    });
    return {
      implementation: {},
      jobs: [{ name: 'forget', every: HOUR, run: forget }],
      routes: {
        api: (app) => {
          const routes = [...allRoutes(environment), ...consoleRoutes(environment)];
          return registerRoutes(app, routes, environment, serving);
        },
      },
      start,
      stop,
    };
  },
});
