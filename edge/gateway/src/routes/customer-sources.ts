import type { Customer } from '@tpmall/payments/contract';
import type { Card } from '@tpmall/vault/contract';
import {
  cardSourceToWire,
  createSourceParameters,
  deletedSourceToWire,
  expandParameter,
  holderFromWire,
  listSourcesParameters,
  pageFromWire,
  updateSourceParameters,
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
import { sourcesOf } from './sources-of-customer.ts';

const PATH = '/v1/customers/:id/sources';
const shared = { tag: 'Sources', errors: 'payments', access: 'secret' } as const;
const sample = { name: 'CardSource', value: samples.source };
const ofCustomer = { id: '{customer_with_card}', source: '{payment_method_of_customer}' };

/** Here the expiry stands beside the holder. */
const updateMeanings = {
  ...vaultMeanings.updateCard,
  invalid_expiry_month: { code: 'invalid_expiry_month', param: 'exp_month' },
  invalid_expiry_year: { code: 'invalid_expiry_year', param: 'exp_year' },
} as const;

type Found = { readonly ok: true; readonly card: Card } | { readonly ok: false; readonly refused: Answer };

/**
 * Saved cards as older clients know them: the same cards as the customer's payment methods, by the same ids.
 */
export function customerSourceRoutes(environment: GatewayEnvironment, presenting: Present): Route[] {
  const { ports } = environment;
  /** The saved card that a path names, of the customer that it names. */
  const find = async (call: Call): Promise<Found> => {
    const customer = pathId(call);
    const id = pathId({ path: { id: call.path.source ?? '' } });
    const none = { ok: false, refused: missing(call, 'source') } as const;
    if (customer === undefined || id === undefined) return none;
    const found = await ports.vault.findCard(call.context, { id });
    if (!found.ok) return { ok: false, refused: refusal(vaultMeanings.findCard, found.error) };
    return found.value.customer === customer ? { ok: true, card: found.value } : none;
  };
  return [
    savingRoute(environment, presenting),
    ...changingRoutes(environment, presenting, find),
    ...readingRoutes(environment, presenting, find),
  ];
}

function savingRoute(environment: GatewayEnvironment, { present }: Present): Route {
  const { ports } = environment;
  const cards = createCardInput(environment);
  /** A first card is the preferred one, as with every saving of a source. */
  const prefer = async (call: Call, owner: Customer, card: Card): Promise<Answer | undefined> => {
    if (owner.defaultPaymentMethod !== null) return undefined;
    const context = { ...call.context, commandId: `${call.context.commandId}.default` };
    const preferred = await ports.payments.updateCustomer(context, {
      id: owner.id,
      defaultPaymentMethod: card.id,
    });
    return preferred.ok ? undefined : refusal(paymentMeanings.updateCustomer, preferred.error);
  };
  return route({
    ...shared,
    method: 'POST',
    path: PATH,
    operationId: 'createCustomerSource',
    summary: 'Save the card of a token for a customer; the first one is preferred',
    parameters: createSourceParameters,
    sample,
    examples: [{ title: 'A test card', path: { id: '{customer}' }, parameters: { source: 'tok_visa' } }],
    handle: async (call, { source, metadata, expand }) => {
      const customer = pathId(call);
      if (customer === undefined) return missing(call, 'customer');
      const problem = checkExpand(call, expand, 'card');
      if (problem) return problem;
      const owner = await ports.payments.findCustomer(call.context, { id: customer });
      if (!owner.ok) return refusal(paymentMeanings.findCustomer, owner.error);
      if (owner.value.deleted) return missing(call, 'customer');
      return cards.withSource(call, source, metadata, async ({ card }) => {
        const saved = await ports.payments.attachPaymentMethod(call.context, { id: card.id, customer });
        if (!saved.ok) return refusal(paymentMeanings.attachPaymentMethod, saved.error);
        const refused = await prefer(call, owner.value, saved.value);
        return refused ?? present(call, cardSourceToWire(saved.value), 'card', expand);
      });
    },
  });
}

type Find = (call: Call) => Promise<Found>;

function changingRoutes({ ports }: GatewayEnvironment, { present }: Present, find: Find): Route[] {
  /** Whoever takes the preferred card away prefers the newest that is left. */
  const preferAnother = async (call: Call, { id, customer }: Card): Promise<Answer | undefined> => {
    if (customer === null) return undefined;
    const owner = await ports.payments.findCustomer(call.context, { id: customer });
    if (!owner.ok) return refusal(paymentMeanings.findCustomer, owner.error);
    if (owner.value.defaultPaymentMethod !== id) return undefined;
    const listed = await ports.vault.listCards(call.context, { customer, limit: 2 });
    if (!listed.ok) return refusal(vaultMeanings.listCards, listed.error);
    const next = listed.value.items.find((card) => card.id !== id);
    const context = { ...call.context, commandId: `${call.context.commandId}.default` };
    const preferred = await ports.payments.updateCustomer(context, {
      id: customer,
      defaultPaymentMethod: next?.id ?? null,
    });
    return preferred.ok ? undefined : refusal(paymentMeanings.updateCustomer, preferred.error);
  };
  return [
    route({
      ...shared,
      method: 'POST',
      path: `${PATH}/:source`,
      operationId: 'updateCustomerSource',
      summary: 'Change what is said about a saved card',
      parameters: updateSourceParameters,
      sample,
      examples: [
        { title: 'Another expiry', path: ofCustomer, parameters: { exp_month: 10, exp_year: 2036 } },
      ],
      handle: async (call, parameters) => {
        const { exp_month: expMonth, exp_year: expYear, metadata, expand } = parameters;
        const problem = checkExpand(call, expand, 'card');
        if (problem) return problem;
        const found = await find(call);
        if (!found.ok) return found.refused;
        const billing = holderFromWire(parameters);
        const updated = await ports.vault.updateCard(call.context, {
          id: found.card.id,
          ...(expMonth !== undefined && { expMonth }),
          ...(expYear !== undefined && { expYear }),
          ...(billing !== undefined && { billing }),
          ...(metadata !== undefined && { metadata }),
        });
        if (!updated.ok) return refusal(updateMeanings, updated.error);
        return present(call, cardSourceToWire(updated.value), 'card', expand);
      },
    }),
    route({
      ...shared,
      method: 'DELETE',
      path: `${PATH}/:source`,
      operationId: 'deleteCustomerSource',
      summary: 'Take a saved card away from its customer, for good',
      parameters: z.strictObject({}),
      sample: { name: 'DeletedCardSource', value: deletedSourceToWire(samples.source) },
      examples: [
        {
          title: 'The only one',
          path: { id: '{customer_with_source}', source: '{source}' },
          parameters: {},
        },
      ],
      handle: async (call) => {
        const found = await find(call);
        if (!found.ok) return found.refused;
        // First, so that nobody ever prefers a card that is gone.
        const refused = await preferAnother(call, found.card);
        if (refused) return refused;
        const detached = await ports.payments.detachPaymentMethod(call.context, { id: found.card.id });
        if (!detached.ok) return refusal(paymentMeanings.detachPaymentMethod, detached.error);
        return answer(deletedSourceToWire(detached.value));
      },
    }),
  ];
}

function readingRoutes({ ports }: GatewayEnvironment, { present, presentAll }: Present, find: Find): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: PATH,
      operationId: 'listCustomerSources',
      summary: 'List the saved cards of a customer, newest first',
      parameters: listSourcesParameters,
      sample: { name: 'CardSourceList', value: samples.sources },
      examples: [{ title: 'All of them', path: { id: '{customer}' }, parameters: { object: 'card' } }],
      handle: async (call, { object, ...parameters }) => {
        const customer = pathId(call);
        if (customer === undefined) return missing(call, 'customer');
        const [owner, listed] = await Promise.all([
          ports.payments.findCustomer(call.context, { id: customer }),
          ports.vault.listCards(call.context, { ...pageFromWire(parameters), customer }),
        ]);
        if (!owner.ok) return refusal(paymentMeanings.findCustomer, owner.error);
        if (!listed.ok) return refusal(vaultMeanings.listCards, listed.error);
        const page = sourcesOf(customer, object === 'none' ? NOTHING_FOUND : listed.value);
        const all = await presentAll(call, page.data, 'card', parameters.expand);
        return 'refused' in all ? all.refused : answer({ ...page, data: all.data });
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: `${PATH}/:source`,
      operationId: 'retrieveCustomerSource',
      summary: 'Read a saved card of a customer',
      parameters: z.strictObject(expandParameter),
      sample,
      examples: [{ title: 'One of them', path: ofCustomer, parameters: {} }],
      handle: async (call, { expand }) => {
        const found = await find(call);
        return found.ok ? present(call, cardSourceToWire(found.card), 'card', expand) : found.refused;
      },
    }),
  ];
}
