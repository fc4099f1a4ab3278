import { VERDICTS } from '@tpmall/payments/contract';
import { flag, integer, objectId, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { missing, pathId } from './object-id.ts';
import { deliveryOperationRoutes, requestOperationRoutes, setAsideRoutes } from './operation-logs.ts';
import { connectorToWire, resolutionToWire, trailToWire, unknownOutcomeToWire } from './operation-objects.ts';
import { paymentMeanings } from './payment-errors.ts';

/** Entries of a list where nothing else is asked for. */
const DEFAULT_LIMIT = 100;
/** How long what a person states may be. */
const STATEMENT_MAX = 1_000;

const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
const limit = integer(1, 1000).optional();
const none = z.strictObject({});

/** What a proposal says, in its JSON and in its form. */
export const proposalParameters = {
  advice: objectId().optional(),
  verdict: oneOf(...VERDICTS),
  evidence: text(STATEMENT_MAX),
  approval_code: text(6).optional(),
  reference: text(64).optional(),
};

/** Why a second person decides as they do. */
export const decisionReason = text(STATEMENT_MAX);

/** A proposal as the domain takes it. */
export function proposalOf(
  id: string,
  given: {
    readonly advice?: string | undefined;
    readonly verdict: (typeof VERDICTS)[number];
    readonly evidence: string;
    readonly approval_code?: string | undefined;
    readonly reference?: string | undefined;
  },
) {
  const { approval_code: approvalCode, reference, advice, verdict, evidence } = given;
  return {
    ...{ id, verdict, evidence },
    ...(advice !== undefined && { advice }),
    ...(approvalCode !== undefined && { approvalCode }),
    ...(reference !== undefined && { reference }),
  };
}

/** What operators watch and decide, as JSON: the same as their pages. */
export function operationRoutes(environment: GatewayEnvironment): Route[] {
  return [
    ...outcomeRoutes(environment),
    ...resolutionRoutes(environment),
    ...decisionRoutes(environment),
    ...requestOperationRoutes(environment),
    ...deliveryOperationRoutes(environment),
    ...setAsideRoutes(environment),
  ];
}

function outcomeRoutes({ ports: { acquiring, payments } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/connectors',
      operationId: 'listConnectors',
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
      summary: 'Say what became of an unknown outcome; nothing changes until another person confirms',
      parameters: z.strictObject({ subject: objectId(), ...proposalParameters }),
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
      handle: async ({ context }, { subject, ...given }) => {
        const proposed = await payments.proposeResolution(context, proposalOf(subject, given));
        if (proposed.ok) return answer(resolutionToWire(proposed.value));
        return refusal(paymentMeanings.proposeResolution, proposed.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/v1/operations/resolutions/:id',
      operationId: 'retrieveResolution',
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

function decisionRoutes({ ports: { payments } }: GatewayEnvironment): Route[] {
  const path = { id: '{resolution}' };
  return [
    route({
      ...shared,
      method: 'POST',
      path: '/v1/operations/resolutions/:id/confirm',
      operationId: 'confirmResolution',
      summary: 'Agree with what another person has proposed; the payment goes on by it',
      parameters: z.strictObject({ reason: decisionReason.optional() }),
      examples: [{ title: 'Seen as well', path, parameters: { reason: 'I see it in the portal as well' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const input = { id, ...(reason !== undefined && { reason }) };
        const decided = await payments.confirmResolution(call.context, input);
        if (!decided.ok) return refusal(paymentMeanings.confirmResolution, decided.error);
        return answer(resolutionToWire(decided.value));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/operations/resolutions/:id/reject',
      operationId: 'rejectResolution',
      summary: 'Disagree; nothing changes, and another resolution may be proposed',
      parameters: z.strictObject({ reason: decisionReason }),
      examples: [{ title: 'Wrong payment', path, parameters: { reason: 'That is another payment' } }],
      handle: async (call, { reason }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'resolution');
        const decided = await payments.rejectResolution(call.context, { id, reason });
        if (!decided.ok) return refusal(paymentMeanings.rejectResolution, decided.error);
        return answer(resolutionToWire(decided.value));
      },
    }),
  ];
}
