import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import { readAddress } from './address.ts';
import { ConnectorsPage } from './connectors/connectors-page.tsx';
import { EndpointsPage } from './endpoints/endpoints-page.tsx';
import { EventPage } from './events/event-page.tsx';
import { EventsPage, readAskedEvents } from './events/events-page.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { readState } from './orders/asked.ts';
import { HomePage } from './orders/home-page.tsx';
import { OrderPage } from './orders/order-page.tsx';
import { OrdersPage } from './orders/orders-page.tsx';
import { OutcomePage } from './outcomes/outcome-page.tsx';
import { OutcomesPage } from './outcomes/outcomes-page.tsx';
import { readAsked } from './payments/asked.ts';
import { PaymentPage } from './payments/payment-page.tsx';
import { PaymentsPage } from './payments/payments-page.tsx';
import { RequestPage } from './requests/request-page.tsx';
import { RequestsPage, readAskedRequests } from './requests/requests-page.tsx';
import { ReturnPage } from './returns/return-page.tsx';
import { ReturnsPage } from './returns/returns-page.tsx';
import { sectionsOf } from './sections.ts';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { useVisitor } from './shell/visitor.tsx';
import { StatementPage } from './statement/statement-page.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const at = { getParentRoute: () => root } as const;

const routes = [
  createRoute({ ...at, path: '/', component: FirstPage }),
  createRoute({ ...at, path: '/payments', component: PaymentsPage, validateSearch: readAsked }),
  createRoute({ ...at, path: '/payments/$id', component: PaymentPage }),
  createRoute({ ...at, path: '/requests', component: RequestsPage, validateSearch: readAskedRequests }),
  createRoute({ ...at, path: '/requests/$id', component: RequestPage }),
  createRoute({ ...at, path: '/events', component: EventsPage, validateSearch: readAskedEvents }),
  createRoute({ ...at, path: '/events/$id', component: EventPage }),
  createRoute({ ...at, path: '/webhooks', component: EndpointsPage }),
  createRoute({ ...at, path: '/keys', component: KeysPage }),
  createRoute({ ...at, path: '/outcomes', component: OutcomesPage }),
  createRoute({ ...at, path: '/outcomes/$id', component: OutcomePage }),
  createRoute({ ...at, path: '/connectors', component: ConnectorsPage }),
  createRoute({ ...at, path: '/home', component: HomePage }),
  createRoute({ ...at, path: '/orders', component: OrdersPage, validateSearch: readState }),
  createRoute({ ...at, path: '/orders/$id', component: OrderPage }),
  createRoute({ ...at, path: '/returns', component: ReturnsPage, validateSearch: readState }),
  createRoute({ ...at, path: '/returns/$id', component: ReturnPage }),
  createRoute({ ...at, path: '/statement', component: StatementPage, validateSearch: readStatement }),
] as const;

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
