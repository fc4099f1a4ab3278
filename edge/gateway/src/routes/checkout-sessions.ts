import type { Session } from '@tpmall/checkout/contract';
import { SECOND } from '@tpmall/kernel';
import {
  collectsFromWire,
  createSessionParameters,
  expandParameter,
  listLineItemsParameters,
  listSessionsParameters,
  listToWire,
  pageFromWire,
  savedCardsFromWire,
  sessionToWire,
  updateSessionParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse, refuseParameter } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkoutMeanings, commerceParameter } from './commerce-errors.ts';
import { commerceSamples, otherCommerceSamples } from './commerce-samples.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { refuseLineCursor, sessionLines } from './line-items.ts';
import { missing, pathId } from './object-id.ts';
import { requestedIntentData, requestedLines } from './order-input.ts';
import { requestedThreeDSecure } from './payment-intent-input.ts';
import { paymentPageRoutes } from './payment-pages.ts';

const PATH = '/v1/checkout/sessions';
const WHAT = 'checkout session';
const shared = { tag: 'Checkout', errors: 'payments', access: 'secret' } as const;
const sample = {
  name: 'CheckoutSession',
  value: commerceSamples.session,
  others: otherCommerceSamples.session,
};
type Create = z.infer<typeof createSessionParameters>;
type Show = (call: Call, session: Session, expand: readonly string[] | undefined) => Promise<Answer>;

/** Checkout sessions, over the checkout module. */
export function checkoutSessionRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { view } = environment;
  const show: Show = (call, session, expand) =>
    presenting.present(call, sessionToWire(session, view), 'checkout_session', expand);
  return [
    createRoute(environment, show),
    ...changingRoutes(environment, show),
    ...readingRoutes(environment, presenting, show),
    ...paymentPageRoutes(environment, presenting),
  ];
}

function createRoute({ ports }: GatewayEnvironment, show: Show): Route {
  return route({
    ...shared,
    method: 'POST',
    path: PATH,
    operationId: 'createCheckoutSession',
    summary: 'Make an order that a shopper pays once, or have a card saved, at its `url`',
    parameters: createSessionParameters,
    sample,
    examples: [
      {
        title: 'One product, by its price',
        parameters: {
          mode: 'payment',
          line_items: [{ price: '{price}', quantity: 2 }],
          success_url: 'https://shop.example/done?session={CHECKOUT_SESSION_ID}',
          cancel_url: 'https://shop.example/cart',
        },
      },
      {
        title: 'Described with the order',
        parameters: {
          mode: 'payment',
          line_items: [
            {
              price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Wrapping' } },
              quantity: 1,
            },
          ],
          payment_intent_data: { capture_method: 'manual', metadata: { order: '1' } },
        },
      },
      {
        title: 'A card to be saved for a customer',
        parameters: { mode: 'setup', currency: 'eur', customer: '{customer}' },
      },
    ],
    handle: async (call, parameters) => {
      const problem =
        checkExpand(call, parameters.expand, 'checkout_session') ??
        checkCustomer(parameters) ??
        checkMode(parameters);
      if (problem) return problem;
      const asked = collectsFromWire(parameters);
      if ('problem' in asked) return refuse(asked.problem.code, asked.problem);
      const collects = asked.collects && { collects: asked.collects };
      if (parameters.mode === 'setup') {
        const saving = await ports.checkout.createSetupSession(call.context, {
          ...setupFieldsOf(parameters),
          ...collects,
        });
        if (!saving.ok) return refusal(checkoutMeanings.createSetupSession, saving.error, commerceParameter);
        return show(call, saving.value, parameters.expand);
      }
      const lines = requestedLines(parameters.line_items ?? []);
      if (!lines.ok) return refuseParameter(lines.error);
      const data = parameters.payment_intent_data;
      const intentData = requestedIntentData(data, data ?? {}, 'payment_intent_data');
      if (!intentData.ok) return { kind: 'error', error: intentData.error };
      const wanted = { ...intentData.value, ...requestedThreeDSecure(parameters) };
      const created = await ports.checkout.createSession(call.context, {
        lines: lines.value,
        ...fieldsOf(parameters),
        ...collects,
        ...(Object.keys(wanted).length > 0 && { intentData: wanted }),
      });
      if (!created.ok) return refusal(checkoutMeanings.createSession, created.error, commerceParameter);
      return show(call, created.value, parameters.expand);
    },
  });
}

/** Who is known already is neither made anew nor written to elsewhere. */
function checkCustomer(given: Create): Answer | undefined {
  if (given.customer === undefined) return undefined;
  for (const param of ['customer_email', 'customer_creation'] as const) {
    if (given[param] === undefined) continue;
    return refuse('parameters_exclusive', { message: `${param} excludes customer`, param });
  }
  return undefined;
}

/** What is only said of a payment, and what is only said where a card is saved. */
const OF_MODE = {
  payment: ['line_items', 'payment_intent_data', 'saved_payment_method_options', 'submit_type'],
  setup: ['setup_intent_data'],
} as const;

/** Refuses what says something of another kind of session, and a payment of nothing. */
function checkMode(given: Create): Answer | undefined {
  const { mode = 'payment' } = given;
  const others = mode === 'setup' ? OF_MODE.payment : OF_MODE.setup;
  for (const param of others) {
    if (given[param] === undefined) continue;
    return refuse('parameters_exclusive', { message: `you cannot pass ${param} in ${mode} mode`, param });
  }
  if (mode === 'setup' || given.line_items !== undefined) return undefined;
  return refuse('parameter_missing', { message: 'a payment is of one line or more', param: 'line_items' });
}

function setupFieldsOf(given: Create) {
  const { currency, setup_intent_data: data } = given;
  const setupData = {
    ...(data?.description !== undefined && { description: data.description }),
    ...(data?.metadata !== undefined && { metadata: data.metadata }),
    ...(data?.on_behalf_of !== undefined && { onBehalfOf: data.on_behalf_of }),
    ...requestedThreeDSecure(given),
  };
  return {
    ...visitOf(given),
    ...(currency !== undefined && { currency }),
    ...((data !== undefined || Object.keys(setupData).length > 0) && { setupData }),
  };
}

function fieldsOf(given: Create) {
  const savedCards = savedCardsFromWire(given.saved_payment_method_options);
  return {
    ...visitOf(given),
    ...(savedCards && { savedCards: { ...savedCards, shown: [...savedCards.shown] } }),
    ...(given.currency !== undefined && { currency: given.currency }),
    ...(given.submit_type !== undefined && { submitType: given.submit_type }),
  };
}

function visitOf(given: Create) {
  return {
    ...(given.cancel_url !== undefined && { cancelUrl: given.cancel_url }),
    ...(given.client_reference_id !== undefined && { clientReferenceId: given.client_reference_id }),
    ...(given.customer !== undefined && { customer: given.customer }),
    ...(given.customer_creation !== undefined && { customerCreation: given.customer_creation }),
    ...(given.customer_email !== undefined && { customerEmail: given.customer_email }),
    ...(given.expires_at !== undefined && { expiresAt: given.expires_at * SECOND }),
    ...(given.locale !== undefined && { locale: given.locale }),
    ...(given.metadata !== undefined && { metadata: given.metadata }),
    ...(given.success_url !== undefined && { successUrl: given.success_url }),
  };
}

function changingRoutes({ ports }: GatewayEnvironment, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updateCheckoutSession',
      summary: 'Change what is said about a session',
      parameters: updateSessionParameters,
      sample,
      examples: [
        { title: 'Metadata', path: { id: '{checkout_session}' }, parameters: { metadata: { order: '7' } } },
      ],
      handle: async (call, { metadata, expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, expand, 'checkout_session');
        if (problem) return problem;
        const updated = await ports.checkout.updateSession(call.context, {
          id,
          ...(metadata !== undefined && { metadata }),
        });
        if (!updated.ok) return refusal(checkoutMeanings.updateSession, updated.error, commerceParameter);
        return show(call, updated.value, expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/expire`,
      operationId: 'expireCheckoutSession',
      summary: 'End an open session, so that nobody can pay it any more',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One session', path: { id: '{checkout_session}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, expand, 'checkout_session');
        if (problem) return problem;
        const expired = await ports.checkout.expireSession(call.context, { id });
        if (!expired.ok) return refusal(checkoutMeanings.expireSession, expired.error);
        return show(call, expired.value, expand);
      },
    }),
  ];
}

function readingRoutes({ ports, view }: GatewayEnvironment, { presentAll }: Present, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listCheckoutSessions',
      summary: 'List checkout sessions, newest first',
      parameters: listSessionsParameters,
      sample: { name: 'CheckoutSessionList', value: listToWire(PATH, [commerceSamples.session], false) },
      examples: [{ title: 'Open ones', parameters: { status: 'open', limit: 3 } }],
      handle: async (call, parameters) => {
        const { customer, customer_details, payment_intent, payment_link, status } = parameters;
        const listed = await ports.checkout.listSessions(call.context, {
          ...pageFromWire(parameters),
          ...(customer !== undefined && { customer }),
          ...(customer_details !== undefined && { email: customer_details.email }),
          ...(payment_intent !== undefined && { paymentIntent: payment_intent }),
          ...(payment_link !== undefined && { paymentLink: payment_link }),
          ...(status !== undefined && { status }),
        });
        if (!listed.ok) return refusal(checkoutMeanings.listSessions, listed.error);
        const objects = listed.value.items.map((session) => sessionToWire(session, view));
        const all = await presentAll(call, objects, 'checkout_session', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrieveCheckoutSession',
      summary: 'Read a checkout session',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [
        {
          title: 'With its lines',
          path: { id: '{checkout_session}' },
          parameters: { expand: ['line_items'] },
        },
      ],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.checkout.findSession(call.context, { id });
        if (!found.ok) return refusal(checkoutMeanings.findSession, found.error);
        return show(call, found.value, expand);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/line_items`,
      operationId: 'listCheckoutSessionLineItems',
      summary: 'List the lines of a session, in their order',
      parameters: listLineItemsParameters,
      sample: { name: 'LineItemList', value: listToWire(PATH, [commerceSamples.lineItem], false) },
      examples: [{ title: 'The first', path: { id: '{checkout_session}' }, parameters: { limit: 1 } }],
      handle: async (call, { expand, ...page }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.checkout.findSession(call.context, { id });
        if (!found.ok) return refusal(checkoutMeanings.findSession, found.error);
        const problem = refuseLineCursor(found.value.lines, page);
        if (problem) return problem;
        const lines = sessionLines(found.value, view, page);
        const all = await presentAll(call, lines.data, 'line_item', expand);
        return 'refused' in all ? all.refused : answer({ ...lines, data: all.data });
      },
    }),
  ];
}
