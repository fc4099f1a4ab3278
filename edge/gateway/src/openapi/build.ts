import { errorCatalogue, type JsonSchema } from '@tpmall/wire';
import { DISCLAIMER } from '../pages/layout.ts';
import type { ErrorStyle, Route, Sample } from '../pipeline/route.ts';
import { answerSchemas, reference } from './answer-schema.ts';
import { nameOfShape, shapeSchemas } from './answer-shape.ts';
import { parametersSchema } from './schema.ts';

/** Version of the document; raised with every change that a client could notice. */
const DOCUMENT_VERSION = '0.1.0';

const errorSchemas = {
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['type', 'code', 'message', 'doc_url'],
        properties: {
          type: { enum: ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'] },
          code: { enum: Object.keys(errorCatalogue) },
          message: { type: 'string' },
          doc_url: { type: 'string', format: 'uri' },
          param: { type: 'string' },
          decline_code: { type: 'string' },
          charge: { type: 'string' },
          payment_intent: { $ref: '#/components/schemas/PaymentIntent' },
          setup_intent: { $ref: '#/components/schemas/SetupIntent' },
          payment_method: { $ref: '#/components/schemas/PaymentMethod' },
          missing_amount: { type: 'integer' },
        },
      },
    },
  },
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
    properties: {
      type: { type: 'string', format: 'uri' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { enum: Object.keys(errorCatalogue) },
      param: { type: 'string' },
      request_id: { type: 'string' },
    },
  },
};

const text = { type: 'string' };
const headers = {
  RequestId: {
    description: 'Under which the request is found in the log; say it where you ask for help.',
    required: true,
    schema: text,
  },
  StripeVersion: {
    description: 'The version that the request named, or the one in which it was answered.',
    required: true,
    schema: text,
  },
  IdempotentReplayed: {
    description: 'Where an earlier answer is given again for its idempotency key.',
    schema: { const: 'true' },
  },
  RetryAfter: {
    description: 'The seconds after which to ask again: with 429, and where a part of the system is away.',
    schema: { type: 'integer', minimum: 1 },
  },
};
const answered = {
  'request-id': { $ref: '#/components/headers/RequestId' },
  'stripe-version': { $ref: '#/components/headers/StripeVersion' },
};
const replayed = { 'idempotent-replayed': { $ref: '#/components/headers/IdempotentReplayed' } };

const failureOf = (media: string, schema: JsonSchema) => ({
  description: 'An error of the catalogue at /docs/errors',
  headers: { ...answered, ...replayed, 'retry-after': { $ref: '#/components/headers/RetryAfter' } },
  content: { [media]: { schema } },
});
/** What is answered instead of what was asked for, by the style of the route. */
const failures: Readonly<Record<ErrorStyle, object>> = {
  payments: failureOf('application/json', reference('Error')),
  problem: failureOf('application/problem+json', reference('Problem')),
  page: failureOf('text/html', text),
};

/** The OpenAPI 3.1 document of the routes, from the schemas that read their parameters. */
export function buildOpenApi(routes: readonly Route[], apiUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  const given = (which: 'sample' | 'sampleOtherwise'): Sample[] =>
    routes.map((route) => route[which]).filter((sample) => sample !== undefined);
  return {
    openapi: '3.1.0',
    info: {
      title: 'TPMall API',
      version: DOCUMENT_VERSION,
      description: `Payments, merchants and a double-entry ledger. ${DISCLAIMER}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: apiUrl }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: {
        ...errorSchemas,
        ...answerSchemas(given('sample'), given('sampleOtherwise')),
        ...shapeSchemas(),
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        basic: { type: 'http', scheme: 'basic', description: 'An API key as user name.' },
      },
      headers,
      responses: failures,
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'A repetition with the same key and parameters changes nothing more.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      },
    },
  };
}

function operation(route: Route) {
  const schema = parametersSchema(route.schema);
  const parameters = [...pathParameters(route), ...queryParameters(route, schema), ...keyParameter(route)];
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    'x-access': route.access,
    ...(route.access === 'public' ? { security: [] } : { security: [{ bearer: [] }, { basic: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.method === 'POST' && { requestBody: requestBody(route, schema) }),
    responses: {
      200: success(route),
      default: { $ref: `#/components/responses/${route.errors}` },
    },
  };
}

function pathParameters(route: Route) {
  return [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 64 },
    example: route.examples[0]?.path?.[name] ?? name,
  }));
}

function queryParameters(route: Route, schema: JsonSchema) {
  if (route.method === 'POST') return [];
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema.required ?? []) as readonly string[];
  const example = (route.examples[0]?.parameters ?? {}) as Record<string, unknown>;
  return Object.entries(properties).map(([name, property]) => ({
    name: property.type === 'array' ? `${name}[]` : name,
    in: 'query',
    ...(required.includes(name) && { required: true }),
    ...(property.type !== 'array' && isNested(property) && IN_BRACKETS),
    schema: property,
    ...(Object.hasOwn(example, name) && { example: example[name] }),
  }));
}

function keyParameter(route: Route) {
  if (route.method !== 'POST' || route.access === 'public') return [];
  return [{ $ref: '#/components/parameters/IdempotencyKey' }];
}

/** How parameters that hold others are written in a query and in a form: `metadata[order]=1`. */
const IN_BRACKETS = { style: 'deepObject', explode: true };

function isNested({ type, anyOf = [], oneOf = [] }: JsonSchema): boolean {
  const either = [anyOf, oneOf].flat() as JsonSchema[];
  return type === 'object' || type === 'array' || either.some(isNested);
}

function form(schema: JsonSchema) {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const nested = properties.filter(([, property]) => isNested(property));
  if (nested.length === 0) return { schema };
  return { schema, encoding: Object.fromEntries(nested.map(([name]) => [name, IN_BRACKETS])) };
}

function requestBody(route: Route, schema: JsonSchema) {
  const examples = Object.fromEntries(
    route.examples.map(({ title, parameters }) => [title, { value: parameters }]),
  );
  const json = { 'application/json': { schema, examples } };
  const isBatch = route.bareArray !== undefined || route.bodyLimit !== undefined;
  return {
    required: ((schema.required ?? []) as readonly string[]).length > 0,
    content: isBatch ? json : { 'application/x-www-form-urlencoded': form(schema), ...json },
  };
}

function success(route: Route) {
  return {
    description: route.summary,
    headers: { ...answered, ...(keyParameter(route).length > 0 && route.isReplayed && replayed) },
    content: { [route.answers.split(';', 1)[0] ?? route.answers]: successContent(route) },
  };
}

function successContent({ answers, shape, sample, sampleOtherwise }: Route) {
  if (shape) return { schema: reference(nameOfShape(shape)) };
  if (!sample) return { schema: { type: answers.startsWith('application/json') ? 'object' : 'string' } };
  const usual = reference(sample.name);
  const schema = sampleOtherwise ? { anyOf: [usual, reference(sampleOtherwise.name)] } : usual;
  return { schema, example: sample.value };
}
