import type { GatewayEnvironment } from '../environment.ts';
import { buildOpenApi } from '../openapi/build.ts';
import { resourceOf } from '../pipeline/authenticate.ts';
import type { Route } from '../pipeline/route.ts';
import { accountRoutes } from './accounts.ts';
import { auditRoutes } from './audit.ts';
import { balanceRoutes } from './balance.ts';
import { chargeRefundRoutes } from './charge-refunds.ts';
import { chargeRoutes } from './charges.ts';
import { checkoutSessionRoutes } from './checkout-sessions.ts';
import { clearingRoutes } from './clearing.ts';
import { clearingResolutionRoutes } from './clearing-resolutions.ts';
import { createChargeRoutes } from './create-charge.ts';
import { customerSourceRoutes } from './customer-sources.ts';
import { customerRoutes } from './customers.ts';
import { docsRoutes } from './docs.ts';
import { eventRoutes } from './events.ts';
import { createPresent } from './expand-object.ts';
import { keyRoutes } from './keys.ts';
import { ledgerRoutes } from './ledger.ts';
import { ledgerPageRoutes } from './ledger-pages.ts';
import { listenSessionRoutes } from './listen-sessions.ts';
import { mallOrderRoutes } from './mall-orders.ts';
import { mallReturnRoutes } from './mall-returns.ts';
import { operationRoutes } from './operations.ts';
import { paymentIntentRoutes } from './payment-intents.ts';
import { paymentLinkRoutes } from './payment-links.ts';
import { paymentMethodRoutes } from './payment-methods.ts';
import { paymentTimelineRoutes } from './payment-timelines.ts';
import { priceRoutes } from './prices.ts';
import { productRoutes } from './products.ts';
import { refundRoutes } from './refunds.ts';
import { requestLogRoutes } from './request-logs.ts';
import { riskRoutes } from './risk.ts';
import { catalogueSearchRoutes, paymentSearchRoutes } from './search.ts';
import { setupIntentRoutes } from './setup-intents.ts';
import { tokenRoutes } from './tokens.ts';
import { walletOperationRoutes } from './wallet-operations.ts';
import { walletRoutes } from './wallets.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

/** Every route of the API's origin that is the gateway's. */
export function allRoutes(environment: GatewayEnvironment): Route[] {
  const present = createPresent(environment);
  let document: string | undefined;
  const ofPlatforms: Route[] = [
    ...paymentIntentRoutes(environment, present),
    ...chargeRoutes(environment, present),
    ...chargeRefundRoutes(environment, present),
    ...createChargeRoutes(environment, present),
    ...refundRoutes(environment, present),
    ...customerRoutes(environment, present),
    ...paymentSearchRoutes(environment, present),
    ...catalogueSearchRoutes(environment, present),
    ...paymentMethodRoutes(environment, present),
    ...setupIntentRoutes(environment, present),
    ...tokenRoutes(environment, present),
    ...customerSourceRoutes(environment, present),
    ...productRoutes(environment, present),
    ...priceRoutes(environment, present),
    ...checkoutSessionRoutes(environment, present),
    ...paymentLinkRoutes(environment, present),
    ...balanceRoutes(environment, present),
    ...accountRoutes(environment, present),
    ...walletRoutes(environment),
    ...mallOrderRoutes(environment),
    ...mallReturnRoutes(environment),
    ...eventRoutes(environment),
    ...listenSessionRoutes(environment),
    ...webhookEndpointRoutes(environment),
    ...webhookDeliveryRoutes(environment),
    ...requestLogRoutes(environment),
    ...paymentTimelineRoutes(environment),
  ];
  const resources = new Set(ofPlatforms.map(({ path }) => resourceOf(path)));
  const routes: Route[] = [
    ...ofPlatforms,
    ...keyRoutes(environment, resources),
    ...ledgerRoutes(environment),
    ...clearingRoutes(environment),
    ...clearingResolutionRoutes(environment),
    ...riskRoutes(environment),
    ...auditRoutes(environment),
    ...operationRoutes(environment),
    ...walletOperationRoutes(environment),
    ...ledgerPageRoutes(environment),
    ...docsRoutes({
      apiUrl: environment.view.apiUrl,
      openapi: () => {
        document ??= JSON.stringify(buildOpenApi(routes, environment.view.apiUrl));
        return document;
      },
    }),
  ];
  return routes;
}
