import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A schema of JSON Schema's draft 7, as ajv takes it. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

/**
 * The objects that this server serves: the file and the name of their types in the SDK's declarations. A
 * field that may hold an object of any other kind may not, since there are none of them here.
 */
export const SERVED: Readonly<Record<string, readonly [file: string, type: string]>> = {
  account: ['Accounts', 'Account'],
  balance: ['Balance', 'Balance'],
  balance_transaction: ['BalanceTransactions', 'BalanceTransaction'],
  card: ['Cards', 'Card'],
  'card, deleted': ['Cards', 'DeletedCard'],
  charge: ['Charges', 'Charge'],
  'checkout.session': ['Checkout/Sessions', 'Session'],
  confirmation_token: ['ConfirmationTokens', 'ConfirmationToken'],
  customer: ['Customers', 'Customer'],
  'customer, deleted': ['Customers', 'DeletedCustomer'],
  event: ['Events', 'EventBase'],
  item: ['LineItems', 'LineItem'],
  payment_intent: ['PaymentIntents', 'PaymentIntent'],
  payment_link: ['PaymentLinks', 'PaymentLink'],
  payment_method: ['PaymentMethods', 'PaymentMethod'],
  price: ['Prices', 'Price'],
  product: ['Products', 'Product'],
  'product, deleted': ['Products', 'DeletedProduct'],
  refund: ['Refunds', 'Refund'],
  setup_intent: ['SetupIntents', 'SetupIntent'],
  token: ['Tokens', 'Token'],
  webhook_endpoint: ['WebhookEndpoints', 'WebhookEndpoint'],
  'webhook_endpoint, deleted': ['WebhookEndpoints', 'DeletedWebhookEndpoint'],
};

/**
 * What a browser reads with a publishable key and a client secret: some of the object's fields, and no more.
 */
export const PUBLIC = ['payment_intent', 'setup_intent'];

/** Values of `object` that wrap others. */
const WRAPPERS = ['list', 'search_result'];

/** What of an event is anything: its object is checked by its own name. */
const EVENT_DATA: Schema = {
  type: 'object',
  required: ['object'],
  properties: { object: { type: 'object' }, previous_attributes: { type: 'object' } },
  additionalProperties: false,
};

/** The folder of the installed SDK. */
export function sdkFolder(): string {
  return join(dirname(fileURLToPath(import.meta.resolve('stripe'))), '..');
}

/**
 * The SDK's own types as JSON Schemas, by the compiler: `#/definitions/<object>` for each served object. An
 * object takes no field that its type does not declare; `extensions` names those of ours, by object. Of a
 * union that the SDK keeps open (`'a' | 'b' | OtherString`) only the values it names are taken.
 */
export function sdkSchemas(extensions: Readonly<Record<string, readonly string[]>>): Schema {
  const files = Object.values(SERVED).map(([file]) => join(sdkFolder(), 'esm/resources', `${file}.d.ts`));
  const program = ts.createProgram([...new Set(files)], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: [],
  });
  const writer = createWriter(program.getTypeChecker());
  const definitions = writer.definitions;
  for (const [object, [file, name]] of Object.entries(SERVED)) {
    definitions.set(object, writer.bodyOf(exportedType(program, file, name)));
    const schema = definitions.get(object) as { properties: Record<string, Schema> };
    for (const field of extensions[object] ?? []) schema.properties[field] = true;
    if (object === 'event') schema.properties['data'] = EVENT_DATA;
    if (PUBLIC.includes(object))
      definitions.set(`${object}, public`, { ...schema, required: ['id', 'object'] });
  }
  return { definitions: Object.fromEntries(definitions) };
}

function exportedType(program: ts.Program, file: string, name: string): ts.Type {
  const source = program.getSourceFile(join(sdkFolder(), 'esm/resources', `${file}.d.ts`));
  const checker = program.getTypeChecker();
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((each) => each.name === name);
  if (!symbol) throw new Error(`the SDK has no type ${name} in ${file}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

interface Writer {
  readonly definitions: Map<string, Schema>;
  /** The schema of an object type in full, without a reference. */
  bodyOf(type: ts.Type): Schema;
}

function createWriter(checker: ts.TypeChecker): Writer {
  const definitions = new Map<string, Schema>();
  const names = new Map<ts.Type, string>();

  const objectName = (type: ts.Type): string | undefined => {
    const symbol = type.getProperty('object');
    const literal = symbol && checker.getTypeOfSymbol(symbol);
    return literal?.isStringLiteral() ? literal.value : undefined;
  };
  const bodyOf = (type: ts.Type): Schema => {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const symbol of checker.getPropertiesOfType(type)) {
      const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      if (!optional) required.push(symbol.name);
      properties[symbol.name] = schemaOf(checker.getTypeOfSymbol(symbol));
    }
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const additionalProperties = index ? schemaOf(index) : false;
    return { type: 'object', properties, required, additionalProperties };
  };
  const referenceTo = (type: ts.Type): Schema => {
    const object = objectName(type);
    const deleted = type.getProperty('deleted') && !isOptional(type, 'deleted');
    const known = object !== undefined && deleted ? `${object}, deleted` : object;
    if (object !== undefined && !WRAPPERS.includes(object)) {
      return known !== undefined && known in SERVED ? { $ref: `#/definitions/${known}` } : false;
    }
    const given = names.get(type);
    if (given !== undefined) return { $ref: `#/definitions/${given}` };
    const name = `type-${names.size}`;
    names.set(type, name);
    definitions.set(name, bodyOf(type));
    return { $ref: `#/definitions/${name}` };
  };
  const schemaOf = (type: ts.Type): Schema => {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
    if (type.aliasSymbol?.name === 'Decimal' || type.symbol?.name === 'Decimal') return { type: 'string' };
    if (isUndefined(type)) return false;
    if (type.isUnion()) return unionOf(type.types.filter((member) => !isUndefined(member)));
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
    if (type.flags & ts.TypeFlags.String || isOpenString(type)) return { type: 'string' };
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      return item ? { type: 'array', items: schemaOf(item) } : { type: 'array' };
    }
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return referenceTo(type);
    throw new Error(`no schema for ${checker.typeToString(type)}`);
  };
  const unionOf = (members: readonly ts.Type[]): Schema => {
    const named = members.some((member) => member.isStringLiteral());
    const taken = members.filter((member) => !(named && isOpenString(member)));
    const values = taken.filter((member) => member.isStringLiteral()).map(({ value }) => value);
    const others = taken.filter((member) => !member.isStringLiteral()).map(schemaOf);
    const all = [...(values.length > 0 ? [{ enum: values }] : []), ...others.filter(Boolean)];
    if (all.length === 0) return false;
    return all.length === 1 ? (all[0] ?? false) : { anyOf: all };
  };
  return { definitions, bodyOf };
}

/** `OtherString`: any text, beside the texts that the SDK names. */
function isOpenString(type: ts.Type): boolean {
  return type.isIntersection() && type.types.some((part) => (part.flags & ts.TypeFlags.String) !== 0);
}

function isUndefined(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}

function isOptional(type: ts.Type, name: string): boolean {
  return ((type.getProperty(name)?.flags ?? 0) & ts.SymbolFlags.Optional) !== 0;
}
