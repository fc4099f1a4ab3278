import type { Routes } from '../frame/route.ts';
import { browseRoutes } from './browse-routes.ts';
import { buyRoutes } from './buy-routes.ts';
import { counterOf } from './counter.ts';
import { orderRoutes } from './order-routes.ts';

/** The pages of the mall. */
export const shopRoutes: Routes = (environment) => {
  const counter = counterOf(environment);
  return [...browseRoutes(counter), ...buyRoutes(environment, counter), ...orderRoutes(environment, counter)];
};
