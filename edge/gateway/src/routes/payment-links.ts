import type { PaymentLink } from '@tpmall/checkout/contract';
import {
  afterCompletionFromWire,
  collectsFromWire,
  createLinkParameters,
  expandParameter,
  linkToWire,
  listLineItemsParameters,
  listLinksParameters,
  listToWire,
  pageFromWire,
  updateLinkParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refusal, refuse, refuseParameter } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { checkoutMeanings, linkParameter } from './commerce-errors.ts';
import { commerceSamples, otherCommerceSamples } from './commerce-samples.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { linkLines, refuseLineCursor } from './line-items.ts';
import { missing, pathId } from './object-id.ts';
import { requestedIntentData, requestedLines } from './order-input.ts';

const PATH = '/v1/payment_links';
const WHAT = 'payment link';
const shared = { tag: 'Payment links', errors: 'payments', access: 'secret' } as const;
const sample = {
  name: 'PaymentLink',
  value: commerceSamples.paymentLink,
  others: otherCommerceSamples.paymentLink,
};
type Show = (call: Call, link: PaymentLink, expand: readonly string[] | undefined) => Promise<Answer>;

/** Payment links, over the checkout module. */
export function paymentLinkRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { view } = environment;
  const show: Show = (call, link, expand) =>
    presenting.present(call, linkToWire(link, view), 'payment_link', expand);
  return [...writingRoutes(environment, show), ...readingRoutes(environment, presenting, show)];
}

function writingRoutes({ ports }: GatewayEnvironment, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createPaymentLink',
      summary: 'Make a link that opens a new checkout session for whoever follows it',
      parameters: createLinkParameters,
      sample,
      examples: [
        {
          title: 'For a hundred buyers',
          parameters: {
            line_items: [{ price: '{price}', quantity: 1 }],
            restrictions: { completed_sessions: { limit: 100 } },
            after_completion: { type: 'redirect', redirect: { url: 'https://shop.example/thanks' } },
          },
        },
      ],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'payment_link');
        if (problem) return problem;
        const lines = requestedLines(parameters.line_items);
        if (!lines.ok) return refuseParameter(lines.error);
        const asked = collectsFromWire(parameters);
        if ('problem' in asked) return refuse(asked.problem.code, asked.problem);
        const data = requestedIntentData(parameters.payment_intent_data, parameters, '');
        if (!data.ok) return { kind: 'error', error: data.error };
        const { currency, inactive_message, metadata } = parameters;
        const created = await ports.checkout.createLink(call.context, {
          lines: lines.value,
          ...sharedFields(parameters),
          ...(asked.collects && { collects: asked.collects }),
          ...(currency !== undefined && { currency }),
          ...(data.value !== undefined && { intentData: data.value }),
          ...(inactive_message !== undefined && { inactiveMessage: inactive_message }),
          ...(metadata !== undefined && { metadata }),
          ...(parameters.restrictions !== undefined && {
            completedSessionsLimit: parameters.restrictions.completed_sessions.limit,
          }),
        });
        if (!created.ok) return refusal(checkoutMeanings.createLink, created.error, linkParameter);
        return show(call, created.value, parameters.expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updatePaymentLink',
      summary: 'Change a payment link; sessions that are open stay as they are',
      parameters: updateLinkParameters,
      sample,
      examples: [{ title: 'No more', path: { id: '{payment_link}' }, parameters: { active: false } }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'payment_link');
        if (problem) return problem;
        const { active, inactive_message, metadata, restrictions } = parameters;
        const asked = collectsFromWire(parameters);
        if ('problem' in asked) return refuse(asked.problem.code, asked.problem);
        const updated = await ports.checkout.updateLink(call.context, {
          id,
          ...sharedFields(parameters),
          ...(asked.collects && { collects: asked.collects }),
          ...(active !== undefined && { active }),
          ...(inactive_message !== undefined && { inactiveMessage: inactive_message }),
          ...(metadata !== undefined && { metadata }),
          ...(restrictions !== undefined && {
            completedSessionsLimit: restrictions?.completed_sessions.limit ?? null,
          }),
        });
        if (!updated.ok) return refusal(checkoutMeanings.updateLink, updated.error, linkParameter);
        return show(call, updated.value, parameters.expand);
      },
    }),
  ];
}

function sharedFields(given: z.infer<typeof createLinkParameters> | z.infer<typeof updateLinkParameters>) {
  const { after_completion, allow_promotion_codes, customer_creation, submit_type } = given;
  return {
    ...(after_completion !== undefined && { afterCompletion: afterCompletionFromWire(after_completion) }),
    ...(allow_promotion_codes !== undefined && { allowPromotionCodes: allow_promotion_codes }),
    ...(customer_creation !== undefined && { customerCreation: customer_creation }),
    ...(submit_type !== undefined && { submitType: submit_type }),
  };
}

function readingRoutes({ ports, view }: GatewayEnvironment, { presentAll }: Present, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listPaymentLinks',
      summary: 'List payment links, newest first',
      parameters: listLinksParameters,
      sample: { name: 'PaymentLinkList', value: listToWire(PATH, [commerceSamples.paymentLink], false) },
      examples: [{ title: 'Active ones', parameters: { active: true, limit: 3 } }],
      handle: async (call, parameters) => {
        const { active } = parameters;
        const listed = await ports.checkout.listLinks(call.context, {
          ...pageFromWire(parameters),
          ...(active !== undefined && { active }),
        });
        if (!listed.ok) return refusal(checkoutMeanings.listLinks, listed.error);
        const objects = listed.value.items.map((link) => linkToWire(link, view));
        const all = await presentAll(call, objects, 'payment_link', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, listed.value.hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrievePaymentLink',
      summary: 'Read a payment link',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One link', path: { id: '{payment_link}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.checkout.findLink(call.context, { id });
        if (!found.ok) return refusal(checkoutMeanings.findLink, found.error);
        return show(call, found.value, expand);
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id/line_items`,
      operationId: 'listPaymentLinkLineItems',
      summary: 'List the lines of a link, in their order',
      parameters: listLineItemsParameters,
      sample: { name: 'LineItemList', value: listToWire(PATH, [commerceSamples.lineItem], false) },
      examples: [{ title: 'All', path: { id: '{payment_link}' }, parameters: {} }],
      handle: async (call, { expand, ...page }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.checkout.findLink(call.context, { id });
        if (!found.ok) return refusal(checkoutMeanings.findLink, found.error);
        const problem = refuseLineCursor(found.value.lines, page);
        if (problem) return problem;
        const lines = linkLines(found.value, view, page);
        const all = await presentAll(call, lines.data, 'line_item', expand);
        return 'refused' in all ? all.refused : answer({ ...lines, data: all.data });
      },
    }),
  ];
}
