import { readFileSync } from 'node:fs';
import type { Access, ApiRequest } from './client.ts';

/** What may be typed for one operation of the API. */
export interface Operation {
  /** `['checkout', 'sessions', 'expire']`: the resource, then the verb. */
  readonly words: readonly string[];
  readonly method: ApiRequest['method'];
  /** `/v1/checkout/sessions/{id}/expire` */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** Names in the path, in their order. */
  readonly positionals: readonly string[];
  /** The first part of each parameter's name. */
  readonly parameters: readonly string[];
}

interface DocumentedOperation {
  readonly summary: string;
  readonly 'x-access'?: string;
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: { readonly properties?: Readonly<Record<string, unknown>> } }>
    >;
  };
}

type Paths = Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;

/** The verbs of a path that ends in an object's id, and of one that ends in the name of a list. */
const VERBS = {
  one: { get: 'retrieve', post: 'update', delete: 'delete' },
  many: { get: 'list', post: 'create', delete: 'delete' },
} as const;

/** The operations of `docs/openapi.json`, by resource and verb. */
export function readOperations(): Operation[] {
  const file = new URL('../../../../docs/openapi.json', import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Paths };
  return Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith('/v1/')
      ? Object.entries(methods).map(([method, documented]) =>
          operationOf(path, method as keyof typeof VERBS.one, documented, paths),
        )
      : [],
  );
}

function operationOf(
  path: string,
  method: keyof typeof VERBS.one,
  documented: DocumentedOperation,
  paths: Paths,
): Operation {
  const segments = path.split('/').slice(2);
  const words = segments.filter((segment) => !segment.startsWith('{'));
  const endsInId = segments.at(-1)?.startsWith('{') ?? false;
  // What has things of its own by id is a list, whatever is above it.
  const isList = Object.keys(paths).some((other) => other.startsWith(`${path}/{`));
  // `/v1/charges/{id}/capture` and `/v1/charges/search` end in their verb: what is above them is a resource.
  const endsInVerb = !endsInId && !isList && path.slice(0, path.lastIndexOf('/')) in paths;
  const verb = VERBS[endsInId ? 'one' : 'many'][method];
  const form = Object.values(documented.requestBody?.content ?? {})[0]?.schema.properties ?? {};
  const query = (documented.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return {
    words: endsInVerb ? words : [...words, verb],
    method: method.toUpperCase() as ApiRequest['method'],
    path,
    summary: documented.summary,
    access: documented['x-access'] === 'operator' ? 'operator' : 'secret',
    positionals: segments.filter((segment) => segment.startsWith('{')).map((name) => name.slice(1, -1)),
    parameters: [...query.map(({ name = '' }) => name.replace('[]', '')), ...Object.keys(form)],
  };
}
