import {
  browserView,
  cancelPaymentIntentParameters,
  capturePaymentIntentParameters,
  confirmPaymentIntentParameters,
  createPaymentIntentParameters,
  incrementAuthorizationParameters,
  listPaymentIntentsParameters,
  listToWire,
  pageFromWire,
  retrievePaymentIntentParameters,
  updatePaymentIntentParameters,
} from '@tpmall/wire';
import type { GatewayEnvironment } from '../environment.ts';
import { answer, refusal } from '../pipeline/answer.ts';
import { type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { createIntentView } from './intent-view.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { paymentIntentHandlers, WHAT } from './payment-intent-handlers.ts';
import { requestedTerms, termsParameter } from './payment-intent-input.ts';
import { otherSamples, samples } from './samples.ts';

const PATH = '/v1/payment_intents';

const shared = { tag: 'Payment intents', errors: 'payments', access: 'secret' } as const;
const sample = {
  name: 'PaymentIntent',
  value: samples.paymentIntent,
  others: otherSamples.paymentIntent,
};
const sampleOtherwise = { name: 'PaymentIntentOfBrowser', value: browserView(samples.paymentIntent) };
type Handlers = ReturnType<typeof paymentIntentHandlers>;

/** Payment intents, over the payments module. */
export function paymentIntentRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const handlers = paymentIntentHandlers(environment, presenting);
  return [
    ...makingRoutes(handlers),
    ...readingRoutes(environment, presenting, handlers),
    ...endingRoutes(environment, handlers),
  ];
}

function makingRoutes({ create, update, confirm }: Handlers): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createPaymentIntent',
      triesCards: true,
      summary: 'Open a payment intent, and with `confirm` try to pay it at once',
      parameters: createPaymentIntentParameters,
      sample,
      examples: [
        { title: 'One sale of the platform', parameters: { amount: 2000, currency: 'eur' } },
        {
          title: 'One order of two merchants',
          parameters: {
            amount: 5000,
            currency: 'eur',
            transfer_group: 'order_1',
            split: [
              { destination: '{account}', amount: 3000, application_fee_amount: 300 },
              { destination: '{account}', amount: 2000 },
            ],
          },
        },
      ],
      handle: create,
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updatePaymentIntent',
      summary: 'Change a payment intent that has not been paid',
      parameters: updatePaymentIntentParameters,
      sample,
      examples: [{ title: 'Another amount', path: { id: '{payment_intent}' }, parameters: { amount: 2500 } }],
      handle: update,
    }),
    route({
      ...shared,
      access: 'browser',
      method: 'POST',
      path: `${PATH}/:id/confirm`,
      operationId: 'confirmPaymentIntent',
      triesCards: true,
      summary: 'Try to pay; a decline answers 402 and leaves the intent open for another card',
      parameters: confirmPaymentIntentParameters,
      sample,
      sampleOtherwise,
      examples: [
        {
          title: 'With a card from the vault',
          path: { id: '{payment_intent}' },
          parameters: { payment_method: '{payment_method}', return_url: 'https://shop.example/done' },
        },
      ],
      handle: confirm,
    }),
  ];
}

function readingRoutes(
  environment: GatewayEnvironment,
  { presentAll }: Present,
  { show, forBrowser }: Handlers,
): Route[] {
  const { ports } = environment;
  const { viewIntents } = createIntentView(environment);
  return [
    route({
      ...shared,
      access: 'secret-or-operator',
      method: 'GET',
      path: PATH,
      operationId: 'listPaymentIntents',
      summary: 'List payment intents, newest first',
      parameters: listPaymentIntentsParameters,
      sample: { name: 'PaymentIntentList', value: listToWire(PATH, [samples.paymentIntent], false) },
      examples: [{ title: 'The last three', parameters: { limit: 3 } }],
      handle: async (call, parameters) => {
        const listed = await ports.payments.listIntents(call.context, {
          ...pageFromWire(parameters),
          ...(parameters.customer !== undefined && { customer: parameters.customer }),
          ...(parameters.transfer_group !== undefined && { transferGroup: parameters.transfer_group }),
        });
        if (!listed.ok) return refusal(paymentMeanings.listIntents, listed.error);
        const objects = await viewIntents(call, listed.value.items);
        const all = await presentAll(call, objects, 'payment_intent', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      access: 'browser',
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrievePaymentIntent',
      summary: 'Read a payment intent; a browser needs its client secret and sees less of it',
      parameters: retrievePaymentIntentParameters,
      sample,
      sampleOtherwise,
      examples: [{ title: 'One payment intent', path: { id: '{payment_intent}' }, parameters: {} }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const browser = await forBrowser(call, id, parameters.client_secret);
        if (browser) return browser;
        const found = await ports.payments.findIntent(call.context, { id });
        if (!found.ok) return refusal(paymentMeanings.findIntent, found.error);
        return show(call, found.value, parameters.expand);
      },
    }),
  ];
}

function endingRoutes(
  { ports }: GatewayEnvironment,
  { show, refuseAsItStands, increment }: Handlers,
): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/capture`,
      operationId: 'capturePaymentIntent',
      summary: 'Take what is held, or a part of it; the final capture lets go of the rest',
      parameters: capturePaymentIntentParameters,
      sample,
      examples: [
        { title: 'All of it', path: { id: '{payment_intent_held}' }, parameters: {} },
        {
          title: 'A part, with the rest still held',
          path: { id: '{payment_intent_held}' },
          parameters: { amount_to_capture: 100, final_capture: false },
        },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'payment_intent');
        if (problem) return problem;
        const terms = requestedTerms(parameters);
        if (!terms.ok) return { kind: 'error', error: terms.error };
        const { amount_to_capture: amountToCapture, final_capture: finalCapture, metadata } = parameters;
        const captured = await ports.payments.captureIntent(call.context, {
          id,
          ...(amountToCapture !== undefined && { amountToCapture }),
          ...(finalCapture !== undefined && { finalCapture }),
          ...(metadata !== undefined && { metadata }),
          ...terms.value,
        });
        if (!captured.ok) return refuseAsItStands(call, 'captureIntent', captured.error, termsParameter);
        return show(call, captured.value, parameters.expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/increment_authorization`,
      operationId: 'incrementAuthorization',
      summary: 'Ask the issuer to hold more; a decline answers 402 and changes nothing',
      parameters: incrementAuthorizationParameters,
      sample,
      examples: [
        { title: 'Up to 50.00', path: { id: '{payment_intent_held}' }, parameters: { amount: 5000 } },
      ],
      handle: increment,
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/cancel`,
      operationId: 'cancelPaymentIntent',
      summary: 'Give up a payment and let go of what is held',
      parameters: cancelPaymentIntentParameters,
      sample,
      examples: [
        {
          title: 'With a reason',
          path: { id: '{payment_intent}' },
          parameters: { cancellation_reason: 'requested_by_customer' },
        },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'payment_intent');
        if (problem) return problem;
        const reason = parameters.cancellation_reason;
        const cancelled = await ports.payments.cancelIntent(call.context, {
          id,
          ...(reason !== undefined && { reason }),
        });
        if (!cancelled.ok) return refuseAsItStands(call, 'cancelIntent', cancelled.error);
        return show(call, cancelled.value, parameters.expand);
      },
    }),
  ];
}
