import type { Card } from '@tpmall/vault/contract';
import {
  attachPaymentMethodParameters,
  billingFromWire,
  createPaymentMethodParameters,
  expandParameter,
  listCustomerPaymentMethodsParameters,
  listPaymentMethodsParameters,
  listToWire,
  pageFromWire,
  paymentMethodToWire,
  updatePaymentMethodParameters,
} from '@tpmall/wire';
import { z } from 'zod';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, NOTHING_FOUND, refusal } from '../pipeline/answer.ts';
import { type Call, type Route, route } from '../pipeline/route.ts';
import { createCardInput, vaultMeanings } from './card-input.ts';
import { checkExpand, type Present } from './expand-object.ts';
import { missing, pathId } from './object-id.ts';
import { paymentMeanings } from './payment-errors.ts';
import { samples } from './samples.ts';

const PATH = '/v1/payment_methods';
const WHAT = 'payment method';
const shared = { tag: 'Payment methods', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'PaymentMethod', value: samples.paymentMethod };
const listSample = (path: string) => ({
  name: 'PaymentMethodList',
  value: listToWire(path, [samples.paymentMethod], false),
});

type Show = (call: Call, card: Card, expand: readonly string[] | undefined) => Promise<Answer>;

/**
 * Saved cards, over the vault. Numbers never come this way: the vault's origin takes them, and answers with
 * the same object.
 */
export function paymentMethodRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const show: Show = (call, card, expand) =>
    presenting.present(call, paymentMethodToWire(card, environment.view), 'payment_method', expand);
  return [
    ...makingRoutes(environment, show),
    ...savingRoutes(environment, show),
    ...readingRoutes(environment, presenting, show),
    ...customerRoutes(environment, presenting, show),
  ];
}

function makingRoutes(environment: GatewayEnvironment, show: Show): Route[] {
  const { ports } = environment;
  const cards = createCardInput(environment);
  return [
    route({
      ...shared,
      method: 'POST',
      path: PATH,
      operationId: 'createPaymentMethod',
      summary: 'Make a payment method of a token; card numbers are for the vault’s origin',
      parameters: createPaymentMethodParameters,
      sample,
      examples: [{ title: 'Of a test card', parameters: { type: 'card', card: { token: 'tok_visa' } } }],
      handle: async (call, parameters) => {
        const problem = checkExpand(call, parameters.expand, 'payment_method');
        if (problem) return problem;
        const token = { id: parameters.card.token, param: 'card[token]', data: parameters };
        return cards.withToken(call, token, ({ card }) => show(call, card, parameters.expand));
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id`,
      operationId: 'updatePaymentMethod',
      summary: 'Change what is said about a saved card',
      parameters: updatePaymentMethodParameters,
      sample,
      examples: [
        {
          title: 'Another expiry',
          path: { id: '{payment_method_saved}' },
          parameters: { card: { exp_month: 10, exp_year: 2036 } },
        },
      ],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, parameters.expand, 'payment_method');
        if (problem) return problem;
        const { card, billing_details: billing, metadata, allow_redisplay: allowRedisplay } = parameters;
        const updated = await ports.vault.updateCard(call.context, {
          id,
          ...(card?.exp_month !== undefined && { expMonth: card.exp_month }),
          ...(card?.exp_year !== undefined && { expYear: card.exp_year }),
          ...(billing !== undefined && { billing: billingFromWire(billing) }),
          ...(metadata !== undefined && { metadata }),
          ...(allowRedisplay !== undefined && { allowRedisplay }),
        });
        if (!updated.ok) return refusal(vaultMeanings.updateCard, updated.error);
        return show(call, updated.value, parameters.expand);
      },
    }),
  ];
}

function savingRoutes({ ports }: GatewayEnvironment, show: Show): Route[] {
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/attach`,
      operationId: 'attachPaymentMethod',
      summary: 'Save a card for a customer; of a test card a new one is made',
      parameters: attachPaymentMethodParameters,
      sample,
      examples: [
        { title: 'A test card', path: { id: 'pm_card_visa' }, parameters: { customer: '{customer}' } },
      ],
      handle: async (call, { customer, expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, expand, 'payment_method');
        if (problem) return problem;
        const attached = await ports.payments.attachPaymentMethod(call.context, { id, customer });
        if (!attached.ok) return refusal(paymentMeanings.attachPaymentMethod, attached.error);
        return show(call, attached.value, expand);
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:id/detach`,
      operationId: 'detachPaymentMethod',
      summary: 'Take a saved card away from its customer, for good',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'A saved card', path: { id: '{payment_method_saved}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const problem = checkExpand(call, expand, 'payment_method');
        if (problem) return problem;
        const detached = await ports.payments.detachPaymentMethod(call.context, { id });
        if (!detached.ok) return refusal(paymentMeanings.detachPaymentMethod, detached.error);
        return show(call, detached.value, expand);
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
      operationId: 'listPaymentMethods',
      summary: 'List saved cards, newest first: all, of one customer, or of one number by its fingerprint',
      parameters: listPaymentMethodsParameters,
      sample: listSample(PATH),
      examples: [{ title: 'Of one customer', parameters: { customer: '{customer}', type: 'card' } }],
      handle: async (call, parameters) => {
        const { customer, fingerprint, allow_redisplay: allowRedisplay } = parameters;
        const listed = await ports.vault.listCards(call.context, {
          ...pageFromWire(parameters),
          ...(customer !== undefined && { customer }),
          ...(fingerprint !== undefined && { fingerprint }),
          ...(allowRedisplay !== undefined && { allowRedisplay }),
        });
        if (!listed.ok) return refusal(vaultMeanings.listCards, listed.error);
        const { items, hasMore } = parameters.type === 'none' ? NOTHING_FOUND : listed.value;
        const objects = items.map((card) => paymentMethodToWire(card, view));
        const all = await presentAll(call, objects, 'payment_method', parameters.expand);
        return 'refused' in all ? all.refused : answer(listToWire(PATH, all.data, hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:id`,
      operationId: 'retrievePaymentMethod',
      summary: 'Read a payment method',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One card', path: { id: '{payment_method}' }, parameters: {} }],
      handle: async (call, { expand }) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, WHAT);
        const found = await ports.vault.findCard(call.context, { id });
        if (!found.ok) return refusal(vaultMeanings.findCard, found.error);
        return show(call, found.value, expand);
      },
    }),
  ];
}

function customerRoutes({ ports, view }: GatewayEnvironment, { presentAll }: Present, show: Show): Route[] {
  const path = '/v1/customers/:id/payment_methods';
  return [
    route({
      ...shared,
      method: 'GET',
      path,
      operationId: 'listCustomerPaymentMethods',
      summary: 'List the saved cards of a customer, newest first',
      parameters: listCustomerPaymentMethodsParameters,
      sample: listSample('/v1/customers/cus_01k9buyer/payment_methods'),
      examples: [{ title: 'All of them', path: { id: '{customer}' }, parameters: {} }],
      handle: async (call, parameters) => {
        const id = pathId(call);
        if (id === undefined) return missing(call, 'customer');
        const { allow_redisplay: allowRedisplay } = parameters;
        const [owner, listed] = await Promise.all([
          ports.payments.findCustomer(call.context, { id }),
          ports.vault.listCards(call.context, {
            ...pageFromWire(parameters),
            customer: id,
            ...(allowRedisplay !== undefined && { allowRedisplay }),
          }),
        ]);
        if (!owner.ok) return refusal(paymentMeanings.findCustomer, owner.error);
        if (!listed.ok) return refusal(vaultMeanings.listCards, listed.error);
        const { items, hasMore } = parameters.type === 'none' ? NOTHING_FOUND : listed.value;
        const objects = items.map((card) => paymentMethodToWire(card, view));
        const all = await presentAll(call, objects, 'payment_method', parameters.expand);
        const url = path.replace(':id', id);
        return 'refused' in all ? all.refused : answer(listToWire(url, all.data, hasMore));
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${path}/:payment_method`,
      operationId: 'retrieveCustomerPaymentMethod',
      summary: 'Read a saved card of a customer',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [
        {
          title: 'One of them',
          path: { id: '{customer_with_card}', payment_method: '{payment_method_of_customer}' },
          parameters: {},
        },
      ],
      handle: async (call, { expand }) => {
        const customer = pathId(call);
        const id = pathId({ path: { id: call.path.payment_method ?? '' } });
        if (customer === undefined || id === undefined) return missing(call, WHAT);
        const found = await ports.vault.findCard(call.context, { id });
        if (!found.ok) return refusal(vaultMeanings.findCard, found.error);
        if (found.value.customer !== customer) return missing(call, WHAT);
        return show(call, found.value, expand);
      },
    }),
  ];
}
