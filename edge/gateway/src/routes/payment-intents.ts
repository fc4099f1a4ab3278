import { timingSafeEqual } from 'node:crypto';
import type { PaymentIntent } from '@tpmall/payments/contract';
import {
  browserView,
  cancelPaymentIntentParameters,
  capturePaymentIntentParameters,
  confirmPaymentIntentParameters,
  createPaymentIntentParameters,
  listPaymentIntentsParameters,
  listToWire,
  pageFromWire,
  paymentIntentToWire,
  retrievePaymentIntentParameters,
  updatePaymentIntentParameters,
} from '@tpmall/wire';
import type { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { createConfirmationRefusal, intentParameter, paymentMeanings } from './payment-errors.ts';
import { createIntentInput, updatedSplit } from './payment-intent-input.ts';
import { samples } from './samples.ts';

const PATH = '/v1/payment_intents';
const WHAT = 'payment intent';

type Create = z.infer<typeof createPaymentIntentParameters>;
type Update = z.infer<typeof updatePaymentIntentParameters>;
type Confirm = z.infer<typeof confirmPaymentIntentParameters>;

/** Payment intents, over the payments module. */
export function paymentIntentRoutes(
  environment: GatewayEnvironment,
  { present, presentAll }: Present,
): Route[] {
  const { ports, view } = environment;
  const input = createIntentInput(environment);
  const confirmationRefusal = createConfirmationRefusal(environment);
  const shared = { tag: 'Payment intents', errors: 'payments', access: 'secret' } as const;
  const sample = { name: 'PaymentIntent', value: samples.paymentIntent };

  const show = (call: Call, intent: PaymentIntent, expand: readonly string[] | undefined): Promise<Answer> =>
    present(call, paymentIntentToWire(intent, view), 'payment_intent', expand);

  const create = async (call: Call, parameters: Create): Promise<Answer> => {
    const problem = checkExpand(parameters.expand, 'payment_intent') ?? checkConfirmation(parameters);
    if (problem) return problem;
    const split = await input.split(call, parameters, parameters.amount, parameters.currency);
    if (!split.ok) return { kind: 'error', error: split.error };
    const descriptor = await input.descriptor(call, parameters);
    if (!descriptor.ok) return { kind: 'error', error: descriptor.error };
    const { customer, description, metadata, payment_method, receipt_email, transfer_group } = parameters;
    const created = await ports.payments.createIntent(call.context, {
      amount: parameters.amount,
      currency: parameters.currency,
      captureMethod: parameters.capture_method === 'manual' ? 'manual' : 'automatic',
      confirmationMethod: parameters.confirmation_method ?? 'automatic',
      split: [...split.value],
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata: withoutEmpty(metadata) }),
      ...(payment_method !== undefined && { paymentMethod: payment_method }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...(descriptor.value !== undefined && { statementDescriptor: descriptor.value }),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...(parameters.confirm === true && { confirm: confirmationOf(call, parameters) }),
    });
    if (created.ok) return show(call, created.value, parameters.expand);
    const paramOf = intentParameter(parameters.transfer_data !== undefined);
    return confirmationRefusal(call, 'createIntent', created.error, undefined, paramOf);
  };

  const update = async (call: Call, parameters: Update): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem = checkExpand(parameters.expand, 'payment_intent');
    if (problem) return problem;
    const found = await ports.payments.findIntent(call.context, { id });
    if (!found.ok) return refusal(paymentMeanings.findIntent, found.error);
    const splitParameters = updatedSplit(parameters, found.value);
    const total = parameters.amount ?? found.value.amount;
    const split = splitParameters && (await input.split(call, splitParameters, total, found.value.currency));
    if (split && !split.ok) return { kind: 'error', error: split.error };
    const descriptor = await input.descriptor(call, parameters);
    if (!descriptor.ok) return { kind: 'error', error: descriptor.error };
    const { amount, customer, description, metadata, payment_method, receipt_email, transfer_group } =
      parameters;
    const updated = await ports.payments.updateIntent(call.context, {
      id,
      ...(amount !== undefined && { amount }),
      ...(customer !== undefined && { customer }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
      ...(payment_method !== undefined && { paymentMethod: payment_method }),
      ...(receipt_email !== undefined && { receiptEmail: receipt_email }),
      ...(descriptor.value !== undefined && { statementDescriptor: descriptor.value }),
      ...(transfer_group !== undefined && { transferGroup: transfer_group }),
      ...(split && { split: [...split.value] }),
    });
    if (updated.ok) return show(call, updated.value, parameters.expand);
    return refusal(
      paymentMeanings.updateIntent,
      updated.error,
      intentParameter(parameters.split === undefined),
    );
  };

  /** The intent of a browser's request, where the client secret is right. */
  const forBrowser = async (
    call: Call,
    id: string,
    secret: string | undefined,
  ): Promise<Answer | undefined> => {
    if (call.principal?.kind !== 'publishable') return undefined;
    if (secret === undefined) return refuse('parameter_missing', { param: 'client_secret' });
    const found = await ports.payments.findIntent(call.context, { id });
    if (!found.ok) return refusal(paymentMeanings.findIntent, found.error);
    if (!isSameSecret(secret, found.value.clientSecret)) {
      return refuse('payment_intent_incompatible_secret', { param: 'client_secret' });
    }
    return answer(browserView(paymentIntentToWire(found.value, view)));
  };

  const confirm = async (call: Call, parameters: Confirm): Promise<Answer> => {
    const id = pathId(call);
    if (id === undefined) return missing(call, WHAT);
    const problem = checkExpand(parameters.expand, 'payment_intent');
    if (problem) return problem;
    const browser = await forBrowser(call, id, parameters.client_secret);
    if (browser?.kind === 'error') return browser;
    const confirmed = await ports.payments.confirmIntent(call.context, {
      id,
      ...confirmationOf(call, parameters),
    });
    if (!confirmed.ok) {
      const refused = await confirmationRefusal(call, 'confirmIntent', confirmed.error, id, (field) => field);
      return browser ? withoutPrivate(refused) : refused;
    }
    if (browser) return answer(browserView(paymentIntentToWire(confirmed.value, view)));
    return show(call, confirmed.value, parameters.expand);
  };

  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createPaymentIntent',
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
        const objects = listed.value.items.map((intent) => paymentIntentToWire(intent, view));
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
      summary: 'Try to pay; a decline answers 402 and leaves the intent open for another card',
      parameters: confirmPaymentIntentParameters,
      sample,
      examples: [
        {
          title: 'With a card from the vault',
          path: { id: '{payment_intent}' },
          parameters: { payment_method: '{payment_method}', return_url: 'https://shop.example/done' },
        },
      ],
      handle: confirm,
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/capture`,
      operationId: 'capturePaymentIntent',
      summary: 'Take what is held, or a part of it and let go of the rest',
      parameters: capturePaymentIntentParameters,
      sample,
      examples: [{ title: 'All of it', path: { id: '{payment_intent_held}' }, parameters: {} }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(parameters.expand, 'payment_intent');
        if (problem) return problem;
        const amountToCapture = parameters.amount_to_capture;
        const captured = await ports.payments.captureIntent(call.context, {
          id,
          ...(amountToCapture !== undefined && { amountToCapture }),
        });
        if (!captured.ok) return refusal(paymentMeanings.captureIntent, captured.error);
        return show(call, captured.value, parameters.expand);
      },
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
        const problem = checkExpand(parameters.expand, 'payment_intent');
        if (problem) return problem;
        const reason = parameters.cancellation_reason;
        const cancelled = await ports.payments.cancelIntent(call.context, {
          id,
          ...(reason !== undefined && { reason }),
        });
        if (!cancelled.ok) return refusal(paymentMeanings.cancelIntent, cancelled.error);
        return show(call, cancelled.value, parameters.expand);
      },
    }),
  ];
}

/** What only a confirmation may say is refused without one, rather than forgotten. */
function checkConfirmation(parameters: Create): Answer | undefined {
  if (parameters.confirm === true) return undefined;
  for (const param of ['off_session', 'return_url', 'payment_method_options'] as const) {
    if (parameters[param] === undefined) continue;
    const message = `${param} can only be given together with confirm=true, or when confirming`;
    return refuse('parameters_exclusive', { message, param });
  }
  return undefined;
}

function confirmationOf(call: Call, parameters: Confirm | Create) {
  const asked = parameters.payment_method_options?.card?.request_three_d_secure;
  const { off_session, return_url, payment_method } = parameters;
  return {
    ...(payment_method !== undefined && { paymentMethod: payment_method }),
    ...(return_url !== undefined && { returnUrl: return_url }),
    ...(off_session !== undefined && { offSession: off_session }),
    ...(asked !== undefined && {
      requestThreeDSecure: asked === 'automatic' ? ('automatic' as const) : ('any' as const),
    }),
    ip: call.ip,
  };
}

/** A decline as a browser may see it. */
function withoutPrivate(refused: Answer): Answer {
  if (refused.kind !== 'error') return refused;
  const { paymentIntent, ...error } = refused.error;
  if (paymentIntent === undefined) return refused;
  const shown = browserView(paymentIntent as ReturnType<typeof paymentIntentToWire>);
  return { kind: 'error', error: { ...error, paymentIntent: shown } };
}

function withoutEmpty(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== ''));
}

function isSameSecret(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
