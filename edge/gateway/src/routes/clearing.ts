import { CLEARING_EXCEPTIONS, CLEARING_TEXT_MAX } from '@tpmall/acquiring/contract';
import { integer, oneOf, text } from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { listOf, named } from '../openapi/answer-shape.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import {
  clearingCaseShape,
  clearingCaseToWire,
  clearingExceptionShape,
  clearingExceptionToWire,
  clearingFileShape,
  clearingFileToWire,
  clearingOverviewShape,
  clearingOverviewToWire,
} from './clearing-objects.ts';
import { missing } from './object-id.ts';

/** Escapes of line ends in JSON, and the other parameters. */
const BODY_BYTES = CLEARING_TEXT_MAX + 512 * 1024;
const shared = { errors: 'problem', access: 'operator', tag: 'Operations' } as const;
/** A record's is the one of its file with its line. */
const EXCEPTION_ID = /^[\w.-]{1,64}$/;
const exceptionsShape = named('ClearingExceptionList', listOf(clearingExceptionShape));
const PATH = '/v1/operations/clearing';

/** Acquirers' clearing files and what did not match, of the whole house. */
export function clearingRoutes(environment: GatewayEnvironment): Route[] {
  return [...readingRoutes(environment), importRoute(environment)];
}

function readingRoutes({ ports: { acquiring, payments } }: GatewayEnvironment): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'readClearing',
      shape: clearingOverviewShape,
      summary: 'How clearing stands: files by acquirer, exceptions by kind',
      parameters: z.strictObject({}),
      examples: [{ title: 'All acquirers', parameters: {} }],
      handle: async ({ context }) => {
        const found = await acquiring.clearingOverview(context, {});
        return found.ok ? answer(clearingOverviewToWire(found.value)) : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/exceptions`,
      operationId: 'listClearingExceptions',
      shape: exceptionsShape,
      summary: 'Where acquirers and our books do not say the same, oldest first',
      parameters: z.strictObject({
        kind: oneOf(...CLEARING_EXCEPTIONS).optional(),
        connector: text(40).optional(),
        limit: integer(1, 1000).optional(),
      }),
      examples: [{ title: 'Missing ones', parameters: { kind: 'missing_from_file', limit: 10 } }],
      handle: async ({ context }, { kind, connector, limit = 100 }) => {
        const found = await acquiring.clearingExceptions(context, { kind, connector, limit });
        return found.ok
          ? answer({ data: found.value.map(clearingExceptionToWire) })
          : refusal({}, found.error);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/exceptions/:id`,
      operationId: 'retrieveClearingException',
      shape: clearingCaseShape,
      summary: 'One exception: what the file says, what our books say, and what people have said',
      parameters: z.strictObject({}),
      examples: [{ title: 'One', path: { id: '{clearing_exception}' }, parameters: {} }],
      handle: async (call) => {
        const id = call.path.id ?? '';
        if (!EXCEPTION_ID.test(id)) return missing(call, 'clearing exception');
        const found = await acquiring.clearingCase(call.context, { id });
        if (!found.ok) {
          return refusal({ not_found: { code: 'resource_missing', param: 'id', status: 404 } }, found.error);
        }
        const commandIds = found.value.movements.map(({ commandId }) => commandId);
        const intents = await payments.intentsOfCommands(call.context, { commandIds });
        if (!intents.ok) return refusal({}, intents.error);
        const byCommand = new Map(intents.value.map(({ commandId, intent }) => [commandId, intent]));
        return answer(clearingCaseToWire(found.value, byCommand));
      },
    }),
  ];
}

function importRoute({ ports: { acquiring } }: GatewayEnvironment): Route {
  return route({
    ...shared,
    method: 'POST',
    path: `${PATH}/files`,
    operationId: 'importClearingFile',
    shape: clearingFileShape,
    summary: 'Import an acquirer’s clearing file, whole or not at all; the same text again changes nothing',
    parameters: z.strictObject({
      connector: text(40),
      name: text(120),
      text: text(CLEARING_TEXT_MAX),
    }),
    bodyLimit: BODY_BYTES,
    // The domain repeats it as cheaply.
    isReplayed: false,
    examples: [
      {
        title: 'A day without payments',
        parameters: {
          connector: 'acquirer-a',
          name: 'quiet-day.csv',
          text: 'record,type,reference,approval_code,card,amount,currency,merchant,terminal,booked_at\n',
        },
      },
    ],
    handle: async ({ context }, parameters) => {
      const imported = await acquiring.importClearingFile(context, parameters);
      if (imported.ok) return answer(clearingFileToWire(imported.value));
      return refusal(
        {
          connector_not_found: { code: 'resource_missing', param: 'connector', status: 400 },
          clearing_file_malformed: 'clearing_file_malformed',
          clearing_file_name_taken: 'clearing_file_name_taken',
        },
        imported.error,
      );
    },
  });
}
