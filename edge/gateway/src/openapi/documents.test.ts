import { createIds, manualClock, ok, seededRandom } from '@tpmall/kernel';
import { createMetrics, silentLog } from '@tpmall/platform/telemetry';
import { errorCatalogue } from '@tpmall/wire';
import { describe, expect, it } from 'vitest';
import { SDK_RESOURCES, sdkParameters } from '../../test-sdk/sdk-parameters.ts';
import { gatewayConfig } from '../config.ts';
import type { GatewayPorts } from '../environment.ts';
import { registerRoutes } from '../pipeline/register-routes.ts';
import { createReplayCache } from '../pipeline/replay.ts';
import type { Route } from '../pipeline/route.ts';
import { allRoutes } from '../routes/all-routes.ts';
import { buildOpenApi } from './build.ts';
import { errorsMarkdown } from './errors-markdown.ts';
import { refusedMarkdown } from './refused-markdown.ts';
import { knownParameters } from './schema.ts';

/** The origin in the committed document; a running server puts its own. */
const API_URL = 'http://localhost:4242';
const WEB_URL = 'http://localhost:4247';

function environment() {
  const clock = manualClock(0);
  const random = seededRandom(1);
  const origins = { apiUrl: API_URL, vaultUrl: 'http://localhost:4243', webUrl: WEB_URL };
  const config = gatewayConfig.parse({ ...origins, instance: 'test', secret: 'x'.repeat(32) });
  return {
    config,
    view: { apiUrl: API_URL, webUrl: WEB_URL, livemode: false },
    // Describing the routes calls nobody.
    ports: {} as GatewayPorts,
    requests: { list: async () => ok({ items: [], hasMore: false }), find: async () => undefined },
    clock,
    random,
    ids: createIds(clock, random),
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
  };
}

const routes = allRoutes(environment());

/** Refused before any parameter is read, with an error that names the vault's origin. */
const CARD_DATA: readonly string[] = ['card.number', 'card.cvc'];

/** Whether a schema knows a parameter: what stands in a refused one is refused with it. */
function knowing(schema: Route['schema']): (path: string) => boolean {
  const known = new Map(knownParameters(schema).map(({ path, is }) => [path, is]));
  return (path) => {
    if (known.has(path)) return true;
    const steps = path.split(/(?=\.|\[\])/);
    const around = steps.map((_step, depth) => known.get(steps.slice(0, depth).join('')));
    return around.some((is) => is === 'refused' || is === 'open');
  };
}

/** What an operation of the document answers. */
interface Answering {
  readonly operationId: string;
  readonly responses: { readonly 200: { readonly content: Readonly<Record<string, { schema: object }>> } };
}

describe('the documents made from the code', () => {
  it('docs/openapi.json is the routes (npx vitest run edge/gateway -u writes it)', async () => {
    const document = `${JSON.stringify(buildOpenApi(routes, API_URL), null, 2)}\n`;
    await expect(document).toMatchFileSnapshot('../../../../docs/openapi.json');
  });

  it('docs/errors.md is the catalogue (npx vitest run edge/gateway -u writes it)', async () => {
    await expect(errorsMarkdown()).toMatchFileSnapshot('../../../../docs/errors.md');
  });

  it('docs/refused-parameters.md is what the routes refuse (written in the same way)', async () => {
    await expect(refusedMarkdown(routes)).toMatchFileSnapshot('../../../../docs/refused-parameters.md');
  });

  it.each(Object.entries(SDK_RESOURCES))(
    'takes or refuses by name what any version of the SDK types as a parameter of %s, nested or not',
    (resource, operations) => {
      for (const [params, operationId] of Object.entries(operations)) {
        const found = routes.find((route) => route.operationId === operationId);
        if (!found) throw new Error(`there is no ${operationId}`);
        const typed = sdkParameters(resource, params);
        expect(typed, `${resource} ${params}`).not.toEqual([]);
        const isKnown = knowing(found.schema);
        expect(
          typed.filter((path) => !isKnown(path) && !CARD_DATA.includes(path)),
          `${resource} ${params}`,
        ).toEqual([]);
      }
    },
  );

  it('shows a request for every operation, and names each but once', () => {
    expect(routes.filter((route) => route.examples.length === 0)).toEqual([]);
    const ids = routes.map((route) => route.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of every object that is answered what it holds', () => {
    const document = buildOpenApi(routes, API_URL);
    const answers = Object.values(document.paths).flatMap((methods) => Object.values(methods) as Answering[]);
    const bare = answers.filter(({ responses }) => {
      const schema = responses[200].content['application/json']?.schema;
      return schema && !('$ref' in schema || 'anyOf' in schema);
    });
    // The document does not describe itself.
    expect(bare.map(({ operationId }) => operationId)).toEqual(['openapi']);
    const { schemas } = document.components;
    const empty = Object.entries<object>(schemas).filter(
      ([, schema]) => !('properties' in schema || 'oneOf' in schema),
    );
    expect(empty).toEqual([]);
    const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]*)"/g)];
    expect(referred.filter(([, name = '']) => !Object.hasOwn(schemas, name))).toEqual([]);
  });

  it('gives every error an id of its own', () => {
    const ids = Object.values(errorCatalogue).map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^TPM_[A-Z]+_[A-Z_]+$/);
  });

  it('says that parameters which hold others are written in brackets', () => {
    const { paths } = buildOpenApi(routes, API_URL);
    const inBrackets = { style: 'deepObject', explode: true };
    const created: unknown = expect.objectContaining({ name: 'created', ...inBrackets });
    expect(paths['/v1/customers']?.['get']).toMatchObject({ parameters: expect.arrayContaining([created]) });
    // A member of either kind, a map and a list; what is text has no encoding of its own.
    const form = { encoding: { after_completion: inBrackets, metadata: inBrackets, line_items: inBrackets } };
    const content = { 'application/x-www-form-urlencoded': form };
    expect(paths['/v1/payment_links']?.['post']).toMatchObject({ requestBody: { content } });
    expect(JSON.stringify(paths)).not.toContain('"currency":{"style"');
  });

  it('does not show parameters that are refused as unsupported', () => {
    const text = JSON.stringify(buildOpenApi(routes, API_URL));
    expect(text).not.toContain('x-unsupported');
    expect(text).not.toContain('payment_method_configuration":{');
  });

  it('does not start with a route that does not say who may call it', async () => {
    const { createApp } = await import('@tpmall/platform/http');
    const parts = environment();
    const app = createApp({ ...parts, origin: 'api' });
    const [first] = routes;
    const undeclared = { ...first, access: undefined } as unknown as (typeof routes)[number];
    const keeping = { cache: createReplayCache(parts.clock, 1), writeBehind: { add: () => undefined } };
    const limits = { quota: { take: () => 0 }, guard: { admit: () => 0, learn: () => undefined } };
    const serving = { keeping, limits, logRequest: () => undefined };
    await expect(registerRoutes(app, [undeclared], parts, serving)).rejects.toThrow('who may call it');
  });
});
