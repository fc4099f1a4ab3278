import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router';
import { readAddress } from './address.ts';
import { readAskedEntries } from './audit/asked.ts';
import { readAskedEvents } from './events/asked.ts';
import { readState } from './orders/asked.ts';
import { readAsked } from './payments/asked.ts';
import { readAskedRequests } from './requests/asked.ts';
import { sectionsOf } from './sections.ts';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { useVisitor } from './shell/visitor.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const at = { getParentRoute: () => root } as const;

// Each desk's pages are one script, which is loaded when the first of them is wanted.
const operator = () => import('./desks/operator.ts');
const developer = () => import('./desks/developer.ts');
const merchant = () => import('./desks/merchant.ts');
const ofOperator = (page: keyof Awaited<ReturnType<typeof operator>>) => lazyRouteComponent(operator, page);
const ofDeveloper = (page: keyof Awaited<ReturnType<typeof developer>>) =>
  lazyRouteComponent(developer, page);
const ofMerchant = (page: keyof Awaited<ReturnType<typeof merchant>>) => lazyRouteComponent(merchant, page);

const routes = [
  createRoute({ ...at, path: '/', component: FirstPage }),
  createRoute({
    ...at,
    path: '/payments',
    component: ofDeveloper('PaymentsPage'),
    validateSearch: readAsked,
  }),
  createRoute({ ...at, path: '/payments/$id', component: ofDeveloper('PaymentPage') }),
  createRoute({
    ...at,
    path: '/requests',
    component: ofDeveloper('RequestsPage'),
    validateSearch: readAskedRequests,
  }),
  createRoute({ ...at, path: '/requests/$id', component: ofDeveloper('RequestPage') }),
  createRoute({
    ...at,
    path: '/events',
    component: ofDeveloper('EventsPage'),
    validateSearch: readAskedEvents,
  }),
  createRoute({ ...at, path: '/events/$id', component: ofDeveloper('EventPage') }),
  createRoute({ ...at, path: '/webhooks', component: ofDeveloper('EndpointsPage') }),
  createRoute({ ...at, path: '/keys', component: ofDeveloper('KeysPage') }),
  createRoute({ ...at, path: '/overview', component: ofOperator('OverviewPage') }),
  createRoute({ ...at, path: '/outcomes', component: ofOperator('OutcomesPage') }),
  createRoute({ ...at, path: '/outcomes/$id', component: ofOperator('OutcomePage') }),
  createRoute({ ...at, path: '/clearing', component: ofOperator('ClearingPage'), validateSearch: readKind }),
  createRoute({ ...at, path: '/clearing/$id', component: ofOperator('ExceptionPage') }),
  createRoute({ ...at, path: '/connectors', component: ofOperator('ConnectorsPage') }),
  createRoute({
    ...at,
    path: '/deliveries',
    component: ofOperator('DeliveriesPage'),
    validateSearch: readState,
  }),
  createRoute({ ...at, path: '/deliveries/$id', component: ofOperator('DeliveryPage') }),
  createRoute({ ...at, path: '/set-aside', component: ofOperator('SetAsidePage') }),
  createRoute({ ...at, path: '/jobs', component: ofOperator('JobsPage'), validateSearch: readState }),
  createRoute({
    ...at,
    path: '/audit',
    component: ofOperator('AuditPage'),
    validateSearch: readAskedEntries,
  }),
  createRoute({ ...at, path: '/home', component: ofMerchant('HomePage') }),
  createRoute({ ...at, path: '/orders', component: ofMerchant('OrdersPage'), validateSearch: readState }),
  createRoute({ ...at, path: '/orders/$id', component: ofMerchant('OrderPage') }),
  createRoute({ ...at, path: '/returns', component: ofMerchant('ReturnsPage'), validateSearch: readState }),
  createRoute({ ...at, path: '/returns/$id', component: ofMerchant('ReturnPage') }),
  createRoute({
    ...at,
    path: '/statement',
    component: ofMerchant('StatementPage'),
    validateSearch: readStatement,
  }),
] as const;

function readKind(search: Readonly<Record<string, unknown>>) {
  return readAddress(search, ['kind']);
}

function readStatement(search: Readonly<Record<string, unknown>>) {
  return readAddress(search, ['currency']);
}

/** The first place of a desk. */
function FirstPage() {
  const { desk } = useVisitor();
  const [first] = sectionsOf(desk);
  return first ? <Navigate to={first.path} replace /> : <NotFound />;
}

/** Addresses of the console, below `/console`. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/console',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
