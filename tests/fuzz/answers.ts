import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument, Operation } from './document.ts';

/** An answer as it came. */
interface Came {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What is answered, itself or by its place in the document. */
interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Components {
  readonly schemas: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly headers: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
}

interface Content {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The part of an operation that says what it answers, and what it shows. */
interface Told {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly schema?: object;
    readonly example?: unknown;
    readonly in?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

/** The characters of addresses and of their templates (RFC 3986, RFC 6570); other formats are only names. */
const URI = /^[a-z][a-z0-9+.-]*:[^\s<>"\\^`|{}]*$/i;
const URI_TEMPLATE = /^[a-z][a-z0-9+.-]*:([^\s<>"\\^`|{}]|\{[\w,.%]+\})*$/i;
const FORMATS = { uri: URI, 'uri-template': URI_TEMPLATE, email: true, 'date-time': true } as const;

/** Headers that say something to clients, where they are there. */
const TELLING = ['request-id', 'stripe-version', 'idempotent-replayed', 'retry-after'];

/** Compares answers with what a document says of them. */
export interface AnswerCheck {
  /** What of an answer is otherwise than the document says, or not in it; undefined where nothing is. */
  fault(operation: Operation, came: Came): string | undefined;
  /** The examples in the document that are not as its own schemas say. */
  faultyExamples(): string[];
}

/** See {@link AnswerCheck}. */
export function createAnswerCheck(document: OpenApiDocument): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
  const { components } = document as unknown as { components: Components };
  ajv.addSchema({ $id: 'document', components: { schemas: closed(components.schemas) } });
  const compiled = new Map<string, ValidateFunction>();
  const validator = (schema: object): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
    compiled.set(text, known);
    return known;
  };
  const faultIn = (schema: object, value: unknown): string | undefined => {
    const validate = validator(schema);
    if (validate(value)) return undefined;
    return ajv.errorsText(validate.errors, { separator: '; ' }).slice(0, 400);
  };
  const named = <T>(of: Readonly<Record<string, T>>, { $ref = '' }: { readonly $ref?: string }) =>
    of[$ref.split('/').at(-1) ?? ''];
  const faultInHeaders = (response: Response, given: Came['headers']): string | undefined =>
    TELLING.map((name) => {
      const header = response.headers?.[name] && named(components.headers, response.headers[name]);
      const value = given[name];
      if (value === undefined) return header?.required ? `no ${name}` : undefined;
      if (!header) return `the document knows no ${name} here`;
      const isNumber = 'type' in header.schema && header.schema.type === 'integer';
      return faultIn(header.schema, isNumber ? Number(value) : value);
    }).find((fault) => fault !== undefined);
  const told = (operation: Operation): Told =>
    document.paths[operation.path]?.[operation.method.toLowerCase()] as unknown as Told;

  return {
    fault(operation, { status, headers, body }) {
      const { responses } = told(operation);
      const answered = responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
      const response = answered?.$ref === undefined ? answered : named(components.responses, answered);
      if (!response) return `the document knows no ${status}`;
      const missing = faultInHeaders(response, headers);
      if (missing !== undefined) return missing;
      const [media = ''] = String(headers['content-type']).split(';', 1);
      const content = response.content?.[media];
      if (!content?.schema) return `the document knows no ${media} of ${status}`;
      return faultIn(content.schema, media.endsWith('json') ? JSON.parse(body) : body);
    },
    faultyExamples: () =>
      Object.values(document.paths).flatMap((methods) =>
        (Object.values(methods) as unknown as Told[]).flatMap((operation) =>
          shown(operation).flatMap(({ schema, value }) => {
            const fault = faultIn(schema, value);
            return fault === undefined ? [] : [`${operation.operationId}: ${fault}`];
          }),
        ),
      ),
  };
}

function shown({ parameters = [], requestBody, responses }: Told): { schema: object; value: unknown }[] {
  const inQuery = parameters.flatMap(({ schema, example, in: where }) =>
    schema && example !== undefined && where === 'query' ? [{ schema, value: example }] : [],
  );
  const bodies = [...Object.values(responses), requestBody].flatMap((one) =>
    Object.values(one?.content ?? {}),
  );
  const inBodies = bodies.flatMap(({ schema, example, examples = {} }) => {
    const values = [
      ...(example === undefined ? [] : [example]),
      ...Object.values(examples).map((one) => one.value),
    ];
    return schema ? values.map((value) => ({ schema, value })) : [];
  });
  return [...inQuery, ...inBodies];
}

/** The same schemas, without room for fields that they do not name. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen =
    !('properties' in schema) || typeof schema.properties !== 'object' || 'additionalProperties' in schema;
  return (isOpen ? inner : { ...inner, additionalProperties: false }) as T;
}
