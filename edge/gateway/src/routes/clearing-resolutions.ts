import { CLEARING_VERDICTS } from '@tpmall/acquiring/contract';
import { flag, integer, objectId, oneOf } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { clearingResolutionToWire } from './clearing-objects.ts';
import { missing, pathId } from './object-id.ts';
import { decisionReason } from './operations.ts';

const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const PATH = '/v1/operations/clearing/resolutions';
const path = { id: '{clearing_resolution}' };

const decisionMeanings = {
  not_found: { code: 'resource_missing', param: 'id', status: 404 },
  same_person: 'second_person_needed',
  resolution_decided: 'resolution_decided',
} as const;

/** What two people say about clearing exceptions, of the whole house. */
export function clearingResolutionRoutes(environment: GatewayEnvironment): Route[] {
  return [...proposalRoutes(environment), ...decisionRoutes(environment)];
}

function proposalRoutes({ ports: { acquiring } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listClearingResolutions',
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
      method: 'POST',
      path: PATH,
      operationId: 'proposeClearingResolution',
      summary: 'Say what a clearing exception is; nothing moves until another person confirms',
      parameters: z.strictObject({
        exception: objectId(),
        verdict: oneOf(...CLEARING_VERDICTS),
        movement: objectId().optional(),
        evidence: decisionReason,
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
            clearing_resolution_open: { code: 'resolution_open', param: 'exception' },
            idempotency_mismatch: 'idempotency_mismatch',
          },
          proposed.error,
        );
      },
    }),
  ];
}

function decisionRoutes({ ports: { acquiring } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/confirm`,
      operationId: 'confirmClearingResolution',
      summary: 'Agree with what another person has proposed; the record clears what they named',
      parameters: z.strictObject({ reason: decisionReason.optional() }),
      examples: [{ title: 'Seen as well', path, parameters: { reason: 'I see it in the file as well' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await acquiring.confirmClearingResolution(call.context, { id, reason });
        if (!decided.ok) return refusal(decisionMeanings, decided.error);
        return answer(clearingResolutionToWire(decided.value));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/reject`,
      operationId: 'rejectClearingResolution',
      summary: 'Disagree; nothing changes, and another resolution may be proposed',
      parameters: z.strictObject({ reason: decisionReason }),
      examples: [{ title: 'Another sale', path, parameters: { reason: 'It is another sale' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await acquiring.rejectClearingResolution(call.context, { id, reason });
        if (!decided.ok) return refusal(decisionMeanings, decided.error);
        return answer(clearingResolutionToWire(decided.value));
      },
    }),
  ];
}
