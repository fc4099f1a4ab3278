import { CLEARING_VERDICTS } from '@tpmall/acquiring/contract';
import { flag, integer, objectId, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { clearingResolutionShape, clearingResolutionToWire } from './clearing-objects.ts';
import { decisionRoutes, STATEMENT_MAX } from './decision-routes.ts';
import { missing, pathId } from './object-id.ts';

const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const resolutionsShape = named('ClearingResolutionList', listOf(clearingResolutionShape));
const PATH = '/v1/operations/clearing/resolutions';

/** What two people say about clearing exceptions, of the whole house. */
export function clearingResolutionRoutes(environment: GatewayEnvironment): Route[] {
  const { acquiring } = environment.ports;
  return [
    ...proposalRoutes(environment),
    ...decisionRoutes({
      path: PATH,
      name: 'ClearingResolution',
      example: '{clearing_resolution}',
      effect: 'the record clears what they named',
      confirm: (context, said) => acquiring.confirmClearingResolution(context, said),
      reject: (context, said) => acquiring.rejectClearingResolution(context, said),
      withdraw: (context, said) => acquiring.withdrawClearingResolution(context, said),
      shape: clearingResolutionShape,
      toWire: clearingResolutionToWire,
    }),
  ];
}

function proposalRoutes({ ports: { acquiring } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listClearingResolutions',
      shape: resolutionsShape,
      summary: 'What people have proposed about clearing exceptions, the newest first',
      parameters: z.strictObject({ open: flag().optional(), limit: integer(1, 1000).optional() }),
      examples: [{ title: 'Those that wait for a second person', parameters: { open: true } }],
      handle: async ({ context }, { open = false, limit = 100 }) => {
        const found = await acquiring.clearingResolutions(context, { open, limit });
        if (!found.ok) return refusal({}, found.error);
        return answer({ data: found.value.map(clearingResolutionToWire) });
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveClearingResolution',
      shape: clearingResolutionShape,
      summary: 'What was proposed about a clearing exception, by whom, and what became of it',
      parameters: z.strictObject({}),
      examples: [{ title: 'One', path: { id: '{clearing_resolution}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const found = await acquiring.findClearingResolution(call.context, { id });
        if (found.ok) return answer(clearingResolutionToWire(found.value));
        return refusal({ not_found: { code: 'resource_missing', param: 'id', status: 404 } }, found.error);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'proposeClearingResolution',
      shape: clearingResolutionShape,
      summary: 'Say what a clearing exception is; nothing moves until another person confirms',
      parameters: z.strictObject({
        exception: objectId(),
        verdict: oneOf(...CLEARING_VERDICTS),
        movement: objectId().optional(),
        evidence: text(STATEMENT_MAX),
      }),
      examples: [
        {
          title: 'A record that is not ours',
          parameters: {
            exception: '{clearing_exception}',
            verdict: 'dispute',
            evidence: 'Ticket 4711 at the acquirer',
          },
        },
      ],
      handle: async ({ context }, parameters) => {
        const proposed = await acquiring.proposeClearingResolution(context, parameters);
        if (proposed.ok) return answer(clearingResolutionToWire(proposed.value));
        return refusal(
          {
            not_found: { code: 'resource_missing', param: 'exception', status: 400 },
            movement_not_found: { code: 'resource_missing', param: 'movement', status: 400 },
            not_clearable: 'clearing_not_possible',
            person_needed: 'person_needed',
            resolution_open: { code: 'resolution_open', param: 'exception' },
            idempotency_mismatch: 'idempotency_mismatch',
          },
          proposed.error,
        );
      },
    }),
  ];
}
