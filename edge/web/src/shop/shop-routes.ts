import type { WebEnvironment } from '../environment.ts';
import type { PageRoute } from '../frame/route.ts';
import { browseRoutes } from './browse-routes.ts';
import { buyRoutes } from './buy-routes.ts';
import type { Counter } from './counter.ts';
import { orderRoutes } from './order-routes.ts';
import { siteRoutes } from './site-routes.ts';

/** The pages of the mall. */
export function shopRoutes(environment: WebEnvironment, counter: Counter): readonly PageRoute[] {
  return [
    ...browseRoutes(counter),
    ...buyRoutes(environment, counter),
    ...orderRoutes(environment, counter),
    ...siteRoutes(environment, counter),
  ];
}
