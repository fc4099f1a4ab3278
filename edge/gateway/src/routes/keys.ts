import type { ApiKey, Permissions } from '@tpmall/identity/contract';
import { integer, oneOf, pageFromWire, parameter, plainPageParameters, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { named, pageOf } from '../openapi/answer-shape.ts';
import { type Answer, answer, cursorMeanings, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { keyShape, keyToWire } from './house-objects.ts';
import { pathId } from './object-id.ts';

/** The longest grace in which a rotated key still works: a week. */
const MAX_GRACE_SECONDS = 604_800;
const unknownKey = refuse('resource_missing', { param: 'id' });
const repeated = {
  idempotency_mismatch: 'idempotency_mismatch',
  answer_expired: 'api_key_answer_expired',
} as const;
// The clear key is in one answer and must not be kept for repetition.
const access = 'operator-or-developer';
const shared = { errors: 'problem', access, tag: 'Keys', isReplayed: false } as const;
const keysShape = named('ApiKeyList', pageOf(keyShape).extend({ resources: z.array(z.string()) }));
/** With the key itself. */
const newKeyShape = named('NewApiKey', keyShape.extend({ key: z.string() }));
/** Keys of one answer where it is not said how many: the most that a list gives. */
const LISTED = 100;
/** The kind of key that the house alone keeps. */
const HOUSE = 'operator';
/** The most origins that a key names. */
const ORIGINS_MAX = 20;
/**
 * API keys.
 *
 * @param resources what a restricted key may be permitted to use
 */
export function keyRoutes(environment: GatewayEnvironment, resources: ReadonlySet<string>): Route[] {
  const { identity } = environment.ports;
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/keys',
      operationId: 'listKeys',
      shape: keysShape,
      summary: 'The API keys of the platform, without the keys themselves, and what a restricted key may use',
      parameters: z.strictObject(plainPageParameters),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context, principal }, { limit = LISTED, ...parameters }) => {
        const found = await identity.listKeys(context, {
          ...pageFromWire({ ...parameters, limit }),
          ...(principal?.kind !== 'operator' && { exceptKind: HOUSE }),
        });
        if (!found.ok) return refusal(cursorMeanings, found.error);
        const { items, hasMore } = found.value;
        // Who makes a restricted key chooses among the resources.
        return answer({
          data: items.map(keyToWire),
          has_more: hasMore,
          resources: [...resources].sort(),
        });
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/keys',
      operationId: 'createKey',
      shape: newKeyShape,
      summary: 'Make a key; this answer alone shows it',
      parameters: createKeyParameters(resources),
      examples: [
        { title: 'For a server', parameters: { kind: 'secret', name: 'Shop server' } },
        {
          title: 'For a report that reads payments',
          parameters: {
            kind: 'restricted',
            name: 'Month end',
            permissions: { payment_intents: 'read', charges: 'read' },
            daily_quota: 10_000,
          },
        },
      ],
      handle: async ({ context, principal }, parameters) => {
        if (!mayKeep(principal, parameters)) {
          return refuse('permission_denied', { message: 'a key of the house is made by the house' });
        }
        const { daily_quota: dailyQuota, permissions, origins, ...key } = parameters;
        if (origins && key.kind !== 'publishable') {
          const message = 'only a publishable key names origins';
          return refuse('parameter_invalid_object', { param: 'origins', message });
        }
        const made = await identity.createKey(context, {
          ...key,
          ...(permissions !== undefined && { permissions }),
          ...(origins && { origins: [...origins] }),
          ...(dailyQuota !== undefined && { dailyQuota }),
        });
        if (!made.ok) return refusal(repeated, made.error);
        return answer({ ...keyToWire(made.value), key: made.value.key });
      },
    }),
    ...changingRoutes(environment),
  ];
}

function changingRoutes({ ports: { identity } }: GatewayEnvironment): Route[] {
  const path = { id: '{key}' };
  const noSuchKey = { not_found: { code: 'resource_missing', param: 'id' } } as const;
  /** Acts on the key of the path, where this caller keeps it. */
  const withKey = async (call: Call, act: (id: string) => Promise<Answer>): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return unknownKey;
    if (call.principal?.kind === 'operator') return act(id);
    const found = await identity.findKey(call.context, { id });
    if (!found.ok) return refusal(noSuchKey, found.error);
    return mayKeep(call.principal, found.value) ? act(id) : unknownKey;
  };
  const rotationMeanings = {
    ...noSuchKey,
    ...repeated,
    not_the_owner: 'not_your_key',
    expired: 'api_key_expired',
  } as const;
  return [
    route({
      ...shared,
      method: 'POST',
      path: '/v1/keys/:id/rotate',
      operationId: 'rotateKey',
      shape: newKeyShape,
      summary: 'Make a successor of a key; the old one works on for the grace period',
      parameters: z.strictObject({ grace_seconds: integer(0, MAX_GRACE_SECONDS).optional() }),
      examples: [{ title: 'With an hour of grace', path, parameters: { grace_seconds: 3600 } }],
      handle: (call, { grace_seconds: graceSeconds = 0 }) =>
        withKey(call, async (id) => {
          const made = await identity.rotateKey(call.context, { id, graceSeconds });
          if (!made.ok) return refusal(rotationMeanings, made.error);
          return answer({ ...keyToWire(made.value), key: made.value.key });
        }),
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/keys/:id/revoke',
      operationId: 'revokeKey',
      shape: keyShape,
      summary: 'End a key at once',
      parameters: z.strictObject({ reason: text(200) }),
      examples: [{ title: 'After a leak', path, parameters: { reason: 'Found in a repository' } }],
      handle: (call, { reason }) =>
        withKey(call, async (id) => {
          const revoked = await identity.revokeKey(call.context, { id, reason });
          return revoked.ok ? answer(keyToWire(revoked.value)) : refusal(noSuchKey, revoked.error);
        }),
    }),
  ];
}

/** Whether a caller keeps such a key: those of the house are kept by the house alone. */
function mayKeep(caller: Call['principal'], key: Pick<ApiKey, 'kind'>): boolean {
  return caller?.kind === 'operator' || key.kind !== HOUSE;
}

function createKeyParameters(resources: ReadonlySet<string>) {
  return z.strictObject({
    kind: oneOf('secret', 'restricted', 'publishable', 'operator'),
    name: text(100),
    /** Of a restricted key: `read` or `write` by resource. */
    permissions: permissionsParameter(resources).optional(),
    daily_quota: integer(1, 1_000_000_000).optional(),
    /** Of a publishable key: whose pages may show card fields with it. */
    origins: originsParameter().optional(),
  });
}

/** Origins of pages, as browsers write them. */
function originsParameter() {
  const json = { type: 'array', items: { type: 'string', format: 'uri' }, maxItems: ORIGINS_MAX };
  return parameter<readonly string[]>(json, (value) => {
    const given: readonly unknown[] = Array.isArray(value) ? value : [];
    const origins = given.filter((one): one is string => typeof one === 'string' && isOrigin(one));
    if (origins.length > 0 && origins.length === given.length && origins.length <= ORIGINS_MAX) {
      return { value: origins };
    }
    const message = `must be 1 to ${ORIGINS_MAX} origins such as https://shop.example`;
    return { code: 'parameter_invalid_object', message };
  });
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Pairs of a resource and what may be done with it. */
function permissionsParameter(resources: ReadonlySet<string>) {
  const json = { type: 'object', additionalProperties: { type: 'string', enum: ['read', 'write'] } };
  return parameter<Permissions>(json, (value) => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const named = entries.every(
      ([name, level]) => resources.has(name) && (level === 'read' || level === 'write'),
    );
    if (named && entries.length > 0) return { value: Object.fromEntries(entries) as Permissions };
    return {
      code: 'parameter_invalid_object',
      message: `must give read or write to one or more of ${[...resources].join(', ')}`,
    };
  });
}
