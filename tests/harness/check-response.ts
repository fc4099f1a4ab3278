import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { PUBLIC, type Schema, SERVED, sdkFolder, sdkSchemas } from './sdk-schemas.ts';

/** Fields of ours that the SDK's types do not know, by object. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  // What a merchant is charged; it follows from a contract there, and is set by the platform here.
  account: ['fee_plan'],
  // Shares of one payment over several merchants, of which the SDK's `transfer_data` knows one only.
  charge: ['split'],
  payment_intent: ['split'],
  // Whose product it is, in a mall of many merchants.
  product: ['merchant'],
  // Why the server stopped sending to it.
  webhook_endpoint: ['disabled_reason'],
};

/** Objects that are ours alone, so that the SDK has no type for them. */
const OUR_OBJECTS: ReadonlySet<string> = new Set([
  ...['payment_page', 'webhook_delivery', 'request_log'],
  ...['wallet', 'wallet_operation', 'wallet_entry', 'wallet_statement', 'wallet_limit'],
  ...['mall_order', 'mall_order_summary', 'mall_return'],
]);

/** The most complaints that a message repeats; a union complains once for each of its members. */
const COMPLAINTS_MAX = 12;

type Validate = ((value: unknown) => boolean) & { errors?: ErrorObject[] | null };

let validators: Readonly<Record<string, Validate>> | undefined;

/** A response that differs from what the official SDK's types promise. */
export class ResponseShapeError extends Error {
  override readonly name = 'ResponseShapeError';
}

/**
 * Holds a parsed answer to the SDK's own types: each object by its `object` name, what lists, events and
 * errors carry included. What a publishable key reads (`isPublic`) may lack fields, and has none that are not
 * the type's.
 *
 * @throws ResponseShapeError that names the object and the fields.
 */
export function checkResponse(body: unknown, isPublic = false): void {
  if (typeof body !== 'object' || body === null) return;
  const { object, data, error } = body as { object?: unknown; data?: unknown; error?: unknown };
  if (typeof error === 'object' && error !== null) {
    for (const value of Object.values(error)) checkResponse(value, isPublic);
    return;
  }
  if (typeof object !== 'string' || OUR_OBJECTS.has(object)) return;
  if (object === 'list' || object === 'search_result') {
    if (!Array.isArray(data)) throw new ResponseShapeError(`${object}: data is no array`);
    for (const item of data) checkResponse(item, isPublic);
    return;
  }
  const kind = isPublic && PUBLIC.includes(object) ? ', public' : 'deleted' in body ? ', deleted' : '';
  const name = object + kind;
  validators ??= loadValidators();
  const validate = validators[name];
  if (!validate) throw new ResponseShapeError(`the SDK has no type for the object ${name}`);
  if (!validate(body)) throw new ResponseShapeError(`${name}: ${complaints(validate.errors ?? [])}`);
  if (object === 'event') checkResponse((data as { object?: unknown }).object);
}

function complaints(errors: readonly ErrorObject[]): string {
  return errors
    .slice(0, COMPLAINTS_MAX)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

/**
 * The compiled schemas. Reading the SDK's types and compiling them takes seconds, so the code is kept beside
 * the installed packages, by the SDK's version and by what it was made from.
 */
function loadValidators(): Readonly<Record<string, Validate>> {
  const { version } = JSON.parse(readFileSync(join(sdkFolder(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const hash = createHash('sha256');
  for (const source of ['sdk-schemas.ts', 'check-response.ts']) {
    hash.update(readFileSync(fileURLToPath(new URL(source, import.meta.url))));
  }
  const folder = fileURLToPath(new URL('../../node_modules/.cache/tpmall/', import.meta.url));
  const file = join(folder, `sdk-${version}-${hash.digest('hex').slice(0, 16)}.cjs`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    // Test files run at the same time: each writes a whole file of its own, and the last name wins.
    const own = `${file}.${process.pid}`;
    writeFileSync(own, compile(sdkSchemas(EXTENSIONS)));
    renameSync(own, file);
  }
  return createRequire(import.meta.url)(file) as Readonly<Record<string, Validate>>;
}

function compile(schemas: Schema): string {
  const ajv = new Ajv({ strict: false, code: { source: true } });
  ajv.addSchema(schemas, 'sdk');
  const names = [...Object.keys(SERVED), ...PUBLIC.map((object) => `${object}, public`)];
  for (const name of names) ajv.addSchema({ $ref: `sdk#/definitions/${encodeURIComponent(name)}` }, name);
  return standaloneCode.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
}
