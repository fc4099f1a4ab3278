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

/** Types that hold no parameters of their own, wherever they are declared. */
const PLAIN = new Set(['Array', 'Emptyable', 'Decimal', 'OtherString', 'MetadataParam', 'File']);
/** Deeper than any parameter stands: a type that holds itself ends the walk. */
const DEPTH_MAX = 10;

/** An interface or an alias, and the namespaces that it stands in. */
interface Declared {
  readonly node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration;
  readonly scope: readonly string[];
}

/** By the dotted name, everything that a file declares. */
type Index = ReadonlyMap<string, Declared>;

/**
 * The paths of all parameters that any version of the SDK types, nested ones too: `line_items[].price`.
 *
 * @throws Error for a type that is declared nowhere, because what it holds would be overlooked
 */
export function sdkParameters(resource: string, params: string): string[] {
  const paths = new Set<string>();
  for (const version of VERSIONS) {
    const index = declarations(version, resource);
    const root = index.get(params);
    if (root) visitDeclared(index, root, '', 0, paths);
  }
  return [...paths];
}

function visitDeclared(
  index: Index,
  { node, scope }: Declared,
  path: string,
  depth: number,
  into: Set<string>,
) {
  if (depth > DEPTH_MAX) return;
  if (ts.isTypeAliasDeclaration(node)) return visitType(index, node.type, scope, path, depth, into);
  for (const base of node.heritageClauses ?? []) {
    for (const type of base.types) visitNamed(index, type.expression.getText(), scope, path, depth, into);
  }
  visitMembers(index, node.members, [...scope, node.name.text], path, depth, into);
}

function visitMembers(
  index: Index,
  members: ts.NodeArray<ts.TypeElement>,
  scope: readonly string[],
  path: string,
  depth: number,
  into: Set<string>,
): void {
  for (const member of members) {
    if (!ts.isPropertySignature(member) || !member.type) continue;
    const name = member.name.getText().replaceAll(/['"]/g, '');
    const at = path === '' ? name : `${path}.${name}`;
    into.add(at);
    visitType(index, member.type, scope, at, depth, into);
  }
}

function visitType(
  index: Index,
  type: ts.TypeNode,
  scope: readonly string[],
  path: string,
  depth: number,
  into: Set<string>,
): void {
  if (ts.isUnionTypeNode(type)) {
    for (const member of type.types) visitType(index, member, scope, path, depth, into);
  } else if (ts.isArrayTypeNode(type)) {
    visitType(index, type.elementType, scope, `${path}[]`, depth, into);
  } else if (ts.isTypeLiteralNode(type)) {
    visitMembers(index, type.members, scope, path, depth, into);
  } else if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    const isArray = name === 'Array';
    for (const inner of type.typeArguments ?? []) {
      visitType(index, inner, scope, isArray ? `${path}[]` : path, depth, into);
    }
    visitNamed(index, name, scope, path, depth, into);
  }
}

/** A type by its name as it stands in a scope: `Card` in `PaymentMethodOptions`, or further outside. */
function visitNamed(
  index: Index,
  dotted: string,
  scope: readonly string[],
  path: string,
  depth: number,
  into: Set<string>,
): void {
  const name = dotted.replace(/^Stripe\./, '');
  if (PLAIN.has(name)) return;
  for (let outer = scope.length; outer >= 0; outer -= 1) {
    const found = index.get([...scope.slice(0, outer), name].join('.'));
    if (found) return visitDeclared(index, found, path, depth + 1, into);
  }
  throw new Error(`${name} in ${scope.join('.')} (${path}) is declared nowhere`);
}

const read = new Map<string, Index>();

/**
 * The SDK's declarations of a resource's parameters, in one file, or since version 22 in another, and those
 * that all resources share.
 */
function declarations(version: string, resource: string): Index {
  const key = `${version} ${resource}`;
  const known = read.get(key);
  if (known) return known;
  const folder = fileURLToPath(new URL(`../../../node_modules/${version}/`, import.meta.url));
  const own = [`esm/resources/${resource}.d.ts`, `types/${resource}Resource.d.ts`];
  const shared = ['esm/shared.d.ts', 'esm/lib.d.ts', 'types/shared.d.ts', 'types/lib.d.ts'];
  if (!own.some((file) => existsSync(folder + file))) throw new Error(`${version} has no ${resource}`);
  const index = new Map<string, Declared>();
  for (const file of [...shared, ...own]) {
    if (existsSync(folder + file)) indexFile(folder + file, index);
  }
  read.set(key, index);
  return index;
}

function indexFile(file: string, into: Map<string, Declared>): void {
  const visit = (node: ts.Node, scope: readonly string[]): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      into.set([...scope, node.name.text].join('.'), { node, scope });
    } else if (ts.isModuleDeclaration(node) && node.body) {
      // `declare module 'stripe' { namespace Stripe { namespace Checkout {` names no parameter's type.
      const isFrame = ts.isStringLiteral(node.name) || FRAMES.has(node.name.text);
      visit(node.body, isFrame ? scope : [...scope, node.name.text]);
    } else {
      ts.forEachChild(node, (child) => visit(child, scope));
    }
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true), []);
}

const FRAMES = new Set(['Stripe', 'Checkout', 'TestHelpers']);
