import { integer, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named, type Shaped } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { listEntryShape, listEntryToWire } from './house-objects.ts';

/** A reason, which every act of an operator states. */
const reason = text(200);
const entriesShape = named('RiskEntryList', listOf(listEntryShape));
const removedShape = named('RiskEntryRemoved', z.object({ removed: z.boolean() }));
const shared = { errors: 'problem', access: 'operator' } as const;

/** The block and allow lists, which an operator keeps. */
export function riskRoutes({ ports: { risk } }: GatewayEnvironment): Route[] {
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
      shape: entriesShape,
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
      shape: listEntryShape,
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
      shape: removedShape,
      summary: 'Take something off a list',
      parameters: z.strictObject(entry),
      examples: [{ title: 'Unblock an address', parameters: { ...example, reason: 'Settled' } }],
      handle: async ({ context }, parameters) => {
        const removed = await risk.removeFromList(context, parameters);
        if (!removed.ok) return refusal({}, removed.error);
        return answer({ removed: removed.value.removed } satisfies Shaped<typeof removedShape>);
      },
    }),
  ];
}
