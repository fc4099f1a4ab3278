/** A JSON Schema as it stands in the OpenAPI document. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly maxProperties?: number;
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly example?: unknown;
}

interface DocumentOperation {
  readonly operationId: string;
  readonly 'x-access': Access;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { schema: Schema; examples?: Readonly<Record<string, { value: object }>> }>
    >;
  };
}

/** Whose key an operation wants. */
export type Access =
  | 'secret'
  | 'operator'
  | 'public'
  | 'browser'
  | 'secret-or-merchant'
  | 'secret-or-operator'
  | 'operator-or-developer';

/** The document, as far as the fuzzer reads it. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
}

/** One operation, ready to be asked for. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{id}` for the path's parameters. */
  readonly path: string;
  readonly access: Access;
  /** Of the body or the query, whichever the method uses. */
  readonly schema: Schema;
  readonly takesForms: boolean;
  /** Requests that the document shows. */
  readonly examples: readonly {
    readonly path: Readonly<Record<string, string>>;
    readonly parameters: object;
  }[];
}

/** The operations of a document. */
export function readOperations(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => readOperation(path, method, operation)),
  );
}

function readOperation(path: string, method: string, operation: DocumentOperation): Operation {
  const parameters = operation.parameters ?? [];
  const inPath = Object.fromEntries(
    parameters.filter((one) => one.in === 'path').map((one) => [one.name ?? '', String(one.example)]),
  );
  const shared = {
    id: operation.operationId,
    method: method.toUpperCase() as Operation['method'],
    path,
    access: operation['x-access'],
  };
  const content = operation.requestBody?.content;
  if (content) {
    const json = content['application/json'];
    const bodies = Object.values(json?.examples ?? {}).map(({ value }) => value);
    return {
      ...shared,
      schema: json?.schema ?? {},
      takesForms: content['application/x-www-form-urlencoded'] !== undefined,
      examples: bodies.map((body) => ({ path: inPath, parameters: body })),
    };
  }
  const inQuery = parameters.filter((one) => one.in === 'query');
  const nameOf = (one: Parameter): string => (one.name ?? '').replace(/\[\]$/, '');
  return {
    ...shared,
    takesForms: true,
    schema: {
      type: 'object',
      properties: Object.fromEntries(inQuery.map((one) => [nameOf(one), one.schema ?? {}])),
      required: inQuery.filter((one) => one.required).map(nameOf),
    },
    examples: [
      {
        path: inPath,
        parameters: Object.fromEntries(
          inQuery.filter((one) => one.example !== undefined).map((one) => [nameOf(one), one.example]),
        ),
      },
    ],
  };
}
