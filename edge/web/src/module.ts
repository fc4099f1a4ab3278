import { defineModule } from '@tpmall/platform/module';
import { accountRoutes } from './account/account-routes.ts';
import { signInRoutes } from './account/sign-in-routes.ts';
import { checkoutRoutes } from './checkout/checkout-routes.ts';
import { webConfig } from './config.ts';
import { webContract } from './contract.ts';
import { type WebEnvironment, webNeeds } from './environment.ts';
import { servePages } from './frame/serve-pages.ts';
import { counterOf } from './shop/counter.ts';
import { shopRoutes } from './shop/shop-routes.ts';
import { topUpRoutes } from './wallet/top-up-routes.ts';
import { walletRoutes } from './wallet/wallet-routes.ts';

export type { WebConfig } from './config.ts';

/**
 * The shopper's origin: the mall, the hosted checkout and what belongs to a shopper's account. Every page
 * works without JavaScript. It has no data of its own: all of it is asked of the modules behind it.
 */
export const web = defineModule({
  name: 'web',
  contract: webContract,
  needs: webNeeds,
  config: webConfig,
  migrations: undefined,
  create({ config, ports, clock, random, ids, log }) {
    const environment: WebEnvironment = { config, ports, clock, random, ids, log };
    const counter = counterOf(environment);
    const routes = [
      ...shopRoutes(environment, counter),
      ...signInRoutes(environment, counter),
      ...accountRoutes(environment, counter),
      ...checkoutRoutes(environment),
      ...walletRoutes(environment, counter),
      ...topUpRoutes(environment, counter),
    ];
    return {
      implementation: {},
      routes: { web: (app) => servePages(app, environment, routes) },
    };
  },
});
