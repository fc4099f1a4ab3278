import {
  cancelSetupIntentParameters,
  confirmSetupIntentParameters,
  createSetupIntentParameters,
  listSetupIntentsParameters,
  listToWire,
  pageFromWire,
  retrieveSetupIntentParameters,
  setupBrowserView,
  updateSetupIntentParameters,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createIntentView } from './intent-view.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { samples } from './samples.ts';
import { setupIntentHandlers, WHAT } from './setup-intent-handlers.ts';

const PATH = '/v1/setup_intents';

const shared = { tag: 'Setup intents', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'SetupIntent', value: samples.setupIntent };
const sampleOtherwise = { name: 'SetupIntentOfBrowser', value: setupBrowserView(samples.setupIntent) };
type Handlers = ReturnType<typeof setupIntentHandlers>;

/** Setup intents, over the payments module. */
export function setupIntentRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const handlers = setupIntentHandlers(environment, presenting);
  return [...makingRoutes(environment, handlers), ...readingRoutes(environment, presenting, handlers)];
}

function makingRoutes({ ports }: GatewayEnvironment, handlers: Handlers): Route[] {
  const { create, update, confirm, show, refuseAsItStands } = handlers;
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createSetupIntent',
      triesCards: true,
      summary: 'Open a setup intent, and with `confirm` try to save its card at once',
      parameters: createSetupIntentParameters,
      sample,
      examples: [
        { title: 'For a customer', parameters: { customer: '{customer}', usage: 'off_session' } },
        { title: 'Save a test card at once', parameters: { payment_method: 'pm_card_visa', confirm: true } },
      ],
      handle: create,
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateSetupIntent',
      summary: 'Change a setup intent that has not been tried',
      parameters: updateSetupIntentParameters,
      sample,
      examples: [
        { title: 'A note', path: { id: '{setup_intent}' }, parameters: { description: 'Card for rent' } },
      ],
      handle: update,
    }),
    route({
      ...shared,
      access: 'browser',
      method: 'POST',
      path: `${PATH}/:id/confirm`,
      operationId: 'confirmSetupIntent',
      triesCards: true,
      summary: 'Have the card verified and saved; a refusal answers 402 and leaves it open for another card',
      parameters: confirmSetupIntentParameters,
      ...{ sample, sampleOtherwise },
      examples: [
        {
          title: 'With a test card',
          path: { id: '{setup_intent}' },
          parameters: { payment_method: 'pm_card_visa' },
        },
      ],
      handle: confirm,
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/cancel`,
      operationId: 'cancelSetupIntent',
      summary: 'Give up saving a card',
      parameters: cancelSetupIntentParameters,
      sample,
      examples: [
        {
          title: 'With a reason',
          path: { id: '{setup_intent}' },
          parameters: { cancellation_reason: 'abandoned' },
        },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'setup_intent');
        if (problem) return problem;
        const reason = parameters.cancellation_reason;
        const canceled = await ports.payments.cancelSetupIntent(call.context, {
          id,
          ...(reason !== undefined && { reason }),
        });
        if (!canceled.ok) return refuseAsItStands(call, 'cancelSetupIntent', canceled.error);
        return show(call, canceled.value, parameters.expand);
      },
    }),
  ];
}

function readingRoutes(
  environment: GatewayEnvironment,
  { presentAll }: Present,
  { show, forBrowser }: Handlers,
): Route[] {
  const { ports } = environment;
  const { viewSetups } = createIntentView(environment);
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listSetupIntents',
      summary: 'List setup intents, newest first',
      parameters: listSetupIntentsParameters,
      sample: { name: 'SetupIntentList', value: listToWire(PATH, [samples.setupIntent], false) },
      examples: [{ title: 'Of one customer', parameters: { customer: '{customer}' } }],
      handle: async (call, parameters) => {
        const { customer, payment_method: paymentMethod } = parameters;
        const listed = await ports.payments.listSetupIntents(call.context, {
          ...pageFromWire(parameters),
          ...(customer !== undefined && { customer }),
          ...(paymentMethod !== undefined && { paymentMethod }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listSetupIntents, listed.error);
        const objects = await viewSetups(call, listed.value.items);
        const all = await presentAll(call, objects, 'setup_intent', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      access: 'browser',
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveSetupIntent',
      summary: 'Read a setup intent; a browser needs its client secret and sees less of it',
      parameters: retrieveSetupIntentParameters,
      ...{ sample, sampleOtherwise },
      examples: [{ title: 'One setup intent', path: { id: '{setup_intent}' }, parameters: {} }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const browser = await forBrowser(call, id, parameters.client_secret);
        if (browser) return browser;
        const found = await ports.payments.findSetupIntent(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findSetupIntent, found.error);
        return show(call, found.value, parameters.expand);
      },
    }),
  ];
}
