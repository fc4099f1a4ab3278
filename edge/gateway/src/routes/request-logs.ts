import { listToWire, pageFromWire, pageParameters } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { named, pageOf } from '../openapi/answer-shape.ts';
import { answer, cursorMeanings, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { loggedRequestShape, loggedRequestToWire } from './house-objects.ts';
import { missing, pathId } from './object-id.ts';
import { requestFilterOf, requestFilters } from './request-filters.ts';

const PATH = '/v1/request_logs';
const listShape = named(
  'RequestLogList',
  pageOf(loggedRequestShape).extend({ object: z.literal('list'), url: z.string() }),
);
const { expand: _nothing, ...page } = pageParameters;

/** What was asked of the API and answered, for the developers of the platform. */
export function requestLogRoutes({ requests }: GatewayEnvironment): Route[] {
  const shared = { tag: 'Request log', errors: 'payments', access: 'secret', method: 'GET' } as const;
  return [
    route({
      ...shared,
      path: PATH,
      operationId: 'listRequestLogs',
      shape: listShape,
      summary:
        'Requests of the last days, newest first, redacted; a request is there a moment after its answer',
      parameters: z.strictObject({ ...page, ...requestFilters }),
      examples: [
        { title: 'Of one payment', parameters: { object: '{payment_intent}' } },
        { title: 'Those that were refused', parameters: { status: 400, limit: 20 } },
      ],
      handle: async ({ context }, parameters) => {
        const filter = { ...requestFilterOf(parameters), ...pageFromWire(parameters) };
        const listed = await requests.list(context.tenant, filter);
        if (!listed.ok) return refusal(cursorMeanings, listed.error);
        const { items, hasMore } = listed.value;
        return answer(listToWire(PATH, items.map(loggedRequestToWire), hasMore));
      },
    }),
    route({
      ...shared,
      path: `${PATH}/:id`,
      operationId: 'retrieveRequestLog',
      shape: loggedRequestShape,
      summary: 'One request, by the `request-id` of its answer',
      parameters: z.strictObject({}),
      examples: [{ title: 'One request', path: { id: '{request}' }, parameters: {} }],
      handle: async (call) => {
        const id = pathId(call);
        const found = id === undefined ? undefined : await requests.find(call.context.tenant, id);
        return found ? answer(loggedRequestToWire(found)) : missing(call, 'request');
      },
    }),
  ];
}
