import { VERDICTS } from '@tpmall/payments/contract';
import { flag, integer, objectId, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { decisionRoutes, STATEMENT_MAX } from './decision-routes.ts';
import { jobRoutes } from './jobs.ts';
import { missing, pathId } from './object-id.ts';
import { deliveryOperationRoutes, requestOperationRoutes, setAsideRoutes } from './operation-logs.ts';
import {
  connectorShape,
  connectorToWire,
  resolutionShape,
  resolutionToWire,
  trailShape,
  trailToWire,
  unknownOutcomeShape,
  unknownOutcomeToWire,
} from './operation-objects.ts';
import { paymentMeanings } from './payment-errors.ts';

/** Entries of a list where nothing else is asked for. */
const DEFAULT_LIMIT = 100;

const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const limit = integer(1, 1000).optional();
const none = z.strictObject({});
const connectorsShape = named('ConnectorList', listOf(connectorShape));
const unknownOutcomesShape = named('UnknownOutcomeList', listOf(unknownOutcomeShape));
const resolutionsShape = named('ResolutionList', listOf(resolutionShape));

/** What operators watch and decide. */
export function operationRoutes(environment: GatewayEnvironment): Route[] {
  const { payments } = environment.ports;
  return [
    ...outcomeRoutes(environment),
    ...resolutionRoutes(environment),
    ...decisionRoutes({
      path: '/v1/operations/resolutions',
      name: 'Resolution',
      example: '{resolution}',
      effect: 'the payment goes on by it',
      confirm: (context, said) => payments.confirmResolution(context, said),
      reject: (context, said) => payments.rejectResolution(context, said),
      withdraw: (context, said) => payments.withdrawResolution(context, said),
      shape: resolutionShape,
      toWire: resolutionToWire,
    }),
    ...requestOperationRoutes(environment),
    ...deliveryOperationRoutes(environment),
    ...setAsideRoutes(environment),
    ...jobRoutes(environment),
  ];
}

function outcomeRoutes({ ports: { acquiring, payments } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/connectors',
      operationId: 'listConnectors',
      shape: connectorsShape,
      summary: 'How each way to an acquirer is doing, as the process that answers sees it',
      parameters: none,
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }) => {
        const found = await acquiring.connectorHealth(context, {});
        return found.ok ? answer({ data: found.value.map(connectorToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/unknown_outcomes',
      operationId: 'listUnknownOutcomes',
      shape: unknownOutcomesShape,
      summary: 'Payments and refunds whose outcome is not known yet or was refused, oldest first',
      parameters: z.strictObject({ limit }),
      examples: [{ title: 'All', parameters: {} }],
      handle: async ({ context }, { limit: most = DEFAULT_LIMIT }) => {
        const found = await payments.unknownOutcomes(context, { limit: most });
        return found.ok ? answer({ data: found.value.map(unknownOutcomeToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/outcomes/:id',
      operationId: 'retrieveOutcomeTrail',
      shape: trailShape,
      summary: 'What was sent to the acquirer for a payment intent or refund, with masked messages',
      parameters: none,
      examples: [{ title: 'Of a payment', path: { id: '{payment_intent_paid}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'payment intent or refund');
        const found = await payments.outcomeTrail(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.outcomeTrail, found.error);
        return answer({ id, ...trailToWire(found.value) });
      },
    }),
  ];
}

function resolutionRoutes({ ports: { payments } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/resolutions',
      operationId: 'listResolutions',
      shape: resolutionsShape,
      summary: 'What people have proposed about unknown outcomes, the newest first',
      parameters: z.strictObject({ open: flag().optional(), limit }),
      examples: [{ title: 'Those that wait for a second person', parameters: { open: true } }],
      handle: async ({ context }, { open = false, limit: most = DEFAULT_LIMIT }) => {
        const found = await payments.listResolutions(context, { open, limit: most });
        return found.ok ? answer({ data: found.value.map(resolutionToWire) }) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/operations/resolutions',
      operationId: 'proposeResolution',
      shape: resolutionShape,
      summary: 'Say what became of an unknown outcome; nothing changes until another person confirms',
      parameters: z.strictObject({
        subject: objectId(),
        advice: objectId().optional(),
        verdict: oneOf(...VERDICTS),
        evidence: text(STATEMENT_MAX),
        approval_code: text(6).optional(),
        reference: text(64).optional(),
      }),
      examples: [
        {
          title: 'A capture that the acquirer has booked after all',
          parameters: {
            subject: '{payment_intent_refused}',
            verdict: 'captured',
            evidence: 'It is in the acquirer’s clearing file of 23 November, line 812',
          },
        },
      ],
      handle: async ({ context }, { subject: id, approval_code: approvalCode, ...said }) => {
        const proposed = await payments.proposeResolution(context, { id, approvalCode, ...said });
        if (proposed.ok) return answer(resolutionToWire(proposed.value));
        return refusal(paymentMeanings.proposeResolution, proposed.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/resolutions/:id',
      operationId: 'retrieveResolution',
      shape: resolutionShape,
      summary: 'What was proposed, by whom, and what became of it',
      parameters: none,
      examples: [{ title: 'One', path: { id: '{resolution}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const found = await payments.findResolution(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findResolution, found.error);
        return answer(resolutionToWire(found.value));
      },
    }),
  ];
}
