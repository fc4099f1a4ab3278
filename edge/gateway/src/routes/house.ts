import { integer, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { auditEntryToWire, keyToWire, listEntryToWire, unknownOutcomeToWire } from './house-objects.ts';
import { pathId } from './object-id.ts';

/** A reason, which every act of an operator states. */
const reason = text(200);
/** The longest grace in which a rotated key still works: a week. */
const MAX_GRACE_SECONDS = 604_800;
const shared = { errors: 'problem', access: 'operator' } as const;

/**
 * What an operator keeps the house with: risk lists, keys, the audit log, and payments of unknown outcome.
 */
export function houseRoutes(environment: GatewayEnvironment): Route[] {
  return [...riskRoutes(environment), ...keyRoutes(environment), ...watchRoutes(environment)];
}

function riskRoutes({ ports: { risk } }: GatewayEnvironment): Route[] {
  const tag = { ...shared, tag: 'Risk' };
  const entry = {
    list: oneOf('block', 'allow'),
    kind: oneOf('card', 'customer', 'email', 'ip', 'bin', 'country'),
    value: text(320),
    reason,
  };
  const example = { list: 'block', kind: 'email', value: 'thief@example.org', reason: 'Chargebacks' };
  return [
    route({
      ...tag,
      method: 'GET',
      path: '/v1/risk/lists',
      operationId: 'listRiskEntries',
      summary: 'The block and allow lists',
      parameters: z.strictObject({ limit: integer(1, 1000).optional() }),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }, { limit = 1000 }) => {
        const found = await risk.lists(context, { limit });
        return found.ok ? answer({ data: found.value.map(listEntryToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...tag,
      method: 'POST',
      path: '/v1/risk/lists',
      operationId: 'addRiskEntry',
      summary: 'Put a card, customer, address or country on a list',
      parameters: z.strictObject(entry),
      examples: [{ title: 'Block an address', parameters: example }],
      handle: async ({ context }, parameters) => {
        const added = await risk.addToList(context, parameters);
        return added.ok ? answer(listEntryToWire(added.value)) : refusal({}, added.error);
      },
    }),
    route({
      ...tag,
      method: 'DELETE',
      path: '/v1/risk/lists',
      operationId: 'removeRiskEntry',
      summary: 'Take something off a list',
      parameters: z.strictObject(entry),
      examples: [{ title: 'Unblock an address', parameters: { ...example, reason: 'Settled' } }],
      handle: async ({ context }, parameters) => {
        const removed = await risk.removeFromList(context, parameters);
        return removed.ok ? answer({ removed: removed.value.removed }) : refusal({}, removed.error);
      },
    }),
  ];
}

function keyRoutes({ ports: { identity } }: GatewayEnvironment): Route[] {
  // The clear key is in one answer and must not be kept for repetition.
  const tag = { ...shared, tag: 'Keys', isReplayed: false };
  const path = { id: '{key}' };
  const answerExpired = { answer_expired: 'api_key_answer_expired' } as const;
  const noSuchKey = { not_found: { code: 'resource_missing', param: 'id' } } as const;
  return [
    route({
      ...tag,
      method: 'GET',
      path: '/v1/keys',
      operationId: 'listKeys',
      summary: 'The API keys of the platform, without the keys themselves',
      parameters: z.strictObject({ limit: integer(1, 100).optional() }),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }, { limit = 100 }) => {
        const found = await identity.listKeys(context, { limit });
        return found.ok ? answer({ data: found.value.map(keyToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...tag,
      method: 'POST',
      path: '/v1/keys',
      operationId: 'createKey',
      summary: 'Make a key; this answer alone shows it',
      parameters: z.strictObject({ kind: oneOf('secret', 'publishable', 'operator'), name: text(100) }),
      examples: [{ title: 'For a server', parameters: { kind: 'secret', name: 'Shop server' } }],
      handle: async ({ context }, parameters) => {
        const made = await identity.createKey(context, parameters);
        if (!made.ok) return refusal(answerExpired, made.error);
        return answer({ ...keyToWire(made.value), key: made.value.key });
      },
    }),
    route({
      ...tag,
      method: 'POST',
      path: '/v1/keys/:id/rotate',
      operationId: 'rotateKey',
      summary: 'Make a successor of a key; the old one works on for the grace period',
      parameters: z.strictObject({ grace_seconds: integer(0, MAX_GRACE_SECONDS).optional() }),
      examples: [{ title: 'With an hour of grace', path, parameters: { grace_seconds: 3600 } }],
      handle: async (call, { grace_seconds: graceSeconds = 0 }) => {
        const id = pathId(call);
        if (id === undefined) return refuse('resource_missing', { param: 'id' });
        const made = await identity.rotateKey(call.context, { id, graceSeconds });
        if (!made.ok)
          return refusal({ ...noSuchKey, ...answerExpired, expired: 'api_key_expired' }, made.error);
        return answer({ ...keyToWire(made.value), key: made.value.key });
      },
    }),
    route({
      ...tag,
      method: 'POST',
      path: '/v1/keys/:id/revoke',
      operationId: 'revokeKey',
      summary: 'End a key at once',
      parameters: z.strictObject({ reason }),
      examples: [{ title: 'After a leak', path, parameters: { reason: 'Found in a repository' } }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return refuse('resource_missing', { param: 'id' });
        const revoked = await identity.revokeKey(call.context, { id, reason: parameters.reason });
        return revoked.ok ? answer(keyToWire(revoked.value)) : refusal(noSuchKey, revoked.error);
      },
    }),
  ];
}

function watchRoutes({ ports: { audit, payments } }: GatewayEnvironment): Route[] {
  const limit = integer(1, 1000).optional();
  return [
    route({
      ...shared,
      tag: 'Audit',
      method: 'GET',
      path: '/v1/audit/entries',
      operationId: 'listAuditEntries',
      summary: 'What was done, by whom and why, in one order',
      parameters: z.strictObject({ after: integer(0, Number.MAX_SAFE_INTEGER).optional(), limit }),
      examples: [{ title: 'From the beginning', parameters: { after: 0, limit: 10 } }],
      handle: async ({ context }, { after = 0, limit: most = 100 }) => {
        const found = await audit.entries(context, { after: BigInt(after), limit: most });
        return found.ok ? answer({ data: found.value.map(auditEntryToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      tag: 'Operations',
      method: 'GET',
      path: '/v1/operations/unknown_outcomes',
      operationId: 'listUnknownOutcomes',
      summary: 'Payments and refunds whose outcome is not known yet or was refused, oldest first',
      parameters: z.strictObject({ limit }),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }, { limit: most = 100 }) => {
        const found = await payments.unknownOutcomes(context, { limit: most });
        return found.ok ? answer({ data: found.value.map(unknownOutcomeToWire) }) : refusal({}, found.error);
      },
    }),
  ];
}
