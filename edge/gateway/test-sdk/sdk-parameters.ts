import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** By the SDK's file of a resource, the name of each interface of parameters and the operation it is for. */
export const SDK_RESOURCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Charges: {
    ChargeCreateParams: 'createCharge',
    ChargeUpdateParams: 'updateCharge',
    ChargeCaptureParams: 'captureCharge',
    ChargeListParams: 'listCharges',
  },
  'Checkout/Sessions': {
    SessionCreateParams: 'createCheckoutSession',
    SessionUpdateParams: 'updateCheckoutSession',
    SessionListParams: 'listCheckoutSessions',
  },
  Customers: {
    CustomerCreateParams: 'createCustomer',
    CustomerUpdateParams: 'updateCustomer',
    CustomerListParams: 'listCustomers',
    CustomerListPaymentMethodsParams: 'listCustomerPaymentMethods',
  },
  Events: { EventListParams: 'listEvents' },
  PaymentIntents: {
    PaymentIntentCreateParams: 'createPaymentIntent',
    PaymentIntentRetrieveParams: 'retrievePaymentIntent',
    PaymentIntentUpdateParams: 'updatePaymentIntent',
    PaymentIntentConfirmParams: 'confirmPaymentIntent',
    PaymentIntentCaptureParams: 'capturePaymentIntent',
    PaymentIntentCancelParams: 'cancelPaymentIntent',
    PaymentIntentIncrementAuthorizationParams: 'incrementAuthorization',
    PaymentIntentListParams: 'listPaymentIntents',
  },
  PaymentLinks: {
    PaymentLinkCreateParams: 'createPaymentLink',
    PaymentLinkUpdateParams: 'updatePaymentLink',
    PaymentLinkListParams: 'listPaymentLinks',
  },
  PaymentMethods: {
    PaymentMethodCreateParams: 'createPaymentMethod',
    PaymentMethodUpdateParams: 'updatePaymentMethod',
    PaymentMethodAttachParams: 'attachPaymentMethod',
    PaymentMethodListParams: 'listPaymentMethods',
  },
  Prices: {
    PriceCreateParams: 'createPrice',
    PriceUpdateParams: 'updatePrice',
    PriceListParams: 'listPrices',
  },
  Products: {
    ProductCreateParams: 'createProduct',
    ProductUpdateParams: 'updateProduct',
    ProductListParams: 'listProducts',
  },
  Refunds: {
    RefundCreateParams: 'createRefund',
    RefundUpdateParams: 'updateRefund',
    RefundListParams: 'listRefunds',
  },
  SetupIntents: {
    SetupIntentCreateParams: 'createSetupIntent',
    SetupIntentUpdateParams: 'updateSetupIntent',
    SetupIntentConfirmParams: 'confirmSetupIntent',
    SetupIntentCancelParams: 'cancelSetupIntent',
    SetupIntentListParams: 'listSetupIntents',
  },
  WebhookEndpoints: {
    WebhookEndpointCreateParams: 'createWebhookEndpoint',
    WebhookEndpointUpdateParams: 'updateWebhookEndpoint',
    WebhookEndpointListParams: 'listWebhookEndpoints',
  },
};

/** The newest SDK, and older ones that are in the field. */
const VERSIONS = ['stripe', 'stripe22', 'stripe20', 'stripe17', 'stripe15'];

/**
 * The parameters that any version of the SDK types, without those that describe a way to pay that is not
 * offered (`klarna`): they are as unknown here as the ways are.
 */
export function sdkParameters(resource: string, params: string): string[] {
  const names = new Set<string>();
  const ways = new Set<string>();
  for (const version of VERSIONS) {
    for (const source of declarations(version, resource)) {
      const visit = (node: ts.Node): void => {
        if (ts.isInterfaceDeclaration(node) && node.name.text === params) {
          for (const { name } of node.members) if (name) names.add(name.getText(source));
        }
        // `type Type = 'acss_debit' | 'affirm' | …` of payment methods.
        if (ts.isTypeAliasDeclaration(node) && node.name.text === 'Type' && ts.isUnionTypeNode(node.type)) {
          for (const member of node.type.types) ways.add(member.getText(source).slice(1, -1));
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  if (resource !== 'PaymentMethods') return [...names];
  return [...names].filter((name) => name === 'card' || !ways.has(name));
}

const read = new Map<string, ts.SourceFile[]>();

/** The SDK's declarations of a resource's parameters: in one file, or since version 22 in another. */
function declarations(version: string, resource: string): ts.SourceFile[] {
  const key = `${version} ${resource}`;
  const known = read.get(key);
  if (known) return known;
  const folder = fileURLToPath(new URL(`../../../node_modules/${version}/`, import.meta.url));
  const files = [`esm/resources/${resource}.d.ts`, `types/${resource}Resource.d.ts`].map(
    (file) => folder + file,
  );
  const sources = files
    .filter((file) => existsSync(file))
    .map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true));
  if (sources.length === 0) throw new Error(`${version} has no declarations of ${resource}`);
  read.set(key, sources);
  return sources;
}
